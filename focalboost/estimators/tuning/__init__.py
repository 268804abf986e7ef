"""Search gamma, class weights and tree parameters together."""

from focalboost.estimators.tuning.result import TuningResult
from focalboost.estimators.tuning.search import tune
from focalboost.estimators.tuning.space import focal_space, lightgbm_space, xgboost_space

__all__ = ["TuningResult", "focal_space", "lightgbm_space", "tune", "xgboost_space"]
