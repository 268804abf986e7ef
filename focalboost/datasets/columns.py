"""A table's columns as features: numbers, categories, and dates as days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets._tables import pd
from focalboost.datasets.errors import DataError, unreadable

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

_MANY_CATEGORIES = 1000
_SPOILT = 0.5  # text with fewer values than this share that are no numbers is a column of numbers with mistakes
# What pandas' infer_dtype calls the contents of a column of Python objects.
_DATES = {"date", "datetime", "datetime64"}
_NUMBERS = {"boolean", "decimal", "empty", "floating", "integer", "mixed-integer-float"}
_TEXTS = {"string", "mixed-integer", "mixed"}


def as_features(table: pd.DataFrame, categorical: Collection[str] = ()) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Make each column one that trees can split: a number or a category.

    Numbers and bools become float32 (missing: NaN); text becomes categories; a date, or text that is all
    ISO 8601 dates, becomes days since the column's first date. Any of them becomes categories, named by their
    text, where the user says so.

    Parameters
    ----------
    table : pandas.DataFrame of shape (n, d)
        Columns of any of these kinds.
    categorical : collection of str
        Columns to read as categories, whatever they hold.

    Returns
    -------
    features : pandas.DataFrame of shape (n, d)
        float32 and category columns, in the same order.
    notes : tuple of str
        Which columns were read as dates, which are categories and why, and which of them have very many values.

    Raises
    ------
    DataError
        If a column has infinite values, is text that is mostly, but not all, numbers, or holds what is none of these
        (lists, bytes).

    Examples
    --------
    >>> features, notes = as_features(pd.DataFrame({"shop": ["a", "b"], "day": ["2024-01-31", "2024-02-01"]}))
    >>> features["day"].tolist(), notes
    ([0.0, 1.0], ("column 'day' holds dates: read as days since 2024-01-31", "categories: 'shop' (text)"))
    """
    columns, notes = {}, []
    for name in table.columns:
        columns[name], note = _as_feature(table[name], name in categorical)
        notes += note
    features = pd.DataFrame(columns, index=table.index)
    return features, (*notes, *_categories_note(features, categorical))


def _as_feature(column: pd.Series, is_category: bool) -> tuple[pd.Series, list[str]]:
    kind = kind_of(column)
    if is_category and kind in ("number", "date"):
        return _categories(_codes(column))
    if is_category and kind == "text":
        return _categories(column)
    if kind == "date":
        return _days(column, column)
    if kind == "text":
        dates = _iso_dates(column)
        if dates is not None:
            return _days(column, dates)
        _refuse_spoilt_numbers(column)
        return _categories(column)
    if kind == "number":
        return _numbers(column), []
    raise DataError(f"column {column.name!r} holds {kind} ({column.dtype}), neither numbers, text nor dates: drop it")


def kind_of(column: pd.Series) -> str:
    """Return "number", "text" or "date", or for a column of none of these what it holds."""
    types = pd.api.types
    if isinstance(column.dtype, pd.CategoricalDtype):
        return "text"
    if types.is_datetime64_any_dtype(column.dtype):
        return "date"
    if types.is_timedelta64_dtype(column.dtype) or types.is_complex_dtype(column.dtype):
        return str(column.dtype)
    if types.is_numeric_dtype(column.dtype):
        return "number"
    held = types.infer_dtype(column, skipna=True)
    if held == "mixed" and any(isinstance(value, (list, dict, np.ndarray, bytearray)) for value in column):
        return "lists or bytes"
    for kind, names in (("date", _DATES), ("number", _NUMBERS), ("text", _TEXTS)):
        if held in names:
            return kind
    return held


def as_numbers(column: pd.Series) -> NDArray[np.float64]:
    """Read numbers, or text that is numbers; NaN for what is neither."""
    values = column.astype("object") if isinstance(column.dtype, pd.CategoricalDtype) else column
    return pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)


def _numbers(column: pd.Series) -> pd.Series:
    with np.errstate(over="ignore"):
        values = column.astype("Float64").to_numpy(dtype=np.float32, na_value=np.nan)
    infinite = int(np.isinf(values).sum())
    if infinite:
        raise DataError(
            f"column {column.name!r} has {infinite} values that are infinite (or above 3.4e38): "
            "give numbers, or leave them empty"
        )
    return pd.Series(values, index=column.index, name=column.name)


def _refuse_spoilt_numbers(column: pd.Series) -> None:
    """Raise a DataError if text is numbers but for some values, which would make each number a category."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return
    spoilt = np.isnan(as_numbers(column)) & column.notna().to_numpy(dtype=bool)
    if 0 < spoilt.sum() < _SPOILT * column.notna().sum():
        wanted = "is a number as most of them are, leave it empty, name the column as categorical if it holds codes"
        raise unreadable("column", column, spoilt, wanted)


def _iso_dates(column: pd.Series) -> pd.Series | None:
    """Read text as dates if all of it is dates."""
    values = column.astype("object").dropna()
    # A look at the first hundred spares the rest of most columns.
    for part in (values.iloc[:100], values):
        if part.empty or not all(isinstance(value, str) for value in part):
            return None
        if pd.to_datetime(part, format="ISO8601", errors="coerce", utc=True).isna().any():
            return None
    return pd.to_datetime(column.astype("object"), format="ISO8601", utc=True)


def _days(column: pd.Series, dates: pd.Series) -> tuple[pd.Series, list[str]]:
    moments = pd.to_datetime(dates, utc=True)
    days = (moments - moments.min()) / pd.Timedelta(days=1)
    note = f"column {column.name!r} holds dates: read as days since {moments.min().date()}"
    return days.astype(np.float32), [note]


def _codes(column: pd.Series) -> pd.Series:
    """Read numbers or dates as categories: sorted as they are, but named by text, as every booster takes it."""
    return column.astype("category").cat.rename_categories(_code_name)


def _code_name(value: object) -> str:
    # Whole numbers with missing ones among them are floats, and the code is 7, not 7.0.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _categories(column: pd.Series) -> tuple[pd.Series, list[str]]:
    if not isinstance(column.dtype, pd.CategoricalDtype):
        # Numbers among the text would not sort with it.
        column = column.astype("object").map(str, na_action="ignore").astype("category")
    column = column.cat.remove_unused_categories()
    distinct = len(column.cat.categories)
    if distinct <= _MANY_CATEGORIES:
        return column, []
    note = f"column {column.name!r} has {distinct} categories in {len(column)} rows: if it only names the rows, drop it"
    return column, [note]


def _categories_note(features: pd.DataFrame, categorical: Collection[str]) -> list[str]:
    found = [name for name in features.columns if isinstance(features[name].dtype, pd.CategoricalDtype)]
    because = {
        "text": [name for name in found if name not in categorical],
        "named as such": [name for name in found if name in categorical],
    }
    parts = [f"{', '.join(map(repr, names))} ({reason})" for reason, names in because.items() if names]
    return [f"categories: {'; '.join(parts)}"] if parts else []
