"""The kernels' pool of threads where a thread cannot be started, or Ctrl-C comes while it starts."""

import gc
import threading
import weakref

import numpy as np
import pytest
from processes.children import run_in_child

from focalboost.kernels import chunks

N_CHUNKS = 5


def _visits():
    """How often each chunk is worked on in one call."""
    seen = np.zeros(N_CHUNKS, int)

    def work(rows):
        seen[rows.start // chunks.CHUNK_ROWS] += 1
        return False

    kept = weakref.ref(work)
    assert not chunks.run_in_chunks(work, N_CHUNKS * chunks.CHUNK_ROWS)
    return seen.tolist(), kept


def test_no_thread_can_be_started(monkeypatch):
    def refuse(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(chunks, "thread_count", lambda: 3)
    monkeypatch.setattr(chunks, "_pool", None)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        seen, kept = _visits()
    assert seen == [1] * N_CHUNKS
    gc.collect()
    assert kept() is None  # no queue keeps the work, and its arrays, for a thread that never comes
    assert _visits()[0] == [1] * N_CHUNKS
    assert chunks._pool is not None


def interrupted_while_a_thread_starts():
    start = threading.Thread.start

    def interrupted(thread):
        start(thread)
        raise KeyboardInterrupt

    chunks.thread_count = lambda: 2
    threading.Thread.start = interrupted
    with pytest.raises(KeyboardInterrupt):
        _visits()
    threading.Thread.start = start
    assert _visits()[0] == [1] * N_CHUNKS


def test_interrupted_while_a_thread_starts():
    # The process must end, too, though the executor does not know the thread that it has started.
    run_in_child(interrupted_while_a_thread_starts, timeout=60)


def test_an_interrupt_stops_the_helpers(monkeypatch):
    monkeypatch.setattr(chunks, "thread_count", lambda: 2)
    monkeypatch.setattr(chunks, "_pool", None)
    caller, begun, go_on, done = threading.current_thread(), threading.Event(), threading.Event(), []

    def work(rows):
        if threading.current_thread() is caller:
            assert begun.wait(20)
            raise KeyboardInterrupt
        done.append(rows)
        begun.set()
        return not go_on.wait(20)

    with pytest.raises(KeyboardInterrupt):
        chunks.run_in_chunks(work, 100 * chunks.CHUNK_ROWS)
    go_on.set()
    chunks._pool.shutdown(wait=True)
    assert len(done) == 1  # of 99
