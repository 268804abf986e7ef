"""Both libraries train with the object itself, by every interface, and their own objectives are the oracle."""

import warnings

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
import xgboost as xgb

from focalboost import BinaryFocalLoss, MulticlassFocalLoss

XGB = {"max_depth": 4, "eta": 0.1, "tree_method": "hist", "nthread": 1}
LGB = {
    "num_leaves": 15,
    "learning_rate": 0.1,
    "lambda_l2": 1.0,
    "min_sum_hessian_in_leaf": 1.0,
    "verbosity": -1,
    "num_threads": 1,
    "deterministic": True,
}
NEWER_XGBOOST = tuple(map(int, xgb.__version__.split(".")[:2])) >= (3, 1)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3000, 6))
    eta = 1 / (1 + np.exp(4 - 1.5 * X[:, 0] - X[:, 1] * X[:, 2]))
    y = (rng.random(3000) < eta).astype(int)
    many = (X[:, 0] + rng.normal(size=3000) > 1).astype(int) + (X[:, 1] > 1.3)
    return X, y, many, rng.uniform(0.5, 2, 3000)


def log_odds(loss, raw):
    log_proba = loss.predict_log_proba(raw)
    return log_proba[:, 1] - log_proba[:, 0]


@pytest.mark.parametrize("weighted", [False, True])
def test_cross_entropy_equals_xgboosts_own_objective(data, weighted):
    X, y, _, w = data
    w = w if weighted else None
    loss = BinaryFocalLoss(gamma=0.0)
    params = XGB | loss.xgboost_params(y, w)
    matrix = xgb.DMatrix(X, y, weight=w)
    ours = xgb.train(params, matrix, 100, obj=loss)
    theirs = xgb.train(params, matrix, 100)
    np.testing.assert_allclose(
        ours.predict(matrix, output_margin=True), theirs.predict(matrix, output_margin=True), atol=2e-5
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_cross_entropy_equals_lightgbms_own_objective(data, weighted):
    X, y, _, w = data
    w = w if weighted else None
    loss = BinaryFocalLoss(gamma=0.0)
    start = loss.init_score(y, w)
    ours = lgb.train(LGB | loss.lightgbm_params(), lgb.Dataset(X, y, weight=w, init_score=start), 100)
    own = LGB | {"objective": "binary", "boost_from_average": False}
    theirs = lgb.train(own, lgb.Dataset(X, y, weight=w, init_score=start), 100)
    np.testing.assert_allclose(ours.predict(X, raw_score=True), theirs.predict(X, raw_score=True), atol=1e-6)


def test_class_weighted_cross_entropy_equals_scale_pos_weight(data):
    X, y, _, _ = data
    loss = BinaryFocalLoss(gamma=0.0, class_weight=(1, 5))
    matrix = xgb.DMatrix(X, y)
    params = XGB | loss.xgboost_params(y)
    ours = xgb.train(params, matrix, 50, obj=loss)
    theirs = xgb.train(params | {"scale_pos_weight": 5}, matrix, 50)
    np.testing.assert_allclose(
        ours.predict(matrix, output_margin=True), theirs.predict(matrix, output_margin=True), atol=2e-5
    )


def test_softmax_cross_entropy_equals_xgboosts_own_objective(data):
    """XGBoost doubles the curvature of the softmax: half the step, penalty and least child weight make up for it."""
    X, _, y, _ = data
    loss = MulticlassFocalLoss(3, gamma=0.0)
    matrix = xgb.DMatrix(X, y)
    halves = {"eta": 0.05, "lambda": 0.5, "min_child_weight": 0.5}
    common = {"objective": "multi:softprob", "num_class": 3, "base_score": 0.5}
    ours = xgb.train(XGB | common | halves, matrix, 30, obj=loss)
    theirs = xgb.train(XGB | common | {"eta": 0.1, "lambda": 1.0, "min_child_weight": 1.0}, matrix, 30)
    np.testing.assert_allclose(ours.predict(matrix), theirs.predict(matrix), atol=1e-5)


@pytest.mark.parametrize("gamma", [0.5, 2.0])
@pytest.mark.parametrize("curvature", ["exact", "absolute", "fisher", "truncated"])
def test_focal_probabilities_are_calibrated_in_both_libraries(data, gamma, curvature):
    X, y, _, w = data
    loss = BinaryFocalLoss(gamma, curvature=curvature).scaled_to(y, w)
    matrix = xgb.DMatrix(X, y, weight=w)
    booster = xgb.train(XGB | loss.xgboost_params(y, w), matrix, 60, obj=loss)
    raw = {"xgboost": booster.predict(matrix, output_margin=True)}
    start = loss.init_score(y, w)
    booster = lgb.train(LGB | loss.lightgbm_params(), lgb.Dataset(X, y, weight=w, init_score=start), 60)
    raw["lightgbm"] = booster.predict(X) + loss.fit_intercept_only(y, w)
    for scores in raw.values():
        proba = loss.predict_proba(scores)[:, 1]
        assert np.average(proba, weights=w) == pytest.approx(np.average(y, weights=w), rel=0.2)
        assert loss.average_precision_metric(y, scores.astype(float), w)[1] > 3 * y.mean()


def test_xgboost_starts_at_the_best_constant_score(data):
    X, y, _, _ = data
    loss = BinaryFocalLoss(2.0, class_weight=(1, 2))
    seen = []

    def spy(predt, dtrain):
        seen.append(predt[:3].copy())
        return loss(predt, dtrain)

    xgb.train(XGB | loss.xgboost_params(y), xgb.DMatrix(X, y), 1, obj=spy)
    np.testing.assert_allclose(seen[0], loss.fit_intercept_only(y), rtol=1e-6)


def test_scikit_learn_classes_pass_weights(data):
    X, y, _, w = data
    loss = BinaryFocalLoss(2.0)
    z0 = loss.fit_intercept_only(y, w)
    ours = lgb.LGBMClassifier(objective=loss, n_estimators=20, verbosity=-1, n_jobs=1)
    ours.fit(X, y, sample_weight=w, init_score=np.full(3000, z0))
    trained = lgb.train(
        {"verbosity": -1, "num_threads": 1, "min_sum_hessian_in_leaf": 1e-3} | loss.lightgbm_params(),
        lgb.Dataset(X, y, weight=w, init_score=loss.init_score(y, w)),
        20,
    )
    np.testing.assert_allclose(ours.predict(X, raw_score=True), trained.predict(X, raw_score=True))
    base_score = loss.xgboost_params(y, w)["base_score"]
    ours = xgb.XGBClassifier(objective=loss, base_score=base_score, n_estimators=20, **XGB).fit(X, y, sample_weight=w)
    trained = xgb.train(XGB | loss.xgboost_params(y, w), xgb.DMatrix(X, y, weight=w), 20, obj=loss)
    weighted = xgb.__version__ >= "2.1"  # 2.0's class hands no weights to an objective
    same = np.allclose(
        ours.predict(X, output_margin=True), trained.predict(xgb.DMatrix(X), output_margin=True), atol=1e-5
    )
    assert same == weighted


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_many_classes(data, gamma):
    X, _, y, w = data
    loss = MulticlassFocalLoss(3, gamma).scaled_to(y, w)
    matrix = xgb.DMatrix(X, y, weight=w, base_margin=loss.init_score(y, w))
    booster = xgb.train(XGB | loss.xgboost_params(y, w), matrix, 30, obj=loss)
    scores = [booster.predict(matrix, output_margin=True)]
    init = loss.init_score(y, w)
    booster = lgb.train(LGB | loss.lightgbm_params(), lgb.Dataset(X, y, weight=w, init_score=init), 30)
    scores.append(booster.predict(X, raw_score=True) + init)
    for raw in scores:
        assert np.mean(loss.predict_proba(raw).argmax(axis=1) == y) > 0.8
    start = np.log(np.bincount(y) / len(y))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # both start at 0, which is what is compared here
        classifiers = [
            xgb.XGBClassifier(objective=loss, n_estimators=30, **XGB).fit(X, y),
            lgb.LGBMClassifier(objective=loss, n_estimators=30, verbosity=-1, n_jobs=1).fit(X, y),
        ]
    for raw in (classifiers[0].predict(X, output_margin=True), classifiers[1].predict(X, raw_score=True)):
        assert raw.shape == (3000, 3)
        assert np.mean(raw.argmax(axis=1) == y) > max(0.8, np.exp(start).max())


def test_many_labels(data):
    X, y, many, w = data
    labels = np.column_stack([y, many > 0, many > 1]).astype(int)
    loss = BinaryFocalLoss(2.0)
    matrix = xgb.DMatrix(X, labels, weight=w, base_margin=loss.init_score(labels, w))
    together = xgb.train(XGB | loss.xgboost_params(labels, w), matrix, 10, obj=loss)
    raw = together.predict(matrix, output_margin=True)
    for k in range(3):
        one = xgb.DMatrix(X, labels[:, k], weight=w)
        alone = xgb.train(XGB | loss.xgboost_params(labels[:, k], w), one, 10, obj=loss)
        np.testing.assert_allclose(raw[:, k], alone.predict(one, output_margin=True), atol=1e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        classifier = xgb.XGBClassifier(objective=loss, n_estimators=10, **XGB).fit(X, labels)
    assert classifier.predict(X, output_margin=True).shape == (3000, 3)


def test_cross_validation(data):
    X, y, _, w = data
    loss = BinaryFocalLoss(2.0)
    table = xgb.cv(
        XGB | loss.xgboost_params(y, w), xgb.DMatrix(X, y, weight=w), 10, obj=loss, custom_metric=loss.metric
    )
    assert table["test-focal_loss-mean"].iloc[-1] < table["test-focal_loss-mean"].iloc[0]
    start = lgb.Dataset(X, y, weight=w, init_score=loss.init_score(y, w))
    history = lgb.cv(LGB | loss.lightgbm_params(), start, 10, feval=loss.metric)
    means = next(values for name, values in history.items() if name.endswith("focal_loss-mean"))
    assert means[-1] < means[0]


@pytest.mark.parametrize("kind", ["pandas", "arrow"])
def test_tables_that_the_libraries_take(data, kind):
    X, y, _, _ = data
    loss = BinaryFocalLoss(2.0)
    frame = pd.DataFrame(X, columns=list("abcdef"))
    labels = pd.Series(y)
    expected = xgb.train(XGB | loss.xgboost_params(y), xgb.DMatrix(X, y), 5, obj=loss).predict(xgb.DMatrix(X))
    if kind == "arrow":
        pa = pytest.importorskip("pyarrow")
        table = pa.Table.from_pandas(frame)
        ours = lgb.train(
            LGB | loss.lightgbm_params(),
            lgb.Dataset(table, pa.chunked_array([y]), init_score=loss.init_score(y)) if lgb.__version__ >= "4.2" else
            lgb.Dataset(frame, labels, init_score=loss.init_score(y)),
            5,
        )  # fmt: skip
        matrix = xgb.DMatrix(table if xgb.__version__ >= "2.1" else frame, y)
    else:
        ours = lgb.train(
            LGB | loss.lightgbm_params(), lgb.Dataset(frame, labels, init_score=loss.init_score(labels)), 5
        )
        matrix = xgb.DMatrix(frame, labels)
    got = xgb.train(XGB | loss.xgboost_params(labels), matrix, 5, obj=loss).predict(matrix)
    np.testing.assert_array_equal(got, expected)
    plain = lgb.train(LGB | loss.lightgbm_params(), lgb.Dataset(X, y, init_score=loss.init_score(y)), 5)
    np.testing.assert_array_equal(ours.predict(X), plain.predict(X))


def test_a_start_outside_float32_is_an_error():
    with pytest.raises(ValueError, match="base_margin"):
        BinaryFocalLoss(0.0).xgboost_params([0, 1], sample_weight=[1e-12, 1.0])


def test_parameters_for_several_columns(data):
    params = MulticlassFocalLoss(3).xgboost_params(data[2])
    assert params["objective"] == "multi:softprob"
    assert params["num_class"] == 3
    assert ("base_score" in params) == NEWER_XGBOOST
