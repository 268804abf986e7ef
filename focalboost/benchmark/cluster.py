"""Jobs on the workers of a Dask cluster."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from focalboost._optional import optional_import
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.jobs import Job, failed, run_job
from focalboost.benchmark.versions import versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from focalboost.benchmark.jobs import Finished
    from focalboost.benchmark.settings import Settings
    from focalboost.benchmark.task import Task

_PATIENCE = 120.0
"""Seconds without a result after which workers are looked for, and that the first of them has then to come in."""

_KILLED = "KilledWorker: the workers that trained it died again and again, perhaps for want of memory"
_KEPT = "what was saved before is kept, and the same run continues"


def in_cluster(jobs: Sequence[Job], settings: Settings, address: str) -> Iterator[tuple[Job, Finished]]:
    """Do jobs on a cluster and yield each with what it gave, in whatever order they end.

    Parameters
    ----------
    jobs : sequence of Job
        What is to be done.
    settings : Settings
        The same for all.
    address : str
        The scheduler's.

    Raises
    ------
    ImportError, DataError
        See `run_job`.
    BenchmarkError
        If the scheduler cannot be reached, or is lost, or there is no worker; if one has other versions than this
        process, whose are recorded; if a job cannot be sent.
    """
    distributed = optional_import("distributed", "Training on a Dask cluster")
    with _client(distributed, address) as client:
        cluster = _Cluster(distributed, client, address)
        suspects = []
        for job, result in cluster.done(jobs, settings):
            if result is None:
                suspects.append(job)
            else:
                yield job, result
        # Dask suspects all that a dying worker had. Alone, only the one that kills its worker is lost again.
        for suspect in suspects:
            for job, result in cluster.done([suspect], settings):
                yield job, result or failed(job, _KILLED)


def _client(distributed: Any, address: str) -> Any:
    try:
        return distributed.Client(address, set_as_default=False)
    # A scheduler that does not answer, and an address that is none.
    except (OSError, ValueError, TypeError) as error:
        said = str(error)
    # What there is of the client closes itself when it is collected: here, for while another starts it would hang.
    gc.collect()
    raise BenchmarkError(
        f"no Dask scheduler can be reached at {address!r} ({said}): start one with `dask scheduler`, and give the "
        "address that it prints, such as tcp://host:8786"
    )


@dataclass(frozen=True, eq=False)
class _Cluster:
    distributed: Any
    client: Any
    address: str

    def done(self, jobs: Sequence[Job], settings: Settings) -> Iterator[tuple[Job, Finished | None]]:
        """Yield each job with what it gave, or None if its workers died."""
        # A table in memory is sent once, not with each job.
        tasks = {
            task: self._submit(f"task {task.name}", _same, task) for task in dict.fromkeys(job.task for job in jobs)
        }
        futures = {}
        for job in jobs:
            sent = tasks[job.task], job.booster, job.method, job.fold, job.protocols
            recorded = versions([job.booster], settings)
            futures[self._submit(job.label, _run, *sent, settings=settings, recorded=recorded)] = job
        ended: SimpleQueue[Any] = SimpleQueue()
        for future in futures:
            future.add_done_callback(ended.put)
        while futures:
            future = self._next(ended)
            # Popped, so that the cluster may forget what it gave.
            job = futures.pop(future)
            try:
                result = future.result()
            except self.distributed.KilledWorker:
                result = None
            except self.distributed.CancelledError as error:
                raise BenchmarkError(
                    f"the Dask scheduler at {self.address} is gone, or has cancelled the trainings: start it again; "
                    f"{_KEPT}"
                ) from error
            yield job, result

    def _submit(self, label: str, *call: Any, **options: Any) -> Any:
        try:
            return self.client.submit(*call, pure=False, **options)
        # Dask's own, from whatever an object of the user raises when it is pickled.
        except TypeError as error:
            said = error.__cause__ or error
            raise BenchmarkError(f"{label}: cannot be sent to a worker of the cluster ({said})") from error

    def _next(self, ended: SimpleQueue[Any]) -> Any:
        while True:
            try:
                return ended.get(timeout=_PATIENCE)
            except Empty:
                self._find_worker()

    def _find_worker(self) -> None:
        try:
            self.client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            raise BenchmarkError(
                f"the Dask cluster at {self.address} has no worker: start some with `dask worker {self.address}`; "
                f"{_KEPT}"
            ) from error
        # From a scheduler that is too busy to tell; one that is gone cancels the trainings.
        except OSError:
            pass


def _same(task: Task) -> Task:
    return task


def _run(*job: Any, settings: Settings, recorded: Mapping[str, str]) -> Finished:
    done = Job(*job)
    for library, version in versions([done.booster], settings).items():
        if version != recorded[library]:
            worker = optional_import("distributed", "Training on a Dask cluster").get_worker().address
            raise BenchmarkError(
                f"the worker {worker} has {library} {version}, but the run, whose results it would be among, has "
                f"{recorded[library]}: install the same version there; {_KEPT}"
            )
    return run_job(done, settings)
