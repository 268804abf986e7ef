"""What methods are compared on: named data, the folds that they are split into, and what alerts cost."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from focalboost.benchmark import sources
from focalboost.benchmark.folds import TemporalFolds
from focalboost.datasets.errors import DataError
from focalboost.datasets.files import suffix_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from focalboost.benchmark.folds import Folds
    from focalboost.datasets.dataset import Dataset
    from focalboost.datasets.roles import Roles

_LABEL_DELAY_DAYS = 7


@dataclass(frozen=True)
class Costs:
    """What decides how many alerts are raised.

    Attributes
    ----------
    alert_cost : float, optional
        Cost of looking into one alert, in the unit of the amounts.
    alerts_per_day : float, optional
        How many alerts the investigators can look into.

    Raises
    ------
    DataError
        If one of them is not a finite number above 0.

    Examples
    --------
    >>> Costs(alert_cost=5.0, alerts_per_day=20)
    Costs(alert_cost=5.0, alerts_per_day=20.0)
    """

    alert_cost: float | None = None
    alerts_per_day: float | None = None

    def __post_init__(self) -> None:
        for name, value in (("alert_cost", self.alert_cost), ("alerts_per_day", self.alerts_per_day)):
            if value is not None and not 0.0 < value < math.inf:
                raise DataError(f"{name} is {value}; give a finite number above 0")
            # Results are kept under what this is written as: 5 and 5.0 are the same cost.
            object.__setattr__(self, name, None if value is None else float(value))


@dataclass(frozen=True)
class Task:
    """Data to learn from, loaded when their turn comes.

    Attributes
    ----------
    name : str
        The name in tables.
    fingerprint : str
        Differs if the data differ.
    folds : Folds
        How the rows are split.
    load : callable
        Returns the Dataset; raises a DataError if it cannot be used. It must be picklable where fits are made in
        other processes.
    costs : Costs
        What alerts cost, as far as it is known.

    Raises
    ------
    DataError
        If the name cannot be written as UTF-8, as of a file whose name is not.
    """

    name: str
    fingerprint: str
    folds: Folds
    load: Callable[[], Dataset]
    costs: Costs = field(default_factory=Costs)

    def __post_init__(self) -> None:
        try:
            self.name.encode()
        except UnicodeEncodeError as error:
            raise DataError(f"the task's name {self.name!a} is not UTF-8: rename the file, or give a name") from error

    def record(self) -> dict[str, str | int | float]:
        """Return what decides the task's results, for the settings beside them."""
        return {
            f"{self.name}: data": self.fingerprint,
            f"{self.name}: folds": repr(self.folds),
            f"{self.name}: costs": repr(self.costs),
        }


def simulated_task(
    n_transactions: int = 200_000,
    *,
    prevalence: float = 0.005,
    drift: float = 0.0,
    n_folds: int = 5,
    random_state: int = 0,
    alert_cost: float | None = None,
    alerts_per_day: float | None = None,
) -> Task:
    """Return the card-fraud simulator as a task, split by time with a gap as long as labels take.

    Parameters are those of `simulate_card_fraud`, `TemporalFolds` and `Costs`; a DataError says which is out of range,
    at the latest when the task is loaded.
    """
    arguments = {
        "n_transactions": n_transactions,
        "prevalence": prevalence,
        "drift": drift,
        "label_delay_days": _LABEL_DELAY_DAYS,
        "random_state": random_state,
    }
    source = sources.simulation("card_fraud", arguments)
    folds = TemporalFolds(n_folds, gap=_LABEL_DELAY_DAYS)
    return Task("card_fraud", source.fingerprint, folds, source.load, Costs(alert_cost, alerts_per_day))


def file_tasks(paths: Sequence[Path], roles: Roles, folds: Folds, costs: Costs | None = None) -> list[Task]:
    """Return one task for each file, named by the file without its suffix where that tells them apart."""
    stems = [path.name.removesuffix(path.name[-len(suffix_of(path) or path.suffix) :]) for path in paths]
    repeats = Counter(stems)
    tasks = []
    for path, stem in zip(paths, stems, strict=True):
        source = sources.file(path, roles)
        name = stem if repeats[stem] == 1 else path.name
        tasks.append(Task(name, source.fingerprint, folds, source.load, costs or Costs()))
    return tasks


def frame_task(frame: object, roles: Roles, folds: Folds, name: str = "frame", costs: Costs | None = None) -> Task:
    """Return a table in memory as a task.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n, d)
        The table, or Polars' or Arrow's. It is read now.
    roles : Roles
        What the columns say, see `read_frame`.
    folds : Folds
        How the rows are split.
    name : str
        The name in tables.
    costs : Costs, optional
        What alerts cost.

    Raises
    ------
    DataError
        If the columns cannot be used.

    Examples
    --------
    >>> import pandas as pd
    >>> from focalboost.benchmark.folds import StratifiedFolds
    >>> from focalboost.datasets.roles import Roles
    >>> frame = pd.DataFrame({"paid": range(8), "fraud": [0, 1] * 4})
    >>> task = frame_task(frame, Roles("fraud"), StratifiedFolds(parts=2))
    >>> len(task.load().target)
    8
    """
    source = sources.table(frame, roles)
    return Task(name, source.fingerprint, folds, source.load, costs or Costs())
