"""Estimators through every kind of serialisation that Python users have."""

import copy
import io
import pickle

import cloudpickle
import joblib
import lightgbm as lgb
import numpy as np
import pytest
import skops.io
import xgboost as xgb
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from focalboost import FocalLGBMClassifier, FocalXGBClassifier

rng = np.random.default_rng(0)
X = rng.normal(size=(300, 3))
y = np.where(X[:, 0] + rng.normal(size=300) > 1, "fraud", "fine")


def xgboost(**parameters):
    return FocalXGBClassifier(
        **{"class_weight": "balanced", "n_estimators": 3, "max_depth": 2, "n_jobs": 1} | parameters
    )


def lightgbm(**parameters):
    small = {"class_weight": {"fraud": 3.0}, "n_estimators": 3, "num_leaves": 4, "n_jobs": 1, "verbosity": -1}
    return FocalLGBMClassifier(**small | parameters)


def through_joblib(model):
    buffer = io.BytesIO()
    joblib.dump(model, buffer)
    buffer.seek(0)
    return joblib.load(buffer)


def through_skops(model):
    content = skops.io.dumps(model)
    return skops.io.loads(content, trusted=skops.io.get_untrusted_types(data=content))


WAYS = {
    "pickle": lambda model: pickle.loads(pickle.dumps(model)),
    "cloudpickle": lambda model: cloudpickle.loads(cloudpickle.dumps(model)),
    "joblib": through_joblib,
    "skops": through_skops,
    "deepcopy": copy.deepcopy,
}
each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
each_library = pytest.mark.parametrize("make", [xgboost, lightgbm])


@each_way
@each_library
def test_a_fitted_estimator_survives(make, way):
    model = make(deployment_prevalence=0.01).fit(X, y)
    again = way(model)
    assert type(again) is type(model)
    assert again.get_params().items() >= {k: v for k, v in model.get_params().items() if v == v}.items()
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    np.testing.assert_array_equal(again.decision_function(X), model.decision_function(X))
    np.testing.assert_array_equal(again.classes_, model.classes_)
    assert again.link_.to_json() == model.link_.to_json()
    np.testing.assert_array_equal(again.fit(X, y).predict_proba(X), model.predict_proba(X))


@each_way
@each_library
def test_an_unfitted_estimator_survives(make, way):
    again = way(make(gamma=1.0))
    np.testing.assert_array_equal(again.fit(X, y).predict_proba(X), make(gamma=1.0).fit(X, y).predict_proba(X))


@each_library
def test_a_clone_has_the_parameters_alone(make):
    model = make().fit(X, y)
    again = clone(model)
    assert not hasattr(again, "link_")
    np.testing.assert_array_equal(again.fit(X, y).predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("way", ["pickle", "cloudpickle", "joblib", "deepcopy"])
@each_library
def test_inside_other_estimators(make, way):
    model = CalibratedClassifierCV(make_pipeline(StandardScaler(), make()), cv=2).fit(X, y)
    np.testing.assert_array_equal(WAYS[way](model).predict_proba(X), model.predict_proba(X))


def test_several_classes_and_several_labels_survive():
    three = np.digitize(X[:, 0], [-0.5, 1.0])
    several = np.column_stack([X[:, 0] > 0.5, X[:, 1] > 1.0]).astype(int)
    for model, labels in (
        (xgboost(), three),
        (xgboost(class_weight=None), several),
        (lightgbm(class_weight=None), three),
    ):
        model.fit(X, labels)
        again = pickle.loads(pickle.dumps(model))
        np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize(
    ("model", "parent"),
    [
        (xgboost(), xgb.XGBClassifier(n_estimators=3, max_depth=2, n_jobs=1)),
        (lightgbm(), lgb.LGBMClassifier(n_estimators=3, num_leaves=4, n_jobs=1, verbosity=-1)),
    ],
)
def test_a_fitted_estimator_keeps_no_training_data(model, parent):
    rows, labels = np.tile(X, (20, 1)), np.tile(y, 20)
    weight = np.ones(len(labels))
    model.fit(rows, labels, sample_weight=weight)
    parent.fit(rows, (labels == "fraud").astype(int), sample_weight=weight)
    size, size_of_parent = len(pickle.dumps(model)), len(pickle.dumps(parent))
    assert size < size_of_parent + 3000 < weight.nbytes


@each_library
def test_a_shallow_copy_shares_the_booster(make):
    model = make().fit(X, y)
    again = copy.copy(model).set_params(deployment_prevalence=0.01)
    assert again._Booster is model._Booster
    assert model.deployment_prevalence is None
    assert vars(copy.copy(make())) == vars(make())
