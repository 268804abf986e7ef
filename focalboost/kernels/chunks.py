"""Rows in chunks, over a pool of threads.

Numba's parallel back ends abort the process when two threads use them at once, or after a fork; kernels that release
the GIL on ordinary threads do neither. The borders of the chunks depend on the number of rows alone, so the result
has the same bits whatever the number of threads and whichever takes a chunk.
"""

import os
import threading
from collections import deque
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
    chunks = deque(slice(start, min(start + CHUNK_ROWS, n_rows)) for start in range(0, n_rows, CHUNK_ROWS))

    def run_share() -> bool:
        invalid = False
        while True:
            try:
                rows = chunks.popleft()
            except IndexError:
                return invalid
            invalid |= work(rows)  # every chunk, though one is invalid

    try:
        helpers = _start(run_share, min(thread_count(), len(chunks)) - 1)
        invalid = run_share()
    finally:
        chunks.clear()  # after an interrupt or an error nobody goes on
    # Helpers that have not begun, because others keep the pool busy, are not waited for.
    return any([invalid, *(helper.result() for helper in helpers if not helper.cancel())])


def _start(run_share: Callable[[], bool], number: int) -> list[Future[bool]]:
    """Hand a share to several threads of the pool; to fewer, or none, where no thread can be started."""
    global _pool
    if number < 1:
        return []
    with _lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(thread_count() - 1, thread_name_prefix="focalboost")
        pool = _pool
    helpers: list[Future[bool]] = []
    try:
        for _ in range(number):
            helpers.append(pool.submit(run_share))  # noqa: PERF401 (those that were started count, if one fails)
    except BaseException as error:
        # The executor may keep work that no thread takes, or have a thread that it does not know and never ends.
        with _lock:
            _pool = None if _pool is pool else _pool
        pool.shutdown(wait=False)
        if not isinstance(error, RuntimeError):  # which says: no more threads, or the interpreter shuts down
            raise
    return helpers


def _forget_pool() -> None:
    """In a forked child the pool's threads do not exist, and the lock may be held for ever."""
    global _lock, _pool
    _lock, _pool = threading.Lock(), None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_pool)
