"""What XGBoost's and LightGBM's own functions are given beside a loss."""

import lightgbm as lgb
import numpy as np
import xgboost as xgb
from bad_input.case import Case

from focalboost import BinaryFocalLoss, MulticlassFocalLoss

X = np.random.default_rng(0).normal(size=(60, 2))
Y = (np.arange(60) % 3 == 0).astype(float)
LOSS, SOFTMAX = BinaryFocalLoss(), MulticlassFocalLoss(3)
QUIET = {"verbosity": -1, "num_threads": 1}


def by_xgboost(loss=LOSS, params=None, label=Y, weight=None):
    params = {"nthread": 1, "base_score": 0.5, "disable_default_eval_metric": True} | (params or {})
    return lambda _: xgb.train(params, xgb.DMatrix(X, label, weight=weight), 1, obj=loss)


def by_lightgbm(loss=LOSS, label=Y, weight=None, **params):
    return lambda _: lgb.train(QUIET | loss.lightgbm_params() | params, lgb.Dataset(X, label, weight=weight), 1)


CASES = [
    Case("a DMatrix without labels", "xgboost.train(obj=loss)", ValueError, "has no labels", by_xgboost(label=None)),
    Case("labels 1 and 2", "xgboost.train(obj=loss)", ValueError, "y_true must be 0 or 1", by_xgboost(label=Y + 1)),
    Case(
        "labels -1 and 1", "lightgbm.train(objective=loss)", ValueError, "must be 0 or 1", by_lightgbm(label=2 * Y - 1)
    ),
    Case("soft labels", "xgboost.train(obj=loss)", ValueError, "must be 0 or 1", by_xgboost(label=Y * 0.3)),
    Case(
        "classes of which there are more than n_classes",
        "xgboost.train(obj=loss)",
        ValueError,
        "one of 0, ..., 2",
        by_xgboost(SOFTMAX, {"num_class": 3, "objective": "multi:softprob"}, label=np.arange(60) % 5),
    ),
    Case(
        "a softmax loss without num_class",
        "xgboost.train(obj=loss)",
        ValueError,
        "a column for each class",
        by_xgboost(SOFTMAX, label=np.arange(60) % 3),
    ),
    Case(
        "a softmax loss of three classes with num_class=4",
        "xgboost.train(obj=loss)",
        ValueError,
        "a column for each class",
        by_xgboost(SOFTMAX, {"num_class": 4, "objective": "multi:softprob"}, label=np.arange(60) % 3),
    ),
    Case(
        "the data set before the scores",
        "loss(data, scores)",
        TypeError,
        "give the scores first",
        lambda _: LOSS(xgb.DMatrix(X, Y), np.zeros(60, np.float32)),
    ),
    Case(
        "a binary loss with num_class=3",
        "xgboost.train(obj=loss)",
        ValueError,
        "shape",
        by_xgboost(LOSS, {"num_class": 3, "objective": "multi:softprob"}),
    ),
    Case("one class alone", "loss.xgboost_params", ValueError, "has none", lambda _: LOSS.xgboost_params([0, 0])),
    Case("one class alone", "loss.init_score", ValueError, "has none", lambda _: LOSS.init_score([0, 0])),
    Case(
        "no labels",
        "loss.init_score",
        ValueError,
        "needs a row",
        lambda _: LOSS.init_score([]),
    ),
    Case(
        '"balanced" weights, not resolved',
        "loss.metric",
        ValueError,
        "resolve_class_weight",
        lambda _: BinaryFocalLoss(class_weight="balanced").metric(Y, np.zeros(60)),
    ),
]
