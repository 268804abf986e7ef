"""Both classifiers, small, and a data set with a rare class."""

from typing import Any, NamedTuple

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb

from focalboost import FocalLGBMClassifier, FocalXGBClassifier


class Case(NamedTuple):
    """An estimator's class, its parent and settings that keep it small and quiet."""

    estimator: type
    parent: type
    settings: dict[str, Any]

    def __call__(self, **parameters: Any) -> Any:
        return self.estimator(**self.settings | parameters)


XGB = Case(FocalXGBClassifier, xgb.XGBClassifier, {"n_estimators": 15, "max_depth": 3, "n_jobs": 1})
LGBM = Case(
    FocalLGBMClassifier,
    lgb.LGBMClassifier,
    {"n_estimators": 15, "num_leaves": 7, "n_jobs": 1, "verbosity": -1, "reg_lambda": 1.0, "min_child_weight": 1.0},
)


@pytest.fixture(params=[XGB, LGBM], ids=["xgboost", "lightgbm"])
def case(request):
    return request.param


class Data(NamedTuple):
    """Features, labels of two classes, of three classes, and weights."""

    X: np.ndarray
    y: np.ndarray
    many: np.ndarray
    weight: np.ndarray


@pytest.fixture(scope="session")
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1500, 4))
    score = X[:, 0] + 0.5 * X[:, 1] * X[:, 2] + rng.normal(size=1500)
    y = np.where(score > 2, "fraud", "fine")
    return Data(X, y, np.digitize(score, [0, 2]) * 10 - 5, rng.uniform(0.5, 2, 1500))
