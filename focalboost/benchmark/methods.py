"""The methods that are compared: ways to train the same trees on rare positives.

To add one, add an entry to `METHODS`: any object with a name, a description and a `fit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from focalboost import BinaryFocalLoss
from focalboost.benchmark.booster import Objective

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from focalboost.benchmark.booster import Booster
    from focalboost.benchmark.matrix import Matrix
    from focalboost.benchmark.settings import Settings


class Method(Protocol):
    """A way to train on rare positives."""

    @property
    def name(self) -> str:
        """The name in tables and on the command line."""
        ...

    @property
    def description(self) -> str:
        """One line that says what it does."""
        ...

    def fit(
        self, booster: Booster, train: Matrix, target: NDArray[np.int8], test: Matrix, settings: Settings
    ) -> NDArray[np.float64]:
        """Train, and return the positive class's probability for each test row."""
        ...


@dataclass(frozen=True)
class CrossEntropy:
    """The library's own log-loss, its positives weighted or not.

    Attributes
    ----------
    name, description : str
        See `Method`.
    regularised : bool
        See `Objective`.
    balanced : {"sample_weight", "scale_pos_weight"}, optional
        How the two classes are given the same total weight, if they are.
    prior_corrected : bool
        Whether the weights are undone in the probabilities.
    """

    name: str
    description: str
    regularised: bool = True
    balanced: Literal["sample_weight", "scale_pos_weight"] | None = None
    prior_corrected: bool = False

    def fit(
        self, booster: Booster, train: Matrix, target: NDArray[np.int8], test: Matrix, settings: Settings
    ) -> NDArray[np.float64]:
        """Train, and return the positive class's probability for each test row."""
        negatives, positives = np.bincount(target, minlength=2).tolist()
        ratio = negatives / positives
        objective = Objective(regularised=self.regularised)
        if self.balanced == "scale_pos_weight":
            objective = Objective(regularised=self.regularised, scale_pos_weight=ratio)
        elif self.balanced == "sample_weight":
            class_weight = len(target) / (2.0 * np.array([negatives, positives]))
            objective = Objective(regularised=self.regularised, sample_weight=class_weight[target])
        raw = booster.raw_scores(train, target, test, objective, settings)
        # Weights multiply the odds by their ratio.
        return _sigmoid(raw - np.log(ratio) if self.prior_corrected else raw)


@dataclass(frozen=True)
class Focal:
    """Focal loss on cross-entropy's scale, with the recovered posterior as probabilities."""

    gamma: float

    @property
    def name(self) -> str:
        """The name in tables and on the command line."""
        return f"focal_gamma_{self.gamma:g}"

    @property
    def description(self) -> str:
        """One line that says what it does."""
        return f"focal loss, gamma {self.gamma:g}, with sane regularisation; recovered posterior"

    def fit(
        self, booster: Booster, train: Matrix, target: NDArray[np.int8], test: Matrix, settings: Settings
    ) -> NDArray[np.float64]:
        """Train, and return the positive class's probability for each test row."""
        loss = BinaryFocalLoss(gamma=self.gamma).scaled_to(target)
        raw = booster.raw_scores(train, target, test, Objective(loss=loss), settings)
        return np.asarray(loss.predict_proba(raw)[:, 1], dtype=np.float64)


def _sigmoid(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp(-np.logaddexp(0.0, -raw))


_METHODS: tuple[Method, ...] = (
    CrossEntropy("cross_entropy", "log-loss, at the library's defaults", regularised=False),
    CrossEntropy(
        "cross_entropy_regularised",
        "log-loss with sane regularisation (L2 term and leaf Hessian of 1, XGBoost's defaults)",
    ),
    CrossEntropy(
        "class_weighted",
        "balanced sample weights, with sane regularisation; probabilities as they come",
        balanced="sample_weight",
    ),
    CrossEntropy(
        "class_weighted_prior_corrected",
        "the same, the weights undone in the probabilities",
        balanced="sample_weight",
        prior_corrected=True,
    ),
    CrossEntropy(
        "scale_pos_weight",
        "scale_pos_weight = negatives / positives, at the library's defaults",
        regularised=False,
        balanced="scale_pos_weight",
    ),
    Focal(0.5),
    Focal(1.0),
    Focal(2.0),
)
METHODS = {method.name: method for method in _METHODS}
REFERENCES = ("cross_entropy_regularised", "class_weighted")
