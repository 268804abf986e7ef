"""Ratios of times from alternating runs, so that what slows the machine for a while slows both sides."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

LEAST_SECONDS = 1e-3
"""A shorter function is called several times in a row, and the clock is read around all of them."""

SETTLING_SECONDS = 0.1
"""A shorter function is called once more before, untimed: it finds the caches as it leaves them, not as others do."""


@dataclass(frozen=True)
class Ratio:
    """Median and quartiles of the pairs' ratios.

    Attributes
    ----------
    median, low, high : float
        Of the ratios; ``low`` and ``high`` are the quartiles.
    goal : float or None
        Largest median that meets the goal, if there is one.
    """

    median: float
    low: float
    high: float
    goal: float | None = None

    def __str__(self) -> str:
        """Read as "1.52 (1.50-1.55)", in bold type where the goal is missed."""
        digits = 2 if self.median < 9.95 else 1 if self.median < 99.5 else 0
        # Near 1 a percent matters.
        digits = 3 if 0.9 <= self.median < 1.1 else digits
        median, low, high = (f"{value:.{digits}f}" for value in (self.median, self.low, self.high))
        missed = self.goal is not None and self.median > self.goal
        return f"**{median}** ({low}-{high})" if missed else f"{median} ({low}-{high})"


@dataclass(frozen=True)
class Times:
    """Seconds of a call of each function in each round."""

    seconds: dict[str, np.ndarray]

    def ratio(self, above: str, below: str, goal: float | None = None) -> Ratio:
        """Return how many times longer ``above`` takes than ``below``, round by round."""
        return ratio_of(self.seconds[above] / self.seconds[below], goal)

    def median(self, name: str) -> float:
        """Return the median seconds of a call."""
        return float(np.median(self.seconds[name]))

    @property
    def rounds(self) -> int:
        """Number of rounds."""
        return len(next(iter(self.seconds.values())))


def ratio_of(ratios: np.ndarray, goal: float | None = None) -> Ratio:
    """Summarise the ratios of pairs."""
    low, median, high = np.quantile(ratios, (0.25, 0.5, 0.75)).tolist()
    return Ratio(median, low, high, goal)


def paired(
    functions: dict[str, Callable[[], object]],
    seconds: float,
    least: int = 5,
    most: int = 400,
    warm_up: int = 2,
    repeat: bool = True,
    clock: Callable[[], float] = perf_counter,
) -> Times:
    """Time functions in turn, in every second round backwards, as often as the time allows.

    Parameters
    ----------
    functions : dict of str to callable
        What is compared, without arguments.
    seconds : float
        Time budget, the warm-up not counted.
    least, most : int
        Bounds of the number of rounds.
    warm_up : int
        Rounds that are not counted.
    repeat : bool
        Whether a fast function is called several times for one time (see ``LEAST_SECONDS`` and ``SETTLING_SECONDS``);
        not where a call changes what the next one does.
    clock : callable
        Returns seconds.

    Returns
    -------
    Times
        One value a function and round.
    """

    def timed(function: Callable[[], object], times: int) -> float:
        start = clock()
        for _ in range(times):
            function()
        return (clock() - start) / times

    first = dict.fromkeys(functions, np.inf)
    for _ in range(warm_up):
        first = {name: timed(function, 1) for name, function in functions.items()}
    forwards = list(functions)
    found: dict[str, list[float]] = {name: [] for name in functions}
    start, rounds = clock(), 0
    while rounds < least or (rounds < most and clock() - start < seconds):
        for name in forwards if rounds % 2 == 0 else reversed(forwards):
            if repeat and first[name] < SETTLING_SECONDS:
                functions[name]()
            times = max(1, int(LEAST_SECONDS / first[name])) if repeat else 1
            found[name].append(timed(functions[name], times))
        rounds += 1
    return Times({name: np.array(values) for name, values in found.items()})
