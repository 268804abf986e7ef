"""Counts and sums over an entity's past: windows that end before the row that they describe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Seconds between two entities on the common axis: more than any stream and any window are long (68 years).
_ENTITY_SPAN = 2**31


class History:
    """The rows of a stream grouped by an entity (a customer, a terminal), each group in time order.

    Parameters
    ----------
    entity : ndarray of int64, shape (n,)
        Whose row it is; 0 or more.
    seconds : ndarray of int64, shape (n,)
        When it happened; 0 or more and ascending. Rows of the same second are taken in the order given.

    Examples
    --------
    >>> import numpy as np
    >>> history = History(np.array([0, 1, 0, 0]), np.array([0, 5, 10, 25]))
    >>> history.total(np.ones(4, dtype=np.int64), window=20)
    array([0, 0, 1, 1])
    """

    def __init__(self, entity: NDArray[np.int64], seconds: NDArray[np.int64]) -> None:
        self._order = np.argsort(entity, kind="stable")
        self._place = np.empty_like(self._order)
        self._place[self._order] = np.arange(len(entity))
        # The half span keeps windows that begin before time 0 clear of the entity before.
        self._axis = (entity * _ENTITY_SPAN + seconds + _ENTITY_SPAN // 2)[self._order]
        group = self._axis // _ENTITY_SPAN
        self._first = np.searchsorted(group, group, side="left")

    def total(self, values: NDArray[np.int64], window: int, delay: int = 0) -> NDArray[np.int64]:
        """Sum the values of the entity's earlier rows in (t - delay - window, t - delay].

        Parameters
        ----------
        values : ndarray of int64, shape (n,)
            One value a row. Whole numbers, whose sums are exact: the sum over a window is a difference of
            running totals, which in floating point would depend on rows outside it.
        window, delay : int
            Lengths in seconds.

        Returns
        -------
        ndarray of int64, shape (n,)
            One total a row, of rows before it only.
        """
        running = np.concatenate([[0], np.cumsum(values[self._order])])
        begin = np.searchsorted(self._axis, self._axis - delay - window, side="right")
        end = np.arange(len(self._axis))
        if delay:
            end = np.searchsorted(self._axis, self._axis - delay, side="right")
        total: NDArray[np.int64] = running[end] - running[begin]
        return total[self._place]

    def seconds_since_last(self, marked: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Return the seconds since the entity's last earlier row, or last `marked` one; NaN where there is none."""
        row = np.arange(len(self._axis))
        last = row if marked is None else np.maximum.accumulate(np.where(marked[self._order], row, -1))
        last = np.concatenate([[-1], last[:-1]])
        return self._since(last, last >= self._first)

    def seconds_since_first(self) -> NDArray[np.float64]:
        """Return the seconds since the entity's first row, NaN for that row itself."""
        return self._since(self._first, self._first < np.arange(len(self._first)))

    def earlier_rows(self) -> NDArray[np.int64]:
        """Return how many rows the entity has before each row."""
        return (np.arange(len(self._first)) - self._first)[self._place]

    def _since(self, row: NDArray[np.int64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
        seconds = np.full(len(row), np.nan)
        seconds[known] = self._axis[known] - self._axis[row[known]]
        return seconds[self._place]
