"""A DuckDB file of someone else's, or a query, reaches nothing but itself."""

import duckdb
import pytest

from focalboost.datasets.database import read_database
from focalboost.datasets.errors import DataError
from focalboost.datasets.roles import Roles

ROLES = Roles("fraud")
NAMES = ('a"b', "x'; DROP TABLE t; --", "t; DROP TABLE t", "日 本", "select")


@pytest.fixture
def path(tmp_path):
    (tmp_path / "other.csv").write_text("x,fraud\n1,0\n2,1\n")
    path = tmp_path / "theirs.duckdb"
    with duckdb.connect(path) as connection:
        connection.sql("CREATE TABLE t AS SELECT range AS x, range % 2 AS fraud FROM range(4)")
        connection.sql(f"CREATE VIEW spy AS SELECT * FROM read_csv('{tmp_path / 'other.csv'}')")
        connection.sql("CREATE VIEW inside AS SELECT * FROM t")
        for name in NAMES:
            quoted = name.replace('"', '""')
            connection.sql(f'CREATE TABLE "{quoted}" AS SELECT range AS "{quoted}", range % 2 AS fraud FROM range(4)')
    return path


def test_a_view_reads_no_other_file(path):
    assert len(read_database(path, ROLES, "inside").target) == 4
    with pytest.raises(DataError, match="disabled"):
        read_database(path, ROLES, "spy")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{other}')",
        "SELECT * FROM '{other}'",
        "SELECT * FROM 'http://127.0.0.1:9/x.csv'",
        "COPY t TO '{out}'",
        "ATTACH '{out}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "EXPORT DATABASE '{out}'",
    ],
)
def test_a_query_reaches_nothing_but_the_file(path, query, tmp_path):
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(DataError, match=r"disabled|[Cc]annot"):
        read_database(path, ROLES, query=query.format(other=tmp_path / "other.csv", out=tmp_path / "out"))
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name(path, name):
    data = read_database(path, ROLES, name)
    assert data.features.columns.tolist() == [name]
    assert len(read_database(path, ROLES, "t").target) == 4
