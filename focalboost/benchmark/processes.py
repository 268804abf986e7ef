"""Jobs in processes of their own, which can be killed: for a limit, or by the system, at the cost of one row.

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
from collections import deque
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.jobs import Finished, failed
from focalboost.benchmark.worker import request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from focalboost.benchmark.jobs import Job
    from focalboost.benchmark.rows import Row
    from focalboost.benchmark.settings import Settings
    from focalboost.benchmark.task import Task
    from focalboost.benchmark.worker import Answer

    Events = SimpleQueue[tuple["_Process", Answer | EOFError]]

_PERIOD = 0.05
"""Seconds between looks at the limits: of fresh memory, a process can touch some 100 MiB meanwhile."""

_ENDING = 60.0
"""Seconds that a process has to end in after its pipe is closed: libraries take a while to be put away under load."""

_MIB = 2**20


def in_processes(
    jobs: Sequence[Job],
    settings: Settings,
    number: int,
    begin: Callable[[str], None],
    *,
    time_limit: float | None = None,
    memory_limit: float | None = None,
) -> Iterator[tuple[Job, Finished]]:
    """Do jobs in a number of processes and yield each with what it gave, in whatever order they end.

    Parameters
    ----------
    jobs : sequence of Job
        What is to be done, those of a task together.
    settings : Settings
        The same for all.
    number : int
        Of processes.
    begin : callable
        Told what is done now, where that is one job at a time.
    time_limit : float, optional
        Seconds for each job, from when its data are read.
    memory_limit : float, optional
        MiB of resident memory for each process.

    Raises
    ------
    ImportError, DataError
        See `run_job`.
    BenchmarkError
        If a process cannot be started, or a job not be sent to it.
    """
    waiting = deque(jobs)
    events: Events = SimpleQueue()
    processes = [_Process(settings, events) for _ in range(min(number, len(jobs)))]
    try:
        while waiting or any(process.job for process in processes):
            for process in processes:
                process.check(time_limit, memory_limit)
            try:
                process, told = events.get(timeout=_PERIOD)
            except Empty:
                continue
            done = None
            if isinstance(told, EOFError):
                processes.remove(process)
                done = process.lost()
                if process.job is not None and done is None:
                    waiting.appendleft(process.job)
                if waiting:
                    processes.append(_Process(settings, events))
            elif isinstance(told, Exception):
                raise told
            elif isinstance(told, tuple):
                process.begun(told)
            else:
                done = None if told is None else process.done(told)
                if waiting:
                    if number == 1:
                        begin(waiting[0].label)
                    process.do(waiting.popleft())
            if done is not None:
                yield done
    finally:
        for process in processes:
            process.end()


class _Process:
    """One process, and the thread that hears it.

    Attributes
    ----------
    job : Job, optional
        What it does now.
    """

    def __init__(self, settings: Settings, events: Events) -> None:
        self.job: Job | None = None
        self._settings = settings
        self._task: Task | None = None  # that it has
        self._rows: tuple[Row, ...] = ()
        self._since = 0.0  # when the training began, if there are rows
        self._over = ""  # which limit
        self._ready = self._used = self._retry = False
        code = f"import sys; sys.path[:] = {sys.path!r}; from focalboost.benchmark.worker import serve; serve()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Of the libraries that are not told the number of threads with each call.
            env={"OMP_NUM_THREADS": str(settings.trees.threads), **os.environ},
            # A group of its own, to be killed with all that it starts; Ctrl-C is for the parent, which ends it.
            process_group=0,
        )
        self._ears = threading.Thread(target=self._hear, args=(events,), daemon=True)
        self._ears.start()

    def do(self, job: Job) -> None:
        """Give it a job."""
        try:
            asked = request(job, self._settings, with_task=job.task is not self._task)
        except ImportError:
            raise
        # Whatever an object of the user raises when it is pickled.
        except Exception as error:
            raise BenchmarkError(f"{job.label}: cannot be sent to another process ({error})") from error
        self.job, self._task, self._rows = job, job.task, ()
        assert self._process.stdin is not None
        # Of one that is gone, the thread tells.
        with suppress(OSError):
            pickle.dump(asked, self._process.stdin)
            self._process.stdin.flush()

    def begun(self, rows: tuple[Row, ...]) -> None:
        """Note that the data are read, and the training begins."""
        self._rows, self._since = rows, time.monotonic()

    def done(self, result: Finished) -> tuple[Job, Finished]:
        """Note what the job gave."""
        assert self.job is not None
        job, self.job, self._rows, self._used = self.job, None, (), True
        return job, result

    def check(self, time_limit: float | None, memory_limit: float | None) -> None:
        """Kill it where its job is over a limit, and what it has started where it is gone."""
        if self._process.poll() is not None:
            self._kill()
        elif self.job is None or self._over:
            return
        elif time_limit is not None and self._rows and time.monotonic() > self._since + time_limit:
            self._over = f"TimeLimit: stopped after {time_limit:g} s"
            self._kill()
        elif memory_limit is not None and (mib := self._resident_mib()) > memory_limit:
            self._over = f"MemoryLimit: stopped when its process had {mib:.0f} MiB, the limit is {memory_limit:g} MiB"
            # Some of it may be what earlier jobs have left.
            self._retry = self._used
            self._kill()

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
        if self.job is None or self._retry:
            return None
        return self.job, failed(self.job, self._over or f"ProcessLost: the training's process {how}", self._rows)

    def end(self) -> None:
        """Kill it, and what it has started, and wait for that."""
        self._kill()
        self._process.wait()
        self._ears.join()
        for pipe in (self._process.stdin, self._process.stdout):
            # What could not be written to it any more.
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()

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

    def _hear(self, events: Events) -> None:
        try:
            while True:
                told = pickle.load(self._process.stdout)  # type: ignore[arg-type]
                self._ready = True
                events.put((self, told))
        # In the middle of an answer too.
        except (EOFError, pickle.UnpicklingError, OSError):
            # Before its status is known; here, where it keeps no other waiting.
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_ENDING)
            events.put((self, EOFError()))
        except Exception as error:
            events.put((self, error))


def _ending(status: int | None) -> str:
    if status is None:
        return "stopped answering and did not end"
    if status < 0:
        name = signal.Signals(-status).name
        return f"was ended by {name}" + (", perhaps for want of memory" if name == "SIGKILL" else "")
    return f"ended with status {status}"
