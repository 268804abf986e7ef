"""How rows are split, into training and test rows and those into fit and validation rows: at random or by time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

from focalboost._optional import optional_import
from focalboost.datasets.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from focalboost.datasets.dataset import Dataset

Split = tuple["NDArray[np.intp]", "NDArray[np.intp]"]
"""Training rows and test rows, or fit rows and validation rows."""

HELD_OUT = 5
"""Of how many parts of the training rows one is for validation."""


class Folds(Protocol):
    """A way to split a data set."""

    @property
    def n_folds(self) -> int:
        """How many pairs `split` gives."""
        ...

    def split(self, data: Dataset) -> Iterator[Split]:
        """Yield the training and the test rows of each fold; both have both classes."""
        ...

    def hold_out(self, training: Dataset) -> Split:
        """Cut the training rows of a fold into fit and validation rows, in the same way; both have both classes."""
        ...


@dataclass(frozen=True)
class RandomFolds:
    """What folds at random have in common: how many parts, how often, and from which seed.

    Examples
    --------
    >>> RandomFolds(parts=5, repeats=2).n_folds
    10
    """

    parts: int = 5
    repeats: int = 1
    seed: int = 0

    @property
    def n_folds(self) -> int:
        """How many pairs `split` gives."""
        return self.parts * self.repeats


class StratifiedFolds(RandomFolds):
    """Repeated k-fold at random, with the same share of positives in each part."""

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

    def hold_out(self, training: Dataset) -> Split:
        """Return fit rows and a fifth of all rows, with the same share of positives, for validation."""
        try:
            return next(StratifiedFolds(HELD_OUT, seed=self.seed).split(training))
        except DataError:
            positives = int(training.target.sum())
            raise DataError(
                f"the {len(training.target)} training rows of a fold have {positives} positives, of which "
                f"{HELD_OUT} or more are needed for one to validate on: give more positives, or use fewer --folds"
            ) from None


@dataclass(frozen=True)
class TemporalFolds:
    """Train on the past, leave a gap, test on the future.

    The second half of the time is cut into `n_folds` equal spans, each of which is once the test span. The
    training rows are all those that happened more than `gap` before it, in days where the times are dates, else
    in the times' own unit: when the test begins, the labels of the gap are not known yet.

    Examples
    --------
    >>> TemporalFolds(n_folds=3, gap=7)
    TemporalFolds(n_folds=3, gap=7.0)
    """

    n_folds: int = 5
    gap: float = 7.0

    def __post_init__(self) -> None:
        # Results are kept under what this is written as: 7 and 7.0 are the same gap.
        object.__setattr__(self, "gap", float(self.gap))

    def split(self, data: Dataset) -> Iterator[Split]:
        """Yield the training and the test rows of each fold, earlier folds first.

        Raises
        ------
        DataError
            If the data have no timestamp, or a part lacks a class.
        """
        for fold, split in enumerate(self.spans(data)):
            check_classes(data, fold, split, self.mends)
            yield split

    @property
    def mends(self) -> tuple[str, str]:
        """What to do where the training rows, or the test rows, lack a class."""
        more = "give more positives (simulated: --transactions, --prevalence)"
        gap = f", or with --data a --gap below {self.gap:g}" if self.gap else ""
        return (
            f"{more} in the first half of the time{gap}",
            f"use fewer --folds, or {more} in the second half of the time",
        )

    def spans(self, data: Dataset) -> Iterator[Split]:
        """Yield the rows of each fold, whatever their classes."""
        elapsed, gap = self._elapsed(data)
        end = float(elapsed[-1])
        edges = np.linspace(end / 2, end, self.n_folds + 1)
        # The last row is the end of the last span, and belongs to it.
        edges[-1] = np.inf
        for begin, stop in pairwise(edges):
            yield np.flatnonzero(elapsed < begin - gap), np.flatnonzero((elapsed >= begin) & (elapsed < stop))

    def hold_out(self, training: Dataset) -> Split:
        """Return fit rows and the latest fifth of all rows for validation, the gap between them left out."""
        split = self.latest(training)
        check_validation(training, split)
        return split

    def latest(self, training: Dataset) -> Split:
        """Return fit and validation rows, whatever their classes."""
        elapsed, gap = self._elapsed(training)
        begin = elapsed[-max(len(elapsed) // HELD_OUT, 1)]
        return np.flatnonzero(elapsed < begin - gap), np.flatnonzero(elapsed >= begin)

    def _elapsed(self, data: Dataset) -> tuple[NDArray[np.float64], float]:
        """Return the time of each row since the first, and the gap in its unit."""
        if data.timestamp is None:
            raise DataError("folds by time need a timestamp of each row")
        elapsed = data.timestamp - data.timestamp[0]
        if np.issubdtype(elapsed.dtype, np.timedelta64):
            return elapsed / np.timedelta64(1, "s"), self.gap * 86_400.0
        return elapsed.astype(np.float64), float(self.gap)


def check_classes(data: Dataset, fold: int, split: Split, mends: tuple[str, str]) -> None:
    """Raise a DataError if training or test rows have not both classes; `mends` says what to do for each."""
    for part, rows, mend in zip(("training", "test"), split, mends, strict=True):
        positives = int(data.target[rows].sum())
        if not 0 < positives < len(rows):
            raise DataError(f"the {len(rows)} {part} rows of fold {fold} have {positives} positives: {mend}")


def check_validation(training: Dataset, split: Split) -> None:
    """Raise a DataError if fit or validation rows have not both classes."""
    for part, rows in zip(("fit", "validation"), split, strict=True):
        positives = int(training.target[rows].sum())
        if not 0 < positives < len(rows):
            raise DataError(
                f"of the {len(training.target)} training rows of a fold, the {len(rows)} {part} rows have {positives} "
                "positives: give more data, a smaller gap, or fewer --folds"
            )
