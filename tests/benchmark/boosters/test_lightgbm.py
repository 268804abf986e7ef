import lightgbm as lgb
import numpy as np
import pytest

from focalboost import BinaryFocalLoss
from focalboost.benchmark.boosters.booster import Training
from focalboost.benchmark.boosters.lightgbm import LightGBM
from focalboost.benchmark.settings import Trees

LOSSES = [None, BinaryFocalLoss(gamma=2.0)]


def check_every_stop(model, loss, train, test, rounds):
    start = 0.0 if loss is None else loss.fit_intercept_only(train.target)
    stops = (1, 2, rounds // 2, rounds)
    for stop, scores in zip(stops, model.staged_scores(test.features, stops), strict=True):
        expected = start + model.booster.predict(test.features.values, raw_score=True, num_iteration=stop)
        np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(scores, start + model.booster.predict(test.features.values, raw_score=True), rtol=1e-9)


@pytest.mark.parametrize("loss", LOSSES)
def test_each_stop_has_the_scores_of_that_many_trees(sample, loss):
    train, test = sample(), sample(seed=1)
    trees = Trees(rounds=40, learning_rate=0.3, subsample=0.7, threads=1)
    model = LightGBM().train(train.features, train.target, Training(loss=loss), trees)
    check_every_stop(model, loss, train, test, 40)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("parameters", [{"min_gain_to_split": 4.0}, {"min_gain_to_split": 1e9}])
def test_training_that_ends_for_want_of_splits_has_scores_at_every_stop(sample, loss, parameters):
    train, test = sample(), sample(seed=1)
    training = Training(loss=loss, parameters=parameters)
    model = LightGBM().train(train.features, train.target, training, Trees(rounds=60, learning_rate=0.3, threads=1))
    assert model.booster.current_iteration() < 60
    check_every_stop(model, loss, train, test, 60)
    if parameters["min_gain_to_split"] == 1e9:
        # What is left is the best constant.
        *_, scores = model.staged_scores(test.features, (1, 60))
        probability = (loss or BinaryFocalLoss(gamma=0.0)).predict_proba(scores)[:, 1]
        np.testing.assert_allclose(probability, train.target.mean(), rtol=1e-6)


@pytest.mark.parametrize("regularised", [True, False])
def test_it_is_the_classifier_with_the_stated_parameters(sample, regularised):
    train, test = sample(), sample(seed=1)
    trees = Trees(
        rounds=15,
        learning_rate=0.2,
        num_leaves=9,
        reg_lambda=3.0,
        min_child_weight=2.0,
        subsample=0.8,
        colsample=0.7,
        seed=5,
        threads=1,
    )
    stated = {"reg_lambda": 3.0, "min_child_weight": 2.0} if regularised else {}
    direct = lgb.LGBMClassifier(
        n_estimators=15,
        learning_rate=0.2,
        num_leaves=9,
        subsample=0.8,
        subsample_freq=1,
        colsample_bytree=0.7,
        random_state=5,
        n_jobs=1,
        verbosity=-1,
        **stated,
    ).fit(train.features.values, train.target, categorical_feature=[2])
    model = LightGBM().train(train.features, train.target, Training(regularised=regularised), trees)
    (scores,) = model.staged_scores(test.features, (15,))
    expected = direct.booster_.predict(test.features.values, raw_score=True)
    np.testing.assert_allclose(scores, expected, rtol=1e-9, atol=1e-9)


def test_no_more_threads_are_used_than_were_asked_for(sample, monkeypatch):
    asked, original = [], lgb.Booster.predict

    def predict(self, *data, num_threads=None, **how):
        asked.append(num_threads)
        return original(self, *data, num_threads=num_threads, **how)

    monkeypatch.setattr(lgb.Booster, "predict", predict)
    train = sample()
    model = LightGBM().train(train.features, train.target, Training(), Trees(rounds=2, threads=1))
    list(model.staged_scores(train.features, (1, 2)))
    assert asked == [1, 1]
    assert model.booster.params["num_threads"] == 1
