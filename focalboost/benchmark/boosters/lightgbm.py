"""LightGBM as a booster of the comparison."""

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


class LightGBM:
    """LightGBM's trees, grown by leaf."""

    name = "lightgbm"

    def version(self) -> str:
        """Return the library's version."""
        return str(_library().__version__)

    def raw_scores(
        self, train: Matrix, target: NDArray[np.int8], test: Matrix, objective: Objective, settings: Settings
    ) -> NDArray[np.float64]:
        """Train, and return the raw score of each test row."""
        lgb = _library()
        # A custom loss starts where its init_score says, which the model does not keep. The built-in one
        # starts at the weighted prior by itself.
        start = 0.0 if objective.loss is None else objective.loss.fit_intercept_only(target)
        data = lgb.Dataset(
            train.values,
            label=target,
            weight=objective.sample_weight,
            init_score=None if objective.loss is None else objective.loss.init_score(target),
            categorical_feature=list(train.categorical),
        )
        booster = lgb.train(
            {**_tree_parameters(settings), **_loss_parameters(objective)},
            data,
            num_boost_round=settings.rounds,
        )
        return start + np.asarray(booster.predict(test.values, raw_score=True), dtype=np.float64)


def _tree_parameters(settings: Settings) -> dict[str, Any]:
    return {
        "num_leaves": settings.num_leaves,
        "learning_rate": settings.learning_rate,
        "num_threads": settings.jobs,
        "seed": settings.seed,
        # The same seed gives the same trees only with both of these.
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }


def _loss_parameters(objective: Objective) -> dict[str, Any]:
    parameters: dict[str, Any] = {"objective": "binary"}
    if objective.regularised:
        parameters |= {"lambda_l2": 1.0, "min_sum_hessian_in_leaf": 1.0}
    if objective.scale_pos_weight is not None:
        parameters["scale_pos_weight"] = objective.scale_pos_weight
    if objective.loss is not None:
        parameters |= objective.loss.lightgbm_params()
    return parameters


def _library() -> ModuleType:
    return optional_import("lightgbm", "Comparing methods in LightGBM")
