"""The command: ``focalboost benchmark`` and ``focalboost report``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from focalboost._arguments import command_parser, size

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from focalboost.benchmark import DaskCluster, Here, Processes, Results, Settings, Task
    from focalboost.benchmark.folds import Folds

_DONE, _USER_ERROR, _INTERRUPTED = 0, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows the command's name; by default, that of this process.

    Returns
    -------
    int
        Exit status: 0, 2 for a mistake of the user or if every training failed, 130 if interrupted.

    Raises
    ------
    SystemExit
        For ``--help``, ``--version`` (status 0) and arguments that cannot be read (status 2).

    Examples
    --------
    >>> main(["benchmark", "--data", "nowhere.csv", "--target", "fraud"])
    2
    """
    options = command_parser().parse_args(arguments)
    try:
        return _told(options)
    except KeyboardInterrupt:
        _tell("focalboost: interrupted: what was fitted is saved, and the same command continues")
        return _INTERRUPTED


def _told(options: argparse.Namespace) -> int:
    # Before the boosters load their thread pools: waiting threads that spin cost several times the arithmetic wherever
    # anything else runs.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    # Here, so that --help needs neither these libraries nor their time.
    from focalboost.benchmark.errors import BenchmarkError
    from focalboost.datasets.errors import DataError

    try:
        (_report if options.command == "report" else _benchmark)(options)
    except (BenchmarkError, DataError, ImportError, OSError) as error:
        _tell(f"focalboost: error: {error}")
        return _USER_ERROR
    except MemoryError as error:
        _tell(f"focalboost: error: there is not enough memory ({error}): give fewer rows, or more memory")
        return _USER_ERROR
    return _DONE


def _benchmark(options: argparse.Namespace) -> None:
    from focalboost.benchmark import Results, run
    from focalboost.benchmark.boosters import BOOSTERS
    from focalboost.benchmark.errors import BenchmarkError
    from focalboost.benchmark.methods import DEFAULT_METHODS, METHODS
    from focalboost.benchmark.progress import TerminalProgress
    from focalboost.benchmark.runner import DEFAULT_BOOSTERS
    from focalboost.benchmark.store import discard

    methods = _names(options.methods, DEFAULT_METHODS, tuple(METHODS))
    boosters = _names(options.boosters, DEFAULT_BOOSTERS, tuple(BOOSTERS))
    tasks, settings, workers = _tasks(options), _settings(options), _workers(options)
    if options.overwrite:
        discard(options.output)
    with TerminalProgress() as progress:
        run(tasks, methods, boosters, settings=settings, folder=options.output, workers=workers, progress=progress)
    results = Results(options.output, [task.name for task in tasks])
    _show(results)
    errors = results.table["error"]
    if len(errors) and errors.notna().all():
        raise BenchmarkError(f"every training failed, such as by {errors.iloc[0]}: the same command tries them again")


def _report(options: argparse.Namespace) -> None:
    from focalboost.benchmark import Results

    results = Results(options.folder)
    results.remeasure()
    _show(results)


def _show(results: Results) -> None:
    from focalboost.benchmark.replacing import replace_text
    from focalboost.benchmark.report import print_report
    from focalboost.benchmark.report.summary import summarise
    from focalboost.benchmark.visible import visible

    print_report(results)  # first: a full disk must not cost the verdict
    means = results.folder / "summary.csv"
    replace_text(means, summarise(results).to_csv(index=False))
    html, markdown = results.report()
    files = f"Report: {html}, {markdown}; means: {means}; every fit: {results.folder / 'results.parquet'}"
    print(f"\n{visible(files)}")


def _settings(options: argparse.Namespace) -> Settings:
    from focalboost.benchmark import Settings, Trees
    from focalboost.benchmark.settings import available_cores

    trees = Trees(rounds=size(options, "rounds"), seed=options.seed, threads=options.jobs or available_cores())
    return Settings(trees, trials=options.trials, select=options.select)


def _workers(options: argparse.Namespace) -> Here | Processes | DaskCluster:
    from focalboost.benchmark import DaskCluster, Here, Processes

    if options.scheduler is not None:
        on_this_machine = ("workers", "jobs", "time_limit", "memory_limit")
        _refuse(options, on_this_machine, "is for this machine, not for --scheduler")
        return DaskCluster(options.scheduler)
    limits = {"time_limit": options.time_limit, "memory_limit": options.memory_limit}
    if options.workers is None:
        return Here(**limits)
    _refuse(options, ("jobs",), "does not go with --workers, which share the cores")
    return Processes(options.workers, **limits)


def _tasks(options: argparse.Namespace) -> list[Task]:
    own = ("target", "time", "group", "amount", "categorical", "drop", "gap", "repeats")
    simulated = ("transactions", "prevalence", "drift")
    if options.suite is not None:
        _refuse(
            options,
            ("data", "folds", *own, *simulated, "alert_cost", "alerts_per_day"),
            "does not go with --suite, whose tasks say it",
        )
        return _of_suites(options)
    if options.data is None:
        _refuse(options, own, "needs --data, which is not given")
        return [_simulated(options)]
    _refuse(options, simulated, "is for the simulator, not for --data")
    return _of_files(options)


def _of_suites(options: argparse.Namespace) -> list[Task]:
    from focalboost.benchmark.suite import find_suite, read_suite

    return [task for name in options.suite for task in read_suite(find_suite(name), options.seed)]


def _simulated(options: argparse.Namespace) -> Task:
    from focalboost.benchmark import simulated_task

    return simulated_task(
        size(options, "transactions"),
        prevalence=size(options, "prevalence"),
        drift=options.drift or 0.0,
        n_folds=size(options, "folds"),
        random_state=options.seed,
        alert_cost=options.alert_cost,
        alerts_per_day=options.alerts_per_day,
    )


def _of_files(options: argparse.Namespace) -> list[Task]:
    from focalboost.benchmark.errors import BenchmarkError
    from focalboost.benchmark.task import Costs, file_tasks
    from focalboost.datasets.files import find_files
    from focalboost.datasets.roles import Roles

    if options.target is None:
        raise BenchmarkError("--data needs --target NAME, the column to predict")
    if options.amount is None:
        _refuse(options, ("alert_cost",), "needs --amount, which is not given")
    if options.time is None:
        _refuse(options, ("alerts_per_day",), "needs --time, which is not given")
    folds, costs = _folds(options), Costs(options.alert_cost, options.alerts_per_day)
    categorical, drop = (tuple(names.split(",")) if names else () for names in (options.categorical, options.drop))
    roles = Roles(options.target, options.time, options.group, options.amount, categorical, drop)
    files, others = find_files(options.data)
    if others:
        _tell(f"note: passed over in {options.data}: {', '.join(path.name for path in others)}")
    return file_tasks(files, roles, folds, costs)


def _folds(options: argparse.Namespace) -> Folds:
    from focalboost.benchmark.folds import StratifiedFolds, TemporalFolds
    from focalboost.benchmark.group_folds import GroupFolds, TemporalGroupFolds

    n_folds, gap = size(options, "folds"), options.gap or 0.0
    if options.time is None:
        _refuse(options, ("gap",), "needs --time, which is not given")
        random_folds = StratifiedFolds if options.group is None else GroupFolds
        return random_folds(n_folds, options.repeats or 1, options.seed)
    _refuse(options, ("repeats",), "is for folds at random; with --time there is one way to split")
    if options.group is None:
        return TemporalFolds(n_folds, gap)
    _tell(
        "note: --time with --group: of the groups with rows both before a test and in it, half are trained on and half "
        "tested; their other rows are left out of that fold"
    )
    return TemporalGroupFolds(n_folds, gap, options.seed)


def _refuse(options: argparse.Namespace, names: Sequence[str], reason: str) -> None:
    from focalboost.benchmark.errors import BenchmarkError

    for name in names:
        if getattr(options, name) is not None:
            raise BenchmarkError(f"--{name.replace('_', '-')} {reason}")


def _names(given: str | None, default: Sequence[str], known: Sequence[str]) -> Sequence[str]:
    if given is None:
        return default
    return known if given == "all" else list(dict.fromkeys(name.strip() for name in given.split(",")))


def _tell(text: str) -> None:
    from focalboost.benchmark.visible import visible

    print("\n".join(map(visible, text.split("\n"))), file=sys.stderr)
