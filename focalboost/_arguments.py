"""What the command line may say, and what it means where it says nothing."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from focalboost import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

_FOLDER = Path("focalboost-benchmark")
# What --quick makes smaller, unless it is given.
_FULL = {"folds": 5, "rounds": 150, "transactions": 200_000, "prevalence": 0.005}
_QUICK = {"folds": 3, "rounds": 100, "transactions": 80_000, "prevalence": 0.01}


def command_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command."""
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


def size(options: argparse.Namespace, name: str) -> Any:
    """Return how many folds, rounds or payments are asked for, or what is right with or without --quick."""
    given = getattr(options, name)
    return (_QUICK if options.quick else _FULL)[name] if given is None else given


def _add_benchmark(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--data", type=Path, metavar="PATH", help="CSV or parquet file, or a folder of them [the simulator]")
    add("--target", metavar="NAME", help="the column of --data to predict; it has two values")
    add("--output", type=Path, default=_FOLDER, metavar="DIR", help=f"folder of the results [{_FOLDER}]")
    add("--overwrite", action="store_true", help="discard the results in DIR first, instead of continuing")
    add("--quick", action="store_true", help="about a minute: fewer folds and rounds, a smaller simulation")
    add("--folds", type=_integer(2), metavar="N", help=_help("number of folds", "folds"))
    add("--repeats", type=_integer(1), metavar="N", help="repeats of the folds at random of --data [1]")
    add("--rounds", type=_integer(1), metavar="N", help=_help("number of trees", "rounds"))
    add("--boosters", metavar="NAMES", help="xgboost, lightgbm, with a comma between [both]")
    add("--methods", metavar="NAMES", help="names as in the table, with commas between [all]")
    add("--seed", type=_integer(0), default=0, metavar="N", help="of the simulation and the folds [0]")
    add("--jobs", type=_integer(1), metavar="N", help="threads of each fit [all cores]")
    own = parser.add_argument_group("columns of --data, of each file in a folder")
    add = own.add_argument
    add("--time", metavar="NAME", help="dates, or numbers that increase: train on the past, test on the future")
    add("--gap", type=_gap, metavar="G", help="time left out before the test: days, or in --time's own unit [0]")
    add("--group", metavar="NAME", help="whose row it is: no customer, say, is both trained on and tested")
    add("--amount", metavar="NAME", help="the money at stake; stays a feature")
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


def _gap(text: str) -> float:
    try:
        gap = float(text)
    except ValueError:
        gap = math.nan
    if not 0.0 <= gap < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 0 or more")
    return gap
