"""The packages, called as their documentation does: gamma 2, both classes alike."""

from functools import partial
from typing import Any

import numpy as np
from calling import ALPHA, GAMMA, WEIGHT, Package, made, on_data, on_labels, sigmoid
from catboost_focal import CATBOOST
from ways import estimator, imbalance_xgboost, lightgbm_train, xgboost_train

from focalboost import BinaryFocalLoss, MulticlassFocalLoss
from focalboost.benchmark.methods.peers import PEERS

_OBJECTIVE = {peer.package: peer.objective for peer in PEERS}

_FOCALBOOST = Package(
    name="focalboost",
    objective=partial(BinaryFocalLoss, GAMMA),
    derivatives=on_data(partial(BinaryFocalLoss, GAMMA)),
    weighted=on_data(partial(BinaryFocalLoss, GAMMA, alpha=ALPHA)),
    three_classes=on_data(partial(MulticlassFocalLoss, 3, GAMMA)),
    ways=tuple(
        estimator(booster, f"{name}(gamma=2)", partial(made, f"focalboost:{name}", gamma=GAMMA))
        for booster, name in (("xgboost", "FocalXGBClassifier"), ("lightgbm", "FocalLGBMClassifier"))
    ),
)

_FOCAL = "bokbokbok.loss_functions.classification:WeightedFocalLoss"
_metric = partial(made, "bokbokbok.eval_metrics.classification:WeightedFocalMetric", alpha=1.0, gamma=GAMMA)
_clip_sigmoid = partial(made, "bokbokbok.utils:clip_sigmoid")
_BOKBOKBOK = Package(
    name="bokbokbok",
    objective=_OBJECTIVE["bokbokbok"],
    derivatives=on_data(_OBJECTIVE["bokbokbok"]),
    weighted=on_data(partial(made, _FOCAL, alpha=WEIGHT, gamma=GAMMA)),
    ways=(
        xgboost_train(
            "xgboost.train(obj=WeightedFocalLoss(1, 2), feval=WeightedFocalMetric(1, 2, XGBoost=True), evals=)",
            lambda data: {
                "obj": _OBJECTIVE["bokbokbok"](),
                "feval": _metric(XGBoost=True),
                "evals": [(data, "train")],
                "verbose_eval": False,
            },
            _clip_sigmoid,
        ),
        xgboost_train("the same without feval", lambda _: {"obj": _OBJECTIVE["bokbokbok"]()}, _clip_sigmoid),
        lightgbm_train(
            "lightgbm.train({'objective': WeightedFocalLoss(1, 2)}, feval=WeightedFocalMetric(1, 2), valid_sets=)",
            lambda data: {"objective": _OBJECTIVE["bokbokbok"](), "feval": _metric(), "valid_sets": [data]},
            _clip_sigmoid,
        ),
    ),
)

_fl_loss = partial(made, "gbdtCBL.binary:FLLoss", GAMMA)


def _gbdtcbl(name: str, **trees: Any) -> Any:
    return made(name, objective=_fl_loss(), **trees)


_GBDTCBL = Package(
    name="gbdtCBL",
    objective=_fl_loss,
    derivatives=on_labels(_fl_loss),
    weighted=on_labels(partial(_fl_loss, alpha=ALPHA)),
    three_classes=on_labels(partial(made, "gbdtCBL.xgbmulti:XGBFLMulti", GAMMA)),
    ways=(
        estimator("xgboost", "XGBClassifier(objective=FLLoss(2))", partial(_gbdtcbl, "xgboost:XGBClassifier")),
        estimator(
            "lightgbm", "LGBMClassifier(objective=FLLoss(2))", partial(_gbdtcbl, "lightgbm:LGBMClassifier"), sigmoid
        ),
    ),
)


def _imlightgbm(kind: str = "binary_focal", **more: float) -> Any:
    """Return the objective that its `train` makes of its parameters."""
    return made("imlightgbm.engine:set_params", {"objective": kind, "gamma": GAMMA, **more})["objective"]


_IMLIGHTGBM = Package(
    name="imlightgbm",
    objective=_imlightgbm,
    derivatives=on_data(_imlightgbm, "lightgbm:Dataset"),
    weighted=on_data(partial(_imlightgbm, alpha=WEIGHT), "lightgbm:Dataset"),
    three_classes=on_data(partial(_imlightgbm, "multiclass_focal", num_class=3), "lightgbm:Dataset"),
    ways=(
        estimator(
            "lightgbm",
            "ImbalancedLGBMClassifier(objective='binary_focal', gamma=2)",
            partial(made, "imlightgbm:ImbalancedLGBMClassifier", objective="binary_focal", gamma=GAMMA),
        ),
    ),
    dtype=np.float64,
)

_IMBALANCE_XGBOOST = Package(
    name="imbalance-xgboost",
    objective=partial(made, "imxgboost.focal_loss:Focal_Binary_Loss", GAMMA),
    derivatives=on_data(_OBJECTIVE["imbalance-xgboost"]),
    weighted=on_data(partial(made, "imxgboost.focal_loss:Focal_Binary_Loss", GAMMA, WEIGHT)),
    ways=(
        imbalance_xgboost(
            "imbalance_xgboost(special_objective='focal', focal_gamma=2)",
            partial(made, "imxgboost.imbalance_xgb:imbalance_xgboost", special_objective="focal", focal_gamma=GAMMA),
        ),
        xgboost_train(
            "xgboost.train(obj=Focal_Binary_Loss(2).focal_binary_object)",
            lambda _: {"obj": _OBJECTIVE["imbalance-xgboost"]()},
            lambda scores: made("imxgboost.imbalance_xgb:two_class_encoding", scores)[:, 1],
        ),
    ),
)


def _jaxboost(booster: str, **more: float) -> Any:
    """Return its objective for a booster; alpha .25 would be its default, .5 makes the classes alike."""
    loss = made("jaxboost:focal_loss.with_params", gamma=GAMMA, **({"alpha": 0.5} | more))
    return loss.xgb_objective if booster == "xgboost" else loss.lgb_objective


_JAXBOOST = Package(
    name="jaxboost",
    objective=partial(made, "jaxboost:focal_loss.with_params", gamma=GAMMA),
    derivatives=on_data(partial(_jaxboost, "xgboost")),
    weighted=on_data(partial(_jaxboost, "xgboost", alpha=ALPHA)),
    three_classes=on_data(lambda: made("jaxboost:focal_multiclass", 3, gamma=GAMMA).xgb_objective),
    ways=(
        xgboost_train(
            "xgboost.train(obj=focal_loss.with_params(alpha=0.5).xgb_objective)",
            lambda _: {"obj": _jaxboost("xgboost")},
        ),
        lightgbm_train(
            "lightgbm.train(fobj=focal_loss.with_params(alpha=0.5).lgb_objective)",
            lambda _: {"fobj": _jaxboost("lightgbm")},
        ),
        lightgbm_train("lightgbm.train({'objective': the same})", lambda _: {"objective": _jaxboost("lightgbm")}),
    ),
    alike=0.5,
)

PACKAGES = (_FOCALBOOST, _BOKBOKBOK, _GBDTCBL, _IMLIGHTGBM, _IMBALANCE_XGBOOST, _JAXBOOST, CATBOOST)
