"""Boosters that are trained a round at a time, as ``xgboost.train`` and ``lightgbm.train`` do it."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np
from copying import threads_here

from focalboost import BinaryFocalLoss

OBJECTIVES = ("built-in", "gamma 0", "gamma 2")
"""At gamma 0 the trees are the built-in objective's, so the difference is the price of the interface alone."""

NUMPY = "NumPy"
"""The built-in objective's derivatives in three lines of NumPy: what the libraries' interface costs by itself."""

DEPTH = 6
LEAVES = 31


def table(n_rows: int, n_columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw features and labels, a tenth of them positive."""
    generator = np.random.default_rng(0)
    x = generator.standard_normal((n_rows, n_columns), dtype=np.float32)
    score = x[:, :10].sum(axis=1) + 2 * x[:, 0] * x[:, 1] + generator.normal(0, 2, n_rows)
    return x, (score > np.quantile(score, 0.9)).astype(np.float32)


def loss_of(objective: str, y: np.ndarray) -> BinaryFocalLoss:
    """Return the focal loss by the name of an objective; the built-in one's start is that of gamma 0."""
    loss = BinaryFocalLoss(2.0 if objective == "gamma 2" else 0.0)
    return loss.scaled_to(y) if objective == "gamma 2" else loss


def numpy_logistic(scores: np.ndarray, data: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the derivatives of cross-entropy, as users write them."""
    probability = 1 / (1 + np.exp(-scores))
    return probability - data.get_label(), probability * (1 - probability)


def derivatives_of(objective: str, loss: BinaryFocalLoss) -> Callable[..., Any] | None:
    """Return what is handed to a library as its custom objective."""
    return {"built-in": None, NUMPY: numpy_logistic}.get(objective, loss)


class XGBoost:
    """One training with XGBoost.

    Parameters
    ----------
    data : xgboost.DMatrix
        May be shared by several trainings.
    y : array
        Its labels.
    objective : str
        One of ``OBJECTIVES``, or ``NUMPY``.
    """

    def __init__(self, data: Any, y: np.ndarray, objective: str) -> None:
        import xgboost as xgb

        loss = loss_of(objective, y)
        params = {"max_depth": DEPTH, "tree_method": "hist", "nthread": threads_here(), **loss.xgboost_params(y)}
        self.custom = derivatives_of(objective, loss)
        self.booster = xgb.Booster(params, [data])
        self._data, self._rounds = data, count()

    @staticmethod
    def data(x: np.ndarray, y: np.ndarray) -> Any:
        """Return a data set for any of the objectives."""
        import xgboost as xgb

        return xgb.DMatrix(x, y, nthread=threads_here())

    def round(self) -> None:
        """Train one round."""
        self.booster.update(self._data, next(self._rounds), fobj=self.custom)

    def leaves(self) -> int:
        """Count the leaves of all trees."""
        return sum(tree.count("leaf=") for tree in self.booster.get_dump())


class LightGBM:
    """One training with LightGBM; as ``XGBoost``, but the start belongs to the data set, so each has its own."""

    def __init__(self, data: Any, y: np.ndarray, objective: str) -> None:
        import lightgbm as lgb

        loss = loss_of(objective, y)
        # Column-wise or row-wise is otherwise decided by a trial, which may fall out differently for the two sides.
        params = {"num_leaves": LEAVES, "num_threads": threads_here(), "verbosity": -1, "force_col_wise": True}
        params |= {"objective": "binary" if objective == "built-in" else "none", "metric": "None"}
        self.custom = derivatives_of(objective, loss)
        rows = lgb.Dataset(data[0], data[1], init_score=loss.init_score(y), params=params)
        self.booster = lgb.Booster(params, rows)

    @staticmethod
    def data(x: np.ndarray, y: np.ndarray) -> Any:
        """Return features and labels."""
        return x, y

    def round(self) -> None:
        """Train one round."""
        self.booster.update(fobj=self.custom)

    def leaves(self) -> int:
        """Count the leaves of all trees."""
        return sum(tree["num_leaves"] for tree in self.booster.dump_model()["tree_info"])


LIBRARIES: dict[str, Callable[..., Any]] = {"XGBoost": XGBoost, "LightGBM": LightGBM}


def trainings(library: str, x: np.ndarray, y: np.ndarray, objectives: Sequence[str] = OBJECTIVES) -> dict[str, Any]:
    """Begin a training with each objective."""
    kind: Any = LIBRARIES[library]
    data = kind.data(x, y)
    return {objective: kind(data, y, objective) for objective in objectives}
