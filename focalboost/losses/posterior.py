"""From a raw score to the posterior probability, exactly, in logarithms.

Focal loss is classification-calibrated but no proper scoring rule: at true posterior eta its minimiser is not eta
(Charoenphakdee et al., CVPR 2021, arXiv 2011.09172). With G as in ``focalboost.kernels.focal``, class weights a, and

    r(u) = e^u log(1 + e^-u) = p (-log p) / q,        G(u) = q^(g+1) (1 + g r(u)),

the minimiser satisfies eta a1 G(z) = (1 - eta) a0 G(-z), and for many classes eta_i ~ p_i q_i / (a_i G(u_i)), where
u_i is the margin of class i, log p_i - log q_i. Hence

    logit eta   = log(a0 / a1) + (g + 1) z + log(1 + g r(-z)) - log(1 + g r(z))
    log eta_i   = log p_i - g log q_i - log(1 + g r(u_i)) - log a_i + constant

Both increase strictly with the score, so ranks stay as they are.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_BLOCK = 8192
_LIMIT = 700.0  # e^-700 is still a normal number, and 1 + e^-700 is 1


def _in_blocks(function: Callable[..., Array]) -> Callable[..., Array]:
    """Let a function of each element see few at a time: what it makes on the way stays in the cache."""

    @wraps(function)
    def of_all(values: Array, *parameters: Any) -> Array:
        result = np.empty(np.shape(values))
        source, target = np.reshape(values, -1), np.reshape(result, -1)
        for first in range(0, source.size, _BLOCK):
            target[first : first + _BLOCK] = function(source[first : first + _BLOCK], *parameters)
        return result

    return of_all


def focusing_ratio(u: Array) -> Array:
    """Return r(u) = e^u log(1 + e^-u), between 0 and 1.

    Parameters
    ----------
    u : array of float64
        Margins.

    Returns
    -------
    array of float64
        p (-log p) / q; beyond 700 its limits, 1 and, to 1e-301, 0.
    """
    easier, harder = _focusing_ratios(np.abs(u))
    return np.where(u > 0, easier, harder)


def _focusing_ratios(size: Array) -> tuple[Array, Array]:
    """Return r at a size and at minus it."""
    size = np.minimum(size, _LIMIT)
    t = np.exp(-size)
    small = np.log1p(t)
    return small / t, t * (size + small)


@_in_blocks
def softplus(u: Array) -> Array:
    """Return log(1 + e^u).

    Parameters
    ----------
    u : array of float64
        Margins.

    Returns
    -------
    array of float64
        -log p is ``softplus(-u)`` and -log q is ``softplus(u)``.
    """
    # A fifth of logaddexp's time, which NumPy does not vectorise.
    return np.asarray(np.maximum(u, 0.0) + np.log1p(np.exp(-np.abs(u))))


def binary_logit(raw: NDArray[Any], gamma: float, class_weight: tuple[float, ...]) -> Array:
    """Recover the posterior's log-odds from binary scores.

    Parameters
    ----------
    raw : array
        Scores, of any shape.
    gamma : float
        Focusing parameter.
    class_weight : tuple of 2 floats
        Weights of the negative and the positive class.

    Returns
    -------
    array of float64
        logit eta, of the same shape.
    """
    prior = np.log(class_weight[0]) - np.log(class_weight[1])
    return np.asarray(prior + _log_odds(np.asarray(raw, dtype=np.float64), gamma))


@_in_blocks
def _log_odds(z: Array, gamma: float) -> Array:
    """Without class weights, where they are an odd function of the score."""
    size = np.abs(z)
    easier, harder = _focusing_ratios(size)
    with np.errstate(over="ignore"):  # beyond 1e308 the log-odds are infinite, the probability 0 or 1
        focused = (gamma + 1) * size + np.log1p(gamma * harder) - np.log1p(gamma * easier)
    return np.copysign(focused, z)


def class_margins(raw: NDArray[Any]) -> Array:
    """Return the margin of each class, its score less the log-sum-exp of the others.

    Parameters
    ----------
    raw : array of shape (n, K)
        Scores.

    Returns
    -------
    array of float64, shape (n, K)
        log p_k - log(1 - p_k).
    """
    largest = 1e300  # differences of infinite scores stay defined
    z = np.clip(np.asarray(raw, dtype=np.float64), -largest, largest)
    rows = np.arange(z.shape[0])
    winner = z.argmax(axis=1)
    top = z[rows, winner]
    shares = np.exp(z - top[:, None])
    others = z.copy()
    others[rows, winner] = -np.inf
    second = others.max(axis=1)
    # The winner's others are summed on their own scale, for they may all underflow beside it.
    rest = np.exp(others - second[:, None]).sum(axis=1)
    shares[rows, winner] = 0.0
    total = 1.0 + shares.sum(axis=1)
    margin = (z - top[:, None]) - np.log(total[:, None] - shares)
    margin[rows, winner] = (top - second) - np.log(rest)
    return np.asarray(margin)


def multiclass_log_proba(raw: NDArray[Any], gamma: float, class_weight: tuple[float, ...]) -> Array:
    """Recover the logarithms of the posterior from softmax scores.

    Parameters
    ----------
    raw : array of shape (n, K)
        Scores.
    gamma : float
        Focusing parameter.
    class_weight : tuple of K floats
        Weights of the classes.

    Returns
    -------
    array of float64, shape (n, K)
        Each row's exponentials sum to one.
    """
    result = np.empty(raw.shape)
    for first in range(0, len(raw), _BLOCK):
        u = class_margins(raw[first : first + _BLOCK])
        with np.errstate(over="ignore", invalid="ignore"):
            log_density = density_of_margin(u, gamma) - np.log(class_weight)
            log_density -= log_density.max(axis=1, keepdims=True)
        result[first : first + _BLOCK] = log_density - np.log(np.exp(log_density).sum(axis=1, keepdims=True))
    return result


def density_of_margin(u: Array, gamma: float) -> Array:
    """Return log(p q / G) at a margin, to which a class's posterior is proportional but for its weight.

    Parameters
    ----------
    u : array of float64
        Margins of classes.
    gamma : float
        Focusing parameter.

    Returns
    -------
    array of float64
        log p - g log q - log(1 + g r(u)), which increases with u.
    """
    return -softplus(-u) + gamma * softplus(u) - np.log1p(gamma * focusing_ratio(u))
