"""In a Jupyter kernel: a training that is interrupted, and a kernel that is restarted, leave the next one as it was."""

import os
import threading
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

LIMIT = 120
"""Seconds for a cell or a start; what hangs takes longer on any machine."""

TRAIN = "trained = xgboost_loss(2); print(trained)"
ENDLESS = """
def say(number):
    if number == 1:
        print("in its second round", flush=True)
xgboost_loss(2, rounds=10**9, callbacks=[EachRound(say)])
"""
TESTS = Path(__file__).parents[1]
IMPORT = f"""
import sys
sys.path.insert(0, {str(TESTS)!r})
from processes.trainings import EachRound, xgboost_loss
"""


class Kernel:
    """A kernel, and what its cells print and end with."""

    def __init__(self):
        self.manager = KernelManager()
        environment = os.environ | {"OMP_WAIT_POLICY": "passive", "PYTHONWARNINGS": "ignore"}
        self.manager.start_kernel(extra_arguments=["--log-level=ERROR"], env=environment)
        self.client = self.manager.client()
        self.client.start_channels()

    def begin(self):
        self.client.wait_for_ready(timeout=LIMIT)
        assert self.run(IMPORT) == ("ok", "")

    def run(self, code, at_output=lambda: None):
        printed = []

        def hook(message):
            if message["msg_type"] == "stream":
                printed.append(message["content"]["text"])
                at_output()

        reply = self.client.execute_interactive(code, output_hook=hook, timeout=LIMIT)["content"]
        return reply.get("ename", reply["status"]), "".join(printed).strip()

    def restart(self):
        self.manager.restart_kernel(now=True)
        self.begin()

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel():
    started = Kernel()
    try:
        started.begin()
        yield started
    finally:
        started.stop()


@pytest.mark.filterwarnings("ignore")  # of Jupyter's own event loop and sockets
def test_interrupted_and_restarted(kernel):
    status, expected = kernel.run(TRAIN)
    assert status == "ok"
    assert len(expected) == 64  # a digest of the model
    # The training says when it is under way: no clock decides what the interrupt meets.
    sent = threading.Event()

    def interrupt_once():
        if not sent.is_set():
            sent.set()
            kernel.manager.interrupt_kernel()

    assert kernel.run(ENDLESS, interrupt_once) == ("KeyboardInterrupt", "in its second round")
    assert kernel.run(TRAIN) == ("ok", expected)
    kernel.restart()
    assert kernel.run("trained")[0] == "NameError"  # another process
    assert kernel.run(TRAIN) == ("ok", expected)
