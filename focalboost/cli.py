"""The command: ``focalboost benchmark``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from focalboost import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar

    from focalboost.benchmark.task import Task

    T = TypeVar("T")

_DONE, _USER_ERROR, _INTERRUPTED = 0, 2, 130
_FOLDER = Path("focalboost-benchmark")
# What --quick makes smaller, unless it is given.
_FULL = {"folds": 5, "rounds": 150, "transactions": 200_000, "prevalence": 0.005}
_QUICK = {"folds": 3, "rounds": 100, "transactions": 80_000, "prevalence": 0.01}


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
    options = _parser().parse_args(arguments)
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
    settings = Settings(rounds=_size(options, "rounds"), seed=options.seed, jobs=options.jobs or available_cores())
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
    from focalboost.benchmark.folds import StratifiedFolds
    from focalboost.benchmark.task import file_tasks, simulated_task
    from focalboost.datasets.files import find_files

    folds = _size(options, "folds")
    if options.data is None:
        if options.target is not None or options.repeats != 1:
            raise BenchmarkError("--target and --repeats are for --data, which is not given")
        transactions, prevalence = _size(options, "transactions"), _size(options, "prevalence")
        return [simulated_task(transactions, prevalence, options.drift or 0.0, folds, options.seed)]
    if options.target is None:
        raise BenchmarkError("--data needs --target NAME, the column to predict")
    if any(value is not None for value in (options.transactions, options.prevalence, options.drift)):
        raise BenchmarkError("--transactions, --prevalence and --drift are for the simulator, not for --data")
    files, others = find_files(options.data)
    if others:
        _tell(f"note: passed over in {options.data}: {', '.join(path.name for path in others)}")
    return file_tasks(files, options.target, StratifiedFolds(folds, options.repeats, options.seed))


def _size(options: argparse.Namespace, name: str) -> Any:
    given = getattr(options, name)
    return (_QUICK if options.quick else _FULL)[name] if given is None else given


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="focalboost", description="Gradient-boosted trees with focal loss on rare positives."
    )
    parser.add_argument("--version", action="version", version=f"focalboost {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_benchmark(
        commands.add_parser(
            "benchmark",
            help="compare focal loss with cross-entropy, weighted and not",
            description="Compare focal loss with cross-entropy, weighted and not, in XGBoost and LightGBM: "
            "the same trees, the same folds, on simulated card fraud or on your data.",
        )
    )
    return parser


def _add_benchmark(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--data", type=Path, metavar="PATH", help="CSV or parquet file, or a folder of them [the simulator]")
    add("--target", metavar="NAME", help="the column of --data to predict; it has two values")
    add("--output", type=Path, default=_FOLDER, metavar="DIR", help=f"folder of the results [{_FOLDER}]")
    add("--overwrite", action="store_true", help="discard the results in DIR first, instead of continuing")
    add("--quick", action="store_true", help="about a minute: fewer folds and rounds, a smaller simulation")
    add("--folds", type=_integer(2), metavar="N", help=_help("number of folds", "folds"))
    add("--repeats", type=_integer(1), default=1, metavar="N", help="repeats of the folds of --data [1]")
    add("--rounds", type=_integer(1), metavar="N", help=_help("number of trees", "rounds"))
    add("--boosters", metavar="NAMES", help="xgboost, lightgbm, with a comma between [both]")
    add("--methods", metavar="NAMES", help="names as in the table, with commas between [all]")
    add("--seed", type=_integer(0), default=0, metavar="N", help="of the simulation and the folds [0]")
    add("--jobs", type=_integer(1), metavar="N", help="threads of each fit [all cores]")
    simulator = parser.add_argument_group("the simulator, without --data")
    add = simulator.add_argument
    add("--transactions", type=_integer(1), metavar="N", help=_help("how many", "transactions"))
    add("--prevalence", type=float, metavar="P", help=_help("share of frauds, up to 0.2", "prevalence"))
    add("--drift", type=float, metavar="D", help="how much fraud changes in time, 0 to 1 [0]")


def _help(text: str, name: str) -> str:
    return f"{text} [{_FULL[name]}; with --quick {_QUICK[name]}]"


def _integer(smallest: int) -> Callable[[str], int]:
    def integer(text: str) -> int:
        if not text.isdecimal() or int(text) < smallest:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of {smallest} or more")
        return int(text)

    return integer
