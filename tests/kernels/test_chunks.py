"""Threads: same bits with any number, concurrent callers, fork."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from focalboost import BinaryFocalLoss
from focalboost.kernels import chunks

N = 3 * chunks.CHUNK_ROWS + 17


def _data():
    rng = np.random.default_rng(0)
    return rng.integers(0, 2, N), rng.normal(0, 4, N).astype(np.float32)


def test_every_row_is_visited_once():
    seen = np.zeros(N, int)

    def work(rows):
        seen[rows] += 1
        return rows.start == chunks.CHUNK_ROWS

    assert chunks.run_in_chunks(work, N)
    assert (seen == 1).all()
    assert not chunks.run_in_chunks(work, 0)


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_bits_do_not_depend_on_threads(monkeypatch, threads):
    y, z = _data()
    expected = BinaryFocalLoss(2.3).gradient_hessian(y, z)
    monkeypatch.setattr(chunks, "thread_count", lambda: threads)
    monkeypatch.setattr(chunks, "_pool", None)
    for a, b in zip(BinaryFocalLoss(2.3).gradient_hessian(y, z), expected, strict=True):
        np.testing.assert_array_equal(a, b)


def test_many_callers_at_once():
    y, z = _data()
    expected = BinaryFocalLoss().gradient_hessian(y, z)[0]
    results = [None] * 8

    def train(k):
        for _ in range(5):
            results[k] = BinaryFocalLoss().gradient_hessian(y, z)[0]

    threads = [threading.Thread(target=train, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        np.testing.assert_array_equal(result, expected)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_works_in_a_child_forked_after_use():
    code = f"""
import os, warnings
warnings.simplefilter("ignore")  # Python 3.12 warns of any fork beside threads
import numpy as np
from focalboost import BinaryFocalLoss
from focalboost.kernels import chunks
y, z = np.zeros({N}), np.zeros({N}, np.float32)
chunks.thread_count = lambda: 2
BinaryFocalLoss().gradient_hessian(y, z)
assert chunks._pool is not None
pid = os.fork()
if pid == 0:
    gradient, _ = BinaryFocalLoss().gradient_hessian(y, z)
    os._exit(0 if len(gradient) == {N} else 1)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


@pytest.mark.parametrize(("value", "expected"), [("1", 1), ("", None), ("0", None), ("many", None), ("1,2", 1)])
def test_thread_count_follows_omp_num_threads(monkeypatch, value, expected):
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    count = chunks.thread_count.__wrapped__()
    assert count == expected if expected else count >= 1
