"""A user's own data: one CSV or parquet file, or a folder of them."""

from __future__ import annotations

import hashlib
import warnings
from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets._tables import pd, read_parquet
from focalboost.datasets.columns import as_features
from focalboost.datasets.dataset import Dataset
from focalboost.datasets.errors import DataError
from focalboost.datasets.roles import read_amounts, read_groups
from focalboost.datasets.target import binary_target
from focalboost.datasets.times import read_times

if TYPE_CHECKING:
    from pathlib import Path

    from focalboost.datasets.roles import Roles

SUFFIXES = (".csv", ".parquet")


def find_files(path: Path) -> tuple[list[Path], list[Path]]:
    """List the data files at a path.

    Parameters
    ----------
    path : Path
        A CSV or parquet file, or a folder (whose subfolders are not looked into).

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
        if path.suffix.lower() not in SUFFIXES:
            raise DataError(f"{path} is not a {' or '.join(SUFFIXES)} file: convert it to one of these")
        return [path], []
    if not path.is_dir():
        raise DataError(f"{path} does not exist: give a {' or '.join(SUFFIXES)} file or a folder of them")
    entries = sorted(path.iterdir())
    data = [entry for entry in entries if entry.is_file() and entry.suffix.lower() in SUFFIXES]
    if not data:
        raise DataError(f"folder {path} has no {' or '.join(SUFFIXES)} file")
    return data, [entry for entry in entries if entry not in data]


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, which tells whether the data are still the same."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_file(path: Path, roles: Roles) -> Dataset:
    """Read a CSV (UTF-8, commas, a header) or parquet file as features and a target.

    Parameters
    ----------
    path : Path
        The file.
    roles : Roles
        The column to predict (see `binary_target`) and those of time (see `read_times`), group and amount.

    Returns
    -------
    Dataset
        All other columns, and the amount, as features (see `as_features`); the rows sorted by time, if there is one,
        and by their place in the file where it is the same.

    Raises
    ------
    DataError
        If the file cannot be read or its columns cannot be used; the message begins with the path.
    """
    table = _read_table(path)
    try:
        return _dataset(table, roles)
    except DataError as error:
        raise DataError(f"{path}: {error}") from error


def _dataset(table: pd.DataFrame, roles: Roles) -> Dataset:
    roles.check(table)
    if table.empty:
        raise DataError("has a header but no rows")
    target, notes = binary_target(table[roles.target])
    features, feature_notes = as_features(roles.features_of(table))
    timestamp = customer = amount = None
    if roles.time is not None:
        timestamp, note = read_times(table[roles.time])
        notes += (note,)
    if roles.group is not None:
        customer, note = read_groups(table[roles.group])
        notes += (note,)
    if roles.amount is not None:
        amount = read_amounts(table[roles.amount])
    data = Dataset(features, target, timestamp, customer, amount, notes + feature_notes)
    return data if timestamp is None else data.rows(np.argsort(timestamp, kind="stable"))


def _read_table(path: Path) -> pd.DataFrame:
    try:
        if path.suffix.lower() == ".parquet":
            table = read_parquet(path).reset_index(drop=True)
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("error", pd.errors.ParserWarning)  # rows with more values than the header
                table = pd.read_csv(path, low_memory=False, index_col=False)  # else the first column names the rows
    except ImportError:
        raise
    # The readers raise many types of error (pyarrow's own too), all of which mean this here.
    except Exception as error:
        raise DataError(f"{path} cannot be read as {path.suffix.lower()[1:]}: {error}") from error
    table.columns = table.columns.map(str)
    repeated = table.columns[table.columns.duplicated()]
    if len(repeated):
        raise DataError(f"{path} has more than one column named {repeated[0]!r}: rename one")
    return table
