"""The methods that are compared, one a file, by name. To add one: its file, and its place in this list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focalboost.benchmark.methods.built_in import BuiltIn
from focalboost.benchmark.methods.catboost_focal import CatBoostFocal
from focalboost.benchmark.methods.class_weight import ClassWeight
from focalboost.benchmark.methods.cross_entropy import CrossEntropy
from focalboost.benchmark.methods.focal import Focal, FocalAuto
from focalboost.benchmark.methods.peers import PEERS
from focalboost.benchmark.methods.sanity import Constant, SingleFeature
from focalboost.benchmark.methods.undersampled import Undersampled

if TYPE_CHECKING:
    from focalboost.benchmark.methods.method import Method

_DEFAULT: tuple[Method, ...] = (
    Constant(),
    SingleFeature(),
    CrossEntropy("library_defaults", "log-loss, everything at the library's defaults", regularised=False),
    CrossEntropy("cross_entropy", "log-loss with an L2 penalty and a least leaf curvature of 1, XGBoost's defaults"),
    ClassWeight("class_weight_balanced", power=1.0),
    ClassWeight("class_weight_sqrt", power=0.5),
    BuiltIn(
        "scale_pos_weight",
        "scale_pos_weight = negatives / positives, else the library's defaults; probabilities as they come",
        ("xgboost", "lightgbm", "catboost"),
        lambda ratio: {"scale_pos_weight": ratio},
    ),
    BuiltIn(
        "hist_class_weight",
        'class_weight="balanced", else the library\'s defaults; probabilities as they come',
        ("hist_gradient_boosting",),
        lambda _: {"class_weight": "balanced"},
    ),
    Undersampled(),
    Focal(0.5),
    Focal(1.0),
    Focal(2.0),
    CatBoostFocal(),
)
_MORE: tuple[Method, ...] = (
    ClassWeight("class_weight_effective"),
    BuiltIn(
        "is_unbalance",
        "is_unbalance=True, else the library's defaults; probabilities as they come",
        ("lightgbm",),
        lambda _: {"is_unbalance": True},
    ),
    BuiltIn(
        "auto_class_weights",
        'auto_class_weights="Balanced", else the library\'s defaults; probabilities as they come',
        ("catboost",),
        lambda _: {"auto_class_weights": "Balanced"},
    ),
    Focal(3.0),
    Focal(5.0),
    FocalAuto(),
    *PEERS,
)
METHODS = {method.name: method for method in (*_DEFAULT, *_MORE)}
DEFAULT_METHODS = tuple(method.name for method in _DEFAULT)
UNTUNED = ("sanity", "library_defaults", "built_in", "focal_auto")
"""Families that are not tuned: they are what they are, or the searched class weight stands for them."""
