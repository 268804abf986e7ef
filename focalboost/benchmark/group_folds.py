"""How rows are split where those of one group must not be on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from focalboost._optional import optional_import
from focalboost.benchmark.folds import HELD_OUT, RandomFolds, TemporalFolds, check_classes, check_validation
from focalboost.datasets.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from focalboost.benchmark.folds import Split
    from focalboost.datasets.dataset import Dataset


class GroupFolds(RandomFolds):
    """Repeated k-fold of whole groups at random, with about the same share of positives in each part."""

    def split(self, data: Dataset) -> Iterator[Split]:
        """Yield the training and the test rows of each fold.

        Raises
        ------
        DataError
            If the data have no groups, a class is in fewer groups than there are parts, or a part lacks a class.
        """
        groups = _groups(data)
        for name, held in _groups_by_class(data):
            if held < self.parts:
                raise DataError(f"the {name} are in {held} groups, fewer than {self.parts} folds: use fewer --folds")
        selection = optional_import("sklearn.model_selection", "Splitting into folds")
        mend = "use fewer --folds or another --seed, or leave out --group"
        for repeat in range(self.repeats):
            splitter = selection.StratifiedGroupKFold(self.parts, shuffle=True, random_state=self.seed + repeat)
            for part, split in enumerate(splitter.split(np.zeros(len(groups)), data.target, groups)):
                check_classes(data, repeat * self.parts + part, split, (mend, mend))
                yield split

    def hold_out(self, training: Dataset) -> Split:
        """Return fit rows and about a fifth of all groups, more if a class is in fewer than five, for validation."""
        parts = HELD_OUT
        for name, held in _groups_by_class(training):
            if held < 2:
                raise DataError(
                    f"the {name} of the {len(training.target)} training rows of a fold are all in one group, so they "
                    "cannot be both fitted and validated on: use more --folds, or leave out --group"
                )
            parts = min(parts, held)
        selection = optional_import("sklearn.model_selection", "Splitting into folds")
        splitter = selection.StratifiedGroupKFold(parts, shuffle=True, random_state=self.seed)
        fit, validation = next(splitter.split(np.zeros(len(training.target)), training.target, _groups(training)))
        check_validation(training, (fit, validation))
        return fit, validation


@dataclass(frozen=True)
class TemporalGroupFolds:
    """`TemporalFolds` of which no group is on both sides: the test is the future of groups that are not trained on.

    A group with rows on one side only stays. Of those with rows on both, a random half, of the groups with and
    without positives alike, is tested and its past left out; the others are trained on and their future left out.

    Examples
    --------
    >>> TemporalGroupFolds(n_folds=3, gap=7)
    TemporalGroupFolds(n_folds=3, gap=7.0, seed=0)
    """

    n_folds: int = 5
    gap: float = 7.0
    seed: int = 0

    def __post_init__(self) -> None:
        # Results are kept under what this is written as: 7 and 7.0 are the same gap.
        object.__setattr__(self, "gap", float(self.gap))

    def split(self, data: Dataset) -> Iterator[Split]:
        """Yield the training and the test rows of each fold, earlier folds first.

        Raises
        ------
        DataError
            If the data have no timestamp or no groups, or a part lacks a class.
        """
        in_time = TemporalFolds(self.n_folds, self.gap)
        training, test = in_time.mends
        mends = f"{training}, or leave out --group", f"{test}, or leave out --group"
        for fold, split in enumerate(in_time.spans(data)):
            apart = _without_shared_groups(data, split, np.random.default_rng((self.seed, fold)))
            check_classes(data, fold, apart, mends)
            yield apart

    def hold_out(self, training: Dataset) -> Split:
        """Return fit rows and, of the latest fifth of all rows, those of groups that are not fitted."""
        latest = TemporalFolds(self.n_folds, self.gap).latest(training)
        split = _without_shared_groups(training, latest, np.random.default_rng(self.seed))
        check_validation(training, split)
        return split


def _without_shared_groups(data: Dataset, split: Split, rng: np.random.Generator) -> Split:
    groups, (past, future) = _groups(data), split
    shared = np.intersect1d(groups[past], groups[future])
    with_positives = np.isin(shared, groups[data.target == 1])
    halves = [_halves(shared[with_positives], rng), _halves(shared[~with_positives], rng)]
    kept_early, kept_late = (np.concatenate(half) for half in zip(*halves, strict=True))
    return past[~np.isin(groups[past], kept_late)], future[~np.isin(groups[future], kept_early)]


def _groups(data: Dataset) -> NDArray[np.int64]:
    if data.customer is None:
        raise DataError("folds by group need the group of each row")
    return data.customer


def _groups_by_class(data: Dataset) -> Iterator[tuple[str, int]]:
    groups = _groups(data)
    for value, name in enumerate(("negatives", "positives")):
        yield name, len(np.unique(groups[data.target == value]))


def _halves(groups: NDArray[np.int64], rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    shuffled = rng.permutation(groups)
    return shuffled[: len(shuffled) // 2], shuffled[len(shuffled) // 2 :]
