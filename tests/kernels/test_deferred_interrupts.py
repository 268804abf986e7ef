"""Ctrl-C while Numba is imported or compiles: it comes out, and the next gradient is right."""

import asyncio
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


@pytest.mark.skipif(os.name != "posix", reason="asyncio handles signals so on POSIX alone")
def test_asyncio_counts_a_signal_once():
    counted = []

    async def work():
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: counted.append(1))
        with deferred_interrupts():
            signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(0.1)

    asyncio.run(work())
    assert counted == [1]


@pytest.mark.skipif(os.name != "posix", reason="the status of a process that a signal ends")
@pytest.mark.parametrize(("handler", "status"), [("SIG_DFL", -signal.SIGINT), ("SIG_IGN", 0)])
def test_the_system_s_handlers_are_those_after_the_end(handler, status):
    script = f"""
import signal
from focalboost.kernels.interrupts import deferred_interrupts
signal.signal(signal.SIGINT, signal.{handler})
with deferred_interrupts():
    signal.raise_signal(signal.SIGINT)
    print("went on", flush=True)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.returncode) == ("went on\n", status)


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


def test_an_error_in_another_thread_has_no_other_as_its_context():
    raised = []

    def fail():
        try:
            with deferred_interrupts():
                raise LookupError
        except LookupError as error:
            raised.append(error)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert raised[0].__context__ is None
