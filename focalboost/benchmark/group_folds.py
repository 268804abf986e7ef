"""How rows are split where those of one group must not be on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from focalboost._optional import optional_import
from focalboost.benchmark.folds import RandomFolds, TemporalFolds, check_classes
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
        for value, name in enumerate(("negatives", "positives")):
            held = len(np.unique(groups[data.target == value]))
            if held < self.parts:
                raise DataError(f"the {name} are in {held} groups, fewer than {self.parts} folds: use fewer --folds")
        selection = optional_import("sklearn.model_selection", "Splitting into folds")
        mend = "use fewer --folds or another --seed, or leave out --group"
        for repeat in range(self.repeats):
            splitter = selection.StratifiedGroupKFold(self.parts, shuffle=True, random_state=self.seed + repeat)
            for part, split in enumerate(splitter.split(np.zeros(len(groups)), data.target, groups)):
                check_classes(data, repeat * self.parts + part, split, (mend, mend))
                yield split


@dataclass(frozen=True)
class TemporalGroupFolds:
    """`TemporalFolds` of which no group is on both sides: the test is the future of groups that are not trained on.

    A group with rows on one side only stays. Of those with rows on both, a random half, of the groups with and
    without positives alike, is tested and its past left out; the others are trained on and their future left out.

    Examples
    --------
    >>> TemporalGroupFolds(n_folds=3, gap=7)
    TemporalGroupFolds(n_folds=3, gap=7, seed=0)
    """

    n_folds: int = 5
    gap: float = 7
    seed: int = 0

    def split(self, data: Dataset) -> Iterator[Split]:
        """Yield the training and the test rows of each fold, earlier folds first.

        Raises
        ------
        DataError
            If the data have no timestamp or no groups, or a part lacks a class.
        """
        groups = _groups(data)
        in_time = TemporalFolds(self.n_folds, self.gap)
        training, test = in_time.mends
        mends = f"{training}, or leave out --group", f"{test}, or leave out --group"
        for fold, (past, future) in enumerate(in_time.spans(data)):
            shared = np.intersect1d(groups[past], groups[future])
            with_positives = np.isin(shared, groups[data.target == 1])
            rng = np.random.default_rng((self.seed, fold))
            halves = [_halves(shared[with_positives], rng), _halves(shared[~with_positives], rng)]
            trained, tested = (np.concatenate(half) for half in zip(*halves, strict=True))
            split = past[~np.isin(groups[past], tested)], future[~np.isin(groups[future], trained)]
            check_classes(data, fold, split, mends)
            yield split


def _groups(data: Dataset) -> NDArray[np.int64]:
    if data.customer is None:
        raise DataError("folds by group need the group of each row")
    return data.customer


def _halves(groups: NDArray[np.int64], rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    shuffled = rng.permutation(groups)
    return shuffled[: len(shuffled) // 2], shuffled[len(shuffled) // 2 :]
