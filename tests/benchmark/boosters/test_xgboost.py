import numpy as np
import pytest
import xgboost as xgb

from focalboost import BinaryFocalLoss
from focalboost.benchmark.boosters.booster import Training
from focalboost.benchmark.boosters.xgboost import XGBoost
from focalboost.benchmark.settings import Trees

TYPES = ["q", "q", "c", "q", "q"]


@pytest.mark.parametrize("loss", [None, BinaryFocalLoss(gamma=2.0)])
def test_each_stop_has_the_margins_of_that_many_trees(sample, loss):
    train, test = sample(), sample(seed=1)
    trees = Trees(rounds=40, learning_rate=0.3, subsample=0.7, threads=1)
    model = XGBoost().train(train.features, train.target, Training(loss=loss), trees)
    rows = xgb.DMatrix(test.features.values, feature_types=TYPES, enable_categorical=True)
    stops = (1, 2, 17, 40)
    for stop, scores in zip(stops, model.staged_scores(test.features, stops), strict=True):
        expected = model.booster.predict(rows, output_margin=True, iteration_range=(0, stop))
        np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(scores, model.booster.predict(rows, output_margin=True), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("regularised", [True, False])
def test_it_is_the_classifier_with_the_stated_parameters(sample, regularised):
    train, test = sample(), sample(seed=1)
    trees = Trees(
        rounds=15,
        learning_rate=0.2,
        max_depth=4,
        reg_lambda=3.0,
        min_child_weight=2.0,
        subsample=0.8,
        colsample=0.7,
        seed=5,
        threads=1,
    )
    # Versions before 3 would start the classifier elsewhere.
    stated = {"base_score": train.target.mean(), "reg_lambda": 3.0, "min_child_weight": 2.0} if regularised else {}
    direct = xgb.XGBClassifier(
        n_estimators=15,
        learning_rate=0.2,
        max_depth=4,
        subsample=0.8,
        colsample_bytree=0.7,
        random_state=5,
        n_jobs=1,
        feature_types=TYPES,
        enable_categorical=True,
        **stated,
    ).fit(train.features.values, train.target)
    model = XGBoost().train(train.features, train.target, Training(regularised=regularised), trees)
    (scores,) = model.staged_scores(test.features, (15,))
    expected = direct.predict(test.features.values, output_margin=True)
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-5)


def test_the_library_s_own_parameters_come_last(sample):
    train = sample()
    training = Training(parameters={"max_depth": 1, "objective": "binary:hinge"})
    model = XGBoost().train(train.features, train.target, training, Trees(rounds=2, threads=1))
    config = model.booster.save_config()
    assert '"max_depth":"1"' in config
    assert "binary:hinge" in config


def test_no_more_threads_are_used_than_were_asked_for(sample, monkeypatch):
    asked, original = [], xgb.DMatrix

    def matrix(*data, nthread=None, **columns):
        asked.append(nthread)
        return original(*data, nthread=nthread, **columns)

    monkeypatch.setattr(xgb, "DMatrix", matrix)
    train = sample()
    model = XGBoost().train(train.features, train.target, Training(), Trees(rounds=2, threads=1))
    list(model.staged_scores(train.features, (1, 2)))
    assert asked == [1, 1]
    assert '"nthread":"1"' in model.booster.save_config()
