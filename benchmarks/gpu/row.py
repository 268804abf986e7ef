"""One line of the table, and how a time is taken."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import cuda

REPEATS = 7


@dataclass
class Row:
    """What was measured; ``compared`` says with what."""

    what: str
    rows: int
    milliseconds: float | None = None
    gigabytes_per_second: float | None = None
    compared: str = ""
    goal: str = ""

    def __str__(self) -> str:
        """Return the row in Markdown."""
        figures = ["" if x is None else f"{x:.4g}" for x in (self.milliseconds, self.gigabytes_per_second)]
        return f"| {self.what} | {self.rows:,} | {' | '.join(figures)} | {self.compared} | {self.goal} |"


def seconds(work: Callable[[], Any], calls: int = 1) -> float:
    """Return the median time of a call, of ``calls`` in a row that are waited for together, after one warm-up."""
    times = []
    for _ in range(REPEATS + 1):
        cuda.synchronize()
        start = time.perf_counter()
        for _ in range(calls):
            work()
        cuda.synchronize()
        times.append((time.perf_counter() - start) / calls)
    return float(np.median(times[1:]))
