"""What a training needs beside the booster's own parameters: the loss, its start, and how it is called."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from focalboost.estimators.forks import raise_if_interrupted
from focalboost.estimators.inputs import check_parameters
from focalboost.estimators.labels import Labels
from focalboost.estimators.link import FocalLink
from focalboost.losses.arrays import as_weights, raise_for_invalid
from focalboost.objectives.arguments import read_arguments
from focalboost.objectives.focal import BinaryFocalLoss, MulticlassFocalLoss

Loss = BinaryFocalLoss | MulticlassFocalLoss


def training_link(estimator: Any, labels: Labels, sample_weight: Any, **resolved: Any) -> FocalLink:
    """Make the loss of an estimator's parameters, and find where its training starts.

    Parameters
    ----------
    estimator : object
        The estimator.
    labels : Labels
        Training labels.
    sample_weight : array-like of shape (n,), or None
        Their weights.
    **resolved
        Values instead of the estimator's, such as the ``gamma`` that a search has found.

    Returns
    -------
    FocalLink
        With the best constant scores as ``start``.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not what the loss takes, a weight is negative or not finite, or a class has no row of positive
        weight.
    """
    check_parameters(estimator)
    names = ("gamma", "class_weight", "alpha", "curvature", "scaled")
    gamma, class_weight, alpha, curvature, scaled = (resolved.get(name, getattr(estimator, name)) for name in names)
    weight = _checked_weights(sample_weight, labels)
    prevalence = _prevalence(labels, weight)
    loss: Loss
    if labels.classes is not None and labels.classes.size > 2:
        if alpha is not None:
            raise ValueError(f"alpha={alpha!r} is for two classes; there are {labels.classes.size}: use class_weight")
        weights = _by_code(class_weight, labels.classes)
        loss = MulticlassFocalLoss(labels.classes.size, gamma=gamma, class_weight=weights, curvature=curvature)
    else:
        classes = np.arange(2) if labels.classes is None else labels.classes
        weights = _by_code(class_weight, classes)
        loss = BinaryFocalLoss(gamma=gamma, class_weight=weights, alpha=alpha, curvature=curvature)
    loss = loss.scaled_to(labels.codes, weight) if scaled else loss.resolve_class_weight(labels.codes)
    start = np.atleast_1d(loss.fit_intercept_only(labels.codes, weight))
    return FocalLink(loss, labels.classes, prevalence, tuple(start.tolist()))


class Objective:
    """The loss as a booster's objective, for scores that lack the start.

    Parameters
    ----------
    link : FocalLink
        Loss and start.
    sample_weight : array of shape (n,), optional
        Weights for a booster that does not hand them over, as XGBoost 2.0.

    Attributes
    ----------
    calls : int
        Number of rounds begun.
    scores : array of shape (n,) or (n, K)
        Raw scores, the start included, with which the latest round has begun.
    """

    def __init__(self, link: FocalLink, sample_weight: NDArray[Any] | None = None) -> None:
        self.link = link
        self.sample_weight = sample_weight
        self.calls = 0
        self.scores: NDArray[Any] = np.empty(0)

    def __deepcopy__(self, memo: Any) -> Self:
        return self  # LightGBM trains with a copy, of which the scores would not be known here

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return gradient and curvature.

        Parameters
        ----------
        y_true : array of shape (n,) or (n, L)
            Codes of the labels.
        y_pred : array of shape (n,) or (n, K)
            Raw scores.
        sample_weight : array of shape (n,), optional
            Weights.

        Returns
        -------
        gradient, curvature : array of float32
            See ``BinaryFocalLoss``.
        """
        raise_if_interrupted()
        weight = self.sample_weight if sample_weight is None else sample_weight
        scores = self.link.scores(y_pred)
        self.calls += 1
        self.scores = scores.copy() if scores is y_pred else scores  # the boosters write on their own
        return self.link.loss.derivatives_of_round(read_arguments(y_true, scores, weight), self)


def refuse(estimator: Any, parent: Any, reasons: Mapping[str, str]) -> None:
    """Raise a ValueError for the first parameter that contradicts focal loss.

    Parameters
    ----------
    estimator : object
        The estimator.
    parent : object
        An instance of the class it extends, with that class's defaults.
    reasons : mapping
        By parameter, why it cannot be given and what to give instead.

    Raises
    ------
    ValueError
        With the parameter, its value and the mend.
    """
    given, defaults = estimator.get_params(deep=False), parent.get_params(deep=False)
    for name, reason in reasons.items():
        value = given.get(name)
        if value is not None and value != defaults.get(name):
            raise ValueError(f"{type(estimator).__name__}({name}={value!r}): {reason}")


def _checked_weights(sample_weight: Any, labels: Labels) -> NDArray[np.float64] | None:
    weight = as_weights(sample_weight, labels.codes.shape[0])
    if weight is None:
        return None
    raise_for_invalid(np.zeros(weight.size, dtype=np.uint8), None, weight, 2)
    return weight.astype(np.float64)


def _prevalence(labels: Labels, weight: NDArray[np.float64] | None) -> tuple[float, ...]:
    """Weighted share of each class or label; an error where one is missing."""
    if labels.classes is None:
        shares = np.average(labels.codes, axis=0, weights=weight)
        same = np.flatnonzero((shares == 0) | (shares == 1)).tolist()
        if same:
            raise ValueError(f"the columns {same} of y are the same in every row of positive weight: leave them out")
        return tuple(shares.tolist())
    totals = np.bincount(labels.codes, weights=weight, minlength=labels.classes.size)
    if not (totals > 0).all():
        weightless = labels.classes[~(totals > 0)].tolist()
        raise ValueError(f"every class needs a row of positive weight; the weights of {weightless} are all zero")
    return tuple((totals / totals.sum()).tolist())


def _by_code(class_weight: Any, classes: NDArray[Any]) -> Any:
    """Weights of classes in the order of their codes; a class that is not named has the weight 1."""
    if not isinstance(class_weight, Mapping):
        return class_weight
    names = classes.tolist()
    unknown = [name for name in class_weight if name not in names]
    if unknown:
        raise ValueError(f"class_weight has the classes {unknown}, which y has not; its classes are {names}")
    return tuple(class_weight.get(name, 1.0) for name in names)
