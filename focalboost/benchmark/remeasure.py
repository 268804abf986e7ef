"""Measures from saved predictions, without fitting again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from focalboost.benchmark.errors import BenchmarkError
from focalboost.evaluation.measures import MEASURES, Predicted, Terms, measure

if TYPE_CHECKING:
    import pandas as pd

    from focalboost.benchmark.rows import Row
    from focalboost.benchmark.store import Store


def remeasure(store: Store) -> None:
    """Compute all measures of a folder's results from its saved predictions, and save them.

    Whichever version of focalboost made the fits, its results then have the measures of this one. Fits whose
    predictions were not saved keep the measures that they have.

    Raises
    ------
    BenchmarkError
        If a file cannot be read; nothing is changed then.
    """
    _measure_again(store, [row for row in store.rows() if row.error is None])


def fill_gaps(store: Store) -> int:
    """Compute the measures that are newer than their fits, where predictions were saved.

    Returns
    -------
    int
        Number of rows that still lack a measure.
    """
    gaps = [row for row in store.rows() if row.error is None and not row.measures.keys() >= MEASURES.keys()]
    return len(gaps) - _measure_again(store, gaps)


def _measure_again(store: Store, rows: list[Row]) -> int:
    measured = []
    for row in rows:
        saved = store.predictions.read(row.key)
        if saved is None:
            continue
        terms = Terms(row.alerts_per_period, row.alert_cost, row.threshold)
        try:
            measures = measure(to_predicted(saved[saved["part"] == "test"]), terms)
        except (KeyError, ValueError, TypeError) as error:
            raise BenchmarkError(
                f"{store.predictions.path(row.key)} holds no predictions that can be measured "
                f"({type(error).__name__}: {error}): remove it; the fit keeps the measures that it has"
            ) from error
        measured.append(replace(row, measures=measures))
    if measured:
        store.add(*measured)
    return len(measured)


def to_predicted(table: pd.DataFrame) -> Predicted:
    """Return rows of a fit's predictions as what measures take."""
    return Predicted(
        label=table["label"].to_numpy(dtype=np.int8),
        probability=table["probability"].to_numpy(dtype=np.float64),
        uncorrected=table["uncorrected"].to_numpy(dtype=np.float64),
        amount=table["amount"].to_numpy(dtype=np.float64) if "amount" in table else None,
        period=table["period"].to_numpy(dtype=np.int64) if "period" in table else None,
    )
