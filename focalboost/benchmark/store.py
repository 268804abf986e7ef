"""The folder of a comparison: its table of results, saved whenever rows are added, and the tables of its fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.fit_tables import FitTables
from focalboost.benchmark.lock import locked
from focalboost.benchmark.replacing import replace_parquet
from focalboost.benchmark.rows import from_table, to_table
from focalboost.datasets._tables import read_parquet

if TYPE_CHECKING:
    from pathlib import Path

    from focalboost.benchmark.rows import Key, Row

RESULTS, SETTINGS, ABOUT = "results.parquet", "settings.json", "about.json"
_FILES = (RESULTS, SETTINGS, ABOUT, "summary.csv", "report.html", "report.md")


class Store:
    """What a comparison keeps in its folder.

    Parameters
    ----------
    folder : Path
        Rows that are there already are kept, but for those of failed fits, which are dropped when their fit is
        added again.

    Attributes
    ----------
    predictions : FitTables
        Of each fit and protocol: row (its place in the user's file or the simulation, from 0), part
        ("validation" or "test"), label, probability, uncorrected; amount, period (the day's number) and group, where
        the task has them.
    stages : FitTables
        Of each training, under the last of its protocols: the measures after each number of rounds.

    Raises
    ------
    BenchmarkError
        If the results cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / RESULTS
        self.predictions = FitTables(folder, "predictions")
        self.stages = FitTables(folder, "stages")
        self._rows: dict[Key, Row] = {}
        if self._path.exists():
            self._rows = {row.key: row for row in _read(self._path)}

    def has(self, key: Key) -> bool:
        """Return whether the fit was made and did not fail."""
        row = self._rows.get(key)
        return row is not None and row.error is None

    def rows(self) -> tuple[Row, ...]:
        """Return the rows, sorted by their keys so that it does not matter which was made first."""
        return tuple(self._rows[key] for key in sorted(self._rows))

    def add(self, *rows: Row) -> None:
        """Add rows, in place of those with the same keys, and save all."""
        self._rows |= {row.key: row for row in rows}
        replace_parquet(to_table(self.rows()), self._path)


def discard(folder: Path) -> None:
    """Remove the files that a comparison keeps in its folder, and nothing else.

    Raises
    ------
    BenchmarkError
        If a run is writing to the folder.
    """
    if not folder.is_dir():
        return
    with locked(folder):
        for name in _FILES:
            (folder / name).unlink(missing_ok=True)
            # What a killed run left unfinished.
            for path in folder.glob(f".{name}.*"):
                path.unlink()
        for kind in ("predictions", "stages"):
            FitTables(folder, kind).discard()


def _read(path: Path) -> list[Row]:
    try:
        return from_table(read_parquet(path))
    except ImportError:
        raise
    # Whatever is wrong with the file, the user needs to know which it is.
    except Exception as error:
        raise BenchmarkError(
            f"{path} cannot be read as results ({error}): give another --output, or --overwrite to discard them"
        ) from error
