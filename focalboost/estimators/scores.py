"""Measures by which parameters are chosen: of probabilities as ``predict_proba`` returns them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalboost._optional import optional_import

Score = Callable[[NDArray[np.integer], NDArray[np.float64], Any], float]


def log_loss(codes: NDArray[np.integer], probability: NDArray[np.float64], weight: Any) -> float:
    """Return the mean of -log of the probability given to the true class.

    Parameters
    ----------
    codes : array of int, shape (n,)
        Codes of the true classes.
    probability : array of shape (n, K)
        A column for each class; 0 counts as the smallest positive number.
    weight : array of shape (n,), or None
        Weights of the rows.

    Returns
    -------
    float
        In nats.
    """
    given = probability[np.arange(codes.size), codes]
    return float(np.average(-np.log(np.maximum(given, np.finfo(np.float64).tiny)), weights=weight))


def average_precision(codes: NDArray[np.integer], probability: NDArray[np.float64], weight: Any) -> float:
    """Return the average precision of the second class, or of several classes the mean of each against the rest.

    Parameters
    ----------
    codes, probability, weight : array
        As in ``log_loss``.

    Returns
    -------
    float
        Between 0 and 1.
    """
    precision = optional_import("sklearn.metrics", "the average precision").average_precision_score
    if probability.shape[1] == 2:
        return float(precision(codes, probability[:, 1], sample_weight=weight))
    return float(precision(codes[:, None] == np.arange(probability.shape[1]), probability, sample_weight=weight))


SCORES: Mapping[str, tuple[Score, str]] = {
    "log_loss": (log_loss, "minimize"),
    "average_precision": (average_precision, "maximize"),
}
"""By name, the measure and the direction in which it is better."""
