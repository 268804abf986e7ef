"""Groups of rows, and their shares of a sum over all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GROUPS = ("easy majority", "hard majority", "easy minority", "hard minority")


def easy_or_hard(y_true: NDArray[Any], raw_prediction: NDArray[Any]) -> NDArray[np.intp]:
    """Return the place in `GROUPS` of each row.

    Parameters
    ----------
    y_true : ndarray of shape (n,)
        Labels.
    raw_prediction : ndarray of shape (n,) or (n, n_classes)
        Raw scores.

    Returns
    -------
    ndarray of intp, shape (n,)
        The class that most rows have is the majority, the first one of several.

    Examples
    --------
    >>> [GROUPS[place] for place in easy_or_hard(np.array([0, 0, 1]), np.array([-1.0, 2.0, -3.0]))]
    ['easy majority', 'hard majority', 'hard minority']
    """
    label = y_true.astype(np.intp)
    if raw_prediction.ndim == 1:
        hard = np.where(label == 1, raw_prediction < 0.0, raw_prediction > 0.0)
    else:
        power = np.exp(raw_prediction - raw_prediction.max(axis=1, keepdims=True))
        true = np.take_along_axis(power, label[:, None], axis=1)[:, 0]
        hard = true < power.sum(axis=1) - true
    minority = label != np.bincount(label).argmax()
    places: NDArray[np.intp] = 2 * minority.astype(np.intp) + hard
    return places


def group_shares(size: NDArray[np.floating[Any]], codes: NDArray[np.intp], number: int) -> list[float]:
    """Return each group's share of a sum.

    Parameters
    ----------
    size : ndarray of float, shape (n,)
        What is added up, 0 or more.
    codes : ndarray of intp, shape (n,)
        Each row's group, from 0.
    number : int
        Of groups.

    Returns
    -------
    list of float
        With a sum of 1, or all 0 where nothing is to be shared.

    Examples
    --------
    >>> group_shares(np.array([1.0, 2.0, 1.0]), np.array([0, 1, 0]), 2)
    [0.5, 0.5]
    """
    sums = np.bincount(codes, weights=size, minlength=number)
    total = sums.sum()
    shares: list[float] = (sums / total if total > 0.0 else sums).tolist()
    return shares
