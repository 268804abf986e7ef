"""Ctrl-C and errors in the middle of a training: they come out, and the next training is like any other."""

import os
import random
import signal
import threading

import pytest
import xgboost as xgb
from processes.children import run_in_child
from processes.trainings import TRAININGS, EachRound, data, gradients, undisturbed, xgboost_loss

from focalboost.kernels import chunks

MANY_ROUNDS = 1_000_000
"""They end only by the interrupt."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")


def _interrupt_at_random(training, delay):
    """Send SIGINT to this process some time after the second round; return the rounds that ended after it."""
    rounds, sent = [], []

    def send():
        sent.append(len(rounds))
        os.kill(os.getpid(), signal.SIGINT)

    def count(number):
        rounds.append(number)
        if number == 1:
            threading.Timer(delay, send).start()

    with pytest.raises(KeyboardInterrupt):
        training(EachRound(count))
    return len(rounds) - sent[0]


def interrupts():
    chunks.thread_count = lambda: 2
    expected, delays = undisturbed(), random.Random(0)
    for train in TRAININGS:
        for _ in range(4):
            late = _interrupt_at_random(
                lambda callback: train(2, rounds=MANY_ROUNDS, callbacks=[callback]),  # noqa: B023 (called here)
                delays.uniform(0, 0.05),
            )
            assert late <= 2  # one that was running, and one should the sender be held up
            assert gradients() == expected["gradients"]
        assert train(2) == expected[train.__name__]
    # The rounds of a training share their output arrays through its data set.
    rows = xgb.DMatrix(*data(), nthread=2)
    for _ in range(4):
        _interrupt_at_random(
            lambda callback: xgboost_loss(2, rounds=MANY_ROUNDS, callbacks=[callback], rows=rows),
            delays.uniform(0, 0.05),
        )
        assert xgboost_loss(2, rows=rows) == expected["xgboost_loss"]


def errors():
    expected = undisturbed()

    def fail(number):
        if number == 1:
            raise LookupError("in a callback")

    for train in TRAININGS:
        with pytest.raises(LookupError, match="in a callback"):
            train(2, callbacks=[EachRound(fail)])
        assert train(2) == expected[train.__name__]


def test_trainings_broken_off():
    run_in_child(errors, interrupts)
