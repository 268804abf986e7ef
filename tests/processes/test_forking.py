"""Children forked after use: what focalboost computes survives, its estimators, and trainings in threads of their own.

GNU OpenMP's threads, which both boosters use, do not: a child forked from a thread that has trained or predicted with
several threads hangs when it uses several again. The estimators use another thread there, see
test_forked_estimators.py. With ``xgboost.train`` and ``lightgbm.train`` one can do that as well, or use one OpenMP
thread where the boosters heed that: XGBoost before 3.0 reads labels with all, whatever ``nthread`` says, and LightGBM's
``Booster.predict`` does unless it is told ``num_threads``.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import numba
import pytest
import xgboost as xgb
from processes.children import fork, run_in_child, wait_for
from processes.trainings import (
    TRAININGS,
    gradients,
    lightgbm_estimator,
    lightgbm_loss,
    results,
    undisturbed,
    xgboost_estimator,
    xgboost_loss,
)

from focalboost.kernels import chunks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def children_of_a_process_that_has_trained():
    chunks.thread_count = lambda: 2
    expected = undisturbed()
    assert chunks._pool is not None

    def same(trainings, threads):
        return all(train(threads) == expected[train.__name__] for train in trainings)

    def in_new_thread():
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(same, TRAININGS, 2).result()

    def with_one_thread():
        heeded = (xgboost_loss,) if int(xgb.__version__.partition(".")[0]) >= 3 else ()
        return same((*heeded, lightgbm_loss), 1)

    def estimators():
        return same((xgboost_estimator, lightgbm_estimator), 1) and same((lightgbm_estimator, xgboost_estimator), 2)

    works = [lambda: gradients() == expected["gradients"], with_one_thread, in_new_thread, estimators]
    assert wait_for([fork(work) for work in works]) == [0] * len(works)
    assert results() == expected  # and the parent goes on


def children_forked_while_threads_compute():
    chunks.thread_count = lambda: 2
    expected, stop = gradients(), threading.Event()

    def compute():
        while not stop.is_set():
            assert gradients() == expected

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(compute) for _ in range(3)]
        children = [fork(lambda: gradients() == expected) for _ in range(20)]
        try:
            assert wait_for(children) == [0] * len(children)
        finally:
            stop.set()
        assert [thread.result() for thread in running] == [None] * 3


def children_forked_while_a_thread_compiles():
    stop = threading.Event()

    def increment():
        return numba.njit(lambda x: x + 1)(1)  # a new function each time

    def compile_on_and_on():
        while not stop.is_set():
            increment()

    assert gradients()  # focalboost's kernels are imported: it is they who make forks wait
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(compile_on_and_on)
        children = [fork(lambda: increment() == 2) for _ in range(5)]
        try:
            assert wait_for(children) == [0] * len(children)
        finally:
            stop.set()
        assert running.result() is None


def test_forking():
    run_in_child(
        children_forked_while_a_thread_compiles,
        children_forked_while_threads_compute,
        children_of_a_process_that_has_trained,
    )
