"""Ctrl-C while Numba is imported or compiles: it comes out, and the next gradient is right."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from focalboost.kernels.interrupts import deferred_interrupts

IN_IMPORT = """
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "{module}":
            sys.meta_path.remove(self)
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
"""
# Numba takes each rule once: the one that it was taking would be lost.
IN_COMPILATION = """
from numba.core import types
from numba.core.typing.context import BaseContext
insert = BaseContext.insert_attributes

def interrupted(context, attributes):
    if attributes.key is types.Array:
        BaseContext.insert_attributes = insert
        signal.raise_signal(signal.SIGINT)
    insert(context, attributes)

BaseContext.insert_attributes = interrupted
"""
THEN = """
from focalboost import BinaryFocalLoss
loss = BinaryFocalLoss(gamma=0.0)
try:
    loss.gradient_hessian([0, 1], [0.0, 0.0])
    print("no interrupt came out")
except KeyboardInterrupt:
    print(loss.gradient_hessian([0, 1], [0.0, 0.0])[0].tolist())
"""


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
@pytest.mark.parametrize(
    "when",
    [IN_IMPORT.format(module="numba.core.types"), IN_IMPORT.format(module="numba.core.pythonapi"), IN_COMPILATION],
    ids=["types", "pythonapi", "registration"],
)
def test_the_first_gradient_is_interrupted(when, tmp_path):
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", "import signal, sys\n" + when + THEN]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env=environment)
    assert done.stdout == "[0.5, -0.5]\n", done.stderr


def test_the_signal_waits_for_the_end():
    steps = []

    def work():
        with deferred_interrupts():
            signal.raise_signal(signal.SIGINT)
            steps.append("went on")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert steps == ["went on"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_errors_come_out():
    with pytest.raises(LookupError), deferred_interrupts():
        raise LookupError


def test_other_threads_change_no_handler():
    seen = []

    def look():
        with deferred_interrupts():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]
