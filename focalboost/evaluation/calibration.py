"""How far predicted probabilities are from the shares of positives that come true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.evaluation._checks import as_count, as_positive, as_probabilities

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def expected_calibration_error(y_true: ArrayLike, probability: ArrayLike, n_bins: int = 15) -> float:
    """Return the mean gap of predicted and observed share of positives, over bins of equal numbers of rows.

    The rows are sorted by probability and cut into bins; each bin's absolute difference of mean probability
    and share of positives counts by its number of rows: sum over bins of (n_b / n) abs(mean p_b - mean y_b).
    That is the expected calibration error of Naeini, Cooper and Hauskrecht (AAAI 2015), of the positive
    class's probability, with the bins of Nguyen and O'Connor (EMNLP 2015): of equal width instead, the
    lowest one would hold nearly all rows where positives are rare.

    Rows of the same probability share their labels evenly, so that it does not matter which of them are in
    which bin. Bins differ by at most one row.

    Chance alone makes it larger than 0 for true probabilities too, the more so the fewer positives there
    are: compare methods on the same rows, not data sets.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        0 or 1.
    probability : array-like of shape (n,)
        The positive class's probability, in [0, 1].
    n_bins : int
        Number of bins; fewer if there are fewer rows.

    Returns
    -------
    float
        In [0, 1]; smaller is better.

    Raises
    ------
    TypeError
        If the number of bins is no integer.
    ValueError
        If labels are neither 0 nor 1, a probability is NaN or outside [0, 1], their numbers differ, or there are no
        bins.

    Examples
    --------
    >>> expected_calibration_error([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5])
    0.0
    >>> expected_calibration_error([0, 0, 1, 1], [0.25, 0.25, 0.5, 0.5], n_bins=2)
    0.375
    """
    positive = as_positive(y_true)
    p = as_probabilities(probability, len(positive))
    bins = min(as_count(n_bins, "n_bins"), len(p))
    order = np.argsort(p)
    p, label = p[order], positive[order].astype(np.float64)
    tie_begins = np.flatnonzero(np.append(True, p[1:] != p[:-1]))
    ties = np.diff(tie_begins, append=len(p))
    parts = np.array_split(p - np.repeat(np.add.reduceat(label, tie_begins) / ties, ties), bins)
    return sum(abs(float(part.sum())) for part in parts) / len(p)
