import numpy as np
import pytest

from focalboost import BinaryFocalLoss
from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.matrix import Matrix, to_matrix
from focalboost.benchmark.methods import METHODS, REFERENCES, Focal
from focalboost.benchmark.settings import Settings
from focalboost.datasets.simulator import simulate_card_fraud
from focalboost.evaluation.metrics import average_precision, log_loss

RAW = np.array([[-3.0], [-0.5], [0.0], [2.0]], dtype=np.float32)
TARGET = np.array([0, 0, 0, 1, 0, 0, 1, 0], dtype=np.int8)


def fit(name, booster, settings):
    matrix = Matrix(RAW, ())
    probability = METHODS[name].fit(booster, matrix, TARGET, matrix, settings)
    return probability, booster.objectives[-1]


def sigmoid(raw):
    return 1 / (1 + np.exp(-raw[:, 0].astype(np.float64)))


@pytest.mark.parametrize(("name", "regularised"), [("cross_entropy", False), ("cross_entropy_regularised", True)])
def test_cross_entropy_is_plain(booster, fit_settings, name, regularised):
    probability, objective = fit(name, booster, fit_settings)
    np.testing.assert_allclose(probability, sigmoid(RAW), rtol=1e-12)
    assert objective.regularised is regularised
    assert objective.loss is objective.sample_weight is objective.scale_pos_weight is None


@pytest.mark.parametrize("name", ["class_weighted", "class_weighted_prior_corrected"])
def test_class_weights_balance_the_classes(booster, fit_settings, name):
    probability, objective = fit(name, booster, fit_settings)
    weight = objective.sample_weight
    assert weight[TARGET == 1].sum() == pytest.approx(weight[TARGET == 0].sum())
    assert weight.sum() == pytest.approx(len(TARGET))
    odds = np.exp(RAW[:, 0].astype(np.float64))
    if name == "class_weighted_prior_corrected":
        odds /= 3.0
    np.testing.assert_allclose(probability / (1 - probability), odds, rtol=1e-6)


def test_scale_pos_weight_is_as_users_type_it(booster, fit_settings):
    _, objective = fit("scale_pos_weight", booster, fit_settings)
    assert objective.scale_pos_weight == 3.0
    assert not objective.regularised
    assert objective.sample_weight is None


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0])
def test_focal_recovers_the_posterior_of_the_scaled_loss(booster, fit_settings, gamma):
    probability, objective = fit(f"focal_gamma_{gamma:g}", booster, fit_settings)
    expected = BinaryFocalLoss(gamma=gamma).scaled_to(TARGET)
    assert objective.loss == expected
    assert objective.regularised
    np.testing.assert_allclose(probability, expected.predict_proba(RAW[:, 0].astype(np.float64))[:, 1], rtol=1e-12)


def test_raw_scores_far_out_give_probabilities_without_overflow(booster, fit_settings):
    matrix = Matrix(np.array([[-800.0], [800.0]], dtype=np.float32), ())
    for method in METHODS.values():
        low, high = method.fit(booster, matrix, TARGET, matrix, fit_settings)
        assert 0 <= low < 1e-6
        assert 1 - 1e-6 < high <= 1


def test_methods_are_found_by_their_names():
    assert all(name == method.name for name, method in METHODS.items())
    assert set(REFERENCES) <= set(METHODS)
    assert len({method.description for method in METHODS.values()}) == len(METHODS)


@pytest.fixture(scope="module")
def fraud():
    data = simulate_card_fraud(8000, prevalence=0.03)
    matrix = to_matrix(data.features)
    past, future = np.arange(5000), np.arange(5000, 8000)
    return matrix.rows(past), data.target[past], matrix.rows(future), data.target[future]


@pytest.mark.parametrize("booster_name", BOOSTERS)
@pytest.mark.parametrize("method_name", METHODS)
def test_every_method_learns_in_every_library(fraud, booster_name, method_name):
    train, target, test, truth = fraud
    settings = Settings(rounds=20, jobs=1)
    booster, method = BOOSTERS[booster_name], METHODS[method_name]
    probability = method.fit(booster, train, target, test, settings)
    # LightGBM's defaults explode on rare positives: these two are compared as users type them.
    floor = 2 if method_name in {"cross_entropy", "scale_pos_weight"} else 5
    assert average_precision(truth, probability) > floor * truth.mean()
    again = method.fit(booster, train, target, test, settings)
    np.testing.assert_array_equal(probability, again)
    if isinstance(method, Focal) or method_name == "cross_entropy_regularised":
        # Honest probabilities: as many frauds expected as there are, and better than the prior's log-loss.
        assert 0.5 < probability.mean() / truth.mean() < 2
        assert log_loss(truth, probability) < log_loss(truth, np.full(len(truth), target.mean()))


@pytest.mark.parametrize("booster_name", BOOSTERS)
def test_a_fit_without_trees_predicts_the_prior(fraud, booster_name):
    train, target, test, _ = fraud
    prior = target.mean()
    # One round of next to no learning: what is left is the start.
    settings = Settings(rounds=1, learning_rate=1e-9, jobs=1)
    for name in ("cross_entropy_regularised", "class_weighted_prior_corrected", "focal_gamma_2"):
        probability = METHODS[name].fit(BOOSTERS[booster_name], train, target, test, settings)
        np.testing.assert_allclose(probability, prior, rtol=1e-4)


@pytest.mark.parametrize("booster_name", BOOSTERS)
def test_categories_that_training_lacks_break_nothing(booster_name):
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 4, 400).astype(np.float32)
    target = (codes == 2).astype(np.int8)
    train = Matrix(np.column_stack([codes, rng.random(400, dtype=np.float32)]), (0,))
    test = Matrix(np.array([[2, 0.5], [1, 0.5], [9, 0.5], [np.nan, 0.5]], dtype=np.float32), (0,))
    settings = Settings(rounds=30, jobs=1)
    for method in METHODS.values():
        probability = method.fit(BOOSTERS[booster_name], train, target, test, settings)
        assert np.isfinite(probability).all()
        assert probability[0] > 0.5 > probability[1]
