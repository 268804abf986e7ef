"""A stream of rows in time: what all scenarios' rows have in common."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from focalboost.datasets.dataset import Dataset
from focalboost.datasets.simulator.clock import timestamps

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Stream:
    """Parallel arrays of shape (n,), one value a row; each scenario adds its own.

    Amounts are whole cents, so that sums over any part of the stream are exact and a feature cannot
    depend, even in its last bit, on rows that it does not use.

    Attributes
    ----------
    customer : ndarray of int64
        Whose row it is, from 0.
    seconds : ndarray of int64
        When it happened, from 0.
    cents : ndarray of int64
        The money.
    kind : ndarray of int8
        The truth: 0 of an honest row, else the kind of fraud, from 1. No feature may look at it.
    """

    customer: NDArray[np.int64]
    seconds: NDArray[np.int64]
    cents: NDArray[np.int64]
    kind: NDArray[np.int8]

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Self:
        """Return the given rows, in the given order."""
        return replace(self, **{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def with_rows(self, other: Self) -> Self:
        """Return these rows and after them the other stream's."""
        names = [field.name for field in fields(self)]
        return replace(self, **{name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in names})

    def in_time_order(self) -> Self:
        """Return the rows sorted by time; of the same second, in their present order."""
        return self.take(np.argsort(self.seconds, kind="stable"))


def to_cents(amount: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round money to whole cents, half a euro at least."""
    return np.maximum(np.rint(amount * 100.0), 50.0).astype(np.int64)


def to_dataset(
    stream: Stream, features: pd.DataFrame, label: NDArray[np.bool_], kinds: Sequence[str], start: int = 0
) -> Dataset:
    """Return the rows as a Dataset, with a note of the kinds of fraud and of how many of each were found.

    Parameters
    ----------
    stream : Stream
        The rows in time order.
    features : pandas.DataFrame of shape (n, d)
        What is known of each.
    label : ndarray of bool, shape (n,)
        Which frauds were found.
    kinds : sequence of str
        The names of the kinds of fraud, the first of kind 1.
    start : int
        The second that is the beginning of the first day.
    """
    count = np.bincount(stream.kind, minlength=len(kinds) + 1)[1:]
    note = "frauds by kind: " + ", ".join(f"{n} {name}" for name, n in zip(kinds, count, strict=True))
    lost = int(count.sum()) - int(label.sum())
    return Dataset(
        features=features,
        target=label.astype(np.int8),
        timestamp=timestamps(stream.seconds - start),
        customer=stream.customer,
        amount=stream.cents / 100.0,
        notes=(note + (f"; {lost} of them are never found and labelled 0" if lost else ""),),
    )
