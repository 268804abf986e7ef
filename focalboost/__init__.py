"""Gradient-boosted trees with focal loss, for XGBoost and LightGBM."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import focalboost.estimators.forks  # noqa: F401 (it must see each fork from now on)
from focalboost.losses.class_weight import class_weights
from focalboost.losses.prior import shift_prior
from focalboost.objectives.focal import BinaryFocalLoss, MulticlassFocalLoss
from focalboost.objectives.start import FocalStartWarning, IgnoredParameterWarning

if TYPE_CHECKING:
    from focalboost.estimators.dask.lightgbm import DaskFocalLGBMClassifier
    from focalboost.estimators.dask.xgboost import DaskFocalXGBClassifier
    from focalboost.estimators.gamma_path import GammaPath
    from focalboost.estimators.lightgbm import FocalLGBMClassifier
    from focalboost.estimators.model_file import load, save
    from focalboost.estimators.tuning import tune
    from focalboost.estimators.xgboost import FocalXGBClassifier
    from focalboost.evaluation.gradient_budget import GradientBudget

__version__ = "0.1.0.dev0"

__all__ = [
    "BinaryFocalLoss",
    "DaskFocalLGBMClassifier",
    "DaskFocalXGBClassifier",
    "FocalLGBMClassifier",
    "FocalStartWarning",
    "FocalXGBClassifier",
    "GammaPath",
    "GradientBudget",
    "IgnoredParameterWarning",
    "MulticlassFocalLoss",
    "class_weights",
    "load",
    "save",
    "shift_prior",
    "tune",
]

_LAZY = {
    "DaskFocalLGBMClassifier": "focalboost.estimators.dask.lightgbm",
    "DaskFocalXGBClassifier": "focalboost.estimators.dask.xgboost",
    "FocalLGBMClassifier": "focalboost.estimators.lightgbm",
    "FocalXGBClassifier": "focalboost.estimators.xgboost",
    "GammaPath": "focalboost.estimators.gamma_path",
    "GradientBudget": "focalboost.evaluation.gradient_budget",
    "load": "focalboost.estimators.model_file",
    "save": "focalboost.estimators.model_file",
    "tune": "focalboost.estimators.tuning",
}


def __getattr__(name: str) -> Any:
    """Import what needs a booster when it is first asked for."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
