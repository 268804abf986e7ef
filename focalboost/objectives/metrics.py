"""Metrics for early stopping: the loss itself, and measures of the recovered probabilities.

One callable serves ``xgboost.train(custom_metric=)``, ``lightgbm.train(feval=)``, ``XGBClassifier(eval_metric=)`` and
``LGBMClassifier.fit(eval_metric=)``. XGBoost reads from a metric's name whether more is better, which is why the
average precision's begins with "aucpr".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from focalboost._optional import optional_import
from focalboost.losses.posterior import binary_logit, softplus
from focalboost.objectives.arguments import read_arguments

if TYPE_CHECKING:
    from focalboost.objectives.focal import BinaryFocalLoss, MulticlassFocalLoss


Loss: TypeAlias = "BinaryFocalLoss | MulticlassFocalLoss | Any"
Measure = Callable[["Loss", NDArray[Any], NDArray[Any], NDArray[Any] | None], float]


@dataclass(frozen=True)
class Metric:
    """A measure of raw scores, in every calling convention of the two boosters.

    Parameters
    ----------
    owner : BinaryFocalLoss or MulticlassFocalLoss
        The loss whose scores are measured.
    name : str
        As it appears in the booster's log.
    measure : callable
        ``measure(owner, y_true, raw_prediction, sample_weight) -> float``.
    is_higher_better : bool
        For LightGBM.
    """

    owner: "Loss"
    name: str
    measure: Measure
    is_higher_better: bool

    @property
    def __name__(self) -> str:
        """The name, where XGBoost's scikit-learn classes look for it."""
        return self.name

    def __call__(self, first: Any, second: Any, sample_weight: Any = None) -> Any:
        """Measure, in the form that the caller takes.

        Parameters
        ----------
        first, second, sample_weight
            As the boosters hand them over; see ``focalboost.objectives.arguments``.

        Returns
        -------
        (str, float), (str, float, bool) or float
            For ``xgboost.train``; for LightGBM and for any float64 scores; for XGBoost's scikit-learn classes. The
            measure of no rows is NaN.

        Raises
        ------
        ValueError
            As the loss's ``loss``, and where all weights are zero.
        """
        data = read_arguments(first, second, sample_weight)
        self.owner._check_rows(data.y_true, data.raw_prediction, data.sample_weight)
        if data.raw_prediction.size and data.sample_weight is not None and not np.any(data.sample_weight):
            raise ValueError("all sample weights are zero: there is no row to measure")
        value = float("nan")
        if data.raw_prediction.size:
            with np.errstate(over="ignore"):  # the loss of an infinite score is infinite, and so is its mean
                value = float(self.measure(self.owner, data.y_true, data.raw_prediction, data.sample_weight))
        if data.from_lightgbm:
            return self.name, value, self.is_higher_better
        return value if data.data is None else (self.name, value)


def mean_loss(owner: "Loss", y_true: Any, raw: Any, weight: Any) -> float:
    """Return the weighted mean of the loss, class weights included.

    Parameters
    ----------
    owner : BinaryFocalLoss or MulticlassFocalLoss
        The loss.
    y_true, raw, weight : array
        Labels, raw scores and weights or None.

    Returns
    -------
    float
        Per unit of sample weight, without the loss's ``scale``.
    """
    owner._known_class_weight()
    loss = owner.loss(y_true, raw).astype(np.float64)
    return _mean(loss.reshape(loss.shape[0], -1).mean(axis=1), weight) / owner.scale


def log_loss(owner: "Loss", y_true: Any, raw: Any, weight: Any) -> float:
    """Return the log-loss of the recovered probabilities, exact where one underflows.

    Parameters
    ----------
    owner : BinaryFocalLoss or MulticlassFocalLoss
        The loss.
    y_true, raw, weight : array
        Labels, raw scores and weights or None.

    Returns
    -------
    float
        In nats.
    """
    if np.ndim(raw) == 2 and not hasattr(owner, "n_classes"):
        logit = binary_logit(np.asarray(raw), owner.gamma, owner._known_class_weight())
        return _mean(softplus(np.where(np.asarray(y_true) == 1, -logit, logit)).mean(axis=1), weight)
    log_proba = owner.predict_log_proba(raw)
    rows = np.arange(log_proba.shape[0])
    return _mean(-log_proba[rows, np.asarray(y_true, dtype=np.intp)], weight)


def brier(owner: "Loss", y_true: Any, raw: Any, weight: Any) -> float:
    """Return the Brier score of the recovered probabilities.

    Parameters
    ----------
    owner : BinaryFocalLoss or MulticlassFocalLoss
        The loss.
    y_true, raw, weight : array
        Labels, raw scores and weights or None.

    Returns
    -------
    float
        Mean squared error of the positive class's probability, or, for many classes, summed over them.
    """
    proba, targets = _probabilities_and_targets(owner, y_true, raw)
    squared = (proba - targets) ** 2
    per_row = squared.sum(axis=1) if hasattr(owner, "n_classes") else squared.mean(axis=1)
    return _mean(per_row, weight)


def average_precision(owner: "Loss", y_true: Any, raw: Any, weight: Any) -> float:
    """Return the average precision, over classes or labels its mean.

    Parameters
    ----------
    owner : BinaryFocalLoss or MulticlassFocalLoss
        The loss.
    y_true, raw, weight : array
        Labels, raw scores and weights or None.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.
    """
    metrics = optional_import("sklearn.metrics", "the average precision")
    ranks, targets = _ranks_and_targets(owner, y_true, raw)
    return float(metrics.average_precision_score(targets, ranks, sample_weight=weight))


def roc_auc(owner: "Loss", y_true: Any, raw: Any, weight: Any) -> float:
    """Return the area under the ROC curve; of many classes, each against the rest, weighted by their shares.

    Parameters
    ----------
    owner : BinaryFocalLoss or MulticlassFocalLoss
        The loss.
    y_true, raw, weight : array
        Labels, raw scores and weights or None.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.
    """
    metrics = optional_import("sklearn.metrics", "the area under the ROC curve")
    ranks, targets = _ranks_and_targets(owner, y_true, raw)
    average = "weighted" if hasattr(owner, "n_classes") else "macro"
    return float(metrics.roc_auc_score(targets, ranks, sample_weight=weight, average=average))


def error_rate(owner: "Loss", y_true: Any, raw: Any, weight: Any) -> float:
    """Return the share of wrong labels, where the most probable class is predicted.

    Parameters
    ----------
    owner : BinaryFocalLoss or MulticlassFocalLoss
        The loss.
    y_true, raw, weight : array
        Labels, raw scores and weights or None.

    Returns
    -------
    float
        Between 0 and 1; of several labels a row, over all of them.
    """
    proba, labels = owner.predict_proba(raw), np.asarray(y_true)
    if labels.ndim == 2:
        return _mean(((proba > 0.5) != labels).mean(axis=1), weight)
    return _mean(proba.argmax(axis=1) != labels, weight)


def _ranks_and_targets(owner: "Loss", y_true: Any, raw: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Binary scores rank as their probabilities do, without the ties of those that round to 0 or 1."""
    proba, targets = _probabilities_and_targets(owner, y_true, raw)
    if hasattr(owner, "n_classes"):
        return proba, targets
    ranks = np.clip(np.asarray(raw, dtype=np.float64), -1e300, 1e300)  # scikit-learn takes no infinite score
    return ranks.reshape(proba.shape), targets


def _probabilities_and_targets(owner: "Loss", y_true: Any, raw: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """Probabilities and 0/1 targets, one column a label, or a class where there are more than two."""
    proba = owner.predict_proba(raw)
    labels = np.asarray(y_true)
    if n_classes := getattr(owner, "n_classes", None):
        return proba, (labels[:, None] == np.arange(n_classes)).astype(np.float64)
    if np.ndim(raw) == 2:
        return proba, labels.astype(np.float64)
    return proba[:, 1:], labels[:, None].astype(np.float64)


def _mean(values: NDArray[Any], weight: Any) -> float:
    if weight is not None:
        weight = np.asarray(weight, dtype=np.float64)
        weight = weight / weight.max()  # of subnormal weights, products would lose their digits
        values = np.where(weight > 0, values, 0.0)  # a row of no weight counts for nothing, even infinity
    return float(np.average(values, weights=weight))
