"""Which of a column's two values is the positive class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets.columns import kind_of
from focalboost.datasets.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_SHOWN_VALUES = 5


def binary_target(column: pd.Series) -> tuple[NDArray[np.int8], tuple[str, ...]]:
    """Read a column of two values as 0 (negative) and 1 (positive).

    Of 0 and 1, or False and True, the positive is 1. Of any other two values it is the rarer one, and a note
    says so.

    Parameters
    ----------
    column : pandas.Series of shape (n,)
        Two values of any kind, none missing.

    Returns
    -------
    target : ndarray of int8, shape (n,)
        The target.
    notes : tuple of str
        What the user should know of the choice.

    Raises
    ------
    DataError
        If values are missing, of another kind, or there are not exactly two; it says which were found.

    Examples
    --------
    >>> import pandas as pd
    >>> target, notes = binary_target(pd.Series(["no", "yes", "no"], name="fraud"))
    >>> target, notes[0]
    (array([0, 1, 0], dtype=int8), "target 'fraud': the rarer value, 'yes', is taken as positive")
    """
    missing = int(column.isna().sum())
    if missing:
        raise DataError(
            f"target {column.name!r} is missing in {missing} of {len(column)} rows: fill or remove those rows"
        )
    kind = kind_of(column)
    if kind not in ("number", "text", "date"):
        raise DataError(f"target {column.name!r} holds {kind} ({column.dtype}): give two numbers, texts or dates")
    counts = column.astype("object").value_counts()
    if len(counts) != 2:
        raise DataError(f"target {column.name!r} needs two values, but has {_found(counts)}")
    if set(counts.index) == {0, 1}:
        positive = next(value for value in counts.index if value == 1)
        notes = _majority_note(column.name, int(counts[positive]), len(column))
    else:
        positive = _rarer(counts)
        notes = (f"target {column.name!r}: the rarer value, {positive!r}, is taken as positive",)
    return (column.astype("object") == positive).to_numpy(dtype=np.int8), notes


def _found(counts: pd.Series) -> str:
    shown = ", ".join(repr(value) for value in counts.index[:_SHOWN_VALUES])
    if len(counts) == 1:
        return f"only one: {shown}"
    return f"{len(counts)}: {shown}{', ...' if len(counts) > _SHOWN_VALUES else ''}"


def _majority_note(name: object, positives: int, rows: int) -> tuple[str, ...]:
    if 2 * positives <= rows:
        return ()
    return (f"target {name!r}: 1 is taken as positive, though {positives / rows:.0%} of the rows have it",)


def _rarer(counts: pd.Series) -> object:
    common, rare = counts.index
    if counts.iloc[0] == counts.iloc[1]:
        raise DataError(f"target has {common!r} and {rare!r} equally often: which is positive? Write them as 0 and 1")
    return rare
