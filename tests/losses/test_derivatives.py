"""Gradient, curvature and value against arbitrary precision."""

import numpy as np
import pytest
from accuracy import errors
from focal_reference import binary, multiclass
from hypothesis import given
from hypothesis import strategies as st

from focalboost import BinaryFocalLoss, MulticlassFocalLoss

POLICIES = ["exact", "absolute", "fisher", "truncated"]
finite = st.floats(-700, 700, allow_subnormal=False)
gammas = st.floats(0, 10, allow_subnormal=False)
labels = st.integers(0, 1)


@pytest.mark.parametrize("gamma", [0.0, 0.1, 0.5, 1.0, 1.5, 2.0, 2.3, 5.0, 10.0])
@pytest.mark.parametrize(
    ("dtype", "gradient", "small", "hessian"), [(np.float64, 1e-13, 1e-13, 1e-12), (np.float32, 2e-6, 1e-5, 2e-5)]
)
def test_accuracy_of_the_binary_loss(gamma, dtype, gradient, small, hessian):
    worst = errors(gamma, dtype)
    assert worst["sound"]
    assert worst["gradient"] < gradient
    assert worst["gradient below 1e-8"] < small
    assert worst["hessian"] < hessian


@given(labels, finite, gammas)
def test_value(y, z, gamma):
    value = BinaryFocalLoss(gamma).loss([y], [z])[0]
    assert value == pytest.approx(float(binary(y, z, gamma).loss), rel=1e-12, abs=1e-300)


@given(labels, finite, gammas)
def test_policies(y, z, gamma):
    true = binary(y, z, gamma)
    exact, absolute, fisher, truncated = (
        BinaryFocalLoss(gamma, curvature=policy).gradient_hessian([y], [z])[1][0] for policy in POLICIES
    )
    size = float(true.hessian_size)
    assert exact == pytest.approx(max(float(true.hessian), 1e-16), rel=1e-12, abs=1e-12 * size)
    assert absolute == pytest.approx(max(abs(float(true.hessian)), 1e-16), rel=1e-12, abs=1e-12 * size)
    assert truncated == pytest.approx(max(float(true.positive), 1e-16), rel=1e-12)
    assert truncated >= exact
    assert fisher > 0


@given(finite, gammas, st.floats(1e-3, 1e3))
def test_fisher_is_the_expected_hessian_under_the_posterior(z, gamma, ratio):
    loss = BinaryFocalLoss(gamma, class_weight=(1.0, ratio), curvature="fisher")
    eta = np.exp(loss.predict_log_proba([z]))[0]
    hessian = loss.exact_hessian([0, 1], [z, z])
    expected = float(eta @ hessian)
    size = float(eta @ [float(binary(y, z, gamma).hessian_size) * (ratio if y else 1) for y in (0, 1)])
    both = loss.gradient_hessian([0, 1], [z, z])[1]
    assert both[0] == pytest.approx(both[1], rel=1e-14)
    assert both[0] == pytest.approx(max(expected, 1e-16), rel=1e-9, abs=1e-11 * size)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0, 2.3])
def test_infinite_scores_give_the_limits(dtype, policy, gamma):
    loss = BinaryFocalLoss(gamma, curvature=policy)
    y, z = [0, 0, 1, 1], np.array([-np.inf, np.inf, -np.inf, np.inf], dtype)
    gradient, curvature = loss.gradient_hessian(y, z)
    assert gradient.tolist() == [0, 1, -1, 0]
    assert np.isfinite(curvature).all()
    assert (curvature > 0).all()
    assert loss.loss(y, z).tolist() == [0, np.inf, np.inf, 0]


def test_gamma_zero_is_cross_entropy():
    z = np.linspace(-30, 30, 301)
    p = 1 / (1 + np.exp(-z))
    for policy in POLICIES:
        for y in (0, 1):
            gradient, curvature = BinaryFocalLoss(0.0, curvature=policy).gradient_hessian(np.full(z.size, y), z)
            np.testing.assert_allclose(gradient, p - y if y == 0 else -1 / (1 + np.exp(z)), rtol=1e-14)
            np.testing.assert_allclose(curvature, np.maximum(p / (1 + np.exp(z)), 1e-16), rtol=1e-14)


@given(labels, finite, gammas)
def test_symmetric_under_label_flip(y, z, gamma):
    gradient, curvature = BinaryFocalLoss(gamma).gradient_hessian([y], [z])
    flipped_gradient, flipped_curvature = BinaryFocalLoss(gamma).gradient_hessian([1 - y], [-z])
    assert gradient == -flipped_gradient
    assert curvature == flipped_curvature


@given(labels, finite, gammas, st.floats(0, 1e6), st.floats(1e-3, 1e3))
def test_weights_and_scale_multiply(y, z, gamma, weight, scale):
    plain = BinaryFocalLoss(gamma, class_weight=(2.0, 3.0))
    scaled = BinaryFocalLoss(gamma, class_weight=(2.0 * scale, 3.0 * scale))
    for one, other in zip(
        plain.gradient_hessian([y], [z]), scaled.gradient_hessian([y], [z], sample_weight=[weight]), strict=True
    ):
        assert other[0] == pytest.approx(one[0] * weight * scale, rel=1e-12, abs=1e-300)
    assert BinaryFocalLoss(gamma, scale=scale).loss([y], [z])[0] == pytest.approx(
        scale * BinaryFocalLoss(gamma).loss([y], [z])[0], rel=1e-12, abs=1e-300
    )


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0, 2.3])
def test_multiclass_against_differences(gamma):
    rng = np.random.default_rng(0)
    for spread in (1.0, 6.0, 30.0):
        z = rng.normal(0, spread, (6, 4))
        y = rng.integers(0, 4, 6)
        loss = MulticlassFocalLoss(4, gamma)
        gradient, hessian = loss.gradient_hessian(y, z)[0], loss.exact_hessian(y, z)
        for i in range(6):
            for j in range(4):
                first, second = multiclass(y[i], z[i].tolist(), gamma, j)
                assert gradient[i, j] == pytest.approx(float(first), rel=1e-11, abs=1e-300)
                assert hessian[i, j] == pytest.approx(float(second), rel=1e-10, abs=1e-13 * abs(float(first)))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("gamma", [0.0, 1.0, 2.0, 2.3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_two_classes_are_the_binary_loss(policy, gamma, dtype):
    rng = np.random.default_rng(1)
    z, y = rng.normal(0, 5, (500, 2)).astype(dtype), rng.integers(0, 2, 500)
    margin = z[:, 1] - z[:, 0]
    tolerance = 1e-12 if dtype is np.float64 else 2e-5
    many = MulticlassFocalLoss(2, gamma, class_weight=(1.0, 5.0), curvature=policy)
    two = BinaryFocalLoss(gamma, class_weight=(1.0, 5.0), curvature=policy)
    for column, sign in ((0, -1), (1, 1)):
        np.testing.assert_allclose(
            many.gradient_hessian(y, z)[0][:, column], sign * two.gradient_hessian(y, margin)[0], rtol=tolerance
        )
        np.testing.assert_allclose(
            many.gradient_hessian(y, z)[1][:, column], two.gradient_hessian(y, margin)[1], rtol=50 * tolerance
        )
    np.testing.assert_allclose(many.loss(y, z), two.loss(y, margin), rtol=tolerance)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_multiclass_fisher_is_the_expected_hessian(gamma):
    rng = np.random.default_rng(2)
    z = rng.normal(0, 3, (50, 5))
    loss = MulticlassFocalLoss(5, gamma, class_weight=(1, 2, 3, 4, 5), curvature="fisher")
    eta = loss.predict_proba(z)
    expected = sum(eta[:, [y]] * loss.exact_hessian(np.full(50, y), z) for y in range(5))
    for y in range(5):
        np.testing.assert_allclose(loss.gradient_hessian(np.full(50, y), z)[1], expected, rtol=1e-9)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("gamma", [0.0, 0.3, 2.0, 5.0])
def test_multiclass_is_sound_at_extreme_scores(policy, dtype, gamma):
    extremes = np.array([-np.inf, -700, -90, -20, -1e-8, 0, 3, 20, 90, 700, np.inf], dtype)
    z = np.stack(np.meshgrid(extremes, extremes, extremes), axis=-1).reshape(-1, 3)
    y = np.arange(len(z)) % 3
    loss = MulticlassFocalLoss(3, gamma, curvature=policy)
    gradient, curvature = loss.gradient_hessian(y, z)
    rows = np.arange(len(z))
    assert np.isfinite(gradient).all()
    assert np.isfinite(curvature).all()
    assert (curvature > 0).all()
    assert (gradient[rows, y] <= 0).all()
    assert (np.delete(gradient, 0, axis=1)[y == 0] >= 0).all()
    proba = loss.predict_proba(z)
    np.testing.assert_allclose(proba.sum(axis=1), 1)


def test_multiclass_gradient_sums_to_zero_and_fits_any_order():
    rng = np.random.default_rng(3)
    z, y, w = rng.normal(0, 2, (1000, 3)), rng.integers(0, 3, 1000), rng.random(1000)
    for policy in POLICIES:
        loss = MulticlassFocalLoss(3, 1.3, curvature=policy)
        in_c = loss.gradient_hessian(y, z, w)
        in_f = loss.gradient_hessian(y, np.asfortranarray(z), w)
        np.testing.assert_allclose(in_c[0].sum(axis=1), 0, atol=1e-15)
        for a, b in zip(in_c, in_f, strict=True):
            np.testing.assert_array_equal(a, b)
            assert b.flags.f_contiguous
