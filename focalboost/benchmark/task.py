"""What methods are compared on: named data and the folds that they are split into."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from focalboost.benchmark.folds import TemporalFolds
from focalboost.datasets.files import fingerprint, read_file
from focalboost.datasets.simulator import simulate_card_fraud

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from focalboost.benchmark.folds import Folds
    from focalboost.datasets.dataset import Dataset
    from focalboost.datasets.roles import Roles

_LABEL_DELAY_DAYS = 7


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
        Returns the Dataset; raises a DataError if it cannot be used.
    """

    name: str
    fingerprint: str
    folds: Folds
    load: Callable[[], Dataset]

    def record(self) -> dict[str, str | int | float]:
        """Return what decides the task's results, for the settings beside them."""
        return {f"{self.name}: data": self.fingerprint, f"{self.name}: folds": repr(self.folds)}


def simulated_task(n_transactions: int, prevalence: float, drift: float, n_folds: int, random_state: int) -> Task:
    """Return the card-fraud simulator as a task, split by time with a gap as long as labels take.

    Parameters are those of `simulate_card_fraud` and `TemporalFolds`; a DataError says which is out of range
    when the task is loaded.
    """
    return Task(
        name="card_fraud",
        fingerprint=f"{n_transactions} transactions, {prevalence=}, {drift=}, seed {random_state}",
        folds=TemporalFolds(n_folds, gap=_LABEL_DELAY_DAYS),
        load=partial(
            simulate_card_fraud,
            n_transactions,
            prevalence=prevalence,
            drift=drift,
            label_delay_days=_LABEL_DELAY_DAYS,
            random_state=random_state,
        ),
    )


def file_tasks(paths: Sequence[Path], roles: Roles, folds: Folds) -> list[Task]:
    """Return one task for each file, named by the file without its suffix where that tells them apart."""
    stems = Counter(path.stem for path in paths)
    return [
        Task(
            name=path.stem if stems[path.stem] == 1 else path.name,
            fingerprint=f"{fingerprint(path)}, {roles}",
            folds=folds,
            load=partial(read_file, path, roles),
        )
        for path in paths
    ]
