"""The loop over tasks, folds, libraries and methods."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from focalboost import __version__
from focalboost.benchmark.parts import parts, read
from focalboost.benchmark.predictions import Predictions
from focalboost.benchmark.remeasure import fill_gaps
from focalboost.benchmark.results import Results, Row
from focalboost.benchmark.settings import check_folder, record_settings
from focalboost.evaluation.measures import measure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from focalboost.benchmark.booster import Booster
    from focalboost.benchmark.methods import Method
    from focalboost.benchmark.parts import Part
    from focalboost.benchmark.settings import Settings
    from focalboost.benchmark.task import Task

_LONGEST_ERROR = 300


class Progress(Protocol):
    """What is told while the comparison runs."""

    def expect(self, fits: int) -> None:
        """Tell how many fits are to be made."""
        ...

    def note(self, text: str) -> None:
        """Tell something about the data."""
        ...

    def begin(self, label: str) -> None:
        """Tell what is fitted now."""
        ...

    def end(self, row: Row) -> None:
        """Tell that a fit is made."""
        ...


def run(
    tasks: Sequence[Task],
    boosters: Sequence[Booster],
    methods: Sequence[Method],
    settings: Settings,
    folder: Path,
    progress: Progress,
) -> pd.DataFrame:
    """Fit every method in every library on every fold of every task, but for what the folder has already.

    Parameters
    ----------
    tasks, boosters, methods : sequences
        What is compared.
    settings : Settings
        The trees, the same for all.
    folder : Path
        Where ``results.parquet``, ``settings.json`` and ``predictions`` are kept; made if there is none.
    progress : Progress
        Told of each fit.

    Returns
    -------
    pandas.DataFrame
        All rows of the folder, see `Row`. A fit that failed is a row with its error.

    Raises
    ------
    BenchmarkError
        If the folder's results were made with other settings.
    DataError
        If a task's data cannot be used; nothing is fitted then.
    """
    record = _record(tasks, boosters, settings)
    check_folder(folder, record)
    results, predictions = Results(folder), Predictions(folder)
    if gaps := fill_gaps(results, predictions):
        progress.note(
            f"{gaps} fits in {folder} lack a measure that is newer than they are, and their predictions were not "
            "saved: --overwrite makes them again"
        )
    progress.expect(_missing_fits(tasks, boosters, methods, results))
    pending = [task for task in tasks if _missing_fits([task], boosters, methods, results)]
    # All are read before the first fit: data that cannot be used are refused now, not hours later.
    for task in pending:
        progress.begin(f"{task.name}: reading")
        for text in read(task)[0].notes:
            progress.note(f"{task.name}: {text}")
    record_settings(folder, record)
    for task in pending:
        for part in parts(task):
            _run_fold(part, boosters, methods, settings, results, predictions, progress)
    return results.table()


def _missing_fits(
    tasks: Sequence[Task], boosters: Sequence[Booster], methods: Sequence[Method], results: Results
) -> int:
    return sum(
        not results.has((task.name, booster.name, method.name, fold))
        for task in tasks
        for booster in boosters
        for method in methods
        for fold in range(task.folds.n_folds)
    )


def _run_fold(
    part: Part,
    boosters: Sequence[Booster],
    methods: Sequence[Method],
    settings: Settings,
    results: Results,
    predictions: Predictions,
    progress: Progress,
) -> None:
    for booster in boosters:
        for method in methods:
            if results.has((part.task, booster.name, method.name, part.fold)):
                continue
            progress.begin(f"{part.task}, fold {part.fold}: {booster.name} {method.name}")
            row, probability = _fit(part, booster, method, settings)
            # First, so that a run killed here leaves predictions without a row, never a row without predictions.
            if probability is not None:
                predictions.save(row.key, part.test_rows, part.test_target, probability)
            results.add(row)
            progress.end(row)


def _fit(part: Part, booster: Booster, method: Method, settings: Settings) -> tuple[Row, NDArray[np.float64] | None]:
    row = Row(
        task=part.task,
        booster=booster.name,
        method=method.name,
        fold=part.fold,
        n_train=len(part.train_target),
        n_test=len(part.test_target),
        train_positives=int(part.train_target.sum()),
        test_positives=int(part.test_target.sum()),
    )
    begun = time.perf_counter()
    try:
        probability = method.fit(booster, part.train, part.train_target, part.test, settings)
        seconds = time.perf_counter() - begun
        measures: dict[str, Any] = {**measure(part.test_target, probability)}
        return replace(row, seconds=seconds, **measures), probability
    except ImportError:
        # A library is missing for every fit.
        raise
    # One method's failure, whatever it is, must not cost the others' results.
    except Exception as error:
        return replace(row, seconds=time.perf_counter() - begun, error=_described(error)), None


def _described(error: Exception) -> str:
    # XGBoost's messages go on with a stack of addresses.
    text = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {text}"[:_LONGEST_ERROR]


def _record(tasks: Sequence[Task], boosters: Sequence[Booster], settings: Settings) -> dict[str, str | int | float]:
    record = settings.record() | {"focalboost version": __version__}
    for booster in boosters:
        record[f"{booster.name} version"] = booster.version()
    for task in tasks:
        record |= task.record()
    return record
