"""Output arrays that the rounds of a training share.

Memory of many megabytes goes back to the system after each round, and its new pages cost more than the gradients in
them: with shared arrays a round of XGBoost (20 columns, two threads) took .93 (quartiles .89 to .98) of the time at 5
million rows and .94 (.90 to 1.04) at 10 million; up to 4 million there was no difference. The boosters have copied the
arrays before the next round begins.
"""

import sys
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

_REFERENCES_OF_THE_PAIR = 2
"""What ``sys.getrefcount`` says of an array that only its pair holds: the pair's reference, and the argument's own."""

_pairs: WeakKeyDictionary[Any, list[NDArray[np.float32]]] = WeakKeyDictionary()


def round_outputs(training: Any, raw_prediction: NDArray[Any]) -> list[NDArray[np.float32]]:
    """Return two arrays for a round to fill: those of the training's last one, if nobody else holds them.

    Parameters
    ----------
    training : object, or None
        What stays the same from round to round, such as the data set; the arrays live no longer than it does.
    raw_prediction : array of shape (n,) or (n, K)
        Raw scores, whose shape and order the arrays have.

    Returns
    -------
    list of two arrays of float32
        Not initialised.
    """
    if training is None:
        return _new_pair(raw_prediction)
    # Taken out and put back: two threads that train on one data set never get the same arrays.
    pair = _pairs.pop(training, None)
    if pair is None or not _like(pair[0], raw_prediction) or _held_elsewhere(pair):
        pair = _new_pair(raw_prediction)
    outputs = pair.copy()
    _pairs[training] = pair
    return outputs


def _new_pair(raw_prediction: NDArray[Any]) -> list[NDArray[np.float32]]:
    return [np.empty_like(raw_prediction, dtype=np.float32) for _ in range(2)]


def _like(array: NDArray[Any], raw_prediction: NDArray[Any]) -> bool:
    return array.shape == raw_prediction.shape and array.flags.f_contiguous == raw_prediction.flags.f_contiguous


def _held_elsewhere(pair: list[NDArray[Any]]) -> bool:
    return any(sys.getrefcount(pair[i]) > _REFERENCES_OF_THE_PAIR for i in range(2))
