"""Growth with the number of rows, and the tables that show it."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Row = dict[str, Any]


def slope(rows: Sequence[float], values: Sequence[float]) -> float:
    """Return b of the least-squares line log(value) = a + b log(rows); NaN with fewer than two sizes."""
    if len(set(rows)) < 2:
        return float("nan")
    return float(np.polyfit(np.log(rows), np.log(values), 1)[0])


def slope_table(measured: Iterable[Row], columns: Sequence[str]) -> list[Row]:
    """Return the slopes of some columns, a row for each case of three sizes or more.

    Parameters
    ----------
    measured : iterable of dict
        With "case", "rows" and the columns.
    columns : sequence of str
        What may grow with the rows; a case that lacks one has none for it.

    Returns
    -------
    list of dict
        The case, the sizes, and by column its slope over all sizes, and over those of a million rows and more, where
        what is constant no longer shows.
    """
    cases: dict[str, list[Row]] = {}
    for row in measured:
        cases.setdefault(row["case"], []).append(row)
    table = []
    for case, found in cases.items():
        if len({row["rows"] for row in found}) < 3:
            continue
        found = sorted(found, key=lambda row: row["rows"])
        large = [row for row in found if row["rows"] >= 1e6]
        fitted: Row = {"case": case, "sizes": f"{_count(found[0]['rows'])} to {_count(found[-1]['rows'])}"}
        for column in columns:
            for name, some in ((f"slope of {column}", found), ("from 1e6 rows", large)):
                usable = [row for row in some if row.get(column, 0) > 0]
                name = name if name.startswith("slope") else f"{column}, {name}"
                fitted[name] = slope([row["rows"] for row in usable], [row[column] for row in usable])
        table.append(fitted)
    return table


def markdown(table: Sequence[Row]) -> str:
    """Return rows as a Markdown table with the columns of all of them, numbers to three digits."""
    columns = list(dict.fromkeys(name for row in table for name in row))
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_text(name, row.get(name)) for name in columns) + " |" for row in table]
    return "\n".join(lines)


def _text(name: str, value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        return value
    if name == "rows":
        return _count(value)
    if "slope" in name or "from 1e6" in name:
        return f"{value:.2f}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _count(rows: float) -> str:
    """Write 1e6 for a million, and what is not as round in full."""
    short = f"{rows:.0e}"
    return short.replace("e+0", "e") if rows == float(short) else f"{rows:,}"
