"""LightGBM as a library of the comparison."""

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


class LightGBM:
    """LightGBM's trees, grown by leaf."""

    name = "lightgbm"
    custom_loss = True

    def version(self) -> str:
        """Return the library's version."""
        return str(_library().__version__)

    def train(self, data: Matrix, target: NDArray[np.int8], training: Training, trees: Trees) -> LightGBMModel:
        """Train; where the sampled columns or rows are all, the seed changes nothing."""
        lgb = _library()
        loss = training.loss
        # A custom loss starts where its init_score says, which the model does not keep. The built-in one
        # starts at the weighted prior by itself.
        start = 0.0 if loss is None else float(loss.fit_intercept_only(target))
        rows = lgb.Dataset(
            data.values,
            label=target,
            weight=training.sample_weight,
            init_score=None if loss is None else np.full(len(target), start),
            categorical_feature=list(data.categorical),
        )
        booster = lgb.train(
            {
                **_tree_parameters(trees, training),
                **({"objective": "binary"} if loss is None else loss.lightgbm_params()),
                **training.parameters,
                "seed": trees.seed,
                "num_threads": trees.threads,
            },
            rows,
            num_boost_round=trees.rounds,
        )
        return LightGBMModel(booster, start, trees.threads)


@dataclass(frozen=True, eq=False)
class LightGBMModel:
    """A trained ``lightgbm.Booster`` and the start that it does not keep."""

    booster: Any
    start: float
    threads: int

    def staged_scores(self, data: Matrix, stops: Sequence[int]) -> Iterator[NDArray[np.float64]]:
        """Yield the raw scores after each number of rounds, each pass adding the trees since the last."""
        scores, begin = np.full(len(data.values), self.start), 0
        for stop in stops:
            # Where no split was left, training has ended before.
            if begin < self.booster.current_iteration():
                scores = scores + self.booster.predict(
                    data.values,
                    raw_score=True,
                    start_iteration=begin,
                    num_iteration=stop - begin,
                    num_threads=self.threads,
                )
            yield scores
            begin = stop


def _tree_parameters(trees: Trees, training: Training) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "num_leaves": trees.num_leaves,
        "learning_rate": trees.learning_rate,
        "bagging_fraction": trees.subsample,
        "bagging_freq": int(trees.subsample < 1.0),
        "feature_fraction": trees.colsample,
        # The same seed gives the same trees only with both of these.
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    if training.regularised:
        parameters |= {"lambda_l2": trees.reg_lambda, "min_sum_hessian_in_leaf": trees.min_child_weight}
    return parameters


def _library() -> ModuleType:
    return optional_import("lightgbm", "Comparing methods in LightGBM")
