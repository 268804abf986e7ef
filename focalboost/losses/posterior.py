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

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def focusing_ratio(u: Array) -> Array:
    """Return r(u) = e^u log(1 + e^-u), between 0 and 1.

    Parameters
    ----------
    u : array of float64
        Margins.

    Returns
    -------
    array of float64
        p (-log p) / q, its limits where these underflow.
    """
    t = np.exp(-np.abs(u))
    small = np.log1p(t)
    with np.errstate(invalid="ignore"):
        harder = t * (np.where(t > 0, np.abs(u), 0.0) + small)
        easier = np.where(t > 0, small / np.where(t > 0, t, 1.0), 1.0)
    return np.where(u > 0, easier, harder)


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
    return np.asarray(np.logaddexp(0.0, u))


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
    z = np.asarray(raw, dtype=np.float64)
    with np.errstate(over="ignore"):  # beyond 1e308 the log-odds are infinite, the probability 0 or 1
        focused = (gamma + 1) * z + np.log1p(gamma * focusing_ratio(-z)) - np.log1p(gamma * focusing_ratio(z))
    return np.asarray(np.log(class_weight[0]) - np.log(class_weight[1]) + focused)


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
    u = class_margins(raw)
    with np.errstate(over="ignore", invalid="ignore"):
        log_density = density_of_margin(u, gamma) - np.log(class_weight)
        log_density = log_density - log_density.max(axis=1, keepdims=True)
    return np.asarray(log_density - np.log(np.exp(log_density).sum(axis=1, keepdims=True)))


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
