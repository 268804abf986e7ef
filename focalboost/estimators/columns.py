"""Columns of tables: of which types they may be, and in which order."""

import re
from collections.abc import Sequence
from typing import Any, Literal

Library = Literal["xgboost", "lightgbm"]

# As Arrow and Polars write them. At another type LightGBM ends the process, and XGBoost says only that it is no key.
_TYPES: dict[Library, re.Pattern[str]] = {
    "xgboost": re.compile("u?int(8|16|32|64)|halffloat|float(16|32|64)?|double|bool(ean)?|(dictionary|categor|enum).*"),
    "lightgbm": re.compile("u?int(8|16|32|64)|float(32|64)?|double|bool(ean)?"),
}
_ALLOWED: dict[Library, str] = {
    "xgboost": "numbers of at most 64 bits, bools or categories",
    "lightgbm": "numbers of 8 to 64 bits (floats: 32 or 64) or bools; categories can be a column of a pandas table",
}


def check_types(X: Any, library: Library) -> None:
    """Raise a ValueError for an Arrow or Polars table that has columns which a library does not take.

    Parameters
    ----------
    X : array-like
        Features of any form.
    library : {"xgboost", "lightgbm"}
        Who gets them.

    Raises
    ------
    ValueError
        With the columns, their types, and what is allowed.
    """
    if not hasattr(type(X), "schema"):  # of the type, for a pandas table has its columns' names as attributes
        return
    types = X.schema.types if hasattr(X.schema, "types") else X.schema.values()
    named = zip(names_of(X), map(str, types), strict=True)
    refused = [f"{name!r} ({kind})" for name, kind in named if not _TYPES[library].fullmatch(kind.lower())]
    if refused:
        raise ValueError(f"X has columns that {library} does not take: {', '.join(refused)}: give {_ALLOWED[library]}")


def check_order(X: Any, expected: Sequence[str]) -> None:
    """Raise a ValueError for a table with the columns of another in another order, which LightGBM does not look at.

    Parameters
    ----------
    X : array-like
        Features of any form; without names there is nothing to check.
    expected : sequence of str
        Names in the order of the training data.

    Raises
    ------
    ValueError
        With the first column that differs.
    """
    names = names_of(X)
    if names == list(expected) or sorted(names) != sorted(expected):
        return
    name, wanted = next((name, wanted) for name, wanted in zip(names, expected, strict=True) if name != wanted)
    raise ValueError(
        f"X has the columns of the training data in another order ({name!r} where {wanted!r} was): "
        "select them in the order of the training data"
    )


def names_of(X: Any) -> list[str]:
    """Return the names of a table's columns as LightGBM writes them, or none if it is no table."""
    names = X.column_names if hasattr(type(X), "column_names") else getattr(X, "columns", ())
    return [str(name).replace(" ", "_") for name in names]
