"""The results in few numbers: means over folds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focalboost.benchmark.report.columns import COLUMNS
from focalboost.datasets._tables import pd

if TYPE_CHECKING:
    from focalboost.benchmark.results import Results

_GROUP = ["task", "booster", "protocol", "method"]
_PROTOCOLS = ("fixed", "stopped", "tuned")


def summarise(results: Results) -> pd.DataFrame:
    """Average the measures over folds.

    Parameters
    ----------
    results : Results
        Of a comparison.

    Returns
    -------
    pandas.DataFrame
        One row for each task, booster, protocol and method: the number of folds and of those that failed, the
        mean of each measure over the others, the standard deviation of the average precision
        (``average_precision_sd``), and the median of the seconds (a loss may be compiled in its first fit).
        Tasks and boosters as in the table of results, methods as in `method_order`.
    """
    table = results.table
    groups = table.groupby(_GROUP, sort=False)
    summary = pd.DataFrame({"folds": groups["fold"].size(), "failed": groups["error"].count()})
    for column in COLUMNS:
        if column.name in table:
            how = "median" if column.name.endswith("_seconds") else "mean"
            summary[column.name] = groups[column.name].agg(how)
    summary["average_precision_sd"] = groups["average_precision"].std()
    summary = summary.reset_index()
    orders = {
        "task": list(results.tasks),
        "booster": list(table["booster"].unique()),
        "protocol": list(_PROTOCOLS),
        "method": method_order(results),
    }
    places = pd.DataFrame({name: summary[name].map(order.index) for name, order in orders.items()})
    return summary.loc[places.sort_values(_GROUP).index].reset_index(drop=True)


def method_order(results: Results) -> list[str]:
    """Return the methods in the order of their descriptions, those chosen from families last."""
    names = dict.fromkeys([*results.descriptions, *results.table["method"]])
    return sorted(names, key=lambda name: name.endswith("_chosen"))
