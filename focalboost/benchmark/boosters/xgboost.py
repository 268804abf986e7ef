"""XGBoost as a booster of the comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost._optional import optional_import

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from focalboost.benchmark.booster import Objective
    from focalboost.benchmark.matrix import Matrix
    from focalboost.benchmark.settings import Settings


class XGBoost:
    """XGBoost's histogram trees, grown by depth."""

    name = "xgboost"

    def version(self) -> str:
        """Return the library's version."""
        return str(_library().__version__)

    def raw_scores(
        self, train: Matrix, target: NDArray[np.int8], test: Matrix, objective: Objective, settings: Settings
    ) -> NDArray[np.float64]:
        """Train, and return the margin of each test row."""
        xgb = _library()
        data = _data(xgb, train, label=target, weight=objective.sample_weight)
        booster = xgb.train(
            {**_tree_parameters(settings), **_loss_parameters(objective, target)},
            data,
            num_boost_round=settings.rounds,
            obj=objective.loss,
        )
        return np.asarray(booster.predict(_data(xgb, test), output_margin=True), dtype=np.float64)


def _tree_parameters(settings: Settings) -> dict[str, Any]:
    return {
        "tree_method": "hist",
        "max_depth": settings.max_depth,
        "learning_rate": settings.learning_rate,
        "nthread": settings.jobs,
        "seed": settings.seed,
        "verbosity": 0,
    }


def _loss_parameters(objective: Objective, target: NDArray[np.int8]) -> dict[str, Any]:
    parameters: dict[str, Any] = {"objective": "binary:logistic"}
    if objective.regularised:
        start = float(np.average(target, weights=objective.sample_weight))
        parameters |= {"reg_lambda": 1.0, "min_child_weight": 1.0, "base_score": start}
    if objective.scale_pos_weight is not None:
        parameters["scale_pos_weight"] = objective.scale_pos_weight
    if objective.loss is not None:
        parameters |= objective.loss.xgboost_params(target)
    return parameters


def _data(xgb: ModuleType, matrix: Matrix, **columns: Any) -> Any:
    types = ["c" if column in matrix.categorical else "q" for column in range(matrix.values.shape[1])]
    return xgb.DMatrix(matrix.values, feature_types=types, enable_categorical=True, **columns)


def _library() -> ModuleType:
    return optional_import("xgboost", "Comparing methods in XGBoost")
