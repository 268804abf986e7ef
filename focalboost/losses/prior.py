"""Probabilities for another prevalence than the training data's."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focalboost.losses.arrays import as_array

_LEAST_SHARE = 1e-300
_ROUNDING = 1e-3  # of probabilities that were written with few digits


def shift_prior(probability: ArrayLike, training_prevalence: ArrayLike, prevalence: ArrayLike) -> NDArray[np.float64]:
    """Carry probabilities over to data where the classes have other shares (Elkan 2001; Saerens et al. 2002).

    For a model that was trained on undersampled negatives, or that is used where fraud is rarer than it was. It assumes
    that each class looks the same in both places and only the shares differ:

        p'_k = (p_k pi'_k / pi_k) / sum over j of (p_j pi'_j / pi_j)

    Parameters
    ----------
    probability : array-like of shape (n, K)
        Probabilities of the K classes, rows summing to one.
    training_prevalence : array-like of shape (K,)
        Shares pi of the classes in the training data.
    prevalence : array-like of shape (K,)
        Shares pi' of the classes where the model is used.

    Returns
    -------
    array of float64, shape (n, K)
        Probabilities of the classes there.

    Raises
    ------
    ValueError
        If a probability is outside [0, 1], a row's sum differs from one by more than 0.001, or the shares are not K
        positive numbers that sum to one.

    References
    ----------
    Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001, theorem 2. Saerens, Latinne and Decaestecker,
    "Adjusting the Outputs of a Classifier to New a Priori Probabilities", Neural Computation 14, 2002.

    Examples
    --------
    >>> from focalboost import shift_prior
    >>> shift_prior([[0.5, 0.5]], training_prevalence=[0.5, 0.5], prevalence=[0.99, 0.01]).tolist()
    [[0.99, 0.01]]
    """
    values = as_array(probability, "probability").astype(np.float64)
    if values.ndim != 2:
        raise ValueError(f"probability must have the shape (n, K), a column for each class; it has {values.shape}")
    impossible = ~((values >= 0) & (values <= 1)).all(axis=1) | ~(abs(values.sum(axis=1) - 1) <= _ROUNDING)
    if impossible.any():
        row = int(np.argmax(impossible))
        raise ValueError(
            f"probability must be in [0, 1], and each row sum to one; row {row} has {values[row].tolist()}"
        )
    ratio = _shares("prevalence", prevalence, values.shape[1])
    ratio = ratio / _shares("training_prevalence", training_prevalence, values.shape[1])
    shifted = values / values.max(axis=1, keepdims=True) * ratio  # first, lest the smallest numbers vanish
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def _shares(name: str, given: Any, n_classes: int) -> NDArray[np.float64]:
    shares = as_array(given, name).astype(np.float64)
    if shares.shape != (n_classes,) or not (shares > _LEAST_SHARE).all() or abs(shares.sum() - 1) > 1e-6:
        raise ValueError(
            f"{name} must be {n_classes} positive shares that sum to one, one for each class; it is {given!r}"
        )
    return shares
