"""The comparison in the terminal: a table for each task and library, and what it says of focal loss."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from focalboost._optional import optional_import
from focalboost.benchmark.methods import METHODS, REFERENCES
from focalboost.benchmark.summary import compare_focal, summarise
from focalboost.benchmark.verdict import show, verdict

if TYPE_CHECKING:
    import pandas as pd

    from focalboost.benchmark.summary import FocalComparison

_WIDTH_OF_FILES = 110


def print_report(results: pd.DataFrame) -> None:
    """Print the tables and the verdict to standard output.

    Parameters
    ----------
    results : pandas.DataFrame
        One row a fit, see `Row`.
    """
    console = optional_import("rich.console", "The report").Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = _WIDTH_OF_FILES
    _legend(console, set(results["method"]))
    comparisons = compare_focal(results)
    for (task, booster), summary in summarise(results).groupby(["task", "booster"], sort=False):
        rows = results[(results["task"] == task) & (results["booster"] == booster)]
        console.print()
        console.print(_heading(rows), style="bold")
        console.print(_measures(summary))
        for error in rows["error"].dropna().unique():
            console.print(f"failed: {error}", style="red")
        here = [c for c in comparisons if (c.task, c.booster) == (task, booster)]
        if here:
            console.print(_differences(here))
    console.print()
    for line in verdict(comparisons):
        console.print(line)


def _legend(console: Any, methods: set[str]) -> None:
    table = _table("method", "what it is")
    table.columns[1].justify = "left"
    table.columns[1].overflow = "ellipsis"
    for name, method in METHODS.items():
        if name in methods:
            table.add_row(name, method.description)
    console.print(table)


def _heading(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    tested = rows.drop_duplicates("fold")
    return (
        f"{first['task']}, {first['booster']}: {tested['fold'].size} folds, "
        f"{tested['n_test'].mean():,.0f} test rows each with {tested['test_positives'].mean():,.0f} positives"
    )


def _measures(summary: pd.DataFrame) -> Any:
    table = _table("method", "AP ± sd", "ROC-AUC", "log-loss", "Brier", "ECE", "recall@\n1% FPR", "seconds")
    for row in summary.to_dict("records"):
        failed = f" ({row['failed']} failed)" if row["failed"] else ""
        table.add_row(
            f"{row['method']}{failed}",
            f"{_number(row['average_precision'], 3)} ± {_number(row['average_precision_sd'], 3)}",
            _number(row["roc_auc"], 3),
            _number(row["log_loss"], 4),
            _number(row["brier"], 4),
            _number(row["expected_calibration_error"], 4),
            _number(row["recall_at_1pct_fpr"], 3),
            _number(row["seconds"], 2),
        )
    return table


def _differences(comparisons: list[FocalComparison]) -> Any:
    table = _table("AP of ... minus that of", *REFERENCES)
    for method in dict.fromkeys(c.method for c in comparisons):
        cells = {c.reference: show(c.difference, before_verdict="\n") for c in comparisons if c.method == method}
        table.add_row(method, *(cells.get(reference, "") for reference in REFERENCES))
    return table


def _number(value: float, digits: int) -> str:
    # A dash where every fit failed, or one fold has no spread.
    return "-" if math.isnan(value) else f"{value:.{digits}f}"


def _table(*columns: str) -> Any:
    box = optional_import("rich.box", "The report")
    table = optional_import("rich.table", "The report").Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for position, column in enumerate(columns):
        table.add_column(column, justify="right" if position else "left", overflow="fold")
    return table
