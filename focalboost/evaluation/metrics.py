"""How good predicted probabilities are: their ranking, their values, and the recall at few alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost._optional import optional_import

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import ArrayLike

_SMALLEST = float(np.finfo(np.float64).eps)


def average_precision(y_true: ArrayLike, probability: ArrayLike) -> float:
    """Return the average precision: the mean of the precision at each recall level, without interpolation.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        0 or 1, both present.
    probability : array-like of shape (n,)
        The positive class's probability, or any score that grows with it.

    Returns
    -------
    float
        In (0, 1]; a random order gives the share of positives.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

    Examples
    --------
    >>> average_precision([0, 1, 0, 1], [0.1, 0.9, 0.8, 0.7])
    0.8333333333333333
    """
    return float(_sklearn().average_precision_score(y_true, probability))


def roc_auc(y_true: ArrayLike, probability: ArrayLike) -> float:
    """Return the area under the ROC curve: the chance that a positive is ranked above a negative.

    Parameters, errors: as for `average_precision`.

    Returns
    -------
    float
        In [0, 1]; a random order gives 0.5.

    Examples
    --------
    >>> roc_auc([0, 1, 0, 1], [0.1, 0.9, 0.8, 0.7])
    0.75
    """
    return float(_sklearn().roc_auc_score(y_true, probability))


def log_loss(y_true: ArrayLike, probability: ArrayLike) -> float:
    """Return the mean of -log of the probability given to the true class.

    A probability of exactly 0 or 1 counts as 2.2e-16 away from it. So one row that was certain and wrong
    costs 36: the mean shows it plainly, and stays finite so that folds can be averaged.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        0 or 1.
    probability : array-like of shape (n,)
        The positive class's probability, in [0, 1].

    Returns
    -------
    float
        0 or more; smaller is better.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

    Examples
    --------
    >>> round(log_loss([0, 1], [0.5, 0.5]), 4)
    0.6931
    >>> round(log_loss([0, 1], [0.0, 0.0]), 2)
    18.02
    """
    clipped = np.clip(np.asarray(probability, dtype=np.float64), _SMALLEST, 1.0 - _SMALLEST)
    return float(_sklearn().log_loss(y_true, clipped, labels=[0, 1]))


def brier(y_true: ArrayLike, probability: ArrayLike) -> float:
    """Return the Brier score: the mean squared difference of probability and outcome.

    Parameters, errors: as for `log_loss`.

    Returns
    -------
    float
        In [0, 1]; smaller is better.

    Examples
    --------
    >>> brier([0, 1], [0.5, 0.5])
    0.25
    """
    return float(_sklearn().brier_score_loss(y_true, probability, pos_label=1))


def recall_at_fpr(y_true: ArrayLike, probability: ArrayLike, max_fpr: float = 0.01) -> float:
    """Return the largest recall that some threshold reaches with a false-positive rate of at most `max_fpr`.

    Nothing is interpolated between thresholds: the value is one that a user can have. Rows with the same
    probability are alarms together or not at all.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        0 or 1, both present.
    probability : array-like of shape (n,)
        The positive class's probability, or any score that grows with it.
    max_fpr : float
        Share of the negatives that may be alarms.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ImportError
        If scikit-learn is not installed.

    Examples
    --------
    >>> recall_at_fpr([0, 0, 1, 1], [0.1, 0.6, 0.5, 0.9])
    0.5
    """
    # All thresholds: without this, those on a straight piece of the curve would be left out.
    fpr, recall, _ = _sklearn().roc_curve(y_true, probability, drop_intermediate=False)
    return float(recall[fpr <= max_fpr].max())


def _sklearn() -> ModuleType:
    return optional_import("sklearn.metrics", "Measuring predictions")
