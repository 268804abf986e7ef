"""The libraries that can be compared, one a file, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focalboost.benchmark.boosters.catboost import CatBoost
from focalboost.benchmark.boosters.hist_gradient_boosting import HistGradientBoosting
from focalboost.benchmark.boosters.lightgbm import LightGBM
from focalboost.benchmark.boosters.xgboost import XGBoost

if TYPE_CHECKING:
    from focalboost.benchmark.boosters.booster import Booster

_BOOSTERS: tuple[Booster, ...] = (XGBoost(), LightGBM(), CatBoost(), HistGradientBoosting())
BOOSTERS = {booster.name: booster for booster in _BOOSTERS}
