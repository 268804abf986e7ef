"""The libraries that can be compared, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focalboost.benchmark.lightgbm_booster import LightGBM
from focalboost.benchmark.xgboost_booster import XGBoost

if TYPE_CHECKING:
    from focalboost.benchmark.booster import Booster

_BOOSTERS: tuple[Booster, ...] = (XGBoost(), LightGBM())
BOOSTERS = {booster.name: booster for booster in _BOOSTERS}
