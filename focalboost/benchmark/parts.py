"""A task's data, read and split into the fit, validation and test rows of each fold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from focalboost.benchmark.matrix import to_matrix
from focalboost.datasets.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from focalboost.benchmark.folds import Folds
    from focalboost.benchmark.matrix import Matrix
    from focalboost.benchmark.task import Task
    from focalboost.datasets.dataset import Dataset


Split = tuple["NDArray[np.intp]", "NDArray[np.intp]", "NDArray[np.intp]"]
"""Fit, validation and test rows."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Some rows of a task.

    Attributes
    ----------
    features : Matrix
        What the trees see.
    target : ndarray of int8, shape (n,)
        0 or 1.
    source_row : ndarray of int, shape (n,)
        The rows' places in the data's source.
    amount : ndarray of float64, shape (n,), optional
        The money at stake.
    period : ndarray of int64, shape (n,), optional
        The day of each row, where its time is a date.
    group : ndarray of int64, shape (n,), optional
        The customer, or other group, whose row it is.
    """

    features: Matrix
    target: NDArray[np.int8]
    source_row: NDArray[np.intp]
    amount: NDArray[np.float64] | None = None
    period: NDArray[np.int64] | None = None
    group: NDArray[np.int64] | None = None

    def rows(self, index: NDArray[np.intp]) -> Sample:
        """Return the given rows."""
        return replace(
            self,
            features=self.features.rows(index),
            target=self.target[index],
            source_row=self.source_row[index],
            amount=None if self.amount is None else self.amount[index],
            period=None if self.period is None else self.period[index],
            group=None if self.group is None else self.group[index],
        )


@dataclass(frozen=True, eq=False)
class Part:
    """A fold's fit, validation and test rows."""

    fit: Sample
    validation: Sample
    test: Sample


def read(task: Task) -> tuple[Dataset, list[Split]]:
    """Return the data and the rows of each fold's part; a DataError begins with the task's name."""
    data = task.load()
    try:
        if task.costs.alerts_per_day is not None and not _has_days(data):
            raise DataError("alerts_per_day needs a time that is dates, to know the days: leave it out, or give dates")
        return data, list(_splits(data, task.folds))
    except DataError as error:
        raise DataError(f"{task.name}: {error}") from error


def _splits(data: Dataset, folds: Folds) -> Iterator[Split]:
    # Splits look at everything but the features.
    bare = replace(data, features=data.features.iloc[:, :0])
    for train, test in folds.split(bare):
        fit, validation = folds.hold_out(bare.rows(train))
        yield train[fit], train[validation], test


class Parts:
    """The parts of a task's folds, from its data read once.

    Parameters
    ----------
    task : Task
        The task.
    """

    def __init__(self, task: Task) -> None:
        data, self._splits = read(task)
        self._all = _sample(data)

    def part(self, fold: int) -> Part:
        """Return the part of a fold."""
        return Part(*map(self._all.rows, self._splits[fold]))


def _sample(data: Dataset) -> Sample:
    period = None
    if data.timestamp is not None and _has_days(data):
        period = data.timestamp.astype("datetime64[D]").astype(np.int64)
    place = data.features.index.to_numpy()
    return Sample(to_matrix(data.features), data.target, place, data.amount, period, data.customer)


def _has_days(data: Dataset) -> bool:
    return data.timestamp is not None and np.issubdtype(data.timestamp.dtype, np.datetime64)
