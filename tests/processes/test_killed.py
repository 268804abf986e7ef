"""A process killed in the middle of a training does not concern the others."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
from processes.children import fork, run_in_child, wait_for
from processes.trainings import EachRound, lightgbm_loss, undisturbed, xgboost_loss

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def one_of_four_killed():
    with ThreadPoolExecutor(1) as thread:  # for OpenMP, see test_forking.py
        expected = thread.submit(undisturbed).result()
    begun, say_begun = os.pipe()

    def train_for_ever():
        return lightgbm_loss(2, rounds=10**6, callbacks=[EachRound(lambda _: os.write(say_begun, b"."))])

    def train():
        return all(t(2) == expected[t.__name__] for t in (xgboost_loss, lightgbm_loss))

    victim, others = fork(train_for_ever), [fork(train) for _ in range(3)]
    os.read(begun, 1)
    os.kill(victim, signal.SIGKILL)
    assert wait_for([victim, *others]) == [-signal.SIGKILL, 0, 0, 0]
    assert train()


def test_one_of_four_killed():
    run_in_child(one_of_four_killed)
