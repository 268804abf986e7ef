"""A user's own data: a table, or the answer to a query, of a DuckDB file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from focalboost._optional import optional_import
from focalboost.datasets.errors import DataError
from focalboost.datasets.frame import read_frame

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from focalboost.datasets.dataset import Dataset
    from focalboost.datasets.roles import Roles


def read_database(path: Path, roles: Roles, table: str | None = None, query: str | None = None) -> Dataset:
    """Read a table, or the answer to a query, of a DuckDB file, which is not changed.

    Parameters
    ----------
    path : Path
        The file.
    roles : Roles
        What the columns say, see `read_frame`.
    table : str, optional
        Name of a table or a view, ``schema.table`` outside the main schema. By default, the only one.
    query : str, optional
        A SELECT in place of a table. Folds at random are the same in every run only if its rows are: order them.

    Returns
    -------
    Dataset
        As from `read_frame`.

    Raises
    ------
    DataError
        If the file, the table or the query cannot be read, or the columns cannot be used; it names the tables.
    """
    duckdb = optional_import("duckdb", "Reading a DuckDB file")
    if not path.is_file():
        raise DataError(f"{path} does not exist: give a DuckDB file")
    try:
        # One thread, because the rows of a query without an order come in an order of their own from several. A view of
        # someone else's file, or a query, must neither read or write other files nor download anything.
        config = {"threads": 1, "enable_external_access": False}
        with duckdb.connect(path, read_only=True, config=config) as connection:
            frame = _read(connection, table, query)
        return read_frame(frame, roles)
    except (DataError, duckdb.Error) as error:
        raise DataError(f"{path}: {error}") from error


def _read(connection: Any, table: str | None, query: str | None) -> pd.DataFrame:
    if query is not None and table is not None:
        raise DataError("has a table and a query given: give one of them")
    select = f"SELECT * FROM {_quoted(connection, table)}" if query is None else query
    answer = connection.execute(select)
    if answer is None:
        raise DataError(f"the query {query!r} has no statement: give a SELECT")
    frame: pd.DataFrame = answer.df()
    return frame


def _quoted(connection: Any, table: str | None) -> str:
    """Return the table's name for a statement, from the names that DuckDB has, so that nothing else gets into it."""
    rows = connection.execute("SELECT table_schema, table_name FROM information_schema.tables ORDER BY ALL").fetchall()
    tables = {name if schema == "main" else f"{schema}.{name}": (schema, name) for schema, name in rows}
    if table is None and len(tables) == 1:
        table = next(iter(tables))
    if table not in tables:
        asked = "no table is named" if table is None else f"has no table {table!r}"
        raise DataError(f"{asked}: choose from {', '.join(map(repr, tables)) or 'none, it is empty'}, or give a query")
    return ".".join('"' + part.replace('"', '""') + '"' for part in tables[table])
