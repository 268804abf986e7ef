"""What the files and tables of a user hold."""

import numpy as np
import pandas as pd
from bad_input.case import Case

from focalboost.datasets.errors import DataError
from focalboost.datasets.files import find_files, read_file
from focalboost.datasets.frame import read_frame
from focalboost.datasets.roles import Roles

HEADER = "amount,when,who,fraud\n"
ROWS = "1.5,2024-01-31,7,0\n2.5,2024-02-01,8,1\n3.5,2024-02-02,7,0\n"
TARGET = Roles("fraud")


def file(given, message, content, *, name="payments.csv", roles=TARGET):
    """A file by its content, or by what writes it."""

    def write(folder):
        path = folder / name
        if callable(content):
            content(path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return Case(
        given, f"a {name.partition('.')[2]} file", DataError, message, lambda f: read_file(f / name, roles), write
    )


def table(given, message, roles=TARGET, **columns):
    """A table in memory by its columns, beside those that are right."""
    right = {"amount": [1.5, 2.5, 3.5, 4.5], "when": [1, 2, 3, 4], "who": [7, 8, 7, 8], "fraud": [0, 1, 0, 0]}

    def call(_):
        return read_frame(pd.DataFrame({**right, **columns}), roles)

    return Case(given, "a table", DataError, message, call)


def path(given, message, name, make=lambda _: None):
    return Case(given, "--data", DataError, message, lambda folder: find_files(folder / name), make)


def database(*statements):
    def write(path):
        import duckdb

        with duckdb.connect(path) as connection:
            for statement in statements:
                connection.execute(statement)

    return write


def parquet(path):
    pd.DataFrame({"amount": [1.5, 2.5], "fraud": [0, 1]}).to_parquet(path)


def half_parquet(path):
    parquet(path)
    path.write_bytes(path.read_bytes()[:-20])


def half_gzip(path):
    pd.DataFrame({"amount": np.arange(500.0), "fraud": 1}).to_csv(path, index=False)
    path.write_bytes(path.read_bytes()[:-40])


def duckdb_of(path):
    path.write_bytes(b"no database" * 1000)


NAMED = {
    "time": Roles("fraud", time="when"),
    "group": Roles("fraud", group="who"),
    "amount": Roles("fraud", amount="amount"),
}
DATES = pd.to_datetime(["2024-01-31", None, "2024-02-01", "2024-02-02"])

CASES = [
    file(
        "a row with more values than the header", "payments.csv cannot be read as csv", HEADER + ROWS + "1,2,3,4,5,6\n"
    ),
    file(
        "a row with fewer values than the header",
        "payments.csv cannot be read as csv: line 5 has 3 values, but the header 4: complete or remove it",
        HEADER + ROWS + "4.5,2024-02-03,8\n" + ROWS,
    ),
    file(
        "a column of numbers and a text",
        "column 'amount' has 'x' in row 2 of 5: give a value that is a number as most of them are",
        "amount,fraud\n1,0\nx,1\n2,0\n3,0\n4,0\n",
    ),
    file("a quote that never ends", "cannot be read as csv", HEADER + '1.5,"2024,7,0\n' + ROWS),
    file("an empty file", "cannot be read as csv: .*[Nn]o columns", ""),
    file("a header alone", "has a header but no rows", HEADER),
    file("text without columns", "no column 'fraud' for the target; the columns are 'hello'", "hello\nworld\n"),
    file("a first line of spaces", "line 1, its header, has no names", "   \n" + HEADER + ROWS),
    file("a first row of too many values", "line 2 has 5 values, but the header 4", HEADER + "1,2,3,4,5\n" + ROWS),
    file("a remark in front of the header", "line 2 has 4 values, but the header 1", "# of 2024\n" + HEADER + ROWS),
    file("semicolons", "no column 'fraud'.*amount;when", (HEADER + ROWS).replace(",", ";")),
    file("UTF-16", "not in UTF-8, as UTF-16.*save it as UTF-8", (HEADER + ROWS).encode("utf-16")),
    file("UTF-16 without its mark", "NUL bytes, as in UTF-16.*UTF-8", (HEADER + ROWS).encode("utf-16-le")),
    file("Latin-1", "not in UTF-8.*save it as UTF-8", (HEADER + ROWS).replace("amount", "prêt").encode("latin-1")),
    file("NUL bytes", "NUL bytes, .* save it as UTF-8", (HEADER + "1.5,\x00,7,0\n" + ROWS).encode()),
    file("an image", "data are no text", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4),
    file(
        "two columns of one name", "more than one column named 'amount'", "amount,amount,fraud\n1,2,0\n3,4,1\n5,6,0\n"
    ),
    file(
        "two columns of one name after a byte order mark", "more than one column named 'a'", "\ufeffa,a,fraud\n1,2,0\n"
    ),
    file("infinite values", "infinite", "a,fraud\n1,0\ninf,1\n2,0\n"),
    file(
        "10,000 columns without the target",
        "no column 'fraud'.*and 9980 more",
        ",".join(f"c{i}" for i in range(10_000)) + "\n" + ",".join(["1"] * 10_000) + "\n",
    ),
    file("half a gzip file", "cannot be read as csv.gz", half_gzip, name="payments.csv.gz"),
    file("no gzip file", "cannot be read as csv.gz", HEADER + ROWS, name="payments.csv.gz"),
    file("half a parquet file", "cannot be read as parquet", half_parquet, name="payments.parquet"),
    file("a CSV named parquet", "cannot be read as parquet", HEADER + ROWS, name="payments.parquet"),
    file("an empty parquet file", "cannot be read as parquet", "", name="payments.parquet"),
    file("no database", "payments.duckdb", duckdb_of, name="payments.duckdb"),
    file("a database without tables", "it is empty", database(), name="payments.duckdb"),
    file(
        "a database with two tables",
        "choose from 'a', 'b'",
        database("create table a(x int)", "create table b(x int)"),
        name="payments.duckdb",
    ),
    path("no such file", "does not exist: give a .csv", "nowhere.csv"),
    path(
        "a spreadsheet", "is not a .csv.*convert", "payments.xlsx", lambda f: (f / "payments.xlsx").write_bytes(b"PK")
    ),
    path("a folder without data", "has no .csv", "data", lambda f: (f / "data").mkdir()),
    table("no such target", "no column 'paid' for the target; the columns are", Roles("paid")),
    table("no such time", "no column 'day' for the time", Roles("fraud", time="day")),
    table("a target that misses values", "missing in 1 of 4 rows", fraud=[0, 1, None, 0]),
    table("a target of three values", "needs two values, but has 3", fraud=[0, 1, 2, 0]),
    table("a target of one value", "needs two values, but has only one: 0", fraud=[0, 0, 0, 0]),
    table("a target of numbers such as 0.5", "needs two values, but has 4", fraud=[0.0, 0.5, 0.25, 1.0]),
    table("a target whose values are equally often", "Write them as 0 and 1", fraud=["a", "b", "a", "b"]),
    table("a target of lists", "target", fraud=[[0], [1], [0], [0]]),
    table(
        "a time that is no date",
        "time 'when' has 'soon' in row 2",
        NAMED["time"],
        when=["2024-01-31", "soon", "2024-02-01", "2024-02-02"],
    ),
    table("a time that misses a value", "time 'when' has nothing in row 2", NAMED["time"], when=DATES),
    table("a time that is the same in every row", "the same in every row", NAMED["time"], when=[1, 1, 1, 1]),
    table("an infinite time", "time 'when' has inf in row 2", NAMED["time"], when=[1.0, np.inf, 2.0, 3.0]),
    table("a time of durations", "give dates or numbers", NAMED["time"], when=pd.to_timedelta([1, 2, 3, 4], "D")),
    table("a group that misses a value", "group 'who' has nothing in row 3", NAMED["group"], who=[7, 8, None, 7]),
    table("a group of lists", "give numbers, text or dates", NAMED["group"], who=[[7], [8], [7], [8]]),
    table("a negative amount", "for a refund 0", NAMED["amount"], amount=[1.0, -2.0, 3.0, 4.0]),
    table("a NaN amount", "amount 'amount' has nothing in row 2", NAMED["amount"], amount=[1.0, None, 3.0, 4.0]),
    table("an amount of text", "has '5 EUR' in row 1", NAMED["amount"], amount=["5 EUR", "1", "2", "3"]),
    table(
        "an infinite amount", "amount 'amount' has inf in row 2 of 4", NAMED["amount"], amount=[1.0, np.inf, 3.0, 4.0]
    ),
    table("an amount of dates", "give numbers", NAMED["amount"], amount=DATES),
    table("complex numbers", "complex128", amount=[1j, 2j, 3j, 4j]),
    table("a column of lists", "lists or bytes", amount=[[1], [2], [3], [4]]),
    table("a column of bytes", "bytes", amount=[b"a", b"b", b"c", b"d"]),
    Case(
        "nothing beside the target",
        "a table",
        DataError,
        "no column beside the target 'fraud' to learn from",
        lambda _: read_frame(pd.DataFrame({"fraud": [0, 1]}), TARGET),
    ),
    Case("one column in two roles", "Roles", DataError, "each needs its own column", lambda _: Roles("a", time="a")),
    Case("a text as columns to drop", "Roles", DataError, "in a tuple", lambda _: Roles("a", drop="shop")),
    Case("a text as categorical", "Roles", DataError, "in a tuple", lambda _: Roles("a", categorical="shop")),
    Case("a list", "read_frame", DataError, "give a pandas, Polars or Arrow table", lambda _: read_frame([1], TARGET)),
]
