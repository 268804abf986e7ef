"""scikit-learn's HistGradientBoostingClassifier as a library of the comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost._optional import optional_import

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from focalboost.benchmark.boosters.booster import Training
    from focalboost.benchmark.matrix import Matrix
    from focalboost.benchmark.settings import Trees

_BINS = 255


class HistGradientBoosting:
    """scikit-learn's histogram trees, grown by leaf."""

    name = "hist_gradient_boosting"
    custom_loss = False

    def version(self) -> str:
        """Return scikit-learn's version."""
        return str(optional_import("sklearn", "Comparing methods in scikit-learn").__version__)

    def train(
        self, data: Matrix, target: NDArray[np.int8], training: Training, trees: Trees
    ) -> HistGradientBoostingModel:
        """Train."""
        ensemble = optional_import("sklearn.ensemble", "Comparing methods in scikit-learn")
        parameters: dict[str, Any] = {
            "learning_rate": trees.learning_rate,
            "max_iter": trees.rounds,
            "max_leaf_nodes": trees.num_leaves,
            "max_features": trees.colsample,
            "early_stopping": False,
            "random_state": trees.seed,
            "categorical_features": _categorical(data),
        }
        if training.regularised:
            # Its least leaf curvature is fixed at 1e-3; it asks for 20 rows a leaf besides.
            parameters["l2_regularization"] = trees.reg_lambda
        model = ensemble.HistGradientBoostingClassifier(**{**parameters, **training.parameters})
        with _limited(trees.threads):
            model.fit(_known(data.values), target, sample_weight=training.sample_weight)
        return HistGradientBoostingModel(model, trees.threads)


@dataclass(frozen=True, eq=False)
class HistGradientBoostingModel:
    """A trained classifier."""

    model: Any
    threads: int

    def staged_scores(self, data: Matrix, stops: Sequence[int]) -> Iterator[NDArray[np.float64]]:
        """Yield the raw scores after each number of rounds."""
        wanted = set(stops)
        with _limited(self.threads):
            stages = enumerate(self.model.staged_decision_function(data.values), start=1)
            scores = [stage for done, stage in stages if done in wanted]
        yield from scores


def _known(values: NDArray[np.float32]) -> NDArray[np.float32]:
    # It cannot bin a column of nothing but missing values; one constant does as little.
    unknown = np.isnan(values).all(axis=0)
    return np.where(unknown, np.float32(0.0), values) if unknown.any() else values


def _categorical(data: Matrix) -> list[int] | None:
    # It takes no more categories than bins; the codes of longer columns are numbers to it.
    short = [column for column in data.categorical if np.nanmax(data.values[:, column], initial=0.0) < _BINS]
    return short or None


def _limited(threads: int) -> Any:
    return optional_import("threadpoolctl", "Comparing methods in scikit-learn").threadpool_limits(threads, "openmp")
