"""The points of two plots: precision against recall, and what came true against what was predicted."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from focalboost._optional import optional_import
from focalboost.evaluation._checks import as_count, as_numbers, as_positive, as_scores

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# A grid's 0.1 + 0.2 is to be three of ten positives, not four.
_ROUNDING = 1e-9
_Z = NormalDist().inv_cdf(0.975)


def precision_recall_on_grid(y_true: ArrayLike, probability: ArrayLike, grid: ArrayLike) -> NDArray[np.float64]:
    """Return the precision at given recalls, so that curves of several folds can be averaged.

    It is the precision at the first threshold, from the highest probability down, that reaches the recall: a value
    that a user can have. Nothing is interpolated: between two points of a precision-recall curve a straight line
    promises too much (Davis and Goadrich, ICML 2006). Nor is it the best precision at that recall or a larger one,
    which picks the threshold with hindsight.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        0 or 1, 1 at least once.
    probability : array-like of shape (n,)
        The positive class's probability, or any score that grows with it.
    grid : array-like of shape (m,)
        Recalls in [0, 1]; at 0 it is the highest probability's precision.

    Returns
    -------
    ndarray of float64, shape (m,)
        In [0, 1].

    Raises
    ------
    ImportError
        If scikit-learn is not installed.
    ValueError
        If there are no positives, or labels, probabilities or recalls are wrong.

    Examples
    --------
    >>> precision_recall_on_grid([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1], [0.0, 0.5, 0.6, 1.0])
    array([1.        , 1.        , 0.66666667, 0.66666667])
    """
    positive = as_positive(y_true)
    score = as_scores(probability, len(positive))
    recalls = as_numbers(grid, "recalls of the grid")
    if not positive.any():
        raise ValueError("there is no positive among the rows: recall needs one at least")
    if recalls.ndim != 1:
        raise ValueError(f"recalls of the grid must have shape (m,), but have shape {recalls.shape}")
    if not ((recalls >= 0.0) & (recalls <= 1.0)).all():
        raise ValueError(f"recalls of the grid must lie in [0, 1], but are {grid!r}")
    metrics = optional_import("sklearn.metrics", "A precision-recall curve")
    precision, recall, _ = metrics.precision_recall_curve(positive, score)
    # From the highest threshold down, without the point that scikit-learn adds at recall 0.
    precision, recall = precision[-2::-1], recall[-2::-1]
    place: NDArray[np.intp] = np.searchsorted(recall, recalls - _ROUNDING)
    return np.asarray(precision[place], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Reliability:
    """The bins of a reliability curve, by rising probability; each array has shape (bins,)."""

    probability: NDArray[np.float64]
    """Mean predicted probability."""
    share: NDArray[np.float64]
    """Share of positives."""
    low: NDArray[np.float64]
    """Lower end of the share's 95 % interval."""
    high: NDArray[np.float64]
    """Upper end of it."""
    count: NDArray[np.intp]
    """Number of rows."""


def reliability(y_true: ArrayLike, probability: ArrayLike, n_bins: int = 15) -> Reliability:
    """Return mean predicted probability and share of positives in bins of equal numbers of rows.

    Rows of one probability are never parted: they go where the middle one of them falls. So bins are equal
    where there are no ties, and then those of `expected_calibration_error`, and fewer where there are many. The share's
    95 % interval is Wilson's (1927), which is in [0, 1] and is no point where a bin has no positives; it takes
    the rows as independent.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        0 or 1.
    probability : array-like of shape (n,)
        The positive class's probability, in [0, 1].
    n_bins : int
        Number of bins at most, 1 or more.

    Returns
    -------
    Reliability
        Five arrays, one value for each bin that has rows.

    Raises
    ------
    TypeError
        If the number of bins is no integer.
    ValueError
        If labels, probabilities or the number of bins are wrong.

    Examples
    --------
    >>> curve = reliability([0, 0, 1, 1], [0.25, 0.25, 0.5, 0.75], n_bins=2)
    >>> curve.probability, curve.share, curve.count
    (array([0.25 , 0.625]), array([0., 1.]), array([2, 2]))
    >>> curve.high.round(3)
    array([0.658, 1.   ])
    """
    positive = as_positive(y_true)
    n = len(positive)
    score = as_scores(probability, n)
    n_parts = min(as_count(n_bins, "n_bins"), n)
    _, value, ties = np.unique(score, return_inverse=True, return_counts=True)
    middle = np.cumsum(ties) - (ties + 1) // 2
    ends = np.cumsum([len(part) for part in np.array_split(np.arange(n), n_parts)])
    _, bins = np.unique(np.searchsorted(ends, middle, side="right")[value], return_inverse=True)
    count = np.bincount(bins)
    share = np.bincount(bins, weights=positive) / count
    low, high = _wilson(share, count)
    return Reliability(np.bincount(bins, weights=score) / count, share, low, high, count)


def _wilson(share: NDArray[np.float64], count: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    centre = share + _Z**2 / (2 * count)
    half_width = _Z * np.sqrt(share * (1.0 - share) / count + _Z**2 / (4.0 * count**2))
    total = 1.0 + _Z**2 / count
    # Both ends are in [0, 1] but for rounding.
    return np.maximum((centre - half_width) / total, 0.0), np.minimum((centre + half_width) / total, 1.0)
