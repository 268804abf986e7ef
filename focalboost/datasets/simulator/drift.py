"""How fraud changes in time: from its early ways to its late ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def early_and_late(elapsed: NDArray[np.float64], drift: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how likely the early and the late ways of fraud are, relative to no drift.

    Each is 1 without drift. With drift 1 the early ways go from 2 to 0 over the time, the late ones from 0 to 2.

    Parameters
    ----------
    elapsed : ndarray of float64, shape (n,)
        Shares of the whole time that have passed, from 0 to 1.
    drift : float
        From 0 (fraud is the same at all times) to 1.
    """
    lean = drift * (1.0 - 2.0 * elapsed)
    return 1.0 + lean, 1.0 - lean


def draw_kinds(
    elapsed: NDArray[np.float64],
    early: dict[int, float],
    late: dict[int, float],
    drift: float,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Draw the kind of fraud of each moment.

    Parameters
    ----------
    elapsed : ndarray of float64, shape (n,)
        Shares of the whole time that have passed, from 0 to 1.
    early, late : dict
        The shares of the early and of the late kinds over the whole time.
    drift : float
        As in `early_and_late`.
    rng : numpy.random.Generator
        Where chance comes from.
    """
    weight_early, weight_late = early_and_late(elapsed, drift)
    weight = np.column_stack(
        [share * weight_early for share in early.values()] + [share * weight_late for share in late.values()]
    )
    reached = np.cumsum(weight, axis=1)
    place = (rng.random(len(elapsed))[:, None] * reached[:, -1:] >= reached).sum(axis=1)
    kinds: NDArray[np.int64] = np.array([*early, *late])[place]
    return kinds
