"""The comparison: every method in every library on every fold of every task, but for what is there already."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from focalboost.benchmark.about import About, read_about
from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.lock import locked
from focalboost.benchmark.methods import DEFAULT_METHODS, METHODS
from focalboost.benchmark.parts import read
from focalboost.benchmark.plan import chosen, planned
from focalboost.benchmark.progress import Silent
from focalboost.benchmark.remeasure import fill_gaps
from focalboost.benchmark.results import Results
from focalboost.benchmark.scheduling import Here, finished
from focalboost.benchmark.settings import Settings, check_folder, record_settings
from focalboost.benchmark.store import Store
from focalboost.benchmark.versions import versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.jobs import Finished, Job
    from focalboost.benchmark.methods.method import Method
    from focalboost.benchmark.progress import Progress
    from focalboost.benchmark.scheduling import Workers
    from focalboost.benchmark.task import Task

DEFAULT_BOOSTERS = ("xgboost", "lightgbm")


def run(
    tasks: Sequence[Task],
    methods: Sequence[str | Method] = DEFAULT_METHODS,
    boosters: Sequence[str | Booster] = DEFAULT_BOOSTERS,
    *,
    settings: Settings | None = None,
    folder: str | Path = "focalboost-benchmark",
    workers: Workers | None = None,
    progress: Progress | None = None,
) -> Results:
    """Compare methods on tasks; what the folder has already is not trained again.

    Parameters
    ----------
    tasks : sequence of Task
        What is learnt: see `simulated_task`, `file_tasks`, `frame_task`, `read_task` and `read_suite`.
    methods : sequence of str or Method
        Names in `METHODS`, or objects like those. By default those that most users consider. The folder knows them by
        name: a method that trains otherwise than before needs another one.
    boosters : sequence of str or Booster
        Names in `BOOSTERS`, or objects like those.
    settings : Settings, optional
        The trees' stated defaults, and how many trials each method has in the tuned table; by default none.
    folder : str or Path
        Where the results are kept; made if there is none. An interrupted run continues there.
    workers : Here, Processes or DaskCluster, optional
        Who trains, and with which limits; by default this process, one training after the other, without limits.
    progress : Progress, optional
        Told of each training.

    Returns
    -------
    Results
        All that is in the folder. A training that failed, or was stopped at a limit of the workers, is a row with its
        error, and is tried again by the next run.

    Raises
    ------
    BenchmarkError
        If the folder's results were made with other settings, or a method of theirs had another description or family,
        another run writes there, names are wrong, none of the methods runs in the boosters, or the folder or a file in
        it cannot be written, as on a full disk.
    DataError
        If a task's data cannot be used; nothing is trained then.
    ImportError
        If a library is not installed; the message names the extra.

    Examples
    --------
    >>> import tempfile
    >>> from focalboost.benchmark import Settings, Trees, run, simulated_task
    >>> task = simulated_task(5_000, prevalence=0.02, drift=0.0, n_folds=2, random_state=0)
    >>> methods, settings = ["cross_entropy", "focal_gamma_1"], Settings(Trees(rounds=5))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     results = run([task], methods, ["xgboost"], settings=settings, folder=folder)
    >>> results.table.groupby("method").size().to_dict()
    {'cross_entropy': 4, 'focal_gamma_1': 4}
    """
    settings, progress = settings or Settings(), progress or Silent()
    chosen_methods, chosen_boosters = chosen("method", methods, METHODS), chosen("booster", boosters, BOOSTERS)
    all_jobs = planned(tasks, chosen_methods, chosen_boosters, settings)
    record = _record(tasks, chosen_boosters, settings)
    path = Path(folder)
    check_folder(path, record)
    with locked(path):
        # Again: a run with other settings may have come first.
        check_folder(path, record)
        store, known = Store(path), read_about(path)
        about = About(
            {job.method.name: job.method.description for job in all_jobs},
            {method.name: method.family for method in chosen_methods},
        )
        known.check_methods(about, {row.method for row in store.rows() if row.error is None})
        if gaps := fill_gaps(store):
            progress.note(
                f"{gaps} fits in {path} lack a measure that is newer than they are, and their predictions were not "
                "saved: --overwrite makes them again"
            )
        jobs = [job for job in all_jobs if not all(map(store.has, job.keys))]
        progress.expect(len(jobs))
        # All are read before the first fit: data that cannot be used are refused now, not hours later.
        notes = {task.name: _notes(task, progress) for task in dict.fromkeys(job.task for job in jobs)}
        record_settings(path, record)
        (known | about | About(notes=notes)).save(path)
        with closing(finished(jobs, settings, workers or Here(), progress.begin)) as results:
            for job, result in results:
                _save(job, result, store)
                progress.end(result.rows[-1])
    return Results(path)


def _notes(task: Task, progress: Progress) -> list[str]:
    progress.begin(f"{task.name}: reading")
    notes = read(task)[0].notes
    for text in notes:
        progress.note(f"{task.name}: {text}")
    return list(notes)


def _save(job: Job, result: Finished, store: Store) -> None:
    # The rows last, so that a run killed here leaves tables without a row, never a row without tables.
    for key, table in zip(job.keys, result.predictions, strict=False):
        store.predictions.save(key, table)
    if result.stages is not None:
        store.stages.save(job.keys[-1], result.stages)
    store.add(*result.rows)


def _record(tasks: Sequence[Task], boosters: Sequence[Booster], settings: Settings) -> dict[str, str | int | float]:
    found = versions(boosters, settings)
    record = settings.record() | {f"{library} version": version for library, version in found.items()}
    for task in tasks:
        record |= task.record()
    return record
