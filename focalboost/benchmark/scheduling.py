"""Who does the jobs of a comparison: this process, several on this machine, or a Dask cluster."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from focalboost._optional import optional_import
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.jobs import Job, run_job
from focalboost.benchmark.settings import available_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from focalboost.benchmark.jobs import Finished
    from focalboost.benchmark.settings import Settings
    from focalboost.benchmark.task import Task

_KILLED = "was killed, perhaps for want of memory: what is finished is saved; run the same again with fewer workers"


@dataclass(frozen=True)
class Here:
    """One job after the other in this process, with ``Trees.threads`` threads each."""


@dataclass(frozen=True)
class Processes:
    """Processes on this machine, which share its cores: each trains with its part of them, at least one.

    Attributes
    ----------
    number : int
        How many. Each holds a copy of the task's data.

    Raises
    ------
    BenchmarkError
        If the number is below 1.
    """

    number: int

    def __post_init__(self) -> None:
        if self.number < 1:
            raise BenchmarkError(f"the number of processes is {self.number}: give 1 or more")


@dataclass(frozen=True)
class DaskCluster:
    """The workers of a Dask cluster, one job on each of their threads; they must reach the tasks' files.

    Attributes
    ----------
    address : str
        The scheduler's, such as "tcp://host:8786".
    """

    address: str


Workers = Here | Processes | DaskCluster


def finished(
    jobs: Sequence[Job], settings: Settings, workers: Workers, begin: Callable[[str], None]
) -> Iterator[tuple[Job, Finished]]:
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
        If the system killed a process, or a worker again and again.
    """
    if isinstance(workers, Here):
        for job in jobs:
            begin(job.label)
            yield job, run_job(job, settings)
    elif isinstance(workers, Processes):
        yield from _in_processes(jobs, settings, workers.number)
    else:
        yield from _in_cluster(jobs, settings, workers.address)


def _in_processes(jobs: Sequence[Job], settings: Settings, number: int) -> Iterator[tuple[Job, Finished]]:
    joblib = optional_import("joblib", "Training in several processes")
    shared = _with_threads(settings, max(1, available_cores() // number))
    parallel = joblib.Parallel(n_jobs=number, batch_size=1, return_as="generator_unordered")
    try:
        for place, result in parallel(joblib.delayed(_numbered)(place, job, shared) for place, job in enumerate(jobs)):
            yield jobs[place], result
    except BrokenProcessPool as error:
        raise BenchmarkError(f"a process {_KILLED}") from error


def _in_cluster(jobs: Sequence[Job], settings: Settings, address: str) -> Iterator[tuple[Job, Finished]]:
    distributed = optional_import("distributed", "Training on a Dask cluster")
    # A worker does as many jobs at once as it has threads.
    shared = _with_threads(settings, 1)
    with distributed.Client(address, set_as_default=False) as client:
        # A table in memory is sent once, not with each job.
        tasks = {task: client.submit(_same, task, pure=False) for task in dict.fromkeys(job.task for job in jobs)}
        futures = {
            client.submit(
                _run, tasks[job.task], job.booster, job.method, job.fold, job.protocols, settings=shared, pure=False
            ): job
            for job in jobs
        }
        try:
            for future in distributed.as_completed(list(futures), loop=client.loop):
                # Popped, so that the cluster may forget what it gave.
                yield futures.pop(future), future.result()
        except distributed.KilledWorker as error:
            raise BenchmarkError(f"a worker {_KILLED}") from error


def _same(task: Task) -> Task:
    return task


def _run(*job: Any, settings: Settings) -> Finished:
    return run_job(Job(*job), settings)


def _numbered(place: int, job: Job, settings: Settings) -> tuple[int, Finished]:
    return place, run_job(job, settings)


def _with_threads(settings: Settings, threads: int) -> Settings:
    return replace(settings, trees=replace(settings.trees, threads=threads))
