"""The table of results: one row a fit, saved whenever one is added."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.predictions import discard_predictions
from focalboost.datasets._tables import pd, read_parquet, replace_parquet

if TYPE_CHECKING:
    from pathlib import Path

Key = tuple[str, str, str, int]


@dataclass(frozen=True)
class Row:
    """One fit: which it was, what it measured, or why it failed (then the measures are NaN)."""

    task: str
    booster: str
    method: str
    fold: int
    average_precision: float = np.nan
    roc_auc: float = np.nan
    log_loss: float = np.nan
    brier: float = np.nan
    expected_calibration_error: float = np.nan
    recall_at_1pct_fpr: float = np.nan
    seconds: float = np.nan
    error: str | None = None
    n_train: int = 0
    n_test: int = 0
    train_positives: int = 0
    test_positives: int = 0

    @property
    def key(self) -> Key:
        """What no other row has."""
        return self.task, self.booster, self.method, self.fold


class Results:
    """The rows of a folder's ``results.parquet``.

    Parameters
    ----------
    folder : Path
        An existing folder; rows that are there already are kept, but for those of failed fits, which are
        dropped when their fit is added again.

    Raises
    ------
    BenchmarkError
        If the file cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "results.parquet"
        self._rows: dict[Key, Row] = {}
        if self._path.exists():
            self._rows = {row.key: row for row in _read(self._path)}

    def has(self, key: Key) -> bool:
        """Return whether the fit was made and did not fail."""
        row = self._rows.get(key)
        return row is not None and row.error is None

    def rows(self) -> tuple[Row, ...]:
        """Return the rows, in the order in which they were made."""
        return tuple(self._rows.values())

    def add(self, *rows: Row) -> None:
        """Add rows, in place of those with the same keys, and save all."""
        self._rows |= {row.key: row for row in rows}
        replace_parquet(self.table(), self._path)

    def table(self) -> pd.DataFrame:
        """Return the rows as a table."""
        rows = pd.DataFrame([asdict(row) for row in self._rows.values()], columns=list(Row.__annotations__))
        return rows.astype({"error": "string"})


def discard(folder: Path) -> None:
    """Remove the files that a comparison keeps in its folder, and nothing else."""
    for name in ("results.parquet", "settings.json", "summary.csv"):
        (folder / name).unlink(missing_ok=True)
    discard_predictions(folder)


def _read(path: Path) -> list[Row]:
    try:
        table = read_parquet(path)
        table["error"] = table["error"].astype("object").where(table["error"].notna(), None)
        return [Row(**{str(name): value for name, value in row.items()}) for row in table.to_dict("records")]
    except ImportError:
        raise
    # Whatever is wrong with the file, the user needs to know which it is.
    except Exception as error:
        raise BenchmarkError(
            f"{path} cannot be read as results ({error}): give another --output, or --overwrite to discard them"
        ) from error
