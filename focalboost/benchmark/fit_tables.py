"""One table a fit, kept in a file of its own: its predictions, so that a measure can be added without fitting again."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.replacing import replace_parquet
from focalboost.benchmark.rows import KEY
from focalboost.datasets._tables import pd, read_parquet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from focalboost.benchmark.rows import Key

_DIGEST = 16
# Of file names that are limited to 255 bytes.
_LONGEST_LABEL = 100


class FitTables:
    """The files of one kind in a folder of results, one a fit.

    Each has the fit's key in columns too, the same in all rows, so that the files read together are one table.

    Parameters
    ----------
    folder : Path
        The folder of the results.
    kind : {"predictions", "stages"}
        Its subfolder.
    """

    def __init__(self, folder: Path, kind: str) -> None:
        self._folder = folder / kind

    def path(self, key: Key) -> Path:
        """Return the file of a fit, which need not exist.

        Its name is safe on every system: the key's letters and digits, and a digest of the whole key, because
        names of tasks may differ in other characters alone, or in case alone.
        """
        label = re.sub("[^A-Za-z0-9]+", "-", " ".join(map(str, key)))[-_LONGEST_LABEL:].strip("-")
        digest = hashlib.sha256(json.dumps(key).encode()).hexdigest()[:_DIGEST]
        return self._folder / f"{label}-{digest}.parquet"

    def save(self, key: Key, table: pd.DataFrame) -> None:
        """Save a fit's table, in place of the one that is there."""
        self._folder.mkdir(exist_ok=True)
        columns: dict[str, str | int] = dict(zip(KEY, key, strict=True))
        replace_parquet(table.assign(**columns), self.path(key))

    def read(self, key: Key) -> pd.DataFrame | None:
        """Return the table of a fit, or None if it was not saved.

        Raises
        ------
        BenchmarkError
            If the file cannot be read.
        """
        path = self.path(key)
        if not path.exists():
            return None
        try:
            table = read_parquet(path)
            if missing := [name for name in KEY if name not in table.columns]:
                raise ValueError(f"it has no column {', '.join(missing)}")
            return table
        except ImportError:
            raise
        # Whatever is wrong with the file, the user needs to know which it is.
        except Exception as error:
            raise BenchmarkError(
                f"{path} cannot be read ({error}): remove it; the fit keeps the measures that it has"
            ) from error

    def read_all(self, keys: Iterable[Key]) -> pd.DataFrame:
        """Return the tables of fits below each other; those that were not saved are left out."""
        tables = [table for key in keys if (table := self.read(key)) is not None]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(KEY))

    def discard(self) -> None:
        """Remove the files, and those that a killed run left unfinished, and nothing else.

        Raises
        ------
        BenchmarkError
            If the folder is a link, which may lead to files of someone else.
        """
        if self._folder.is_symlink():
            raise BenchmarkError(f"{self._folder} is a link, which is not followed: remove it by hand")
        # The folder may be the user's own, with tables of another kind.
        for path in self._folder.glob(f"*-{'[0-9a-f]' * _DIGEST}.parquet*"):
            path.unlink()
        for path in self._folder.glob(f".*-{'[0-9a-f]' * _DIGEST}.parquet.*"):
            path.unlink()
