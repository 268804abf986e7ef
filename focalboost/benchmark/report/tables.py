"""The tables of measures as text, for any kind of report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from focalboost.benchmark.report.columns import EFFORT, MONEY, PROBABILITIES, RANKING
from focalboost.benchmark.report.rows import SANITY

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

    from focalboost.benchmark.report.columns import Column

_TABLES = (("Ranking, alerts and money", RANKING + MONEY), ("Probabilities and effort", PROBABILITIES + EFFORT))


@dataclass(frozen=True)
class Cell:
    """A number as text, and whether it is emphasised as the best of its column."""

    text: str
    best: bool = False


@dataclass(frozen=True)
class Line:
    """One method's cells; sanity rows are never the best."""

    method: str
    failed: str
    sanity: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """Lines under headings."""

    title: str
    headings: tuple[str, ...]
    lines: tuple[Line, ...]


def measure_tables(summary: pd.DataFrame, task: str, booster: str, protocol: str) -> list[Table]:
    """Write the means of one task, booster and protocol: one table for ranking and money, one for the rest.

    Parameters
    ----------
    summary : pandas.DataFrame
        See `summarise`.
    task, booster, protocol : str
        Which rows.

    Returns
    -------
    list of Table
        None if there are no such rows.
    """
    tables = [table_of(summary, task, booster, protocol, columns, title) for title, columns in _TABLES]
    return [table for table in tables if table.lines]


def table_of(
    summary: pd.DataFrame, task: str, booster: str, protocol: str, columns: tuple[Column, ...], title: str = ""
) -> Table:
    """Write some means of one task, booster and protocol, with the task's sanity rows below.

    Parameters
    ----------
    summary : pandas.DataFrame
        See `summarise`.
    task, booster, protocol : str
        Which rows.
    columns : tuple of Column
        What is shown, but for columns that have no number.
    title : str
        Of the table.

    Returns
    -------
    Table
        Without lines if there are no such rows.
    """
    of_task = summary[summary["task"] == task]
    rows = of_task[(of_task["booster"] == booster) & (of_task["protocol"] == protocol)]
    sanity = of_task[of_task["booster"] == SANITY].drop_duplicates("method")
    shown = [column for column in columns if column.name in rows and rows[column.name].notna().any()]
    lines = []
    for part, is_sanity in ((rows, False), (sanity, True)):
        for row in part.to_dict("records") if len(rows) else ():
            cells = tuple(_cell(column, row, None if is_sanity else rows) for column in shown)
            failed = f"{row['failed']} of {row['folds']} failed" if row["failed"] else ""
            lines.append(Line(str(row["method"]), failed, is_sanity, cells))
    return Table(title, tuple(column.heading for column in shown), tuple(lines))


def _cell(column: Column, row: dict[Hashable, Any], among: pd.DataFrame | None) -> Cell:
    """Write a value; it is best if none among the rows looks better, and few as good."""
    text = column.show(row[column.name])
    best = among is not None and column.better is not None and text == _best(column, among)
    if column.name == "average_precision":
        return Cell(f"{text} ± {column.show(row['average_precision_sd'])}", best)
    return Cell(text, best)


def _best(column: Column, rows: pd.DataFrame) -> str | None:
    values = rows[column.name]
    best = column.show(values.max() if column.better == "larger" else values.min())
    # What most methods reach says nothing.
    alike = sum(column.show(value) == best for value in values)
    return best if 2 * alike <= len(values) else None
