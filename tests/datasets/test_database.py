import duckdb
import pytest

from focalboost.datasets.database import read_database
from focalboost.datasets.errors import DataError
from focalboost.datasets.roles import Roles

ROLES = Roles("fraud", time="day")


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "bank.db"
    with duckdb.connect(path) as connection:
        connection.sql(
            """
            CREATE TABLE pay (day DATE, amount DECIMAL(10, 2), shop TEXT, n HUGEINT, fraud BOOLEAN);
            INSERT INTO pay VALUES ('2024-01-02', 1.5, 'a', 7, true), ('2024-01-01', 2.5, NULL, NULL, false),
                                   ('2024-01-03', NULL, 'b', 9, false);
            CREATE SCHEMA old;
            CREATE TABLE old."a ""b"" c" AS SELECT * FROM pay;
            CREATE VIEW frauds AS SELECT * FROM pay;
            """
        )
    return path


@pytest.mark.parametrize(
    "source",
    [
        {"table": "pay"},
        {"table": "frauds"},
        {"table": 'old.a "b" c'},
        {"query": "SELECT * FROM pay ORDER BY day"},
        {"query": 'WITH p AS (FROM old."a ""b"" c") SELECT * FROM p'},
    ],
)
def test_tables_views_and_queries_are_read(path, source):
    data = read_database(path, ROLES, **source)
    assert data.target.tolist() == [0, 1, 0]
    assert data.features["amount"].tolist()[:2] == [2.5, 1.5]
    assert data.features["shop"].cat.codes.tolist() == [-1, 0, 1]
    assert data.features["n"].fillna(0).tolist() == [0, 7, 9]
    assert data.timestamp[0].astype("datetime64[D]").astype(str) == "2024-01-01"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({}, """no table is named: choose from 'frauds', 'pay', 'old.a "b" c', or give a query"""),
        ({"table": "Pay; DROP TABLE pay"}, r"has no table 'Pay; DROP TABLE pay': choose from 'frauds', 'pay'"),
        ({"table": "pay", "query": "FROM pay"}, "has a table and a query given: give one of them"),
        ({"query": "SELECT * FROM nowhere"}, "nowhere does not exist"),
        ({"query": "SELEC 1"}, "syntax error"),
        ({"query": "DROP TABLE pay"}, "read-only"),
        ({"query": "SET threads = 1"}, "no column 'fraud' for the target"),
        ({"query": "SELECT day, fraud FROM pay"}, "no column beside the target 'fraud' and the time 'day'"),
        ({"query": "SELECT 1 AS x"}, "no column 'fraud' for the target"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_path(path, source, message):
    with pytest.raises(DataError, match=message) as refused:
        read_database(path, ROLES, **source)
    assert str(refused.value).startswith(f"{path}: ")


def test_files_that_are_none_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"nowhere\.duckdb does not exist"):
        read_database(tmp_path / "nowhere.duckdb", ROLES)
    assert not (tmp_path / "nowhere.duckdb").exists()
    (tmp_path / "junk.duckdb").write_text("day,fraud\n" * 1000)
    with pytest.raises(DataError, match="not a valid DuckDB database"):
        read_database(tmp_path / "junk.duckdb", ROLES)
    duckdb.connect(tmp_path / "empty.duckdb").close()
    with pytest.raises(DataError, match="no table is named: choose from none, it is empty"):
        read_database(tmp_path / "empty.duckdb", ROLES)


def test_the_only_table_is_the_default_and_the_file_stays_the_same(tmp_path):
    path = tmp_path / "one.duckdb"
    with duckdb.connect(path) as connection:
        connection.sql("CREATE TABLE pay AS SELECT range AS x, range AS day, range % 2 AS fraud FROM range(5000)")
    before = path.read_bytes()
    assert read_database(path, ROLES).features["x"].tolist() == list(range(5000))
    assert path.read_bytes() == before
