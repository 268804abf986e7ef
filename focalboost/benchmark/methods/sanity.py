"""Two rows that every table should have beside the methods: no model at all, and the best single column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost._optional import optional_import
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.methods.method import Trained, sigmoid_link
from focalboost.evaluation.metrics import average_precision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from focalboost.benchmark.boosters.booster import Booster, Model, Training
    from focalboost.benchmark.matrix import Matrix
    from focalboost.benchmark.parts import Sample
    from focalboost.benchmark.settings import Trees

_SEARCHED_ROWS = 50_000
_LEAF_ROWS = 20


class NoTrees:
    """The library of the sanity rows."""

    name = "none"
    custom_loss = False

    def version(self) -> str:
        """Return scikit-learn's version."""
        return str(optional_import("sklearn", "The sanity rows").__version__)

    def train(self, data: Matrix, target: NDArray[np.int8], training: Training, trees: Trees) -> Model:  # noqa: ARG002
        """Refuse: a method that needs trees does not run in this."""
        raise BenchmarkError(f"the library of the sanity rows, {self.name!r}, has no trees: train in another")


class Constant:
    """The share of positives as the probability of every row: what any method must beat."""

    name = "constant"
    family = "sanity"
    description = "the share of positives for every row: a method that is not better has learnt nothing"

    def runs_in(self, booster: Booster) -> bool:
        """Return whether it is the library of the sanity rows."""
        return booster.name == "none"

    def train(self, booster: Booster, fit: Sample, trees: Trees) -> Trained:  # noqa: ARG002
        """Count the positives."""
        share = float(fit.target.mean())
        return Trained(_Same(float(np.log(share / (1.0 - share)))), sigmoid_link(fit.target))


class SingleFeature:
    """A small tree on the one column that ranks best by itself: one that ranks nearly perfectly is a leak."""

    name = "single_feature"
    family = "sanity"
    description = "a tree of 8 leaves on the best single column: nearly as good as the methods, it may be a leak"

    def runs_in(self, booster: Booster) -> bool:
        """Return whether it is the library of the sanity rows."""
        return booster.name == "none"

    def train(self, booster: Booster, fit: Sample, trees: Trees) -> Trained:  # noqa: ARG002
        """Try every column on some of the fit rows, then train on all of them."""
        rng = np.random.default_rng(trees.seed)
        some = fit.rows(np.sort(rng.permutation(len(fit.target))[:_SEARCHED_ROWS]))
        # Half to grow a tree on, half to measure it: columns of many categories would win by heart otherwise.
        by_class = np.argsort(some.target, kind="stable")
        grown, measured = some.rows(by_class[::2]), some.rows(by_class[1::2])
        precisions = [
            average_precision(measured.target, _tree(grown, column, trees.seed).probability(measured.features))
            for column in range(fit.features.values.shape[1])
        ]
        best = int(np.argmax(precisions))
        return Trained(_tree(fit, best, trees.seed), sigmoid_link(fit.target), note=fit.features.names[best])


@dataclass(frozen=True)
class _Same:
    score: float

    def staged_scores(self, data: Matrix, stops: Sequence[int]) -> Iterator[NDArray[np.float64]]:
        for _ in stops:
            yield np.full(len(data.values), self.score)


@dataclass(frozen=True, eq=False)
class _OneColumn:
    tree: Any
    column: int
    n_rows: int

    def staged_scores(self, data: Matrix, stops: Sequence[int]) -> Iterator[NDArray[np.float64]]:
        # A share of 0 or 1 in a leaf has no finite score: it counts as half a row of those that it was trained on.
        probability = np.clip(self.probability(data), 0.5 / self.n_rows, 1.0 - 0.5 / self.n_rows)
        for _ in stops:
            yield np.log(probability) - np.log1p(-probability)

    def probability(self, data: Matrix) -> NDArray[np.float64]:
        values = data.values[:, [self.column]]
        return np.asarray(self.tree.predict_proba(values)[:, -1], dtype=np.float64)


def _tree(sample: Sample, column: int, seed: int) -> _OneColumn:
    tree = optional_import("sklearn.tree", "The sanity rows").DecisionTreeClassifier(
        max_leaf_nodes=8, min_samples_leaf=_LEAF_ROWS, random_state=seed
    )
    return _OneColumn(tree.fit(sample.features.values[:, [column]], sample.target), column, len(sample.target))
