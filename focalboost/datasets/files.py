"""A user's own data: one CSV, parquet or DuckDB file, or a folder of them."""

from __future__ import annotations

import csv
import gzip
import hashlib
import warnings
from collections import Counter
from typing import TYPE_CHECKING

from focalboost.datasets._tables import pd, read_parquet
from focalboost.datasets.database import read_database
from focalboost.datasets.errors import DataError
from focalboost.datasets.frame import read_frame

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from focalboost.datasets.dataset import Dataset
    from focalboost.datasets.roles import Roles

SUFFIXES = (".csv", ".csv.gz", ".parquet", ".duckdb")
_LONGEST_TEXT = 2**31 - 1  # in a CSV file; Python's own limit is below that of pandas
_KINDS = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"


def suffix_of(path: Path) -> str | None:
    """Return which of `SUFFIXES` a file's name ends in, or None."""
    return next((suffix for suffix in SUFFIXES if path.name.lower().endswith(suffix)), None)


def find_files(path: Path) -> tuple[list[Path], list[Path]]:
    """List the data files at a path.

    Parameters
    ----------
    path : Path
        A CSV (gzipped or not), parquet or DuckDB file, or a folder (whose subfolders are not looked into).

    Returns
    -------
    data, others : list of Path
        The data files, by name, and what else lies in the folder.

    Raises
    ------
    DataError
        If there is no such path, the file is of another kind, or the folder has no data file.
    """
    if path.is_file():
        if suffix_of(path) is None:
            raise DataError(f"{path} is not a {_KINDS} file: convert it to one of these")
        return [path], []
    if not path.is_dir():
        raise DataError(f"{path} does not exist: give a {_KINDS} file or a folder of them")
    entries = sorted(path.iterdir())
    data = [entry for entry in entries if entry.is_file() and suffix_of(entry)]
    if not data:
        raise DataError(f"folder {path} has no {_KINDS} file")
    return data, [entry for entry in entries if entry not in data]


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, which tells whether the data are still the same."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_file(path: Path, roles: Roles) -> Dataset:
    """Read a CSV (UTF-8, commas, a header; gzipped or not), parquet or DuckDB file as features and a target.

    Parameters
    ----------
    path : Path
        The file. A DuckDB file must have one table, see `read_database`.
    roles : Roles
        What the columns say, see `read_frame`.

    Returns
    -------
    Dataset
        As from `read_frame`.

    Raises
    ------
    DataError
        If the file cannot be read or its columns cannot be used; the message begins with the path.
    """
    if suffix_of(path) == ".duckdb":
        return read_database(path, roles)
    table = _read_table(path)
    try:
        return read_frame(table, roles)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


def _read_table(path: Path) -> pd.DataFrame:
    suffix = suffix_of(path)
    try:
        if suffix == ".parquet":
            return read_parquet(path)
        return _read_csv(path, is_zipped=suffix == ".csv.gz")
    except ImportError:
        raise
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path} cannot be read as csv: it is not in UTF-8, as UTF-16 or where data are no text: save it as UTF-8 "
            f"({error})"
        ) from error
    # The readers raise many types of error (pyarrow's own too), all of which mean this here.
    except Exception as error:
        raise DataError(f"{path} cannot be read as {(suffix or '.csv')[1:]}: {error}") from error


def _read_csv(path: Path, is_zipped: bool) -> pd.DataFrame:
    with (
        gzip.open(path, "rt", encoding="utf-8-sig", newline="")
        if is_zipped
        else path.open(encoding="utf-8-sig", newline="")
    ) as lines:
        limit = csv.field_size_limit(_LONGEST_TEXT)
        try:
            _check_csv(lines)
        finally:
            csv.field_size_limit(limit)
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # rows with more values than the header
        # Without index_col the first column would name the rows where each ends in a comma.
        return pd.read_csv(path, low_memory=False, index_col=False, compression="gzip" if is_zipped else None)


def _check_csv(lines: Iterable[str]) -> None:
    """Refuse what pandas would mend in silence: it numbers columns of one name and fills up short rows."""
    rows = csv.reader(map(_without_nul, lines))
    header = next(filter(None, rows), [])
    if header and not any(map(str.strip, header)):
        raise ValueError(f"line {rows.line_num}, its header, has no names: remove it, or name the columns")
    if repeated := [name for name, times in Counter(filter(None, header)).items() if times > 1]:
        raise ValueError(f"it has more than one column named {repeated[0]!r}: rename one")
    width = max((position for position, name in enumerate(header, 1) if name), default=0)
    for row in rows:
        if 0 < len(row) < width:
            raise ValueError(
                f"line {rows.line_num} has {len(row)} values, but the header {width}: complete or remove it"
            )
        if any(row[len(header) :]):
            raise ValueError(
                f"line {rows.line_num} has {len(row)} values, but the header {len(header)}: quote values that hold "
                "commas, name all columns, or remove it"
            )


def _without_nul(line: str) -> str:
    if "\0" in line:
        raise ValueError("it has NUL bytes, as in UTF-16 or where data are no text: save it as UTF-8")
    return line
