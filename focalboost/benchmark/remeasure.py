"""Measures from saved predictions, without fitting again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.predictions import Predictions
from focalboost.benchmark.results import Results
from focalboost.evaluation.measures import MEASURES, measure

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from focalboost.benchmark.results import Row


def remeasure(folder: Path) -> pd.DataFrame:
    """Compute all measures of a folder's results from its saved predictions, and save them.

    Whichever version of focalboost made the fits, its results then have the measures of this one.

    Parameters
    ----------
    folder : Path
        With ``results.parquet`` and ``predictions``.

    Returns
    -------
    pandas.DataFrame
        All rows of the folder, see `Row`. Fits whose predictions were not saved keep the measures that they
        have; those that are new are NaN.

    Raises
    ------
    BenchmarkError
        If there are no results, or a file cannot be read; nothing is changed then.
    """
    if not (folder / "results.parquet").exists():
        raise BenchmarkError(f"{folder} has no results.parquet: give the --output of a comparison")
    results = Results(folder)
    _measure_again(results, Predictions(folder), [row for row in results.rows() if row.error is None])
    return results.table()


def fill_gaps(results: Results, predictions: Predictions) -> int:
    """Compute the measures that are newer than their fits, where predictions were saved.

    Parameters
    ----------
    results : Results
        To which they are added.
    predictions : Predictions
        Of the same folder.

    Returns
    -------
    int
        Number of fits that still lack a measure.
    """
    gaps = [row for row in results.rows() if row.error is None and _has_gap(row)]
    return len(gaps) - _measure_again(results, predictions, gaps)


def _has_gap(row: Row) -> bool:
    return any(np.isnan(getattr(row, name)) for name in MEASURES)


def _measure_again(results: Results, predictions: Predictions, rows: list[Row]) -> int:
    measured = []
    for row in rows:
        saved = predictions.read(row.key)
        if saved is not None:
            measures: dict[str, Any] = {**measure(*saved)}
            measured.append(replace(row, **measures))
    if measured:
        results.add(*measured)
    return len(measured)
