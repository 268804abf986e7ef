"""The results in few numbers: means over folds, and what they say of focal loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from focalboost.benchmark.comparison import compare
from focalboost.benchmark.methods import METHODS, REFERENCES, Focal
from focalboost.datasets._tables import pd

if TYPE_CHECKING:
    from focalboost.benchmark.comparison import Difference

_GROUP = ["task", "booster", "method"]


def summarise(results: pd.DataFrame) -> pd.DataFrame:
    """Average the measures over folds.

    Parameters
    ----------
    results : pandas.DataFrame
        One row a fit, see `Row`.

    Returns
    -------
    pandas.DataFrame
        One row for each task, library and method, in the order of `METHODS`: the number of folds and of those
        that failed, the mean of each measure, the standard deviation of the average precision, and the median
        of the seconds (a loss may be compiled in its first fit).
    """
    groups = results.groupby(_GROUP, sort=False)
    summary = groups.agg(
        folds=("fold", "size"),
        failed=("error", "count"),
        average_precision=("average_precision", "mean"),
        average_precision_sd=("average_precision", "std"),
        roc_auc=("roc_auc", "mean"),
        log_loss=("log_loss", "mean"),
        brier=("brier", "mean"),
        expected_calibration_error=("expected_calibration_error", "mean"),
        recall_at_1pct_fpr=("recall_at_1pct_fpr", "mean"),
        seconds=("seconds", "median"),
    ).reset_index()
    place = {name: position for position, name in enumerate(METHODS)}
    method = summary["method"].map(place).fillna(len(place))
    # Tasks and libraries in the order of the run.
    task, booster = (pd.factorize(summary[name])[0] for name in ("task", "booster"))
    return summary.iloc[np.lexsort((method, booster, task))].reset_index(drop=True)


@dataclass(frozen=True)
class FocalComparison:
    """One focal method against one reference, on one task in one library."""

    task: str
    booster: str
    method: str
    reference: str
    difference: Difference
    best_of: int | None
    """Of how many focal methods this one has the largest mean average precision, or None."""


def compare_focal(results: pd.DataFrame) -> list[FocalComparison]:
    """Compare every focal method with every reference of `REFERENCES`, task by task and library by library.

    Parameters
    ----------
    results : pandas.DataFrame
        One row a fit, see `Row`.

    Returns
    -------
    list of FocalComparison
        Only of pairs that have a fold in common.
    """
    comparisons = []
    for (task, booster), rows in results.groupby(["task", "booster"], sort=False):
        means = rows.groupby("method")["average_precision"].mean().dropna()
        focal = [name for name, method in METHODS.items() if isinstance(method, Focal) and name in means]
        best = max(focal, key=lambda name: means[name], default=None)
        for name in focal:
            for reference in REFERENCES:
                difference = compare(rows, name, reference)
                if difference.n_folds:
                    best_of = len(focal) if name == best else None
                    comparisons.append(FocalComparison(str(task), str(booster), name, reference, difference, best_of))
    return comparisons
