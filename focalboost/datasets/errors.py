"""The error for data that cannot be had or used as asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


class DataError(ValueError):
    """Data cannot be read, made or used as asked; the message says what is wrong and how to mend it."""


def unreadable(role: str, column: pd.Series, bad: NDArray[np.bool_], wanted: str) -> DataError:
    """Return the error for a column some of whose values cannot be read: the first, its row, and how many more.

    Parameters
    ----------
    role : str
        What the column is.
    column : pandas.Series of shape (n,)
        The column.
    bad : ndarray of bool, shape (n,)
        Which values cannot be read; at least one.
    wanted : str
        What they should do, after "a value that".
    """
    row, count = int(bad.argmax()), int(bad.sum())
    held = "nothing" if column.isna().iloc[row] else repr(column.iloc[[row]].tolist()[0])
    others = f", and {count - 1} more such rows" if count > 1 else ""
    return DataError(
        f"{role} {column.name!r} has {held} in row {row + 1} of {len(column)}{others}: "
        f"give a value that {wanted}, or remove the row"
    )
