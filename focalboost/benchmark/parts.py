"""A task's data, read and split into the training and test rows of each fold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from focalboost.benchmark.matrix import to_matrix
from focalboost.datasets.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from focalboost.benchmark.folds import Split
    from focalboost.benchmark.matrix import Matrix
    from focalboost.benchmark.task import Task
    from focalboost.datasets.dataset import Dataset


@dataclass(frozen=True, eq=False)
class Part:
    """A fold's training and test rows; `test_rows` are the latter's places in the data's source."""

    task: str
    fold: int
    train: Matrix
    train_target: NDArray[np.int8]
    test: Matrix
    test_target: NDArray[np.int8]
    test_rows: NDArray[np.intp]


def read(task: Task) -> tuple[Dataset, list[Split]]:
    """Return the data and their splits; a DataError begins with the task's name."""
    data = task.load()
    try:
        return data, list(task.folds.split(data))
    except DataError as error:
        raise DataError(f"{task.name}: {error}") from error


def parts(task: Task) -> Iterator[Part]:
    """Yield the parts of each fold."""
    data, splits = read(task)
    matrix, place = to_matrix(data.features), data.features.index.to_numpy()
    for fold, (train, test) in enumerate(splits):
        yield Part(
            task=task.name,
            fold=fold,
            train=matrix.rows(train),
            train_target=data.target[train],
            test=matrix.rows(test),
            test_target=data.target[test],
            test_rows=place[test],
        )
