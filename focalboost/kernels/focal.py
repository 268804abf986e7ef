"""The focal loss of one row: the scalar mathematics that every loop shares.

With u the margin of the true class (binary: u = z for a positive, -z for a negative), p = sigmoid(u), q = 1 - p:

    loss          q^g (-log p)
    G = -dL/du  = q^g (q + g p (-log p))
    H = d2L/du2 = p q^g (q (1 + 2 g) - g q (-log p) + g^2 p (-log p))

Everything follows from t = exp(-|u|) and log1p(t), without an epsilon and without cancellation in G. Only H subtracts,
and only its one negative term, which is where the policies of curvature differ.
"""

from focalboost.kernels.compiler import compile_point
from focalboost.kernels.elementary import constant, exp, log1p

EXACT, ABSOLUTE, TRUNCATED, FISHER, SIGNED = range(5)
"""Policies of curvature; ``SIGNED`` is the true second derivative, with no floor."""

CURVATURE_FLOOR = 1e-16
"""Least curvature of a row of weight one (XGBoost's own floor for its logistic objective)."""

LARGEST_SCORE = 1e30
"""Stands for an infinite score: p is exactly 0 or 1 long before, and its products stay finite in float32."""


@compile_point
def probabilities(u):
    """Return p, q, and three parts of their logarithms: -log p = below + small, -log q = above + small."""
    zero, one = constant(0, u), constant(1, u)
    size = min(abs(u), constant(LARGEST_SCORE, u))
    t = exp(-size, zero)
    small = log1p(t)
    larger = one / (one + t)
    smaller = t * larger
    if u > zero:
        return larger, smaller, zero, size, small
    return smaller, larger, size, zero, small


@compile_point
def focusing_factor(q, above, small, gamma, squared):
    """q^gamma, where ``squared`` says at compile time that gamma is 2."""
    return q * q if squared else exp(-(gamma * above), -(gamma * small))


@compile_point
def derivatives(p, q, below, above, small, gamma, squared):
    """Return G, and H in two parts: H = positive - negative."""
    factor = focusing_factor(q, above, small, gamma, squared)
    nll = below + small
    focus = gamma * p * nll
    one, two = constant(1, p), constant(2, p)
    scale = p * factor
    return factor * (q + focus), scale * (q * (one + two * gamma) + gamma * focus), scale * (gamma * q * nll)


@compile_point
def floored(curvature):
    """``curvature``, at least ``CURVATURE_FLOOR``."""
    return max(curvature, constant(CURVATURE_FLOOR, curvature))


@compile_point
def policy(positive, negative, curvature):
    """Second-order term from the two parts of a Hessian, for every policy that looks at one label alone."""
    if curvature == SIGNED:
        return positive - negative
    if curvature == TRUNCATED:
        return floored(positive)
    if curvature == ABSOLUTE:
        return floored(abs(positive - negative))
    return floored(positive - negative)


@compile_point
def slope_and_curvature(u, weight, other_weight, gamma, curvature, squared):
    """-dL/du and the curvature of the binary loss at margin u, for the weights of the true and of the other class."""
    p, q, below, above, small = probabilities(u)
    slope, added, subtracted = derivatives(p, q, below, above, small, gamma, squared)
    if curvature != FISHER:
        return weight * slope, weight * policy(added, subtracted, curvature)
    other, other_added, other_subtracted = derivatives(q, p, above, below, small, gamma, squared)
    expected = (
        weight * other_weight
        * (other * (added - subtracted) + slope * (other_added - other_subtracted))
        / (weight * slope + other_weight * other)
    )  # fmt: skip
    return weight * slope, floored(expected)


@compile_point
def loss(u, gamma, squared):
    """Loss of a row at margin u; infinite at u = -inf."""
    _, q, _, above, small = probabilities(u)
    return focusing_factor(q, above, small, gamma, squared) * (max(-u, constant(0, u)) + small)
