"""One process for jobs, which keeps to its limits.

Processes are started by ``subprocess`` rather than ``multiprocessing``, which would run the user's script again in each
of them. Each has its own pipes, so that one that dies in the middle of an answer garbles no other's.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.jobs import Finished, failed
from focalboost.benchmark.worker import request

if TYPE_CHECKING:
    from queue import SimpleQueue

    from focalboost.benchmark.jobs import Job
    from focalboost.benchmark.rows import Row
    from focalboost.benchmark.settings import Settings
    from focalboost.benchmark.task import Task

    Events = SimpleQueue[tuple["Process", "Finished | Exception | Lost | None"]]

_PERIOD = 0.05
"""Seconds between looks at the limits: of fresh memory, a process can touch some 100 MiB meanwhile."""

_ENDING = 60.0
"""Seconds that a process has to end in after its pipe is closed: libraries take a while to be put away under load."""

_MIB = 2**20


class Lost:
    """What is told of a process that is gone."""


class Process:
    """A process, a thread that hears it, and one that watches it, whatever the caller is busy with.

    Parameters
    ----------
    settings : Settings
        For all its jobs.
    events : SimpleQueue
        Told, with the process: None when it is ready, what a job gave or raised, and when it is lost.
    time_limit : float, optional
        Seconds for each job, from when its data are read.
    memory_limit : float, optional
        MiB of its resident memory.

    Attributes
    ----------
    job : Job, optional
        What it does now.

    Raises
    ------
    BenchmarkError
        If it cannot be started.
    """

    def __init__(
        self, settings: Settings, events: Events, time_limit: float | None, memory_limit: float | None
    ) -> None:
        self.job: Job | None = None
        self._settings, self._time_limit, self._memory_limit = settings, time_limit, memory_limit
        self._task: Task | None = None  # that it has
        self._rows: tuple[Row, ...] = ()
        self._since = 0.0  # when the training began, if there are rows
        self._over = ""  # which limit
        self._ready = self._used = self._retry = False
        self._busy = False  # with a job whose answer is not heard
        self._turn = threading.Lock()  # a job is either answered or over a limit
        self._ended = threading.Event()
        path = [entry for entry in sys.path if isinstance(entry, str)]  # as import does, which ignores others
        code = f"import sys; sys.path[:] = {path!r}; from focalboost.benchmark.worker import serve; serve()"
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # Of the libraries that are not told the number of threads with each call.
                env={"OMP_NUM_THREADS": str(settings.trees.threads), **os.environ},
                # A group of its own, to be killed with all that it starts; Ctrl-C is for the parent, which ends it.
                process_group=0,
            )
        except OSError as error:
            raise BenchmarkError(
                f"a process for the trainings cannot be started ({error.strerror or error}): ask for fewer, or end "
                "others; what was saved before is kept, and the same run continues"
            ) from error
        self._threads = [
            threading.Thread(target=self._hear, args=(events,), daemon=True),
            threading.Thread(target=self._watch, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def do(self, job: Job) -> None:
        """Give it a job."""
        try:
            asked = request(job, self._settings, with_task=job.task is not self._task)
        except ImportError:
            raise
        # Whatever an object of the user raises when it is pickled.
        except Exception as error:
            raise BenchmarkError(f"{job.label}: cannot be sent to another process ({error})") from error
        self.job, self._task, self._rows, self._busy = job, job.task, (), True
        assert self._process.stdin is not None
        # Of one that is gone, the thread tells.
        with suppress(OSError):
            pickle.dump(asked, self._process.stdin)
            self._process.stdin.flush()

    def done(self, result: Finished) -> tuple[Job, Finished]:
        """Note what the job gave."""
        assert self.job is not None
        job, self.job, self._used = self.job, None, True
        return job, result

    def lost(self) -> tuple[Job, Finished] | None:
        """Return the failure of its job, or None if there was none, or it must be done again.

        Raises
        ------
        BenchmarkError
            If it never began.
        """
        how = _ending(self._process.poll())
        self.end()
        if not self._ready:
            raise BenchmarkError(f"a process for the trainings could not begin, {how}: its errors are above")
        # After other jobs it may have ended before this one began.
        if self.job is None or self._retry or (self._used and not self._rows):
            return None
        return self.job, failed(self.job, self._over or f"ProcessLost: the training's process {how}", self._rows)

    def end(self) -> None:
        """Kill it, and what it has started, and wait for that."""
        self._ended.set()
        self._kill()
        self._process.wait()
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            # What could not be written to it any more.
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def _hear(self, events: Events) -> None:
        try:
            while True:
                told = pickle.load(self._process.stdout)  # type: ignore[arg-type]
                with self._turn:
                    if self._over:
                        continue
                    self._ready = True
                    # The data are read, and the training begins.
                    if isinstance(told, tuple):
                        self._rows, self._since = told, time.monotonic()
                        continue
                    self._busy = False
                events.put((self, told))
        # In the middle of an answer too.
        except (EOFError, pickle.UnpicklingError, OSError):
            # Before its status is known; here, where it keeps no other waiting.
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_ENDING)
            events.put((self, Lost()))
        except Exception as error:
            events.put((self, error))

    def _watch(self) -> None:
        while not self._ended.wait(_PERIOD) and self._process.poll() is None:
            with self._turn:
                if self._busy and not self._over and self._is_over():
                    self._kill()
        # What a process that is gone has started may hold its pipe.
        self._kill()

    def _is_over(self) -> bool:
        seconds, most = self._time_limit, self._memory_limit
        if seconds is not None and self._rows and time.monotonic() > self._since + seconds:
            self._over = f"TimeLimit: stopped after {seconds:g} s"
        elif most is not None and (mib := self._resident_mib()) > most:
            self._over = f"MemoryLimit: stopped when its process had {mib:.0f} MiB, the limit is {most:g} MiB"
            # Some of it may be what earlier jobs have left.
            self._retry = self._used
        return bool(self._over)

    def _kill(self) -> None:
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()

    def _resident_mib(self) -> float:
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[1])
        except (OSError, IndexError):
            return 0.0  # it has just ended
        return pages * os.sysconf("SC_PAGE_SIZE") / _MIB


def _ending(status: int | None) -> str:
    if status is None:
        return "stopped answering and did not end"
    if status < 0:
        # Those for real time have no name.
        name = next((known.name for known in signal.Signals if known == -status), f"signal {-status}")
        return f"was ended by {name}" + (", perhaps for want of memory" if name == "SIGKILL" else "")
    return f"ended with status {status}"
