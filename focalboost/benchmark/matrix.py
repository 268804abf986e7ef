"""Features as the boosters get them: one array of float32, categories as their codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets._tables import pd

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Matrix:
    """Features in the form that both libraries take, whatever their columns are named.

    Column names stay outside the boosters, which refuse some characters in them.

    Attributes
    ----------
    values : ndarray of float32, shape (n, d)
        Numbers, and codes (0, 1, ...) of categories; NaN where missing.
    categorical : tuple of int
        The columns that hold codes.
    names : tuple of str
        The columns' names.
    """

    values: NDArray[np.float32]
    categorical: tuple[int, ...]
    names: tuple[str, ...]

    def rows(self, index: NDArray[np.intp]) -> Matrix:
        """Return the given rows."""
        return Matrix(self.values[index], self.categorical, self.names)


def to_matrix(features: pd.DataFrame) -> Matrix:
    """Write number and category columns into one array.

    Parameters
    ----------
    features : pandas.DataFrame of shape (n, d)
        Columns of numbers, bools or categories.

    Returns
    -------
    Matrix
        Codes are those of the whole column, so they mean the same in all of its parts.

    Examples
    --------
    >>> frame = pd.DataFrame({"x": [0.5, None], "shop": pd.Categorical(["b", "a"])})
    >>> to_matrix(frame)
    Matrix(values=array([[0.5, 1. ],
           [nan, 0. ]], dtype=float32), categorical=(1,), names=('x', 'shop'))
    """
    values = np.empty(features.shape, dtype=np.float32)
    categorical = []
    for position, name in enumerate(features.columns):
        column = features[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes = column.cat.codes.to_numpy()
            values[:, position] = np.where(codes < 0, np.nan, codes)
            categorical.append(position)
        else:
            values[:, position] = column.to_numpy(dtype=np.float32)
    return Matrix(values, tuple(categorical), tuple(map(str, features.columns)))
