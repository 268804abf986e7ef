"""How good predicted probabilities are: their ranking, their values, and the recall at few alarms.

scikit-learn's functions say the same, but what they check and prepare takes five to forty times as long as the measure
itself, and a comparison measures after every few trees: it was a sixth of its time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from focalboost.evaluation._checks import as_positive, as_probabilities, as_scores
from focalboost.losses.arrays import as_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_SMALLEST = float(np.finfo(np.float64).eps)


def average_precision(y_true: ArrayLike, probability: ArrayLike) -> float:
    """Return the average precision: the mean of the precision at each recall level, without interpolation.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        0 or 1.
    probability : array-like of shape (n,)
        The positive class's probability, or any score that grows with it.

    Returns
    -------
    float
        In (0, 1]; a random order gives the share of positives. NaN if there are no positives.

    Raises
    ------
    ValueError
        If labels are neither 0 nor 1, a probability is NaN or infinite, or their numbers differ.

    Examples
    --------
    >>> average_precision([0, 1, 0, 1], [0.1, 0.9, 0.8, 0.7])
    0.8333333333333333
    """
    line = _line_up(y_true, probability)
    return _ratio(float(line.positives @ (line.found / line.alarms)), line.n_positives)


def roc_auc(y_true: ArrayLike, probability: ArrayLike) -> float:
    """Return the area under the ROC curve: the chance that a positive is ranked above a negative.

    Parameters, errors: as for `average_precision`.

    Returns
    -------
    float
        In [0, 1]; a random order gives 0.5. NaN if a class is missing.

    Examples
    --------
    >>> roc_auc([0, 1, 0, 1], [0.1, 0.9, 0.8, 0.7])
    0.75
    """
    line = _line_up(y_true, probability)
    # Of the negatives, those below each positive count one, those level with it a half.
    below = line.n_negatives - (line.alarms - line.found) + (line.tied - line.positives) / 2.0
    return _ratio(float(line.positives @ below), line.n_positives * line.n_negatives)


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
    ValueError
        If labels are neither 0 nor 1, a probability is NaN or outside [0, 1], or their numbers differ.

    Examples
    --------
    >>> round(log_loss([0, 1], [0.5, 0.5]), 4)
    0.6931
    >>> round(log_loss([0, 1], [0.0, 0.0]), 2)
    18.02
    """
    positive = as_positive(y_true)
    clipped = np.clip(as_probabilities(probability, len(positive)), _SMALLEST, 1.0 - _SMALLEST)
    return -float(np.log(np.where(positive, clipped, 1.0 - clipped)).mean())


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
    positive = as_positive(y_true)
    return float(np.square(as_probabilities(probability, len(positive)) - positive).mean())


def recall_at_fpr(y_true: ArrayLike, probability: ArrayLike, max_fpr: float = 0.01) -> float:
    """Return the largest recall that some threshold reaches with a false-positive rate of at most `max_fpr`.

    Nothing is interpolated between thresholds: the value is one that a user can have. Rows with the same
    probability are alarms together or not at all.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        0 or 1.
    probability : array-like of shape (n,)
        The positive class's probability, or any score that grows with it.
    max_fpr : float
        Share of the negatives that may be alarms.

    Returns
    -------
    float
        In [0, 1]; NaN if a class is missing.

    Raises
    ------
    TypeError
        If `max_fpr` is no number.
    ValueError
        As for `average_precision`, or if `max_fpr` is not in [0, 1].

    Examples
    --------
    >>> recall_at_fpr([0, 0, 1, 1], [0.1, 0.6, 0.5, 0.9])
    0.5
    """
    if not 0.0 <= as_number(max_fpr, "max_fpr") <= 1.0:
        raise ValueError(f"max_fpr is {max_fpr}, but must be a share in [0, 1], such as 0.01")
    line = _line_up(y_true, probability)
    allowed = (line.alarms - line.found) / max(line.n_negatives, 1) <= max_fpr
    return _ratio(float(line.found[allowed].max(initial=0)), line.n_positives if line.n_negatives else 0)


class _Line(NamedTuple):
    """Rows by falling score, told at the distinct scores of positives alone: measures of ranking need no others."""

    positives: NDArray[np.intp]
    """Positives of just this score."""
    tied: NDArray[np.intp]
    """Rows of just this score."""
    found: NDArray[np.intp]
    """Positives of this score or more."""
    alarms: NDArray[np.intp]
    """Rows of this score or more."""
    n_positives: int
    n_negatives: int


def _line_up(y_true: ArrayLike, score: ArrayLike) -> _Line:
    positive = as_positive(y_true)
    n = len(positive)
    rising = as_scores(score, n)
    thresholds, positives = np.unique(rising[positive], return_counts=True)
    thresholds, positives = thresholds[::-1], positives[::-1]
    rising = np.sort(rising)
    alarms = n - np.searchsorted(rising, thresholds, side="left")
    higher = n - np.searchsorted(rising, thresholds, side="right")
    n_positives = int(positives.sum())
    return _Line(positives, alarms - higher, np.cumsum(positives), alarms, n_positives, n - n_positives)


def _ratio(value: float, total: int) -> float:
    return value / total if total else np.nan
