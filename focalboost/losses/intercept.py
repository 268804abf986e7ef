"""The best constant raw score: where the recovered posterior is the prevalence.

Newton's method inside a bracket, on functions that increase; no step leaves the bracket, and a step that would is
replaced by a bisection.
"""

from collections.abc import Callable

import numpy as np

from focalboost.losses.posterior import Array, binary_logit, density_of_margin, focusing_ratio, softplus

_STEPS = 200
_LARGEST_MARGIN = 1500.0  # p is exactly 1 there


def solve_increasing(function: Callable[[Array], tuple[Array, Array]], target: Array, low: Array, high: Array) -> Array:
    """Solve ``function(x) = target`` for each element of an increasing function.

    Parameters
    ----------
    function : callable
        Returns values and derivatives at an array.
    target : array of float64
        Values to reach.
    low, high : array of float64
        Where the values are at most and at least the targets.

    Returns
    -------
    array of float64
        Solutions to machine precision.
    """
    x = (low + high) / 2
    for _ in range(_STEPS):
        value, slope = function(x)
        error = value - target
        low, high = np.where(error <= 0, x, low), np.where(error >= 0, x, high)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = x - error / slope
        inside = (step >= low) & (step <= high)
        following = np.where(inside, step, (low + high) / 2)
        if np.all(np.abs(following - x) <= np.spacing(np.abs(x))):
            return following
        x = following
    return x


def binary_intercept(weight_0: float, weight_1: float, gamma: float, class_weight: tuple[float, ...]) -> float:
    """Solve logit eta(z0) = log(weight_1 / weight_0).

    Parameters
    ----------
    weight_0, weight_1 : float
        Total sample weights of the negatives and the positives, both positive.
    gamma : float
        Focusing parameter.
    class_weight : tuple of 2 floats
        Weights of the two classes.

    Returns
    -------
    float
        z0.
    """
    target = np.array([np.log(weight_1) - np.log(weight_0)])
    shift = float(target[0] - np.log(class_weight[0]) + np.log(class_weight[1]))
    reach = np.log1p(gamma)  # the two ratios lie between 0 and 1

    def logit_and_slope(z: Array) -> tuple[Array, Array]:
        return binary_logit(z, gamma, class_weight), gamma + 1 - _ratio_slope(z, gamma) - _ratio_slope(-z, gamma)

    low, high = np.array([(shift - reach) / (gamma + 1)]), np.array([(shift + reach) / (gamma + 1)])
    return float(solve_increasing(logit_and_slope, target, low, high)[0])


def multiclass_intercept(total_weight: Array, gamma: float, class_weight: tuple[float, ...]) -> Array:
    """Solve log eta_i(z0) = log(total_weight_i) + constant, with scores that sum to zero.

    For a trial constant each class's margin follows from its own equation, and the constant is right when the classes'
    probabilities sum to one.

    Parameters
    ----------
    total_weight : array of float64, shape (K,)
        Total sample weight of each class, all positive.
    gamma : float
        Focusing parameter.
    class_weight : tuple of K floats
        Weights of the classes.

    Returns
    -------
    array of float64, shape (K,)
        z0.
    """
    target = np.log(total_weight) - np.log(total_weight.sum()) + np.log(class_weight)
    if gamma == 0:
        return np.asarray(target - target.mean())

    def density_and_slope(u: Array) -> tuple[Array, Array]:
        p = np.exp(-softplus(-u))
        return density_of_margin(u, gamma), (1 - p) + gamma * p - _ratio_slope(u, gamma)

    def margins(constant: float) -> Array:
        # log(p q / G) is at most u + g for u <= 0, and at least g u - log(2 + 2 g) for u >= 0.
        low = np.minimum(target + constant, 0.0) - gamma - 1
        with np.errstate(over="ignore"):
            high = np.maximum(target + constant + np.log(2 + 2 * gamma), 0.0) / gamma
        high = np.minimum(high, _LARGEST_MARGIN)
        return solve_increasing(density_and_slope, target + constant, low, high)

    def excess_and_slope(constant: Array) -> tuple[Array, Array]:
        u = margins(float(constant[0]))
        p = np.exp(-softplus(-u))
        slope = p * (1 - p) / density_and_slope(u)[1]
        return np.array([np.log(p.sum())]), np.array([slope.sum() / p.sum()])

    low, high = _bracket(excess_and_slope)
    u = margins(float(solve_increasing(excess_and_slope, np.zeros(1), low, high)[0]))
    z0 = -softplus(-u)
    return np.asarray(z0 - z0.mean())


def _bracket(excess_and_slope: Callable[[Array], tuple[Array, Array]]) -> tuple[Array, Array]:
    """Widen [-1, 1] until the probabilities sum to less than one at its low end and to more at its high end."""
    low, high = np.array([-1.0]), np.array([1.0])
    while excess_and_slope(low)[0][0] > 0:
        low *= 2
    while excess_and_slope(high)[0][0] < 0:
        high *= 2
    return low, high


def _ratio_slope(u: Array, gamma: float) -> Array:
    """Return the derivative of log(1 + g r(u)): r' = r - p."""
    ratio = focusing_ratio(u)
    return np.asarray(gamma * (ratio - np.exp(-softplus(-u))) / (1 + gamma * ratio))
