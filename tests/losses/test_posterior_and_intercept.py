"""Recovered probabilities and the best constant score: exact, monotone, inverse to each other."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mpf

from focalboost import BinaryFocalLoss, MulticlassFocalLoss

gammas = st.one_of(st.just(0.0), st.floats(1e-3, 10))
weights = st.floats(1e-3, 1e3)


def reference_logit(z, gamma, ratio):
    """Log-odds from the two gradients, with mpmath."""

    def slope(u):
        q, p, nll = 1 / (1 + mpmath.exp(u)), 1 / (1 + mpmath.exp(-u)), mpmath.log1p(mpmath.exp(-u))
        return q ** mpf(gamma) * (q + mpf(gamma) * p * nll)

    return mpmath.log(slope(-mpf(z)) / (mpf(ratio) * slope(mpf(z))))


@given(st.floats(-700, 700), gammas, weights)
def test_log_odds_against_the_definition(z, gamma, ratio):
    log_proba = BinaryFocalLoss(gamma, class_weight=(1.0, ratio)).predict_log_proba([z])[0]
    expected = float(reference_logit(z, gamma, ratio))
    assert log_proba[1] - log_proba[0] == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert np.exp(log_proba).sum() == pytest.approx(1)


@pytest.mark.parametrize("shape", [(0,), (20_000,), (7000, 3)])
def test_many_rows_are_as_each_alone(shape):
    z = np.random.default_rng(0).normal(0, 5, shape)
    loss = BinaryFocalLoss(2.3, class_weight=(1.0, 4.0))
    for scores in (z, np.asfortranarray(z), z.astype(np.float32)):
        together = loss.predict_log_proba(scores)
        for row in range(0, len(z), 997):
            np.testing.assert_array_equal(together[row], loss.predict_log_proba(scores[row : row + 1])[0])


def test_the_minimiser_in_the_example_of_two_percent():
    loss = BinaryFocalLoss(gamma=1.0)
    z0 = loss.fit_intercept_only([0] * 98 + [1] * 2)
    assert 1 / (1 + np.exp(-z0)) == pytest.approx(0.103, abs=5e-4)
    assert loss.predict_proba([z0])[0, 1] == pytest.approx(0.02, rel=1e-14)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 2.3, 10.0])
def test_probability_is_finite_and_monotone_at_every_finite_score(gamma):
    largest = np.finfo(np.float64).max
    z = np.unique(np.concatenate([np.linspace(-50, 50, 2001), [-largest, -1e300, -800.0, 800.0, 1e300, largest]]))
    proba = BinaryFocalLoss(gamma).predict_proba(z)
    assert np.isfinite(proba).all()
    assert (np.diff(proba[:, 1]) >= 0).all()
    middle = np.abs(z) < 5 / (1 + gamma)
    assert (np.diff(proba[middle, 1]) > 0).all()


@given(st.floats(-20, 0).map(lambda x: 10**x), gammas, weights)
def test_intercept_gives_back_the_prevalence(odds, gamma, ratio):
    loss = BinaryFocalLoss(gamma, class_weight=(1.0, ratio))
    z0 = loss.fit_intercept_only([0, 1], sample_weight=[1.0, odds])
    log_proba = loss.predict_log_proba([z0])[0]
    assert log_proba[1] - log_proba[0] == pytest.approx(np.log(odds), rel=1e-13, abs=1e-13)


@given(st.floats(1e-9, 0.999), st.floats(0, 10))
def test_intercept_minimises_the_mean_loss(prevalence, gamma):
    loss = BinaryFocalLoss(gamma)
    z0 = loss.fit_intercept_only([0, 1], sample_weight=[1 - prevalence, prevalence])
    gradient, _ = loss.gradient_hessian([0, 1], [z0, z0], sample_weight=[1 - prevalence, prevalence])
    assert gradient.sum() == pytest.approx(0, abs=1e-13 * np.abs(gradient).sum())


@given(st.lists(st.floats(-9, 0).map(lambda x: 10**x), min_size=2, max_size=6), gammas, st.data())
def test_multiclass_intercept_gives_back_the_prevalences(totals, gamma, data):
    k = len(totals)
    class_weight = data.draw(st.lists(st.floats(0.1, 10), min_size=k, max_size=k))
    loss = MulticlassFocalLoss(k, gamma, class_weight=class_weight)
    z0 = loss.fit_intercept_only(np.arange(k), sample_weight=totals)
    np.testing.assert_allclose(loss.predict_proba(z0[None])[0], np.array(totals) / sum(totals), rtol=1e-9)
    assert z0.sum() == pytest.approx(0, abs=1e-12)


def test_multiclass_posterior_against_its_definition():
    rng = np.random.default_rng(0)
    z, gamma, a = rng.normal(0, 2, (100, 4)), 1.7, np.array([1.0, 2.0, 0.5, 3.0])
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    eta = p / (a * ((1 - p) ** gamma - gamma * (1 - p) ** (gamma - 1) * p * np.log(p)))
    loss = MulticlassFocalLoss(4, gamma, class_weight=a)
    np.testing.assert_allclose(loss.predict_proba(z), eta / eta.sum(1, keepdims=True), rtol=1e-11)


def test_training_to_convergence_recovers_the_true_posterior():
    """A saturated model (one score a group) minimises the loss by gradient descent; its posterior is the frequency."""
    frequency = np.array([0.003, 0.02, 0.2, 0.6])
    loss = BinaryFocalLoss(2.0, alpha=0.8)
    z = np.zeros(4)
    y, groups = np.repeat([0, 1], 4), np.tile(z, 2)
    weight = np.concatenate([1 - frequency, frequency])
    for _ in range(300):
        gradient, curvature = loss.gradient_hessian(y, groups, weight)
        z = groups[:4] - gradient.reshape(2, 4).sum(0) / curvature.reshape(2, 4).sum(0)
        groups = np.tile(z, 2)
    np.testing.assert_allclose(loss.predict_proba(z)[:, 1], frequency, rtol=1e-6)


def test_multilabel_is_column_by_column():
    rng = np.random.default_rng(1)
    z, y, w = rng.normal(0, 2, (300, 3)), rng.integers(0, 2, (300, 3)), rng.random(300)
    loss = BinaryFocalLoss(2.3, alpha=0.7)
    for scores in (z, np.asfortranarray(z)):
        gradient, curvature = loss.gradient_hessian(y, scores, w)
        for k in range(3):
            one = loss.gradient_hessian(y[:, k], z[:, k], w)
            np.testing.assert_array_equal(gradient[:, k], one[0])
            np.testing.assert_array_equal(curvature[:, k], one[1])
    np.testing.assert_array_equal(
        loss.fit_intercept_only(y, w), [loss.fit_intercept_only(y[:, k], w) for k in range(3)]
    )
    np.testing.assert_allclose(loss.predict_proba(z)[:, 1], loss.predict_proba(z[:, 1])[:, 1])


@pytest.mark.parametrize("curvature", ["exact", "absolute", "fisher", "truncated"])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_scale_brings_the_mean_curvature_to_cross_entropys(curvature, gamma):
    rng = np.random.default_rng(2)
    y, w = (rng.random(2000) < 0.03).astype(int), rng.random(2000)
    loss = BinaryFocalLoss(gamma, class_weight=(1, 4), curvature=curvature).scaled_to(y, w)
    z0 = loss.fit_intercept_only(y, w)
    _, h = loss.gradient_hessian(y, np.full(2000, z0), w)
    prevalence = np.average(y, weights=w)
    assert h.sum() / w.sum() == pytest.approx(prevalence * (1 - prevalence), rel=1e-12)
    y3 = rng.choice(3, 2000, p=[0.9, 0.08, 0.02])
    many = MulticlassFocalLoss(3, gamma, curvature=curvature).scaled_to(y3)
    _, h = many.gradient_hessian(y3, np.tile(many.fit_intercept_only(y3), (2000, 1)))
    share = np.bincount(y3) / 2000
    assert h.mean(axis=0).sum() == pytest.approx((share * (1 - share)).sum(), rel=1e-9)


def test_scale_is_one_for_cross_entropy():
    assert BinaryFocalLoss(0.0).scaled_to([0, 0, 0, 1]).scale == pytest.approx(1)
    assert MulticlassFocalLoss(3, 0.0).scaled_to([0, 0, 1, 2]).scale == pytest.approx(1)
