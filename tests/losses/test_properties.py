"""What must hold of every loss, policy of curvature and type, from subnormal to huge scores and weights."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from focalboost import BinaryFocalLoss, MulticlassFocalLoss

POLICIES = ["exact", "absolute", "fisher", "truncated"]
DTYPES = [np.float32, np.float64]
N_CLASSES = 3

gammas = st.one_of(st.sampled_from([0.0, 1e-310, 0.5, 1.0, 2.0, 3.0, 100.0]), st.floats(0, 10))
seeds = st.integers(0, 2**32 - 1)


def scores(seed, dtype, shape):
    """Scores of every size that the type has, both signs; ordinary ones most often."""
    rng = np.random.default_rng(seed)
    info = np.finfo(dtype)
    ordinary = rng.normal(0, 3, shape)
    any_size = rng.choice([-1, 1], shape) * 10.0 ** rng.uniform(np.log10(info.tiny) - 5, np.log10(info.max), shape)
    special = rng.choice([0.0, -0.0, info.smallest_subnormal, -info.tiny, info.max, -info.max, np.inf, -np.inf], shape)
    with np.errstate(over="ignore"):
        return np.choose(rng.choice(3, shape, p=[0.5, 0.25, 0.25]), [ordinary, any_size, special]).astype(dtype)


def binary(gamma, policy, **more):
    return BinaryFocalLoss(gamma, curvature=policy, **more)


def softmax(gamma, policy, **more):
    return MulticlassFocalLoss(N_CLASSES, gamma, curvature=policy, **more)


def rows(kind, seed, dtype):
    rng = np.random.default_rng(seed)
    if kind == "softmax":
        return softmax, rng.integers(0, N_CLASSES, 20), scores(seed, dtype, (20, N_CLASSES))
    shape = 20 if kind == "binary" else (20, 2)
    return binary, rng.integers(0, 2, shape), scores(seed, dtype, shape)


EVERYWHERE = [
    pytest.mark.parametrize("kind", ["binary", "multilabel", "softmax"]),
    pytest.mark.parametrize("policy", POLICIES),
    pytest.mark.parametrize("dtype", DTYPES),
]


def everywhere(test):
    for mark in EVERYWHERE:
        test = mark(test)
    return test


@everywhere
@settings(max_examples=25)
@given(gammas, seeds)
def test_finite_and_of_the_right_sign(kind, policy, dtype, gamma, seed):
    make, y, z = rows(kind, seed, dtype)
    loss = make(gamma, policy)
    gradient, curvature = loss.gradient_hessian(y, z)
    assert gradient.dtype == curvature.dtype == dtype
    assert np.isfinite(gradient).all()
    assert np.isfinite(curvature).all()
    assert (curvature > 0).all()
    assert np.isfinite(loss.exact_hessian(y, z)).all()
    true = y[:, None] == np.arange(N_CLASSES) if kind == "softmax" else y == 1
    assert (np.where(true, gradient, 0) <= 0).all()
    assert (np.where(true, 0, gradient) >= 0).all()
    value = loss.loss(y, z)
    assert (value >= 0).all()
    proba = loss.predict_proba(z)
    assert ((proba >= 0) & (proba <= 1)).all()
    if kind != "multilabel":
        np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-12)
    if kind == "softmax":
        np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=8 * np.finfo(dtype).eps)


@everywhere
@settings(max_examples=10)
@given(gammas, seeds)
def test_weights_multiply(kind, policy, dtype, gamma, seed):
    """From subnormal weights to the largest allowed."""
    make, y, z = rows(kind, seed, dtype)
    loss = make(gamma, policy)
    info = np.finfo(dtype)
    rng = np.random.default_rng(seed)
    weight = (10.0 ** rng.uniform(np.log10(info.smallest_subnormal), 18, 20)).astype(dtype)
    weight[:2] = 0, info.smallest_subnormal
    factor = weight if z.ndim == 1 else weight[:, None]
    for plain, weighted in zip(loss.gradient_hessian(y, z), loss.gradient_hessian(y, z, weight), strict=True):
        np.testing.assert_allclose(weighted, plain * factor, rtol=4 * info.eps, atol=2 * info.smallest_subnormal)
    plain, weighted = loss.loss(y, z), loss.loss(y, z, weight)
    factor = weight if plain.ndim == 1 else weight[:, None]
    with np.errstate(over="ignore", invalid="ignore"):
        expected = np.where(factor > 0, plain * factor, 0)
    np.testing.assert_allclose(weighted, expected, rtol=8 * info.eps, atol=info.tiny)


@everywhere
@settings(max_examples=10)
@given(gammas, seeds, st.integers(-15, 15))
def test_scale_equivariant(kind, policy, dtype, gamma, seed, exponent):
    """A power of two changes no digit, but where curvature is at its floor."""
    make, y, z = rows(kind, seed, dtype)
    scale = 4.0**exponent
    (g, h), (scaled_g, scaled_h) = (make(gamma, policy, scale=s).gradient_hessian(y, z) for s in (1.0, scale))
    np.testing.assert_allclose(scaled_g, g * dtype(scale), rtol=1e-6, atol=np.finfo(dtype).tiny)
    floor = 1.01e-16 * max(1.0, scale)
    np.testing.assert_allclose(scaled_h, h * dtype(scale), rtol=1e-5, atol=2 * floor)
    np.testing.assert_allclose(make(gamma, policy, scale=scale).predict_proba(z), make(gamma, policy).predict_proba(z))


@everywhere
@settings(max_examples=15)
@given(st.integers(0, 10), seeds)
@example(0, 7)
@example(1, 7)
@example(2, 7)
def test_gamma_is_continuous_at_integers(kind, policy, dtype, gamma, seed):
    """The kernel for gamma = 2, and every other integer, beside its neighbours."""
    make, y, z = rows(kind, seed, dtype)
    z = np.clip(z, -30, 30)
    at = make(gamma, policy)
    nearby = [make(gamma + shift, policy) for shift in ((-1e-9, 1e-9) if gamma else (1e-9,))]
    tolerance = 3e-6 if dtype is np.float32 else 1e-7
    for loss in nearby:
        for one, other in zip(at.gradient_hessian(y, z), loss.gradient_hessian(y, z), strict=True):
            np.testing.assert_allclose(one, other, rtol=100 * tolerance, atol=tolerance)
        np.testing.assert_allclose(at.loss(y, z), loss.loss(y, z), rtol=100 * tolerance, atol=tolerance)
        np.testing.assert_allclose(at.predict_proba(z), loss.predict_proba(z), rtol=1e-6)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("dtype", DTYPES)
@settings(max_examples=25)
@given(gammas, seeds, st.floats(1e-3, 1e3))
def test_symmetric_under_label_flip(policy, dtype, gamma, seed, ratio):
    """With the other label, the score's other sign and swapped class weights, only the gradient's sign changes."""
    for kind in ("binary", "multilabel"):
        make, y, z = rows(kind, seed, dtype)
        loss, flipped = (make(gamma, policy, class_weight=w) for w in ((1.0, ratio), (ratio, 1.0)))
        (g, h), (flipped_g, flipped_h) = loss.gradient_hessian(y, z), flipped.gradient_hessian(1 - y, -z)
        np.testing.assert_array_equal(g, -flipped_g)
        np.testing.assert_allclose(h, flipped_h, rtol=1e-5 if dtype is np.float32 else 1e-13)
        np.testing.assert_array_equal(loss.loss(y, z), flipped.loss(1 - y, -z))
    np.testing.assert_allclose(loss.predict_proba(z), 1 - flipped.predict_proba(-z), atol=1e-13)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("dtype", DTYPES)
@settings(max_examples=25)
@given(gammas, seeds, st.permutations(range(N_CLASSES)))
def test_classes_may_be_renamed(policy, dtype, gamma, seed, order):
    """Columns, labels and class weights in another order give the same results in that order."""
    _, y, z = rows("softmax", seed, dtype)
    weights, order = np.array([1.0, 3.0, 0.2]), np.array(order)
    z = np.clip(z, -1e30, 1e30)
    plain = softmax(gamma, policy, class_weight=weights).gradient_hessian(y, z)
    renamed = softmax(gamma, policy, class_weight=weights[order]).gradient_hessian(np.argsort(order)[y], z[:, order])
    tolerance = 1e-4 if dtype is np.float32 else 1e-11
    for one, other in zip(plain, renamed, strict=True):
        np.testing.assert_allclose(one[:, order], other, rtol=tolerance, atol=tolerance * 1e-3)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("dtype", DTYPES)
@settings(max_examples=25)
@given(gammas, seeds, st.one_of(st.just(0.0), st.floats(-100, 100)))
def test_two_classes_are_the_binary_loss_at_any_score(policy, dtype, gamma, seed, first):
    """Of scores (c, c + z) only the difference counts, as the type has it."""
    _, y, z = rows("binary", seed, dtype)
    both = np.stack([np.full_like(z, first), z + dtype(first)], axis=1)
    z = both[:, 1] - both[:, 0]
    two = MulticlassFocalLoss(2, gamma, class_weight=(1.0, 5.0), curvature=policy)
    one = BinaryFocalLoss(gamma, class_weight=(1.0, 5.0), curvature=policy)
    tolerance = 2e-5 if dtype is np.float32 else 1e-11
    (g, h), (expected_g, expected_h) = two.gradient_hessian(y, both), one.gradient_hessian(y, z)
    np.testing.assert_allclose(g[:, 1], expected_g, rtol=tolerance, atol=1e-36)
    np.testing.assert_allclose(h[:, 1], expected_h, rtol=10 * tolerance, atol=tolerance * 1e-2)
    difference = np.diff(both.astype(np.float64))[:, 0]  # probabilities are float64's, of float32 scores too
    np.testing.assert_allclose(two.predict_proba(both), one.predict_proba(difference), atol=1e-12)
    finite = np.abs(z) < 1e30
    np.testing.assert_allclose(two.loss(y, both)[finite], one.loss(y, z)[finite], rtol=tolerance, atol=1e-30)


@settings(max_examples=50)
@given(gammas, st.floats(1e-3, 1e3), st.floats(allow_nan=False), st.floats(allow_nan=False))
@example(2.0, 1.0, -np.inf, -1.7976931348623157e308)
@example(2.0, 1.0, 5e-324, 1e-310)
def test_posterior_increases_with_the_score(gamma, ratio, one, other):
    loss = BinaryFocalLoss(gamma, class_weight=(1.0, ratio))
    low, high = loss.predict_proba(sorted([one, other]))[:, 1]
    assert low <= high
    three = MulticlassFocalLoss(3, gamma, class_weight=(1.0, ratio, 2.0))
    low, high = three.predict_proba([[0.5, z, -1.0] for z in sorted([one, other])])[:, 1]
    assert low <= high + 1e-15


@settings(max_examples=25)
@given(gammas, st.integers(0, 50), st.sampled_from([1.0, 1e-300, 1e18, 1e-310]))
@example(1e-310, 3, 1.0)
@example(2.0, 0, 1e18)
def test_posterior_at_the_intercept_is_the_prevalence(gamma, seed, unit):
    """With weights in any unit, also where their sum is no finite number."""
    rng = np.random.default_rng(seed)
    for n_classes, y in ((2, rng.permutation([0] * 5 + [1])), (3, rng.permutation([0, 0, 1, 1, 2, 2, 2, 0]))):
        share = rng.integers(1, 9, len(y)) / 8
        prevalence = np.bincount(y, share) / share.sum()
        class_weight = rng.uniform(0.2, 5, n_classes)
        if n_classes == 2:
            loss = BinaryFocalLoss(gamma, class_weight=class_weight)
            z0 = np.array([loss.fit_intercept_only(y, share * unit)])
        else:
            loss = MulticlassFocalLoss(n_classes, gamma, class_weight=class_weight)
            z0 = loss.fit_intercept_only(y, share * unit)[None]
        np.testing.assert_allclose(loss.predict_proba(z0)[0], prevalence, rtol=1e-9)
        assert loss.scaled_to(y, share * unit).scale == pytest.approx(loss.scaled_to(y, share).scale, rel=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("policy", POLICIES)
def test_weights_that_products_could_not_hold_are_named(policy, dtype):
    y, beyond = np.array([0, 1, 2]), [1.0, np.nextafter(dtype(1e18), np.inf, dtype=dtype), 1e39]
    for loss, labels, z in (
        (binary(2.0, policy), y % 2, np.zeros(3, dtype)),
        (softmax(2.0, policy), y, np.zeros((3, 3), dtype)),
    ):
        for method in (loss.gradient_hessian, loss.loss):
            with pytest.raises(ValueError, match=r"sample_weight must be from 0 to 1e\+18; row 1 has 1.*\(2 of 3"):
                method(labels, z, beyond)
            assert np.isfinite(method(labels, z, np.full(3, 1e18))).all()


@pytest.mark.parametrize("loss", [binary(2.0, "exact"), softmax(2.0, "exact")])
def test_rows_without_weight_count_for_nothing(loss):
    raw = np.array([np.inf, 1.0]) if not hasattr(loss, "n_classes") else np.array([[np.inf, 0, 0], [0, 1, 0]])
    value = loss.loss(np.array([0, 1]) if raw.ndim == 1 else np.array([1, 1]), raw, [0.0, 1.0])
    assert value[0] == 0
    assert value[1] > 0


@pytest.mark.parametrize(("dtype", "factor"), [(np.float32, 1e19), (np.float64, 1e151)])
@pytest.mark.parametrize("name", ["scale", "class_weight"])
def test_class_weights_beyond_the_arithmetic_are_refused(dtype, factor, name):
    y, z = np.array([0, 1]), np.zeros(2, dtype)
    for value in (factor, 1 / factor):
        for make, raw in ((BinaryFocalLoss, z), (lambda **p: MulticlassFocalLoss(2, **p), np.zeros((2, 2), dtype))):
            loss = make(**{name: value if name == "scale" else (1.0, value)})
            for method in (loss.gradient_hessian, loss.loss):
                with pytest.raises(
                    ValueError, match=f"class weights times scale must be between .* {raw.dtype} scores"
                ):
                    method(y, raw)
