"""A column as the time of each row: dates, or numbers that increase with time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets._tables import pd
from focalboost.datasets.columns import as_numbers, kind_of
from focalboost.datasets.errors import DataError, unreadable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Times = NDArray[np.datetime64] | NDArray[np.float64]

# Whole numbers between these that are mostly days of the calendar, such as 20240131, are dates: as numbers they would
# jump from month to month, and a gap in them would mean nothing.
_FIRST_DAY, _LAST_DAY = 1900_01_01, 2100_12_31


def read_times(column: pd.Series) -> tuple[Times, str]:
    """Read when each row happened.

    Dates, text in ISO 8601, and whole numbers such as 20240131 become moments (in UTC, where they name a zone); other
    numbers stay, in their own unit.

    Parameters
    ----------
    column : pandas.Series of shape (n,)
        One kind of these, none missing.

    Returns
    -------
    times : ndarray of datetime64[us] or float64, shape (n,)
        In the column's order.
    note : str
        What the column was read as, and what happens to it.

    Raises
    ------
    DataError
        If a value cannot be read, or all are the same.

    Examples
    --------
    >>> times, note = read_times(pd.Series(["2024-01-31", "2024-01-01"], name="day"))
    >>> note
    "rows sorted by column 'day', read as dates from 2024-01-01T00:00:00 to 2024-01-31T00:00:00; it is no feature"
    """
    kind = kind_of(column)
    if kind == "number":
        times = _from_numbers(as_numbers(column))
    elif kind == "text":
        times = _from_text(column)
    elif kind == "date":
        times = _moments(pd.to_datetime(column, errors="coerce", utc=True))
    else:
        raise DataError(f"time {column.name!r} holds {kind} ({column.dtype}): give dates or numbers")
    bad = ~np.isfinite(times)
    dates = np.issubdtype(times.dtype, np.datetime64)
    if bad.any():
        date = "a date in ISO 8601 such as 2024-01-31 or 2024-01-31T18:30:00"
        raise unreadable("time", column, bad, f"is {date}" if dates else f"is a finite number, or {date}")
    first, last = times.min(), times.max()
    if first == last:
        raise DataError(f"time {column.name!r} is the same in every row: there is no past to train on, leave it out")
    if dates:
        read_as = f"dates from {first.astype('datetime64[s]')} to {last.astype('datetime64[s]')}"
    else:
        read_as = f"numbers from {first:.12g} to {last:.12g}"
    return times, f"rows sorted by column {column.name!r}, read as {read_as}; it is no feature"


def _from_numbers(numbers: NDArray[np.float64]) -> Times:
    plausible = (numbers >= _FIRST_DAY) & (numbers <= _LAST_DAY) & (np.floor(numbers) == numbers)
    if not _most(plausible):
        return numbers
    days = pd.Series(np.where(plausible, numbers, 0).astype(np.int64).astype(str))
    dates = _moments(pd.to_datetime(days, format="%Y%m%d", errors="coerce"))
    return dates if _most(np.isfinite(dates)) else numbers


def _most(values: NDArray[np.bool_]) -> bool:
    return 2 * int(values.sum()) > len(values)


def _from_text(column: pd.Series) -> Times:
    numbers = _from_numbers(as_numbers(column))
    dates = _moments(pd.to_datetime(column.astype("object"), format="ISO8601", errors="coerce", utc=True))
    # The reading that fails less is the one meant, so that the row named as unreadable is the bad one.
    return numbers if np.isfinite(numbers).sum() >= np.isfinite(dates).sum() else dates


def _moments(dates: pd.Series) -> NDArray[np.datetime64]:
    return np.asarray(dates.dt.tz_localize(None), dtype="datetime64[us]")
