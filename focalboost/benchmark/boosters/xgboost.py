"""XGBoost as a library of the comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost._optional import optional_import

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from numpy.typing import NDArray

    from focalboost.benchmark.boosters.booster import Training
    from focalboost.benchmark.matrix import Matrix
    from focalboost.benchmark.settings import Trees


class XGBoost:
    """XGBoost's histogram trees, grown by depth."""

    name = "xgboost"
    custom_loss = True

    def version(self) -> str:
        """Return the library's version."""
        return str(_library().__version__)

    def train(self, data: Matrix, target: NDArray[np.int8], training: Training, trees: Trees) -> XGBoostModel:
        """Train; where the sampled columns or rows are all, the seed changes nothing."""
        booster = _library().train(
            {
                **_tree_parameters(trees, training),
                **_loss_parameters(training, target),
                **training.parameters,
                "seed": trees.seed,
                "nthread": trees.threads,
            },
            _data(data, trees.threads, label=target, weight=training.sample_weight),
            num_boost_round=trees.rounds,
            obj=training.loss,
        )
        return XGBoostModel(booster, trees.threads)


@dataclass(frozen=True, eq=False)
class XGBoostModel:
    """A trained ``xgboost.Booster``."""

    booster: Any
    threads: int

    def staged_scores(self, data: Matrix, stops: Sequence[int]) -> Iterator[NDArray[np.float64]]:
        """Yield the margins after each number of rounds, each pass going on from the margins of the last."""
        rows, begin = _data(data, self.threads), 0
        for stop in stops:
            margin = self.booster.predict(rows, output_margin=True, iteration_range=(begin, stop))
            yield margin.astype(np.float64)
            rows.set_base_margin(margin)
            begin = stop


def _tree_parameters(trees: Trees, training: Training) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "tree_method": "hist",
        "max_depth": trees.max_depth,
        "learning_rate": trees.learning_rate,
        "subsample": trees.subsample,
        "colsample_bytree": trees.colsample,
        "verbosity": 0,
    }
    if training.regularised:
        parameters |= {"reg_lambda": trees.reg_lambda, "min_child_weight": trees.min_child_weight}
    return parameters


def _loss_parameters(training: Training, target: NDArray[np.int8]) -> dict[str, Any]:
    if training.loss is not None:
        return training.loss.xgboost_params(target)
    if not training.regularised:
        return {"objective": "binary:logistic"}
    # Versions before 3 would start elsewhere.
    return {
        "objective": "binary:logistic",
        "base_score": float(np.average(target, weights=training.sample_weight)),
    }


def _data(matrix: Matrix, threads: int, **columns: Any) -> Any:
    types = ["c" if column in matrix.categorical else "q" for column in range(matrix.values.shape[1])]
    return _library().DMatrix(matrix.values, feature_types=types, enable_categorical=True, nthread=threads, **columns)


def _library() -> ModuleType:
    return optional_import("xgboost", "Comparing methods in XGBoost")
