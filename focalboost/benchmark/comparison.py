"""Whether one method beats another on a task: paired differences over folds, with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from focalboost._optional import optional_import

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

_CONFIDENCE = 0.95
_POWER = 0.8

LOWER_IS_BETTER = frozenset(
    {
        "log_loss",
        "brier",
        "expected_calibration_error",
        "uncorrected_log_loss",
        "uncorrected_brier",
        "uncorrected_expected_calibration_error",
        "train_seconds",
        "predict_seconds",
        "peak_memory_mib",
    }
)
"""The measures of which less is better; of all others more is."""


class Difference(NamedTuple):
    """The mean of paired differences and what is known of it; NaN where fewer than two folds tell nothing."""

    mean: float
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end of it."""
    n_folds: int
    detectable: float
    """The true difference that would have been shown with a probability of about 80 %."""


@dataclass(frozen=True)
class Comparison:
    """One method against one reference on one task: positive differences say that the method is better."""

    task: str
    booster: str
    protocol: str
    method: str
    reference: str
    measure: str
    mean: float
    """Mean over folds of the difference, in the measure's unit."""
    low: float
    """Lower end of the mean's 95 % interval, NaN for a single fold."""
    high: float
    """Upper end of it."""
    n_folds: int
    """Number of folds that both have."""
    detectable: float
    """The size of a true difference that these folds would have shown with a probability of about 80 %."""

    @property
    def verdict(self) -> str:
        """What the interval says: "better", "worse", or "no difference shown"."""
        if self.low > 0.0:
            return "better"
        if self.high < 0.0:
            return "worse"
        return "no difference shown"


def compare_methods(
    results: pd.DataFrame, methods: Sequence[str], references: Sequence[str], measure: str = "average_precision"
) -> list[Comparison]:
    """Compare methods with references, for each task, booster and protocol on the folds that both have.

    Parameters
    ----------
    results : pandas.DataFrame
        One row a fit, with the columns task, booster, method, protocol, fold, test_over_train (number of test rows
        over number of training rows) and the measure, NaN where the fit failed.
    methods, references : sequence of str
        Names of methods. A method is not compared with itself.
    measure : str
        Name of the measure's column; those of `LOWER_IS_BETTER` are turned round.

    Returns
    -------
    list of Comparison
        In the order of the results, then of the methods, then of the references; only of pairs that have a fold in
        common.

    Raises
    ------
    ValueError
        If there is no such column, or a fit is there twice.

    Examples
    --------
    >>> import pandas as pd
    >>> one = {"task": "cards", "booster": "xgboost", "protocol": "fixed", "test_over_train": 0.25}
    >>> results = pd.DataFrame(
    ...     [one | {"method": "focal", "fold": i, "average_precision": 0.5 + i / 100} for i in range(5)]
    ...     + [one | {"method": "plain", "fold": i, "average_precision": 0.4 + i / 90} for i in range(5)]
    ... )
    >>> [comparison] = compare_methods(results, ["focal"], ["plain"])
    >>> comparison.verdict, round(comparison.mean, 3), comparison.n_folds
    ('better', 0.098, 5)
    """
    comparisons = []
    for key, rows in results.groupby(["task", "booster", "protocol"], sort=False, observed=True):
        values = values_by_method(rows, measure, ["fold"])
        pairs = [(ours, theirs) for ours in methods for theirs in references if ours != theirs]
        for method, reference in pairs:
            if not {method, reference} <= set(values):
                continue
            paired = (values[method] - values[reference]).dropna()
            if paired.empty:
                continue
            ratio = rows[rows["method"] == method].set_index("fold")["test_over_train"].reindex(paired.index).mean()
            difference = corrected_difference(paired.to_numpy(dtype=np.float64), float(ratio))
            task, booster, protocol = map(str, key)
            comparisons.append(
                Comparison(task, booster, protocol, method, reference, measure, **difference._asdict()),
            )
    return comparisons


def corrected_difference(differences: NDArray[np.float64], test_over_train: float) -> Difference:
    """Estimate a mean difference by the corrected resampled t-test (Nadeau and Bengio 2003).

    The training rows of folds overlap, so their differences vary less than those of independent samples;
    the variance of the mean is taken as (1/k + n_test/n_train) times the variance of the k differences,
    instead of 1/k. For folds by time, whose sizes differ, this is an approximation.

    With its root as the standard error, the detectable difference is the one that Bloom ("Minimum detectable
    effects", Evaluation Review 1995) defines for a two-sided test at the 5 % level and a power of 80 %:
    (t(.975, k-1) + t(.8, k-1)) * standard error. It takes the spread found for the true one, which few folds
    know only roughly.

    Parameters
    ----------
    differences : ndarray of float64, shape (k,)
        One for each fold.
    test_over_train : float
        Number of test rows over number of training rows, the mean over folds.

    Returns
    -------
    Difference
        With the 95 % interval and the detectable difference, both NaN for fewer than two folds.

    Examples
    --------
    >>> found = corrected_difference(np.array([0.01, 0.02, 0.03]), 0.5)
    >>> round(found.low, 3), round(found.high, 3), round(found.detectable, 3)
    (-0.019, 0.059, 0.049)
    """
    k = len(differences)
    mean = float(np.mean(differences)) if k else np.nan
    if k < 2:
        return Difference(mean, np.nan, np.nan, k, np.nan)
    special = optional_import("scipy.special", "The interval of a difference")
    error = float(np.sqrt((1.0 / k + test_over_train) * np.var(differences, ddof=1)))
    quantile = float(special.stdtrit(k - 1, 0.5 + _CONFIDENCE / 2.0))
    detectable = (quantile + float(special.stdtrit(k - 1, _POWER))) * error
    return Difference(mean, mean - quantile * error, mean + quantile * error, k, detectable)


def values_by_method(results: pd.DataFrame, measure: str, index: list[str]) -> pd.DataFrame:
    """Return a measure with a column for each method, turned so that larger is better.

    Parameters
    ----------
    results : pandas.DataFrame
        One row a fit; each method once for each value of the index.
    measure : str
        Name of a column.
    index : list of str
        The columns that become the index.

    Returns
    -------
    pandas.DataFrame
        Of float64, NaN where there is no fit.

    Raises
    ------
    ValueError
        If there is no such column, or a fit is there twice.
    """
    if measure not in results:
        raise ValueError(f"the results have no measure {measure!r}; their columns are {', '.join(map(str, results))}")
    twice = results.duplicated([*index, "method"])
    if twice.any():
        first = results.loc[twice, [*index, "method"]].iloc[0].to_dict()
        raise ValueError(f"{int(twice.sum())} fits are in the results twice, the first is {first}: keep one of each")
    wide = results.astype({"method": "object"}).pivot(index=index, columns="method", values=measure)
    return (-wide if measure in LOWER_IS_BETTER else wide).astype(np.float64)
