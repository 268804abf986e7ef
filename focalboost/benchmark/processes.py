"""Jobs in processes of their own, which can be killed: for a limit, or by the system, at the cost of one row."""

from __future__ import annotations

from collections import deque
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from focalboost.benchmark.process import Lost, Process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from focalboost.benchmark.jobs import Finished, Job
    from focalboost.benchmark.process import Events
    from focalboost.benchmark.settings import Settings

_PERIOD = 1.0
"""Seconds between chances for Ctrl-C, which Windows does not tell a thread that waits for ever."""


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
    processes: list[Process] = []
    try:
        for _ in range(min(number, len(jobs))):
            # One by one: those that began are ended where the next cannot begin.
            processes.append(Process(settings, events, time_limit, memory_limit))  # noqa: PERF401
        while waiting or any(process.job for process in processes):
            try:
                process, told = events.get(timeout=_PERIOD)
            except Empty:
                continue
            done = None
            if isinstance(told, Lost):
                processes.remove(process)
                done = process.lost()
                if process.job is not None and done is None:
                    waiting.appendleft(process.job)
                if waiting:
                    processes.append(Process(settings, events, time_limit, memory_limit))
            elif isinstance(told, Exception):
                raise told
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
