"""A suite: a list of tasks as a TOML file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from focalboost.benchmark.task_file import read_task, task_from
from focalboost.benchmark.toml_table import TABLES, TEXT, TEXTS, checked, read_toml
from focalboost.datasets.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from focalboost.benchmark.task import Task

_FOLDER = Path(__file__).parent / "suites"
_SUITE = {"name": TEXT, "description": TEXT, "tasks": TEXTS, "task": TABLES}


def suite_names() -> tuple[str, ...]:
    """Return the names of the suites that come with the package, sorted.

    Examples
    --------
    >>> suite_names()
    ('openml', 'packaged', 'packaged_variants', 'simulator')
    """
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def find_suite(name_or_path: str | Path) -> Path:
    """Return the file of a suite.

    Parameters
    ----------
    name_or_path : str or Path
        One of `suite_names`, or the path of a suite or a task.

    Raises
    ------
    DataError
        If there is neither; it names the suites that there are.

    Examples
    --------
    >>> find_suite("simulator").name
    'simulator.toml'
    """
    if str(name_or_path) in suite_names():
        return _FOLDER / f"{name_or_path}.toml"
    path = Path(name_or_path)
    if not path.is_file():
        raise DataError(f"{path} is neither a file nor a suite of the package; these are {', '.join(suite_names())}")
    return path


def read_suite(path: Path, seed: int = 0) -> list[Task]:
    """Read the tasks of a suite.

    ::

        name = "our bank"
        description = "What we lose money on."
        tasks = ["card.toml", "transfers/*.toml"]    # relative to this file

        [[task]]                                     # or written here, each as in `read_task`
        name = "simulated"
        data = { simulator = "card_fraud", prevalence = 0.001 }

    Parameters
    ----------
    path : Path
        The file; one that is a task itself is a suite of it.
    seed : int
        As of `read_task`.

    Returns
    -------
    list of Task
        The files' in the order given, those of a pattern by name, each once; then those written in the suite.

    Raises
    ------
    DataError
        If the suite or a task cannot be read, a pattern finds no file, or two tasks have one name; the message begins
        with the path.
    """
    values = read_toml(path)
    if "data" in values:
        return [read_task(path, seed)]
    try:
        values = checked(values, _SUITE, "the suite")
        files = _files(values.get("tasks", ()), path)
        inline = [_inline(table, place, path, seed) for place, table in enumerate(values.get("task", ()), 1)]
    except DataError as error:
        raise DataError(f"{path}: {error}") from error
    tasks = [read_task(file, seed) for file in files] + inline
    _check(tasks, path)
    return tasks


def _files(patterns: Sequence[str], suite: Path) -> list[Path]:
    files: dict[Path, None] = {}
    for pattern in patterns:
        direct = suite.parent / Path(pattern).expanduser()
        # A name with brackets is a name first, and a pattern only if there is no such file.
        found = [direct] if direct.is_file() else _matches(suite.parent, pattern)
        if not found:
            raise DataError(f"tasks has {pattern!r}, which is no file and matches none in {suite.parent}")
        files |= dict.fromkeys(file for file in found if file != suite)
    return list(files)


def _matches(folder: Path, pattern: str) -> list[Path]:
    if Path(pattern).is_absolute():
        return []
    return sorted(file for file in folder.glob(pattern) if file.is_file())


def _inline(table: dict[str, object], place: int, path: Path, seed: int) -> Task:
    try:
        return task_from(table, path.parent, seed)
    except DataError as error:
        raise DataError(f"[[task]] {table.get('name', f'number {place}')}: {error}") from error


def _check(tasks: Sequence[Task], path: Path) -> None:
    if not tasks:
        raise DataError(f"{path}: has no tasks: give tasks = [...] or [[task]]")
    for name, count in Counter(task.name for task in tasks).items():
        if count > 1:
            raise DataError(f"{path}: {count} tasks are named {name!r}: each needs its own name")
