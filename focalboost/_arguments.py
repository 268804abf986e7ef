"""What the command line may say, and what it means where it says nothing."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from focalboost import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_FOLDS = 1000  # and repeats, as in a task's file
_FOLDER = Path("focalboost-benchmark")
_SUITES = ("openml", "packaged", "packaged_variants", "simulator")
_BOOSTERS = ("xgboost", "lightgbm", "catboost", "hist_gradient_boosting")
# What --quick makes smaller, unless it is given.
_FULL = {"folds": 5, "rounds": 150, "transactions": 200_000, "prevalence": 0.005}
_QUICK = {"folds": 3, "rounds": 100, "transactions": 80_000, "prevalence": 0.01}


def command_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command."""
    parser = argparse.ArgumentParser(
        prog="focalboost", description="Gradient-boosted trees with focal loss on rare positives."
    )
    parser.add_argument("--version", action="version", version=f"focalboost {__version__}")
    commands = parser.add_subparsers(title="commands", dest="command", required=True, metavar="COMMAND")
    _add_benchmark(
        commands.add_parser(
            "benchmark",
            help="compare focal loss with cross-entropy, weighted and not",
            description="Compare focal loss with cross-entropy, weighted and not, in gradient-boosting libraries: "
            "the same trees, the same folds, on simulated fraud, on a suite of tasks or on your data.",
        )
    )
    report = commands.add_parser(
        "report",
        help="measure the predictions of a comparison again, and write its report",
        description="Compute all measures of a comparison from its saved predictions, without fitting, and write its "
        "report again.",
    )
    report.add_argument("folder", type=Path, metavar="DIR", help="the --output of a comparison")
    return parser


def size(options: argparse.Namespace, name: str) -> Any:
    """Return how many folds, rounds or payments are asked for, or what is right with or without --quick."""
    given = getattr(options, name)
    return (_QUICK if options.quick else _FULL)[name] if given is None else given


def _add_benchmark(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--data", type=Path, metavar="PATH", help="CSV, parquet or DuckDB file, or a folder of them [the simulator]")
    add("--suite", action="append", metavar="NAME", help=f"{', '.join(_SUITES)}, or a TOML file; may be repeated")
    add("--target", metavar="NAME", help="the column of --data to predict; it has two values")
    add("--output", type=Path, default=_FOLDER, metavar="DIR", help=f"folder of the results [{_FOLDER}]")
    add("--overwrite", action="store_true", help="discard the results in DIR first, instead of continuing")
    add("--quick", action="store_true", help="under two minutes: fewer folds and rounds, a smaller simulation")
    add("--folds", type=_integer(2, _MOST_FOLDS), metavar="N", help=_help("number of folds", "folds"))
    add("--repeats", type=_integer(1, _MOST_FOLDS), metavar="N", help="repeats of the folds at random of --data [1]")
    add(
        "--seed",
        type=_integer(0, 2**32 - 1),
        default=0,
        metavar="N",
        help="of the simulation, the folds and the trees [0]",
    )
    compared = parser.add_argument_group("what is compared")
    add = compared.add_argument
    add("--methods", metavar="NAMES", help="names as in the table with commas between, or all [most]")
    add("--boosters", metavar="NAMES", help=f"of {', '.join(_BOOSTERS)}, with commas between, or all [the first two]")
    add("--rounds", type=_integer(1), metavar="N", help=_help("number of trees", "rounds"))
    add(
        "--trials",
        type=_integer(0),
        default=0,
        metavar="N",
        help="a second table, each method tuned on the validation rows by N trials [0: none]",
    )
    add(
        "--select",
        choices=("average_precision", "log_loss"),
        default="average_precision",
        help="what decides on the validation rows [average_precision]",
    )
    running = parser.add_argument_group("where it runs")
    add = running.add_argument
    add("--jobs", type=_integer(1), metavar="N", help="threads of each fit [all cores]")
    add("--workers", type=_integer(1), metavar="N", help="N processes that share the cores [one fit at a time]")
    add(
        "--time-limit",
        type=_above_zero,
        metavar="S",
        help="seconds for a training, in a process that is stopped [none]",
    )
    add("--memory-limit", type=_above_zero, metavar="MIB", help="memory for a training's process, as above [none]")
    add("--scheduler", metavar="ADDRESS", help="a Dask cluster, whose workers reach the data under the same paths")
    own = parser.add_argument_group("columns of --data, of each file in a folder")
    add = own.add_argument
    add("--time", metavar="NAME", help="dates, or numbers that increase: train on the past, test on the future")
    add("--gap", type=_gap, metavar="G", help="time left out before the test: days, or in --time's own unit [0]")
    add("--group", metavar="NAME", help="whose row it is: no customer, say, is both trained on and tested")
    add("--amount", metavar="NAME", help="the money at stake; stays a feature")
    add("--categorical", metavar="NAMES", help="numbers that are codes, with commas between; text always is")
    add("--drop", metavar="NAMES", help="what is no feature: names of rows, what is known only after the outcome")
    costs = parser.add_argument_group("costs")
    add = costs.add_argument
    add("--alert-cost", type=_above_zero, metavar="C", help="of checking one row [a tenth of the mean fraud]")
    add("--alerts-per-day", type=_above_zero, metavar="K", help="how many can be checked [1 %% of the rows]")
    simulator = parser.add_argument_group("the simulator, without --data")
    add = simulator.add_argument
    add("--transactions", type=_integer(1), metavar="N", help=_help("how many", "transactions"))
    add("--prevalence", type=float, metavar="P", help=_help("share of frauds, up to 0.2", "prevalence"))
    add("--drift", type=float, metavar="D", help="how much fraud changes in time, 0 to 1 [0]")


def _help(text: str, name: str) -> str:
    return f"{text} [{_FULL[name]}; with --quick {_QUICK[name]}]"


def _integer(smallest: int, largest: int = 2**31 - 1) -> Callable[[str], int]:
    def integer(text: str) -> int:
        if not text.isdecimal() or not smallest <= int(text) <= largest:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {smallest} to {largest:,}")
        return int(text)

    return integer


def _gap(text: str) -> float:
    gap = _number(text)
    if not 0.0 <= gap < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 0 or more")
    return gap


def _above_zero(text: str) -> float:
    number = _number(text)
    if not 0.0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
