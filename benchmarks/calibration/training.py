"""Train XGBoost and LightGBM alike, at their own default parameters save those that a study names.

Training starts from the best constant score z0. XGBoost gets it as ``base_score``; LightGBM as ``init_score``, which it
does not keep, so it is added to the predicted scores. No loss means the library's own cross-entropy.
"""

from collections.abc import Callable
from typing import Any

import lightgbm as lgb
import numpy as np
import xgboost as xgb
from numpy.typing import NDArray

from focalboost import BinaryFocalLoss
from focalboost.benchmark.matrix import Matrix

Part = tuple[Matrix, NDArray[np.integer]]
Scores = Callable[[Matrix, int], NDArray[np.floating]]


def train_xgboost(
    loss: BinaryFocalLoss | None,
    train: Part,
    rounds: int,
    params: dict[str, Any],
    stop: Part | None = None,
    weight: NDArray[np.floating] | None = None,
) -> tuple[Scores, int]:
    """Train with XGBoost.

    Parameters
    ----------
    loss : BinaryFocalLoss or None
        The objective; None is ``"binary:logistic"``.
    train : (Matrix, ndarray)
        Features and labels.
    rounds : int
        Number of rounds.
    params : dict
        What differs from the library's defaults.
    stop : (Matrix, ndarray), optional
        The part that tells the best number of rounds, by the log-loss of the probabilities.
    weight : ndarray of shape (n,), optional
        Weights of the training rows.

    Returns
    -------
    scores : callable
        (features, rounds) -> raw scores, start included.
    best : int
        The best number of rounds; all of them without ``stop``.
    """
    kinds = ["c" if i in train[0].categorical else "q" for i in range(train[0].values.shape[1])]

    def data(x: Matrix, y: NDArray[np.integer] | None = None, weight: NDArray[np.floating] | None = None) -> Any:
        return xgb.DMatrix(x.values, y, weight=weight, feature_types=kinds, enable_categorical=True, nthread=1)

    own = {"objective": "binary:logistic", "eval_metric": "logloss"}
    history: dict[str, Any] = {}
    booster = xgb.train(
        {"nthread": 1, **(loss.xgboost_params(train[1]) if loss else own), **params},
        data(*train, weight), rounds, obj=loss, custom_metric=loss.log_loss_metric if loss else None,
        evals=[(data(*stop), "stop")] if stop else [], evals_result=history, verbose_eval=False,
    )  # fmt: skip
    return (
        lambda x, n: booster.predict(data(x), output_margin=True, iteration_range=(0, n)),
        best_round(history, rounds),
    )


def train_lightgbm(
    loss: BinaryFocalLoss | None,
    train: Part,
    rounds: int,
    params: dict[str, Any],
    stop: Part | None = None,
    weight: NDArray[np.floating] | None = None,
) -> tuple[Scores, int]:
    """Train with LightGBM; parameters and result as of ``train_xgboost``."""
    z0 = float(loss.fit_intercept_only(train[1])) if loss else None
    own = {"objective": "binary", "metric": "binary_logloss"}

    def data(part: Part, **keywords: Any) -> lgb.Dataset:
        return lgb.Dataset(
            part[0].values, part[1], init_score=np.full(len(part[1]), z0) if loss else None,
            categorical_feature=list(part[0].categorical), params={"verbosity": -1, "num_threads": 1}, **keywords,
        )  # fmt: skip

    dataset = data(train, weight=weight)
    history: dict[str, Any] = {}
    booster = lgb.train(
        {"num_threads": 1, "seed": 0, "deterministic": True, "force_col_wise": True, "verbosity": -1,
         **(loss.lightgbm_params() if loss else own), **params},
        dataset, rounds, feval=loss.log_loss_metric if loss else None,
        valid_sets=[data(stop, reference=dataset)] if stop else [], valid_names=["stop"] if stop else None,
        callbacks=[lgb.record_evaluation(history)],
    )  # fmt: skip
    return (
        lambda x, n: booster.predict(x.values, raw_score=True, num_iteration=n) + (z0 or 0.0),
        best_round(history, rounds),
    )


def best_round(history: dict[str, Any], rounds: int) -> int:
    """Return the number of rounds with the least log-loss of the stopping part."""
    if "stop" not in history:
        return rounds
    (log_loss,) = history["stop"].values()
    return int(np.argmin(log_loss)) + 1


BOOSTERS = {"xgboost": train_xgboost, "lightgbm": train_lightgbm}
