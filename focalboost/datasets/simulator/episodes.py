"""Frauds come in episodes: several rows by the same thieves, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def draw_episodes(
    n_rows: int, mean_rows: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cut rows into episodes of geometrically distributed lengths, the last as long as rows are left.

    Parameters
    ----------
    n_rows : int
        Number of rows, 1 or more.
    mean_rows : float
        Mean length of an episode, 1 or more.
    rng : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    episode : ndarray of int64, shape (n_rows,)
        The episode of each row, ascending from 0.
    position : ndarray of int64, shape (n_rows,)
        The row's place in its episode, from 0.
    """
    begins = rng.random(n_rows) < 1.0 / mean_rows
    begins[0] = True
    episode = np.cumsum(begins) - 1
    return episode, np.arange(n_rows) - np.flatnonzero(begins)[episode]


def before(end: int, begin: NDArray[np.float64], length: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the seconds `length` after `begin`, in the same order but shortened so that all are before `end`."""
    room = end - begin
    return np.minimum(end - room * np.exp(-length / room), end - 1).astype(np.int64)
