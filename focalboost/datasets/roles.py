"""Which columns of a user's table say what: the target, the time, the group, the amount, categories, nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets._tables import pd
from focalboost.datasets.columns import as_numbers, kind_of
from focalboost.datasets.errors import DataError, unreadable

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHOWN_COLUMNS = 20


@dataclass(frozen=True)
class Roles:
    """The columns that are more than features.

    Attributes
    ----------
    target : str
        The column to predict.
    time : str, optional
        When each row happened. The rows are sorted by it; it is not a feature.
    group : str, optional
        Whose row it is. It is not a feature.
    amount : str, optional
        The money at stake. It is a feature too.
    categorical : tuple of str
        Features whose values are codes, not quantities: read as categories, though they may be numbers or dates.
        Text is read as categories in any case.
    drop : tuple of str
        Columns that are not used: what only names the rows, or is not known before the outcome.

    Raises
    ------
    DataError
        If one column is given two roles, or one text is given in place of several names.

    Examples
    --------
    >>> Roles("fraud", time="day").named()
    {'target': 'fraud', 'time': 'day'}
    """

    target: str
    time: str | None = None
    group: str | None = None
    amount: str | None = None
    categorical: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for several in ("categorical", "drop"):
            given = getattr(self, several)
            if isinstance(given, str):
                raise DataError(f"{several} is the text {given!r}: give the columns' names in a tuple")
            # A list would make the roles unhashable.
            object.__setattr__(self, several, tuple(dict.fromkeys(given)))
        taken: dict[str, str] = {}
        for role, name in self._all():
            if name in taken:
                raise DataError(f"column {name!r} is given as {taken[name]} and as {role}: each needs its own column")
            taken[name] = role

    def named(self) -> dict[str, str]:
        """Return the column of each role that is given, but for the categories and what is dropped."""
        names = {"target": self.target, "time": self.time, "group": self.group, "amount": self.amount}
        return {role: name for role, name in names.items() if name is not None}

    def _all(self) -> list[tuple[str, str]]:
        several = {"category": self.categorical, "column to drop": self.drop}
        return [*self.named().items(), *((role, name) for role, names in several.items() for name in names)]

    def check(self, table: pd.DataFrame) -> None:
        """Raise a DataError if the table lacks one of the columns, or has no other to learn from."""
        for role, name in self._all():
            if name not in table.columns:
                columns = ", ".join(map(repr, table.columns[:_SHOWN_COLUMNS]))
                if len(table.columns) > _SHOWN_COLUMNS:
                    columns += f" and {len(table.columns) - _SHOWN_COLUMNS} more"
                raise DataError(f"no column {name!r} for the {role}; the columns are {columns}")
        if self.features_of(table).columns.empty:
            taken = " and ".join(f"the {role} {name!r}" for role, name in self._all())
            raise DataError(f"has no column beside {taken} to learn from")

    def features_of(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the columns to learn from: all but target, time, group and what is dropped."""
        others = [name for role, name in self.named().items() if role != "amount"]
        return table.drop(columns=[*others, *self.drop])


def read_groups(column: pd.Series) -> tuple[NDArray[np.int64], str]:
    """Read whose row each is.

    Parameters
    ----------
    column : pandas.Series of shape (n,)
        Numbers, text or dates, none missing.

    Returns
    -------
    groups : ndarray of int64, shape (n,)
        The same number for the same value: 0, 1, ...
    note : str
        What happens to the column.

    Raises
    ------
    DataError
        If a value is missing, or the column holds what cannot be compared (lists, bytes).

    Examples
    --------
    >>> read_groups(pd.Series(["ann", "bob", "ann"], name="customer"))
    (array([0, 1, 0]), "column 'customer' groups the rows (2 groups in 3 rows), and is no feature")
    """
    kind = kind_of(column)
    if kind not in ("number", "text", "date"):
        raise DataError(f"group {column.name!r} holds {kind} ({column.dtype}): give numbers, text or dates")
    missing = column.isna().to_numpy(dtype=bool)
    if missing.any():
        raise unreadable("group", column, missing, "name a group")
    codes, values = pd.factorize(column)
    note = f"column {column.name!r} groups the rows ({len(values)} groups in {len(column)} rows), and is no feature"
    return codes.astype(np.int64), note


def read_amounts(column: pd.Series) -> NDArray[np.float64]:
    """Read the money at stake.

    Parameters
    ----------
    column : pandas.Series of shape (n,)
        Finite numbers of 0 or more.

    Returns
    -------
    ndarray of float64, shape (n,)
        The same numbers.

    Raises
    ------
    DataError
        If the column holds dates or the like, or a value is missing, no number or negative.
    """
    kind = kind_of(column)
    if kind not in ("number", "text"):
        raise DataError(f"amount {column.name!r} holds {kind} ({column.dtype}): give numbers")
    amounts = as_numbers(column)
    bad = ~np.isfinite(amounts)
    if bad.any():
        raise unreadable("amount", column, bad, "is a finite number such as 12.50")
    negative = amounts < 0.0
    if negative.any():
        wanted = "is what a fraud in this row loses: for a refund 0, or its size where the refund is the fraud"
        raise unreadable("amount", column, negative, wanted)
    return amounts
