"""Maps from log-odds to probabilities, each fitted on log-odds and labels that are given to it.

scikit-learn's own where it has them; Venn-Abers and beta calibration from the packages ``venn-abers`` and ``betacal``.
The temperature of scikit-learn scales the log-odds about 0. "about prevalence" scales them about the log-odds of the
prevalence, where boosting starts; "shift" only moves them, until their mean probability is the prevalence.
"""

from collections.abc import Callable

import numpy as np
from betacal import BetaCalibration
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize_scalar
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from venn_abers import VennAbers

Array = NDArray[np.floating]
Labels = NDArray[np.integer]


class Given(ClassifierMixin, BaseEstimator):
    """A fitted classifier whose one feature is its score."""

    classes_ = np.array([0, 1])

    def fit(self, scores: Array, y: Labels) -> "Given":  # noqa: ARG002
        """Learn nothing."""
        return self

    def decision_function(self, scores: Array) -> Array:
        """Return the feature."""
        return scores[:, 0]

    def predict(self, scores: Array) -> Labels:
        """Return the likelier class."""
        return (scores[:, 0] > 0).astype(int)

    def __sklearn_is_fitted__(self) -> bool:
        return True


def with_sklearn(method: str) -> Callable[[Array, Labels, Array], Array]:
    """Return scikit-learn's calibration of this name; of a frozen classifier, it uses all rows that it is given."""

    def calibrate(score: Array, y: Labels, new: Array) -> Array:
        model = CalibratedClassifierCV(FrozenEstimator(Given()), method=method, cv=2).fit(score[:, None], y)
        return np.asarray(model.predict_proba(new[:, None])[:, 1])

    return calibrate


def beta(score: Array, y: Labels, new: Array) -> Array:
    """Beta calibration with its three parameters."""
    return np.asarray(BetaCalibration("abm").fit(expit(score), y).predict(expit(new)))


def venn_abers(score: Array, y: Labels, new: Array) -> Array:
    """Inductive Venn-Abers, its two probabilities merged into one as the package does."""
    model = VennAbers()
    model.fit(np.column_stack([expit(-score), expit(score)]), y)
    return np.asarray(model.predict_proba(np.column_stack([expit(-new), expit(new)]))[0][:, 1])


def about_prevalence(score: Array, y: Labels, new: Array) -> Array:
    """One parameter: the log-odds scaled about those of the prevalence."""
    centre = logit(y.mean())
    sign = 1 - 2 * y

    def log_loss(log_slope: float) -> float:
        return float(np.logaddexp(0.0, sign * (centre + np.exp(log_slope) * (score - centre))).mean())

    slope = np.exp(minimize_scalar(log_loss, bounds=(-3.0, 3.0), method="bounded").x)
    return expit(centre + slope * (new - centre))


def shift(score: Array, y: Labels, new: Array) -> Array:
    """One parameter: the log-odds moved until the mean probability is the prevalence."""
    furthest = np.abs(score).max() + 40.0
    return expit(new + brentq(lambda step: expit(score + step).mean() - y.mean(), -furthest, furthest))


CALIBRATORS = {
    "Platt": with_sklearn("sigmoid"),
    "isotonic": with_sklearn("isotonic"),
    "temperature": with_sklearn("temperature"),
    "beta": beta,
    "Venn-Abers": venn_abers,
    "about prevalence": about_prevalence,
}
ON_TRAINING_SCORES = {"shift": shift, "about prevalence": about_prevalence, "Platt": with_sklearn("sigmoid")}
