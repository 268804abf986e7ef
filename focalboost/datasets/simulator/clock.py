"""The simulator's time: whole seconds since the first day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DAY_SECONDS = 86_400
# A Monday, so that day 5 and 6 of each seven are a weekend.
_FIRST_DAY = np.datetime64("2024-01-01", "s")


def timestamps(seconds: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Return the dates of seconds since the first day."""
    return _FIRST_DAY + seconds.astype("timedelta64[s]")


def hour_of_day(seconds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the hour, in [0, 24)."""
    return seconds % DAY_SECONDS / 3600.0


def is_weekend(seconds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which seconds are on a Saturday or Sunday."""
    return seconds // DAY_SECONDS % 7 >= 5
