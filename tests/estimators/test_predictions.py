"""Every path of prediction holds the start; labels come back as they were given; priors shift as Elkan says."""

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb
from sklearn.exceptions import NotFittedError

from focalboost import FocalLGBMClassifier, FocalXGBClassifier, shift_prior


@pytest.mark.parametrize(
    "labels",
    [["a", "b"], [False, True], [-1, 1], [7, 1000], [2.0, 3.0], ["ä]\n", 'b"'], np.array(["x", "y"], dtype=object)],
    ids=str,
)
def test_labels_of_any_type(case, data, labels):
    y = np.asarray(labels)[(data.y == "fraud").astype(int)]
    model = case().fit(data.X, y)
    assert model.classes_.dtype == y.dtype
    assert model.predict(data.X).dtype == y.dtype
    assert set(model.predict(data.X)) <= set(labels)
    column = model.classes_.tolist().index(labels[1])
    reference = case().fit(data.X, data.y).predict_proba(data.X)[:, 1]
    np.testing.assert_allclose(model.predict_proba(data.X)[:, column], reference, rtol=1e-5)


@pytest.mark.parametrize("target", ["y", "many"])
def test_probabilities_labels_and_scores_agree(case, data, target):
    y = getattr(data, target)
    model = case(match_prevalence=False).fit(data.X, y)
    proba, scores = model.predict_proba(data.X), model.decision_function(data.X)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_array_equal(model.predict(data.X), model.classes_[proba.argmax(axis=1)])
    np.testing.assert_allclose(model.loss_.predict_proba(scores), proba, rtol=1e-12)
    assert scores.shape == (1500,) if target == "y" else (1500, 3)
    np.testing.assert_allclose(proba.mean(axis=0), np.unique(y, return_counts=True)[1] / 1500, atol=0.03)


def test_lightgbm_holds_its_start_on_every_path(data):
    for y in (data.y, data.many):
        model = FocalLGBMClassifier(n_estimators=12, match_prevalence=False, verbosity=-1, n_jobs=1).fit(data.X, y)
        scores = model.decision_function(data.X)
        assert not model.link_.start
        np.testing.assert_array_equal(model.predict(data.X, raw_score=True), scores)
        np.testing.assert_array_equal(model.predict_proba(data.X, raw_score=True), scores)
        np.testing.assert_array_equal(model.booster_.predict(data.X, raw_score=True), scores)
        contributions = model.predict(data.X, pred_contrib=True).reshape(1500, -1, 5).sum(axis=2)
        np.testing.assert_allclose(contributions, scores.reshape(1500, -1), atol=1e-9)
        text = lgb.Booster(model_str=model.booster_.model_to_string())
        np.testing.assert_array_equal(text.predict(data.X, raw_score=True), scores)
        few = FocalLGBMClassifier(n_estimators=4, match_prevalence=False, verbosity=-1, n_jobs=1).fit(data.X, y)
        np.testing.assert_allclose(
            model.predict_proba(data.X, num_iteration=4), few.predict_proba(data.X), rtol=0, atol=1e-12
        )
        assert model.predict(data.X, pred_leaf=True).shape == (1500, 12 * (1 if y is data.y else 3))


def test_xgboost_holds_its_start_on_every_path(data):
    for y in (data.y, data.many):
        model = FocalXGBClassifier(n_estimators=12, match_prevalence=False, max_depth=3, n_jobs=1).fit(data.X, y)
        scores = model.decision_function(data.X)
        np.testing.assert_array_equal(model.predict(data.X, output_margin=True), scores)
        few = FocalXGBClassifier(n_estimators=4, match_prevalence=False, max_depth=3, n_jobs=1).fit(data.X, y)
        np.testing.assert_allclose(
            model.predict_proba(data.X, iteration_range=(0, 4)), few.predict_proba(data.X), rtol=1e-6
        )
        booster_scores = model.get_booster().predict(xgb.DMatrix(data.X), output_margin=True)
        np.testing.assert_array_equal(model.link_.scores(booster_scores), scores)


def test_the_deployment_prevalence_is_elkans_formula(case, data):
    model = case(n_estimators=40).fit(data.X, data.y)
    trained = (data.y == "fraud").mean()
    before = model.predict_proba(data.X)[:, 1]
    after = model.set_params(deployment_prevalence=0.001).predict_proba(data.X)[:, 1]
    ratio = (0.001 / 0.999) / (trained / (1 - trained))
    np.testing.assert_allclose(after, before * ratio / (1 - before + before * ratio), rtol=1e-9)
    np.testing.assert_allclose(
        model.set_params(deployment_prevalence={"fraud": 0.001, "fine": 0.999}).predict_proba(data.X)[:, 1], after
    )
    three = case(n_estimators=5).fit(data.X, data.many)
    shares = np.unique(data.many, return_counts=True)[1] / 1500
    same = three.predict_proba(data.X)
    np.testing.assert_allclose(three.set_params(deployment_prevalence=shares).predict_proba(data.X), same, rtol=1e-9)
    np.testing.assert_allclose(
        three.set_params(deployment_prevalence=[0.5, 0.3, 0.2]).predict_proba(data.X),
        shift_prior(same, shares, [0.5, 0.3, 0.2]),
        rtol=1e-9,
    )


def test_undersampled_negatives_give_back_the_population(case):
    """Probabilities of a model of undersampled data, shifted, are those of a model of all data, on average."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(20_000, 2))
    y = rng.random(20_000) < 1 / (1 + np.exp(4.5 - X[:, 0]))
    kept = y | (rng.random(20_000) < 0.1)
    model = case(n_estimators=40, deployment_prevalence=float(y.mean())).fit(X[kept], y[kept])
    assert model.set_params(deployment_prevalence=None).predict_proba(X)[:, 1].mean() > 3 * y.mean()
    shifted = model.set_params(deployment_prevalence=float(y.mean())).predict_proba(X)[:, 1]
    assert shifted.mean() == pytest.approx(y.mean(), rel=0.15)


@pytest.mark.parametrize(
    ("prevalence", "message"),
    [(2.0, "between 0 and 1"), ([0.2, 0.3, 0.5], "2 shares"), ({"fraud": 0.1}, "keys"), ([0.5, 0.4], "sum to one")],
)
def test_a_wrong_prevalence_is_refused(case, data, prevalence, message):
    model = case(deployment_prevalence=prevalence, n_estimators=2).fit(data.X, data.y)
    with pytest.raises(ValueError, match=message):
        model.predict_proba(data.X)


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_an_unfitted_estimator_says_so(case, data, method):
    with pytest.raises(NotFittedError):
        getattr(case(), method)(data.X)


def test_a_prediction_of_one_row(case, data):
    model = case(n_estimators=3).fit(data.X, data.y)
    np.testing.assert_array_equal(model.predict_proba(data.X[:1]), model.predict_proba(data.X)[:1])
