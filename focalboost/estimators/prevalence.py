"""Probabilities whose mean over the training rows is the prevalence, as it is with cross-entropy near convergence.

The posterior of a raw score is exact for a converged model. With few rounds focal loss's is too low on average, because
scores have not yet moved as far as the rare class needs (cross-entropy's is a little too high). One number for each
class but the first, added to the log-probabilities, mends the mean: the intercept of a logistic regression on them,
fitted by maximum likelihood.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Moments = Callable[[Array], tuple[float, Array, Array]]

_BLOCK = 8192
_ITERATIONS = 50
_TOLERANCE = 1e-12


def moments_of(log_proba: Array, weight: NDArray[np.floating] | None) -> Moments:
    """Return the function of a shift that ``matching_shift`` needs, for rows at hand.

    Parameters
    ----------
    log_proba : array of shape (n, K)
        Logarithms of probabilities.
    weight : array of shape (n,), or None
        Weights of the rows.

    Returns
    -------
    callable
        From a shift of shape (K,) to three weighted means over the rows, with p the shifted probabilities: that of
        their log-normaliser, of p, and of diag(p) - p p'.
    """
    share = np.full(len(log_proba), 1 / len(log_proba)) if weight is None else weight / np.sum(weight)

    def two_classes(shift: Array) -> tuple[float, Array, Array]:
        value, mean, square = np.sum([_of_block(*block, shift[1] - shift[0]) for block in blocks], axis=0)
        variance = mean - square
        spread = np.array([[variance, -variance], [-variance, variance]])
        return float(mean_log_first + shift[0] + value), np.array([1 - mean, mean]), spread

    def several_classes(shift: Array) -> tuple[float, Array, Array]:
        shifted = log_proba + shift
        top = shifted.max(axis=1, keepdims=True)
        proba = np.exp(shifted - top)
        total = proba.sum(axis=1, keepdims=True)
        proba /= total
        mean = share @ proba
        return float(share @ (top + np.log(total))[:, 0]), mean, np.diag(mean) - (proba * share[:, None]).T @ proba

    if log_proba.shape[1] > 2:
        return several_classes
    log_odds, mean_log_first = log_proba[:, 1] - log_proba[:, 0], share @ log_proba[:, 0]
    blocks = [(log_odds[rows], share[rows]) for rows in _slices(len(share))]
    return two_classes


def _slices(n_rows: int) -> list[slice]:
    """Rows few enough that what is made of them stays in the cache, which halves the time of a pass."""
    return [slice(first, first + _BLOCK) for first in range(0, n_rows, _BLOCK)]


def _of_block(log_odds: Array, share: Array, shift: float) -> tuple[float, float, float]:
    """Sum, over some rows, log(1 + odds), the second class's probability, and its square."""
    logit = log_odds + shift
    small = np.exp(-np.abs(logit))
    proba = np.where(logit > 0, 1.0, small) / (1 + small)
    return share @ (np.maximum(logit, 0) + np.log1p(small)), share @ proba, share @ (proba * proba)


def matching_shift(moments: Moments, prevalence: NDArray[np.floating]) -> Array:
    """Solve for the shift at which the mean probabilities are the prevalence, by Newton's method on a convex function.

    Parameters
    ----------
    moments : callable
        As ``moments_of`` returns it; each call is a pass over the rows.
    prevalence : array of shape (K,)
        Shares of the classes, all positive.

    Returns
    -------
    array of float64, shape (K,)
        The shift, 0 for the first class.
    """
    shift = np.zeros(len(prevalence))
    value, mean, spread = moments(shift)
    for _ in range(_ITERATIONS):
        slope = (mean - prevalence)[1:]
        if np.abs(slope).max() <= _TOLERANCE:
            break
        step = np.zeros_like(shift)
        step[1:] = -np.linalg.lstsq(spread[1:, 1:], slope, rcond=None)[0]
        if not step.any():  # all probabilities are 0 or 1, which no shift moves
            break
        step *= min(1.0, 4.0 / np.abs(step).max())  # far from the solution the quadratic model holds only nearby
        while True:
            following, mean, spread = moments(shift + step)
            following -= float((shift + step) @ prevalence)
            # Near the solution the values differ by their rounding alone, which must not drive the step away from it.
            if following <= value + _TOLERANCE * max(1.0, abs(value)) or np.abs(step).max() < _TOLERANCE:
                break
            step /= 2
        shift, value = shift + step, following
    return shift
