"""The reading of TOML files whose keys and types are checked."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from focalboost.datasets.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Kind:
    """What a key holds: how it is told from others, and how it is called."""

    accepts: Callable[[object], bool]
    name: str


def _is(*types: type) -> Callable[[object], bool]:
    # In Python, though not in TOML, true is a whole number.
    return lambda value: isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _is_number(value: object) -> bool:
    # A whole number of TOML may be too large for a float.
    too_large = isinstance(value, int) and abs(value) > sys.float_info.max
    return _is(int, float)(value) and not too_large


def _list_of(kind: Kind) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(kind.accepts(entry) for entry in value)


TEXT = Kind(lambda value: isinstance(value, str) and value != "", "a text that is not empty")
YES_NO = Kind(_is(bool), "true or false")
WHOLE = Kind(_is(int), "a whole number")
NUMBER = Kind(_is_number, "a number")
TABLE = Kind(_is(dict), "a table")
TEXTS = Kind(_list_of(TEXT), "a list of texts")
TABLES = Kind(_list_of(TABLE), "a list of tables")


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    DataError
        If there is no such file, or it is not TOML; the message begins with the path.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path} is not TOML: {error}") from error


def checked(values: Mapping[str, Any], allowed: Mapping[str, Kind], place: str) -> dict[str, Any]:
    """Return the values, all of them allowed keys of the right kind.

    Parameters
    ----------
    values : mapping
        A table.
    allowed : mapping of str to Kind
        What its keys hold.
    place : str
        What the table is called in the error.

    Raises
    ------
    DataError
        If a key is unknown or holds something else; it says what is allowed.

    Examples
    --------
    >>> checked({"n": "five"}, {"n": WHOLE}, "[folds]")
    Traceback (most recent call last):
    focalboost.datasets.errors.DataError: [folds] n is 'five': give a whole number
    """
    for key, value in values.items():
        if key not in allowed:
            raise DataError(f"{place} has {key!r}; choose from {', '.join(allowed)}")
        if not allowed[key].accepts(value):
            raise DataError(f"{place} {key} is {value!r}: give {allowed[key].name}")
    return dict(values)
