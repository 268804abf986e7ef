"""How rows are split into training and test rows: at random within classes, or by time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from focalboost._optional import optional_import
from focalboost.datasets.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from focalboost.datasets.dataset import Dataset

Split = tuple["NDArray[np.intp]", "NDArray[np.intp]"]
"""Training rows and test rows."""


class Folds(Protocol):
    """A way to split a data set."""

    @property
    def n_folds(self) -> int:
        """How many pairs `split` gives."""
        ...

    def split(self, data: Dataset) -> Iterator[Split]:
        """Yield the training and the test rows of each fold; both have both classes."""
        ...


@dataclass(frozen=True)
class StratifiedFolds:
    """Repeated k-fold at random, with the same share of positives in each part.

    Examples
    --------
    >>> StratifiedFolds(parts=5, repeats=2).n_folds
    10
    """

    parts: int = 5
    repeats: int = 1
    seed: int = 0

    @property
    def n_folds(self) -> int:
        """How many pairs `split` gives."""
        return self.parts * self.repeats

    def split(self, data: Dataset) -> Iterator[Split]:
        """Yield the training and the test rows of each fold.

        Raises
        ------
        DataError
            If a class has fewer rows than there are parts.
        """
        fewest = int(np.bincount(data.target, minlength=2).min())
        if fewest < self.parts:
            raise DataError(f"the rarer class has {fewest} rows, fewer than {self.parts} folds: use fewer --folds")
        selection = optional_import("sklearn.model_selection", "Splitting into folds")
        splitter = selection.RepeatedStratifiedKFold(
            n_splits=self.parts, n_repeats=self.repeats, random_state=self.seed
        )
        yield from splitter.split(np.zeros(len(data.target)), data.target)


@dataclass(frozen=True)
class TemporalFolds:
    """Train on the past, leave a gap, test on the future.

    The second half of the time is cut into `n_folds` equal spans, each of which is once the test span. The
    training rows are all those that happened more than `gap_days` before it: when the test begins, the
    labels of the gap are not known yet.

    Examples
    --------
    >>> TemporalFolds(n_folds=3, gap_days=7)
    TemporalFolds(n_folds=3, gap_days=7)
    """

    n_folds: int = 5
    gap_days: int = 7

    def split(self, data: Dataset) -> Iterator[Split]:
        """Yield the training and the test rows of each fold, earlier folds first.

        Raises
        ------
        DataError
            If the data have no timestamp, or a part lacks a class.
        """
        if data.timestamp is None:
            raise DataError("folds by time need a timestamp of each row")
        first = data.timestamp[0]
        seconds = (data.timestamp - first) / np.timedelta64(1, "s")
        end = float(seconds[-1])
        edges = np.linspace(end / 2, end, self.n_folds + 1)
        # The last row is the end of the last span, and belongs to it.
        edges[-1] = np.inf
        for fold in range(self.n_folds):
            train = np.flatnonzero(seconds < edges[fold] - self.gap_days * 86_400)
            test = np.flatnonzero((seconds >= edges[fold]) & (seconds < edges[fold + 1]))
            for part, rows in (("training", train), ("test", test)):
                if len(np.unique(data.target[rows])) < 2:
                    raise DataError(
                        f"the {part} rows of fold {fold} lack a class: "
                        "use fewer --folds, or more --transactions or --prevalence"
                    )
            yield train, test
