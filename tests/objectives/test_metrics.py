"""Metrics in every calling convention; scikit-learn is the oracle."""

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss

from focalboost import BinaryFocalLoss, MulticlassFocalLoss

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2000, 4))
Y = (RNG.random(2000) < 1 / (1 + np.exp(3 - 2 * X[:, 0]))).astype(int)
W = RNG.uniform(0.5, 2, 2000)
Z = RNG.normal(-1, 2, 2000)
LOSS = BinaryFocalLoss(2.0, class_weight=(1, 4), scale=3.0)


@pytest.mark.parametrize("weight", [None, W])
def test_values(weight):
    proba = LOSS.predict_proba(Z)
    assert LOSS.log_loss_metric(Y, Z, weight)[1] == pytest.approx(log_loss(Y, proba, sample_weight=weight))
    assert LOSS.brier_metric(Y, Z, weight)[1] == pytest.approx(brier_score_loss(Y, proba[:, 1], sample_weight=weight))
    expected = average_precision_score(Y, proba[:, 1], sample_weight=weight)
    assert LOSS.average_precision_metric(Y, Z, weight)[1] == pytest.approx(expected)
    assert LOSS.metric(Y, Z, weight)[1] == pytest.approx(np.average(LOSS.loss(Y, Z), weights=weight) / 3)


def test_many_classes_and_labels():
    y, z = RNG.integers(0, 3, 500), RNG.normal(size=(500, 3))
    loss = MulticlassFocalLoss(3, 1.5)
    proba, one_hot = loss.predict_proba(z), np.eye(3)[y]
    assert loss.log_loss_metric(y, z)[1] == pytest.approx(log_loss(y, proba))
    assert loss.brier_metric(y, z)[1] == pytest.approx(((proba - one_hot) ** 2).sum(axis=1).mean())
    assert loss.average_precision_metric(y, z)[1] == pytest.approx(average_precision_score(one_hot, proba))
    labels = one_hot.astype(int)
    columns = [BinaryFocalLoss(2.0).log_loss_metric(labels[:, k], z[:, k])[1] for k in range(3)]
    assert BinaryFocalLoss(2.0).log_loss_metric(labels, z)[1] == pytest.approx(np.mean(columns))
    columns = [BinaryFocalLoss(2.0).average_precision_metric(labels[:, k], z[:, k])[1] for k in range(3)]
    assert BinaryFocalLoss(2.0).average_precision_metric(labels, z)[1] == pytest.approx(np.mean(columns))


def test_log_loss_is_finite_where_the_probability_underflows():
    assert BinaryFocalLoss(2.0).log_loss_metric([1], np.array([-700.0]))[1] == pytest.approx(3 * 700, rel=1e-2)


NAMES = ["metric", "log_loss_metric", "brier_metric", "average_precision_metric"]


@pytest.mark.parametrize("name", NAMES)
def test_every_interface_takes_them_and_agrees(name):
    loss = BinaryFocalLoss(2.0)
    metric = getattr(loss, name)
    params = {"nthread": 1} | loss.xgboost_params(Y, W)
    matrix, history = xgb.DMatrix(X, Y, weight=W), {}
    booster = xgb.train(
        params, matrix, 10, obj=loss, custom_metric=metric, evals=[(matrix, "d")], evals_result=history,
        verbose_eval=False,
    )  # fmt: skip
    raw = booster.predict(matrix, output_margin=True)
    assert list(history["d"]) == [metric.name]
    assert history["d"][metric.name][-1] == pytest.approx(metric(Y, raw, W), abs=2e-6)

    classifier = xgb.XGBClassifier(
        objective=loss, n_estimators=3, eval_metric=metric, base_score=params["base_score"], n_jobs=1
    ).fit(X, Y, eval_set=[(X, Y)], verbose=False)
    assert len(classifier.evals_result()["validation_0"][metric.name]) == 3

    history = {}
    data = lgb.Dataset(X, Y, weight=W, init_score=loss.init_score(Y, W))
    trained = lgb.train(
        {"verbosity": -1, "num_threads": 1} | loss.lightgbm_params(), data, 10, feval=metric, valid_sets=[data],
        valid_names=["d"], callbacks=[lgb.record_evaluation(history)],
    )  # fmt: skip
    assert list(history["d"]) == [metric.name]
    raw = trained.predict(X) + loss.fit_intercept_only(Y, W)
    assert history["d"][metric.name][-1] == pytest.approx(metric(Y, raw, W)[1], rel=1e-6)


@pytest.mark.parametrize(("name", "better"), [("average_precision_metric", max), ("log_loss_metric", min)])
def test_early_stopping_goes_the_right_way(name, better):
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(600, 10))
    y = (rng.random(600) < 1 / (1 + np.exp(2 - noise[:, 0]))).astype(int)
    train, valid = xgb.DMatrix(noise[:300], y[:300]), xgb.DMatrix(noise[300:], y[300:])
    loss, history = BinaryFocalLoss(1.0), {}
    metric = getattr(loss, name)
    booster = xgb.train(
        {"eta": 0.5, "nthread": 1} | loss.xgboost_params(y[:300]), train, 60, obj=loss, custom_metric=metric,
        evals=[(valid, "v")], evals_result=history, early_stopping_rounds=15, verbose_eval=False,
    )  # fmt: skip
    values = history["v"][metric.name]
    assert values[booster.best_iteration] == better(values)


def test_a_data_set_without_labels():
    with pytest.raises(ValueError, match="no labels"):
        BinaryFocalLoss()(np.zeros(3, np.float32), xgb.DMatrix(np.zeros((3, 1))))
