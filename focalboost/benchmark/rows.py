"""One row of the results: which fit it was, what it measured, or why it failed."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost.datasets._tables import pd
from focalboost.evaluation.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Key = tuple[str, str, str, str, int]

KEY = ("task", "booster", "method", "protocol", "fold")


@dataclass(frozen=True)
class Row:
    """One fit under one protocol.

    Attributes
    ----------
    task, booster, method, protocol, fold
        Which it was.
    measures : mapping of str to float
        Those of `MEASURES` on the test rows, NaN where one is not defined; a failed fit has none.
    validation_score : float
        The measure that decides, on the validation rows; larger is better.
    rounds : int
        Number of trees that are used.
    threshold, alert_cost, alerts_per_period : float
        See `Terms`.
    train_seconds, predict_seconds : float
        Of all rounds; the latter of the test rows.
    peak_memory_mib : float
        Additional memory of the fit, in MiB; NaN where it cannot be told.
    note : str, optional
        What the reader should know of this fit.
    error : str, optional
        Why it failed.
    n_fit, n_validation, n_test, fit_positives, validation_positives, test_positives : int
        Numbers of rows, and of positives among them.
    """

    task: str
    booster: str
    method: str
    protocol: str
    fold: int
    measures: Mapping[str, float] = field(default_factory=dict)
    validation_score: float = np.nan
    rounds: int = 0
    threshold: float = np.nan
    alert_cost: float = np.nan
    alerts_per_period: float = np.nan
    train_seconds: float = np.nan
    predict_seconds: float = np.nan
    peak_memory_mib: float = np.nan
    note: str | None = None
    error: str | None = None
    n_fit: int = 0
    n_validation: int = 0
    n_test: int = 0
    fit_positives: int = 0
    validation_positives: int = 0
    test_positives: int = 0

    @property
    def key(self) -> Key:
        """What no other row has."""
        return self.task, self.booster, self.method, self.protocol, self.fold


_FIELDS = tuple(field.name for field in fields(Row) if field.name != "measures")
_TEXTS = ("note", "error")


def to_table(rows: Iterable[Row]) -> pd.DataFrame:
    """Return rows as a table, a column for each field and each measure."""
    records = [{name: getattr(row, name) for name in _FIELDS} | dict(row.measures) for row in rows]
    columns = [*KEY, *MEASURES, *(name for name in _FIELDS if name not in KEY)]
    table = pd.DataFrame(records, columns=columns)
    return table.astype(dict.fromkeys(_TEXTS, "string") | dict.fromkeys(MEASURES, np.float64))


def from_table(table: pd.DataFrame) -> list[Row]:
    """Return the rows of a table; columns of measures that are no more are left out, new ones are not in the rows.

    Raises
    ------
    ValueError
        If a column is missing that is not a measure, or a row's key cannot be one.
    """
    missing = [name for name in _FIELDS if name not in table.columns]
    if missing:
        raise ValueError(f"it has no column {', '.join(missing)}")
    names = table[[name for name in KEY if name != "fold"]]
    if not all(isinstance(value, str) for value in names.to_numpy().ravel()):
        raise ValueError(f"one of {', '.join(names.columns)} is no text in some rows")
    if len(table) and not pd.api.types.is_integer_dtype(table["fold"]):
        raise ValueError(f"its column fold holds {table['fold'].dtype}, not whole numbers")
    table = table.assign(**{name: table[name].astype("object").where(table[name].notna(), None) for name in _TEXTS})
    known = [name for name in MEASURES if name in table.columns]
    rows = []
    for record in table.to_dict("records"):
        values: dict[str, Any] = {name: record[name] for name in _FIELDS}
        # Of a failed fit there is none. NaN is a measure too, such as the savings where no money is at stake.
        measures = {name: float(record[name]) for name in known if record["error"] is None}
        rows.append(Row(**values, measures=measures))
    return rows
