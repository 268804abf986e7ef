"""The command: ``focalboost benchmark``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from focalboost._arguments import command_parser, size

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence
    from typing import TypeVar

    from focalboost.benchmark.folds import Folds
    from focalboost.benchmark.task import Task

    T = TypeVar("T")

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
        Exit status: 0, 2 for a mistake of the user, 130 if interrupted.

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
        return _benchmark(options)
    except KeyboardInterrupt:
        _tell("focalboost: interrupted: what was fitted is saved, and the same command continues")
        return _INTERRUPTED


def _benchmark(options: argparse.Namespace) -> int:
    # Here, so that --help needs neither these libraries nor their time.
    from focalboost.benchmark.errors import BenchmarkError
    from focalboost.datasets.errors import DataError

    try:
        _compare(options)
    except (BenchmarkError, DataError, ImportError, OSError) as error:
        _tell(f"focalboost: error: {error}")
        return _USER_ERROR
    return _DONE


def _compare(options: argparse.Namespace) -> None:
    # Before the boosters load their thread pools: waiting threads that spin cost several times the arithmetic wherever
    # anything else runs.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    from focalboost.benchmark.boosters import BOOSTERS
    from focalboost.benchmark.methods import METHODS
    from focalboost.benchmark.progress import TerminalProgress
    from focalboost.benchmark.report import print_report
    from focalboost.benchmark.results import discard
    from focalboost.benchmark.runner import run
    from focalboost.benchmark.settings import Settings, available_cores
    from focalboost.benchmark.summary import summarise

    boosters = _chosen("--boosters", options.boosters, BOOSTERS)
    methods = _chosen("--methods", options.methods, METHODS)
    settings = Settings(rounds=size(options, "rounds"), seed=options.seed, jobs=options.jobs or available_cores())
    tasks = _tasks(options)
    if options.overwrite:
        discard(options.output)
    with TerminalProgress() as progress:
        results = run(tasks, boosters, methods, settings, options.output, progress)
    summarise(results).to_csv(options.output / "summary.csv", index=False)
    print_report(results[results["task"].isin([task.name for task in tasks])])
    print(f"\nEvery fit: {options.output / 'results.parquet'}; the means: {options.output / 'summary.csv'}")


def _tasks(options: argparse.Namespace) -> list[Task]:
    from focalboost.benchmark.errors import BenchmarkError
    from focalboost.benchmark.task import file_tasks, simulated_task
    from focalboost.datasets.files import find_files
    from focalboost.datasets.roles import Roles

    if options.data is None:
        _refuse(options, ("target", "time", "group", "amount", "gap", "repeats"), "needs --data, which is not given")
        transactions, prevalence = size(options, "transactions"), size(options, "prevalence")
        return [simulated_task(transactions, prevalence, options.drift or 0.0, size(options, "folds"), options.seed)]
    if options.target is None:
        raise BenchmarkError("--data needs --target NAME, the column to predict")
    _refuse(options, ("transactions", "prevalence", "drift"), "is for the simulator, not for --data")
    folds = _folds(options)
    roles = Roles(options.target, options.time, options.group, options.amount)
    files, others = find_files(options.data)
    if others:
        _tell(f"note: passed over in {options.data}: {', '.join(path.name for path in others)}")
    return file_tasks(files, roles, folds)


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
            raise BenchmarkError(f"--{name} {reason}")


def _chosen(option: str, names: str | None, known: Mapping[str, T]) -> list[T]:
    from focalboost.benchmark.errors import BenchmarkError

    if names is None:
        return list(known.values())
    chosen = dict.fromkeys(name.strip() for name in names.split(","))
    for name in chosen:
        if name not in known:
            raise BenchmarkError(f"{option} has {name!r}; choose from {', '.join(known)}")
    return [known[name] for name in chosen]


def _tell(text: str) -> None:
    print(text, file=sys.stderr)
