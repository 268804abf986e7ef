"""With few frauds: what focal loss and cross-entropy give by rounds, curvature, least curvature of a leaf and start."""

from typing import Any

import lightgbm
import numpy as np
from calling import GAMMA, Rows
from fits import FEW, SIMULATIONS, TREES, payments
from sklearn.metrics import average_precision_score

from focalboost import BinaryFocalLoss

ROUNDS = (25, 50, 100, 300)
_FOCAL = {"gamma": GAMMA, "curvature": "truncated", "leaf": 1.0, "start": "best constant"}
_CROSS_ENTROPY = _FOCAL | {"gamma": 0.0}
SETTINGS: tuple[dict[str, Any], ...] = (
    _FOCAL,
    _FOCAL | {"curvature": "fisher"},
    _FOCAL | {"leaf": 5.0},
    _FOCAL | {"curvature": "fisher", "leaf": 5.0},
    _FOCAL | {"start": "0"},
    _CROSS_ENTROPY,
    _CROSS_ENTROPY | {"leaf": 5.0},
    _CROSS_ENTROPY | {"start": "0"},
)


def few_frauds() -> list[dict[str, Any]]:
    """Return a row for each setting: average precision by rounds, in LightGBM."""
    precision = np.array(
        [[_precision(setting, *payments(FEW, seed)) for seed in range(SIMULATIONS[FEW])] for setting in SETTINGS]
    )
    ahead = precision - precision[0]
    mean, error = ahead.mean(axis=1), ahead.std(axis=1, ddof=1) / np.sqrt(SIMULATIONS[FEW])
    return [
        {
            "loss": f"focal, {setting['curvature']}" if setting["gamma"] else "cross-entropy",
            "least curvature of a leaf": f"{setting['leaf']:g}",
            "start": setting["start"],
        }
        | {
            f"AP, {rounds} rounds": f"{precision[row, :, place].mean():.3f}"
            + (f" ({mean[row, place]:+.3f} ± {error[row, place]:.3f})" if row else "")
            for place, rounds in enumerate(ROUNDS)
        }
        for row, setting in enumerate(SETTINGS)
    ]


def _precision(setting: dict[str, Any], train: Rows, test: Rows) -> list[float]:
    loss = BinaryFocalLoss(gamma=setting["gamma"], curvature=setting["curvature"])
    data = lightgbm.Dataset(train.X, train.y)
    if setting["start"] != "0":  # where other packages start, they do not scale either
        loss = loss.scaled_to(train.y)
        data.set_init_score(loss.init_score(train.y))
    trees = {**TREES["lightgbm"], **loss.lightgbm_params(), "min_child_weight": setting["leaf"]}
    booster = lightgbm.train(trees, data, ROUNDS[-1])
    return [average_precision_score(test.y, booster.predict(test.X, num_iteration=rounds)) for rounds in ROUNDS]
