"""What every source of data hands over: features, a 0/1 target and what else is known of the rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Dataset:
    """A table to learn from, one row an example.

    Attributes
    ----------
    features : pandas.DataFrame of shape (n, d)
        Columns of numbers, bools or pandas categories (the categories of the whole column, so that
        every part of the rows has the same ones). Missing values are NaN. The index is each row's place in the
        source, which differs from its place here if the rows were sorted.
    target : ndarray of int8, shape (n,)
        1 for the positive (rare) class, 0 for the other.
    timestamp : ndarray of datetime64 or float64, shape (n,), optional
        When each row happened, as dates or in a unit of the user's; ascending.
    customer : ndarray of int64, shape (n,), optional
        Whose row it is, or in what other group.
    amount : ndarray of float64, shape (n,), optional
        The money at stake.
    notes : tuple of str
        What was decided in reading the data that the user should know.
    """

    features: pd.DataFrame
    target: NDArray[np.int8]
    timestamp: NDArray[np.datetime64] | NDArray[np.float64] | None = None
    customer: NDArray[np.int64] | None = None
    amount: NDArray[np.float64] | None = None
    notes: tuple[str, ...] = ()

    def rows(self, index: NDArray[np.intp]) -> Dataset:
        """Return the given rows, in the given order."""
        return replace(
            self,
            features=self.features.iloc[index],
            target=self.target[index],
            timestamp=None if self.timestamp is None else self.timestamp[index],
            customer=None if self.customer is None else self.customer[index],
            amount=None if self.amount is None else self.amount[index],
        )

    def with_notes(self, notes: tuple[str, ...]) -> Dataset:
        """Return the same data with more notes."""
        return replace(self, notes=self.notes + notes)
