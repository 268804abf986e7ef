"""Mean probabilities over the training rows are the prevalence."""

import numpy as np
import pytest
from estimators.conftest import LGBM, XGB
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import expit

from focalboost import FocalXGBClassifier
from focalboost.estimators.prevalence import matching_shift, moments_of


@given(st.integers(0, 10_000), st.floats(0.1, 20), st.floats(1e-4, 0.9999))
def test_one_number_is_the_root_that_bisection_finds(seed, spread, prevalence):
    rng = np.random.default_rng(seed)
    logit, weight = rng.normal(-2, spread, 200), rng.uniform(0.1, 2, 200)
    log_proba = np.column_stack([-np.logaddexp(0, logit), -np.logaddexp(0, -logit)])
    shift = matching_shift(moments_of(log_proba, weight), np.array([1 - prevalence, prevalence]))
    root = brentq(lambda b: np.average(expit(logit + b), weights=weight) - prevalence, -200, 200, xtol=1e-12)
    assert shift[0] == 0
    assert np.average(expit(logit + shift[1]), weights=weight) == pytest.approx(prevalence, abs=1e-9)
    assert shift[1] == pytest.approx(root, abs=1e-4)


def test_many_rows_weigh_as_the_few_that_they_repeat():
    rng = np.random.default_rng(0)
    logit, weight = rng.normal(-2, 3, 100), rng.uniform(0.1, 2, 100)
    log_proba = np.column_stack([-np.logaddexp(0, logit), -np.logaddexp(0, -logit)])
    few = moments_of(log_proba, weight)(np.array([0.0, 0.7]))
    many = moments_of(np.tile(log_proba, (300, 1)), np.tile(weight, 300))(np.array([0.0, 0.7]))
    for one, other in zip(few, many, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


@given(st.integers(0, 10_000), st.floats(0.1, 10), st.integers(2, 6))
def test_several_classes_reach_their_shares(seed, spread, n_classes):
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, spread, (300, n_classes))
    log_proba = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    prevalence = rng.dirichlet(np.ones(n_classes)) * 0.99 + 0.01 / n_classes
    shift = matching_shift(moments_of(log_proba, None), prevalence)
    _, mean, _ = moments_of(log_proba, None)(shift)
    np.testing.assert_allclose(mean, prevalence, atol=1e-9)


def test_probabilities_of_nought_and_one_stay():
    logit = np.array([-5000.0, -5000.0, 5000.0])
    log_proba = np.column_stack([-np.logaddexp(0, logit), -np.logaddexp(0, -logit)])
    assert matching_shift(moments_of(log_proba, None), np.array([0.5, 0.5])).tolist() == [0, 0]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("target", ["y", "many"])
def test_an_estimators_mean_is_the_prevalence(case, data, target, weighted):
    y, weight = getattr(data, target), data.weight if weighted else None
    model = case(n_estimators=5, class_weight="balanced").fit(data.X, y, sample_weight=weight)
    mean = np.average(model.predict_proba(data.X), axis=0, weights=weight)
    shares = np.bincount(np.searchsorted(model.classes_, y), weights=weight)
    np.testing.assert_allclose(mean, shares / shares.sum(), rtol=1e-6)
    plain = case(n_estimators=5, class_weight="balanced", match_prevalence=False).fit(data.X, y, sample_weight=weight)
    np.testing.assert_allclose(
        plain.predict_proba(data.X), plain.loss_.predict_proba(plain.decision_function(data.X)), rtol=1e-12
    )
    assert not np.allclose(np.average(plain.predict_proba(data.X), axis=0, weights=weight), mean, rtol=1e-3)


def test_several_labels_have_a_shift_each(data):
    both = np.column_stack([data.y == "fraud", data.many == 5]).astype(int)
    model = FocalXGBClassifier(n_estimators=5, n_jobs=1).fit(data.X, both)
    np.testing.assert_allclose(model.predict_proba(data.X).mean(axis=0), both.mean(axis=0), rtol=1e-6)


def test_cross_entropy_is_left_alone(case, data):
    assert case(gamma=0.0).fit(data.X, data.y).link_.shift == ()
    assert case(gamma=0.0, class_weight="balanced").fit(data.X, data.y).link_.shift != ()


def test_ranks_stay_as_they_are(case, data):
    model = case().fit(data.X, data.y)
    order = np.argsort(model.decision_function(data.X), kind="stable")
    assert (np.diff(model.predict_proba(data.X)[order, 1]) >= 0).all()


MODES = [
    (XGB, {"subsample": 0.5}),
    (XGB, {"num_parallel_tree": 3, "subsample": 0.5}),
    (XGB, {"early_stopping_rounds": 2, "n_estimators": 100, "learning_rate": 0.9}),
    (LGBM, {"subsample": 0.5, "subsample_freq": 1}),
    (LGBM, {"boosting_type": "dart", "drop_rate": 0.5}),
    (LGBM, {"boosting": "dart", "drop_rate": 0.5}),
    (LGBM, {"data_sample_strategy": "goss"}),
    (LGBM, {"linear_tree": True}),
    (LGBM, {"early_stopping_round": 2, "n_estimators": 100, "learning_rate": 0.9}),
    (LGBM, {"min_child_weight": 1e9}),
]


@pytest.mark.filterwarnings("ignore:.*(eval_set|Found `boosting`|early_stopping_round).*")  # LightGBM's, of aliases
@pytest.mark.parametrize("target", ["y", "many"])
@pytest.mark.parametrize(("case", "parameters"), MODES)
def test_the_shift_is_that_of_the_trained_model(case, parameters, target, data):
    """Scores of the training rows come from the last round where that is exact, else from a prediction."""
    y = getattr(data, target)
    evaluation = {"eval_set": [(data.X[:300], y[:300])]} if "n_estimators" in parameters else {}
    if case.estimator is FocalXGBClassifier:
        evaluation |= {"verbose": False}
    model = case(**parameters).fit(data.X, y, sample_weight=data.weight, **evaluation)
    expected = model.link_.matched(model.decision_function(data.X), data.weight)
    np.testing.assert_allclose(model.link_.shift, expected.shift, rtol=0, atol=1e-6)


def test_the_shift_of_a_continued_model(case, data):
    first = case(n_estimators=3).fit(data.X, data.y)
    name = "xgb_model" if case.estimator is FocalXGBClassifier else "init_model"
    model = case(n_estimators=3).fit(data.X, data.y, **{name: first})
    expected = model.link_.matched(model.decision_function(data.X))
    np.testing.assert_allclose(model.link_.shift, expected.shift, rtol=0, atol=1e-6)
