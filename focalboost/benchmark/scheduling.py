"""Who does the jobs of a comparison: this process, several on this machine, or a Dask cluster."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from focalboost.benchmark.cluster import in_cluster
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.jobs import forget, run_job
from focalboost.benchmark.processes import in_processes
from focalboost.benchmark.settings import available_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from focalboost.benchmark.jobs import Finished, Job
    from focalboost.benchmark.settings import Settings


@dataclass(frozen=True, kw_only=True)
class _Limited:
    time_limit: float | None = None
    memory_limit: float | None = None

    def __post_init__(self) -> None:
        for name, unit in (("time_limit", "seconds"), ("memory_limit", "MiB")):
            value = getattr(self, name)
            if value is not None and not 0.0 < value < math.inf:
                raise BenchmarkError(f"{name} is {value}: give a number of {unit} above 0, or None for no limit")
        if self.memory_limit is not None and not Path("/proc/self/statm").exists():
            raise BenchmarkError("memory_limit needs Linux, whose /proc tells how much a process has: leave it out")


@dataclass(frozen=True)
class Here(_Limited):
    """One job after the other, with ``Trees.threads`` threads each: in this process, or with a limit in one beside it.

    Attributes
    ----------
    time_limit : float, optional
        Seconds for each training, without reading the data; the whole search is one training. What takes longer is
        stopped, and a row with that error.
    memory_limit : float, optional
        MiB of resident memory for the process of a training: Python, libraries and data too, some 300 MiB with few
        data. Linux only. What takes more is stopped, and a row with that error; it is looked at 20 times a second, so
        that a training may take some 100 MiB more for a moment.

    Raises
    ------
    BenchmarkError
        If a limit is not a number above 0, or the system cannot tell a process's memory.
    """


@dataclass(frozen=True)
class Processes(_Limited):
    """Processes on this machine, which share its cores: each trains with its part of them, at least one.

    One that dies, because the system or a fault in native code ended it, costs the row of its training alone.

    Attributes
    ----------
    number : int
        How many. Each holds a copy of the task's data.
    time_limit, memory_limit : float, optional
        For each training and its process, see `Here`.

    Raises
    ------
    BenchmarkError
        If the number is below 1; for a limit see `Here`.
    """

    number: int

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.number < 1:
            raise BenchmarkError(f"the number of processes is {self.number}: give 1 or more")


@dataclass(frozen=True)
class DaskCluster:
    """The workers of a Dask cluster, one job on each of their threads; they must reach the tasks' files.

    Each must have the versions of focalboost and the libraries that this process has, which are recorded.

    Limits are the cluster's own, such as ``dask worker --memory-limit``. A training whose workers die again and again
    (``distributed.scheduler.allowed-failures``), also when no other is beside it, is a row that says so.

    Attributes
    ----------
    address : str
        The scheduler's, such as "tcp://host:8786".
    """

    address: str


Workers = Here | Processes | DaskCluster


def finished(
    jobs: Sequence[Job], settings: Settings, workers: Workers, begin: Callable[[str], None]
) -> Generator[tuple[Job, Finished]]:
    """Do the jobs and yield each with what it gave, in whatever order they end.

    Parameters
    ----------
    jobs : sequence of Job
        What is to be done, those of a task together.
    settings : Settings
        The same for all.
    workers : Here, Processes or DaskCluster
        Who does it.
    begin : callable
        Told what is done now, where that is one job at a time.

    Raises
    ------
    ImportError, DataError
        See `run_job`.
    BenchmarkError
        If a process cannot be started; if a cluster's scheduler cannot be reached, is lost or has no worker, or one
        with other versions; if a job cannot be sent to either.
    """
    if isinstance(workers, DaskCluster):
        # A worker does as many jobs at once as it has threads.
        yield from in_cluster(jobs, _with_threads(settings, 1), workers.address)
        return
    limits = {"time_limit": workers.time_limit, "memory_limit": workers.memory_limit}
    if isinstance(workers, Processes):
        shared = _with_threads(settings, max(1, available_cores() // workers.number))
        yield from in_processes(jobs, shared, workers.number, begin, **limits)
    elif any(limit is not None for limit in limits.values()):
        yield from in_processes(jobs, settings, 1, begin, **limits)
    else:
        try:
            for job in jobs:
                begin(job.label)
                yield job, run_job(job, settings)
        finally:
            forget()


def _with_threads(settings: Settings, threads: int) -> Settings:
    return replace(settings, trees=replace(settings.trees, threads=threads))
