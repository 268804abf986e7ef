"""Functions of a test file, run in a process of their own that must end in time and leave none behind."""

import contextlib
import inspect
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]


def run_in_child(*functions, timeout=90):
    """Call functions of one file, one after the other, in a new Python process.

    Fails if the process has another exit status than 0, is not done in ``timeout`` seconds, or leaves a process behind;
    all processes that it started are then killed.
    """
    path = Path(inspect.getfile(functions[0])).relative_to(TESTS).with_suffix("")
    names = ", ".join(function.__name__ for function in functions)
    code = f"from {'.'.join(path.parts)} import {names}\nfor run in ({names},): run()"
    environment = os.environ | {"PYTHONPATH": str(TESTS), "PYTHONWARNINGS": "ignore"}
    environment |= {"OMP_WAIT_POLICY": "passive"}  # many threads on few cores
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,
    )
    try:
        output, _ = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        _kill_session(child.pid)
        output, _ = child.communicate()
        raise AssertionError(f"{names}: not done in {timeout} s:\n{output}") from None
    finally:
        remaining = _remaining(child.pid)
        _kill_session(child.pid)
    assert child.returncode == 0, f"{names}: ended with {child.returncode}:\n{output}"
    assert not remaining, f"{names}: left processes: {remaining}"


def wait_for(pids, timeout=30):
    """Return the exit statuses of forked children; kill all and fail if one is not done in time."""
    waiting, statuses, end = set(pids), {}, time.monotonic() + timeout
    while waiting and time.monotonic() < end:
        for pid in list(waiting):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                statuses[pid] = os.waitstatus_to_exitcode(status)
                waiting.remove(pid)
        time.sleep(0.01)
    for pid in waiting:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert not waiting, f"{len(waiting)} of {len(pids)} children hang"
    return [statuses[pid] for pid in pids]


def fork(function):
    """Run ``function()`` in a forked child, whose exit status is 0 if it returns true; return the child's number."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            os._exit(0 if function() else 1)
        os._exit(2)
    return pid


def _remaining(session, patience=5.0):
    """Command lines of the session's processes that do not end within a few seconds (Linux only)."""
    end = time.monotonic() + patience
    while (found := _alive(session)) and time.monotonic() < end:
        time.sleep(0.05)
    return list(found.values())


def _alive(session):
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, _, its_session = stat.read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state != "Z":
                found[int(stat.parent.name)] = (stat.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def _kill_session(session):
    for pid in _alive(session) or ():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
