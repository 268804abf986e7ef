"""Small steps from a stream's arrays to a table of features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets._tables import pd

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from numpy.typing import NDArray

    Columns: TypeAlias = dict[str, NDArray[Any] | pd.Categorical[Any]]


def ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return part / whole, NaN where there is no whole."""
    quotient = np.full(len(whole), np.nan)
    np.divide(part, whole, out=quotient, where=whole > 0)
    return quotient


def category(codes: NDArray[np.int64], names: Sequence[str]) -> pd.Categorical[Any]:
    """Return a column of text from places in `names`; -1 is missing."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(names))


def to_table(columns: Columns) -> pd.DataFrame:
    """Return the columns as a table, its floats in single precision."""
    frame = pd.DataFrame(columns)
    return frame.astype(dict.fromkeys(frame.select_dtypes("float64").columns, np.float32))


def pairs(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a number for each pair, the same for the same pair."""
    number: NDArray[np.int64] = np.unique(first * (int(second.max()) + 1) + second, return_inverse=True)[1]
    return number
