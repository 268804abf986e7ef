"""Rows in chunks, over a pool of threads.

Numba's parallel back ends abort the process when two threads use them at once, or after a fork; kernels that release
the GIL on ordinary threads do neither. The borders of the chunks depend on the number of rows alone, so the result
has the same bits whatever the number of threads.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

CHUNK_ROWS = 1 << 16
"""Rows of a chunk: about 50 microseconds of work, several times the cost of handing it to a thread."""

_lock = threading.Lock()
_pool: ThreadPoolExecutor | None = None


@cache
def thread_count() -> int:
    """Return the number of threads used: ``OMP_NUM_THREADS`` where it is set, as the boosters do, else the cores."""
    limit = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(int(limit), available) if limit.isdigit() and int(limit) > 0 else available


def run_in_chunks(work: Callable[[slice], bool], n_rows: int) -> bool:
    """Call ``work`` for every chunk of rows, on several threads where there are several chunks.

    Parameters
    ----------
    work : callable
        Takes a slice of rows, releases the GIL, and says whether it found an invalid row.
    n_rows : int
        Number of rows in all.

    Returns
    -------
    bool
        Whether any chunk held an invalid row.
    """
    chunks = [slice(start, min(start + CHUNK_ROWS, n_rows)) for start in range(0, n_rows, CHUNK_ROWS)]
    shares = min(thread_count(), len(chunks))

    def run_share(share: int) -> bool:
        found = [work(chunk) for chunk in chunks[share::shares]]  # every chunk, though one is invalid
        return any(found)

    if shares <= 1:
        return run_share(0) if chunks else False
    futures = [_submit(run_share, share) for share in range(1, shares)]
    invalid = run_share(0)
    return any([invalid, *(future.result() for future in futures)])


def _submit(run_share: Callable[[int], bool], share: int) -> Future[bool]:
    global _pool
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(thread_count() - 1, thread_name_prefix="focalboost")
        pool = _pool
    try:
        return pool.submit(run_share, share)
    except RuntimeError:  # the interpreter is shutting down and takes no new work: do it here
        future: Future[bool] = Future()
        future.set_result(run_share(share))
        return future


def _forget_pool() -> None:
    """In a forked child the pool's threads do not exist, and the lock may be held for ever."""
    global _lock, _pool
    _lock, _pool = threading.Lock(), None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)
