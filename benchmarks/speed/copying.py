"""The plain copy: the least that a pass over arrays can cost."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from pairs import paired

_LEAST_ROWS = 1 << 16
"""Rows below which a second thread costs more than it saves; focalboost's own chunks have as many."""

_BANDWIDTH_BYTES = 1 << 29


def threads_here() -> int:
    """Return the number of threads that this process was started with."""
    return int(os.environ["OMP_NUM_THREADS"])


_pool = ThreadPoolExecutor(max(1, int(os.environ.get("OMP_NUM_THREADS", "1")) - 1))


def over_threads(work: Callable[[slice], object], n_rows: int) -> None:
    """Call ``work``, which releases the GIL, for an equal share of the rows on each thread."""
    shares = min(threads_here(), n_rows // _LEAST_ROWS)
    if shares <= 1:
        work(slice(None))
        return
    borders = np.linspace(0, n_rows, shares + 1).astype(int).tolist()
    rows = [slice(*pair) for pair in pairwise(borders)]
    others = [_pool.submit(work, part) for part in rows[1:]]
    work(rows[0])
    for other in others:
        other.result()


def copy(sources: Sequence[np.ndarray], targets: Sequence[np.ndarray], filled: Sequence[np.ndarray] = ()) -> None:
    """Copy arrays of equal length, and write zeros into others, on all threads of this process."""

    def work(rows: slice) -> None:
        for source, target in zip(sources, targets, strict=True):
            target[rows] = source[rows]
        for target in filled:
            target[rows] = 0

    over_threads(work, len(sources[0]))


def bandwidth(quick: bool) -> float:
    """Measure the bytes a second, read and written, of a copy too large for the caches."""
    source = np.ones(_BANDWIDTH_BYTES // (32 if quick else 8))
    target = np.empty_like(source)
    times = paired({"copy": lambda: copy([source], [target])}, seconds=0.5 if quick else 2.0)
    return 2 * source.nbytes / times.median("copy")
