"""What is the same for every fit of a comparison, and the file that keeps a folder's results comparable."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.replacing import replace_text
from focalboost.benchmark.store import RESULTS, SETTINGS

if TYPE_CHECKING:
    from pathlib import Path


_STOPS = 14
_MEND = "give another --output, or --overwrite to discard them"


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Trees:
    """The trees and their growth, in names that each library translates into its own.

    Attributes
    ----------
    rounds : int
        Number of trees.
    learning_rate : float
        The factor of each tree.
    max_depth : int
        Depth of XGBoost's and CatBoost's trees.
    num_leaves : int
        Leaves of LightGBM's and scikit-learn's trees.
    reg_lambda : float
        The L2 penalty on leaves.
    min_child_weight : float
        The least sum of second-order terms in a leaf, of XGBoost and LightGBM.
    subsample, colsample : float
        Shares of the rows and of the columns that each tree sees.
    seed : int
        Seed of the libraries.
    threads : int
        Threads of each fit.

    Raises
    ------
    BenchmarkError
        If a number is out of its range.
    """

    rounds: int = 150
    learning_rate: float = 0.1
    max_depth: int = 6
    num_leaves: int = 31
    reg_lambda: float = 1.0
    min_child_weight: float = 1.0
    subsample: float = 1.0
    colsample: float = 1.0
    seed: int = 0
    threads: int = field(default_factory=available_cores)

    def __post_init__(self) -> None:
        for name in ("rounds", "threads", "max_depth"):
            if getattr(self, name) < 1:
                raise BenchmarkError(f"{name} is {getattr(self, name)}: give 1 or more")
        if self.num_leaves < 2:
            raise BenchmarkError(f"num_leaves is {self.num_leaves}: give 2 or more")
        if not 0.0 < self.learning_rate < np.inf:
            raise BenchmarkError(f"learning_rate is {self.learning_rate}: give a number above 0")
        if not 0 <= self.seed < 2**32:
            raise BenchmarkError(f"seed is {self.seed}: give 0 to 4294967295")
        for name in ("reg_lambda", "min_child_weight"):
            if not 0.0 <= getattr(self, name) < np.inf:
                raise BenchmarkError(f"{name} is {getattr(self, name)}: give 0 or more")
        for name in ("subsample", "colsample"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise BenchmarkError(f"{name} is {getattr(self, name)}: give a share above 0, up to 1 for all")

    def stops(self) -> tuple[int, ...]:
        """Return the numbers of rounds after which the trees are looked at: about a dozen, closer at first."""
        first = max(1.0, self.rounds / 30)
        return tuple(sorted({round(stop) for stop in np.geomspace(first, self.rounds, _STOPS)}))


Select = Literal["average_precision", "log_loss"]


@dataclass(frozen=True)
class Settings:
    """What is the same for every method of a comparison.

    Attributes
    ----------
    trees : Trees
        The stated defaults.
    trials : int
        How many settings each method tries on the validation rows for the tuned table; with 0 there is none.
    select : {"average_precision", "log_loss"}
        The measure on the validation rows by which rounds, gammas and tuned settings are chosen.

    Raises
    ------
    BenchmarkError
        If there is no such measure, the number of trials is negative, or a stated default cannot be tuned.
    """

    trees: Trees = Trees()
    trials: int = 0
    select: Select = "average_precision"

    def __post_init__(self) -> None:
        if self.select not in get_args(Select):
            raise BenchmarkError(f"select is {self.select!r}: give one of {', '.join(get_args(Select))}")
        if self.trials < 0:
            raise BenchmarkError(f"trials is {self.trials}: give 0 for no tuned table, or more")
        for name in ("reg_lambda", "min_child_weight"):
            if self.trials and getattr(self.trees, name) == 0:
                raise BenchmarkError(
                    f"{name} is {getattr(self.trees, name)}: give one above 0, as the tuned table searches it on a log "
                    "scale, or no trials"
                )

    def record(self) -> dict[str, str | int | float]:
        """Return what decides the results: everything but the number of threads."""
        values = asdict(self.trees) | {"select": self.select}
        del values["threads"]
        # More trials make another table beside the one at stated defaults, which stays as it is.
        return values | ({"trials": self.trials} if self.trials else {})


Record = Mapping[str, str | int | float]


def check_folder(folder: Path, record: Record) -> None:
    """Refuse a folder whose results were made with other settings, or that is none.

    Parameters
    ----------
    folder : Path
        Folder of the results, which need not exist.
    record : mapping of str to str, int or float
        Settings by name. Only names that the folder's settings have too are compared, so that a later run can
        add tasks and libraries.

    Raises
    ------
    BenchmarkError
        If a setting differs, or the folder's settings cannot be read; it says which, and how to mend it. If the path is
        a file, or not UTF-8, so that tables cannot be written there.
    """
    try:
        str(folder).encode()
    except UnicodeEncodeError as error:
        raise BenchmarkError(f"the folder's path {str(folder)!a} is not UTF-8: give another as --output") from error
    if folder.exists() and not folder.is_dir():
        raise BenchmarkError(f"{folder} is a file: give a folder as --output")
    known = read_settings(folder)
    differences = [
        f"{name} was {known[name]}, now {value}"
        for name, value in record.items()
        if name in known and known[name] != value
    ]
    if differences:
        raise BenchmarkError(f"{folder} has results of other settings ({'; '.join(differences)}): {_MEND}")


def record_settings(folder: Path, record: Record) -> None:
    """Add settings to those beside the folder's results; the folder is made if there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    replace_text(folder / SETTINGS, json.dumps({**read_settings(folder), **record}, indent=2) + "\n")


def read_settings(folder: Path) -> Record:
    """Return the settings of a folder's results, or none if there are no results.

    Raises
    ------
    BenchmarkError
        If they cannot be read.
    """
    path = folder / SETTINGS
    if not (folder / RESULTS).exists():
        # Settings without results bind nobody.
        return {}
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BenchmarkError(f"{path} cannot be read ({error}): {_MEND}") from error
    if not isinstance(known, dict):
        raise BenchmarkError(f"{path} does not hold settings: {_MEND}")
    return known
