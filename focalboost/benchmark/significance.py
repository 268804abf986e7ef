"""P-values of differences across tasks, and their correction for how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost._optional import optional_import

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import ArrayLike, NDArray

LEVEL = 0.05


def signed_rank_p_value(differences: NDArray[np.float64]) -> float:
    """Return the exact two-sided p-value of Wilcoxon's signed-rank test; 1 if all differences are 0.

    Differences of 0 are left out, as Wilcoxon (1945) and SciPy's default do, and equal sizes get their mean rank.
    Without equal sizes it is SciPy's exact p-value. With them, SciPy tries all signs of up to 13 differences, which
    takes seconds, and approximates for more; the distribution over all signs is exact and fast for both.

    Parameters
    ----------
    differences : ndarray of float64, shape (n,)
        One for each task.

    Returns
    -------
    float
        In (0, 1].

    Raises
    ------
    ImportError
        If SciPy is not installed.

    Examples
    --------
    >>> signed_rank_p_value(np.array([0.1, 0.2, 0.3, 0.4, 0.5]))
    0.0625
    """
    d = differences[differences != 0.0]
    # Mean ranks are whole or half: doubled, they are places in the distribution of their sum.
    ranks = np.rint(2.0 * _stats().rankdata(np.abs(d))).astype(np.intp)
    chance = np.zeros(int(ranks.sum()) + 1)
    chance[0] = 1.0
    for rank in ranks:
        # Half of the signs add the rank to the sum of the positive ones.
        chance[rank:] = (chance[rank:] + chance[: len(chance) - rank]) / 2.0
        chance[:rank] /= 2.0
    positive = int(ranks[d > 0.0].sum())
    return float(min(2.0 * min(chance[: positive + 1].sum(), chance[positive:].sum()), 1.0))


def smallest_p_value(n_tasks: int) -> float:
    """Return the p-value of `signed_rank_p_value` where one side wins on every task: 2 of 2**n orders of signs.

    Examples
    --------
    >>> smallest_p_value(5), smallest_p_value(6)
    (0.0625, 0.03125)
    """
    return float(min(2.0 ** (1 - n_tasks), 1.0))


def friedman_p_value(values: NDArray[np.float64]) -> float:
    """Return the p-value of Friedman's test that all methods are alike, by its chi-squared approximation.

    Parameters
    ----------
    values : ndarray of float64, shape (n, m)
        Of n tasks and m methods.

    Returns
    -------
    float
        In [0, 1]; 1 if all methods are level on every task; NaN for fewer than three methods, or without tasks.

    Raises
    ------
    ImportError
        If SciPy is not installed.

    Examples
    --------
    >>> round(friedman_p_value(np.array([[0.1, 0.2, 0.3], [0.1, 0.2, 0.3], [0.1, 0.2, 0.3]])), 3)
    0.05
    """
    n, m = values.shape
    if n == 0 or m < 3:
        return np.nan
    if np.ptp(values, axis=1).max() == 0.0:
        return 1.0
    return float(_stats().friedmanchisquare(*values.T).pvalue)


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return p-values corrected for their number by Holm's step-down method (1979).

    The i-th smallest of m is multiplied by m - i + 1, and is not smaller than the one before it.

    Parameters
    ----------
    p_values : array-like of shape (m,)
        In [0, 1].

    Returns
    -------
    ndarray of float64, shape (m,)
        In [0, 1], in the order given.

    Examples
    --------
    >>> holm([0.04, 0.01, 0.03])
    array([0.06, 0.03, 0.06])
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p)
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1.0)
    return corrected


def _stats() -> ModuleType:
    return optional_import("scipy.stats", "Comparing methods across tasks")
