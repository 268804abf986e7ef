"""The folds of a search: the same for all its trials, so that scores can be compared fold by fold."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from focalboost._optional import optional_import
from focalboost.estimators.labels import encode


class Rows(NamedTuple):
    """Some rows of the data: features, codes of the labels, and weights or None."""

    X: Any
    codes: NDArray[np.integer]
    weight: NDArray[np.float64] | None


class Folds:
    """Data and its division into training and validation rows.

    Parameters
    ----------
    X, y, sample_weight, groups, cv, random_state
        As in ``tune``.
    every_class : bool
        Whether the score needs every class among the validation rows too.

    Attributes
    ----------
    rows : Rows
        All of them.
    classes : array of shape (K,)
        The label that each code stands for.
    splits : list of (array of int, array of int)
        Training and validation rows of each fold.

    Raises
    ------
    ValueError
        If a class is too rare for the folds, or there are several labels a row.
    """

    def __init__(
        self, X: Any, y: Any, sample_weight: Any, *, groups: Any, cv: Any, random_state: int, every_class: bool
    ) -> None:
        labels = encode(y)
        if labels.classes is None:
            raise ValueError(f"y has {labels.codes.shape[1]} labels a row; tune takes one: search for each label alone")
        weight = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        features, _, _ = optional_import("sklearn.utils", "tune").indexable(X, labels.codes, weight)
        self.rows = Rows(features, labels.codes, weight)
        self.classes = labels.classes
        splitter = _splitter(cv, self.labels, groups, random_state)
        self.splits: list[tuple[Any, Any]] = list(splitter.split(features, self.labels, groups))
        self._check(every_class)

    def __iter__(self) -> Iterator[tuple[Rows, Rows]]:
        for train, valid in self.splits:
            yield self._take(train), self._take(valid)

    @property
    def labels(self) -> NDArray[Any]:
        """The label of each row."""
        return np.asarray(self.classes[self.rows.codes])

    @property
    def test_to_train(self) -> float:
        """Mean ratio of validation to training rows."""
        return float(np.mean([len(valid) / len(train) for train, valid in self.splits]))

    def _take(self, index: Any) -> Rows:
        features, codes, weight = self.rows
        taken = optional_import("sklearn.utils", "tune")._safe_indexing(features, index)
        return Rows(taken, codes[index], None if weight is None else weight[index])

    def _check(self, every_class: bool) -> None:
        for number, split in enumerate(self.splits):
            for part, index in zip(("training", "validation") if every_class else ("training",), split, strict=False):
                absent = ~np.isin(np.arange(self.classes.size), self.rows.codes[index])
                if absent.any():
                    raise ValueError(
                        f"the {part} rows of fold {number} have no row of the classes {self.classes[absent].tolist()}: "
                        "give another cv, or fewer folds"
                    )


def _splitter(cv: Any, y: NDArray[Any], groups: Any, random_state: int) -> Any:
    selection = optional_import("sklearn.model_selection", "tune")
    if not isinstance(cv, (int, np.integer)):
        return selection.check_cv(cv, y, classifier=True)
    if cv < 2:
        raise ValueError(f"cv={cv!r}: at least 2 folds are needed")
    if groups is not None:
        return selection.StratifiedGroupKFold(cv, shuffle=True, random_state=random_state)
    classes, counts = np.unique(y, return_counts=True)
    if counts.min() < cv:
        rare = classes[counts.argmin()].item()
        raise ValueError(f"cv={cv}: the class {rare!r} has {counts.min()} rows, fewer than folds; give a smaller cv")
    return selection.StratifiedKFold(cv, shuffle=True, random_state=random_state)
