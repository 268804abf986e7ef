"""Gradient-boosted trees with focal loss, for XGBoost and LightGBM."""

from focalboost.losses.class_weight import class_weights
from focalboost.objectives.focal import BinaryFocalLoss, MulticlassFocalLoss
from focalboost.objectives.start import FocalStartWarning, IgnoredParameterWarning

__version__ = "0.1.0.dev0"

__all__ = [
    "BinaryFocalLoss",
    "FocalStartWarning",
    "IgnoredParameterWarning",
    "MulticlassFocalLoss",
    "class_weights",
]
