"""A training that would fail says so, with the mend; one that would not is silent."""

import warnings

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb

from focalboost import BinaryFocalLoss, FocalStartWarning, IgnoredParameterWarning, MulticlassFocalLoss

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4000, 4))
Y = (RNG.random(4000) < 0.01 * np.exp(X[:, 0])).astype(int)
PRIOR = float(np.log(Y.mean() / (1 - Y.mean())))
LGB = {"verbosity": -1, "num_threads": 1, "lambda_l2": 1.0, "min_sum_hessian_in_leaf": 1.0}


def train_xgboost(loss, margin, rounds=5):
    params = {"objective": "binary:logistic", "disable_default_eval_metric": True, "nthread": 1}
    xgb.train(params, xgb.DMatrix(X, Y, base_margin=np.full(len(Y), margin)), rounds, obj=loss)


def train_lightgbm(loss, margin, **params):
    lgb.train(LGB | loss.lightgbm_params() | params, lgb.Dataset(X, Y, init_score=np.full(len(Y), margin)), 5)


@pytest.mark.parametrize("train", [train_xgboost, train_lightgbm])
def test_the_class_prior_is_warned_of_once(train):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        train(BinaryFocalLoss(2.0), PRIOR)
    (warning,) = [w for w in caught if w.category is FocalStartWarning]
    assert "loss.xgboost_params(y)" in str(warning.message)
    assert "init_score=loss.init_score(y)" in str(warning.message)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_the_best_start_is_silent(gamma):
    loss = BinaryFocalLoss(gamma)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", FocalStartWarning)
        train_xgboost(loss, loss.fit_intercept_only(Y))
        train_lightgbm(loss, loss.fit_intercept_only(Y))
    assert [warning for warning in caught if warning.category is FocalStartWarning] == []


def test_zero_can_fail_in_lightgbm_alone():
    with warnings.catch_warnings():
        warnings.simplefilter("error", FocalStartWarning)
        train_xgboost(BinaryFocalLoss(2.0), 0.0)
        with pytest.raises(FocalStartWarning):
            train_lightgbm(BinaryFocalLoss(2.0), 0.0)


def test_many_classes():
    y = RNG.choice(3, 500, p=[0.9, 0.09, 0.01])
    loss = MulticlassFocalLoss(3)
    with warnings.catch_warnings():
        warnings.simplefilter("error", FocalStartWarning)
        loss(y, loss.init_score(y))
        loss(y, np.zeros((500, 3), np.float32))
        with pytest.raises(FocalStartWarning):
            loss(y, np.zeros((500, 3)))
        with pytest.raises(FocalStartWarning):
            loss(y, np.tile(np.float32([4, -1, -4]), (500, 1)))


@pytest.mark.parametrize("name", ["scale_pos_weight", "is_unbalance", "boost_from_average", "pos_bagging_fraction"])
def test_parameters_without_effect_are_named(name):
    value = {"scale_pos_weight": 10.0, "is_unbalance": True, "boost_from_average": False, "pos_bagging_fraction": 0.5}
    with pytest.warns(IgnoredParameterWarning, match=name):
        train_lightgbm(BinaryFocalLoss(2.0), BinaryFocalLoss(2.0).fit_intercept_only(Y), **{name: value[name]})


def test_one_class_alone_is_no_reason_to_stop():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gradient, _ = BinaryFocalLoss()(np.zeros(10), np.zeros(10, np.float32))
    assert (gradient > 0).all()
