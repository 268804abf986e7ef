"""CatBoost as a library of the comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost._optional import optional_import
from focalboost.datasets._tables import pd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from numpy.typing import NDArray

    from focalboost.benchmark.boosters.booster import Training
    from focalboost.benchmark.matrix import Matrix
    from focalboost.benchmark.settings import Trees


class CatBoost:
    """CatBoost's symmetric trees; of custom losses, its own Focal alone, which is C++."""

    name = "catboost"
    custom_loss = False

    def version(self) -> str:
        """Return the library's version."""
        return str(_library().__version__)

    def train(self, data: Matrix, target: NDArray[np.int8], training: Training, trees: Trees) -> CatBoostModel:
        """Train; the seed orders the rows for the categories, and breaks ties."""
        parameters: dict[str, Any] = {
            "loss_function": "Logloss",
            "iterations": trees.rounds,
            "learning_rate": trees.learning_rate,
            "depth": trees.max_depth,
            "rsm": trees.colsample,
            "bootstrap_type": "No" if trees.subsample == 1.0 else "Bernoulli",
            **({"subsample": trees.subsample} if trees.subsample < 1.0 else {}),
            "boost_from_average": True,
            "random_seed": trees.seed,
            "thread_count": trees.threads,
            "verbose": False,
            "allow_writing_files": False,
        }
        if training.regularised:
            # Its least leaf curvature cannot be set with these trees.
            parameters["l2_leaf_reg"] = trees.reg_lambda
        model = _library().CatBoost({**parameters, **training.parameters})
        model.fit(_pool(data, trees.threads, label=target, weight=training.sample_weight))
        return CatBoostModel(model, trees.threads)


@dataclass(frozen=True, eq=False)
class CatBoostModel:
    """A trained ``catboost.CatBoost``."""

    model: Any
    threads: int

    def staged_scores(self, data: Matrix, stops: Sequence[int]) -> Iterator[NDArray[np.float64]]:
        """Yield the raw scores after each number of rounds, each pass adding the trees since the last."""
        rows, scores, begin = _pool(data, self.threads), np.zeros(len(data.values)), 0
        for stop in stops:
            # The start comes with the first tree.
            scores = scores + self.model.predict(
                rows,
                prediction_type="RawFormulaVal",
                ntree_start=begin,
                ntree_end=stop,
                thread_count=self.threads,
            )
            yield scores
            begin = stop


def _pool(matrix: Matrix, threads: int, **columns: Any) -> Any:
    categorical = list(matrix.categorical)
    if not categorical:
        return _library().Pool(matrix.values, thread_count=threads, **columns)
    # Codes are categories to it if they are whole numbers; a missing one, -1, is a category of its own.
    codes = pd.DataFrame(np.nan_to_num(matrix.values[:, categorical], nan=-1.0), columns=categorical).astype(np.int32)
    numbers = pd.DataFrame(matrix.values).drop(columns=categorical)
    frame = pd.concat([numbers, codes], axis=1).sort_index(axis=1)
    return _library().Pool(frame, cat_features=categorical, thread_count=threads, **columns)


def _library() -> ModuleType:
    return optional_import("catboost", "Comparing methods in CatBoost")
