"""Whether one method beats another: paired differences over folds, with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from focalboost._optional import optional_import

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """The mean of paired differences and its 95 % interval (NaN where fewer than two folds give none)."""

    mean: float
    low: float
    high: float
    n_folds: int

    @property
    def verdict(self) -> str:
        """What the interval says: better, worse, or no difference shown."""
        if self.low > 0.0:
            return "better"
        if self.high < 0.0:
            return "worse"
        return "no difference shown"


def corrected_difference(differences: NDArray[np.float64], test_over_train: float) -> Difference:
    """Estimate a mean difference by the corrected resampled t-test (Nadeau and Bengio 2003).

    The training rows of folds overlap, so their differences vary less than those of independent samples;
    the variance of the mean is taken as (1/k + n_test/n_train) times the variance of the k differences,
    instead of 1/k. For folds by time, whose sizes differ, this is an approximation.

    Parameters
    ----------
    differences : ndarray of float64, shape (k,)
        One for each fold.
    test_over_train : float
        Number of test rows over number of training rows, the mean over folds.

    Returns
    -------
    Difference
        With the 95 % interval.

    Examples
    --------
    >>> corrected_difference(np.array([0.01, 0.02, 0.03]), 0.5).verdict
    'no difference shown'
    """
    k = len(differences)
    mean = float(np.mean(differences)) if k else np.nan
    if k < 2:
        return Difference(mean, np.nan, np.nan, k)
    special = optional_import("scipy.special", "The interval of a difference")
    error = float(np.sqrt((1.0 / k + test_over_train) * np.var(differences, ddof=1)))
    half_width = float(special.stdtrit(k - 1, 0.5 + _CONFIDENCE / 2.0)) * error
    return Difference(mean, mean - half_width, mean + half_width, k)


def compare(results: pd.DataFrame, method: str, reference: str) -> Difference:
    """Compare the average precision of two methods on the folds that both have.

    Parameters
    ----------
    results : pandas.DataFrame
        Rows of one task and library, see `Row`.
    method, reference : str
        Names of methods; a positive difference says that `method` is better.

    Returns
    -------
    Difference
        Of the average precisions.
    """
    ours, theirs = (results[results["method"] == name].set_index("fold") for name in (method, reference))
    paired = (ours["average_precision"] - theirs["average_precision"]).dropna()
    ratio = (ours["n_test"] / ours["n_train"]).reindex(paired.index).mean()
    return corrected_difference(paired.to_numpy(dtype=np.float64), float(ratio))
