import csv
import datetime
import decimal
import gzip

import duckdb
import numpy as np
import pandas as pd
import pytest

from focalboost.datasets.columns import as_features
from focalboost.datasets.errors import DataError
from focalboost.datasets.files import find_files, fingerprint, read_file
from focalboost.datasets.roles import Roles
from focalboost.datasets.target import binary_target


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "amount": [1.5, None, 3.0, 4.25],
            "count": [1, 2, 3, 4],
            "shop": ["a", None, "b", "a"],
            "new": [True, False, True, False],
            "day": ["2024-01-01", "2024-01-02T12:00:00", None, "2024-03-01"],
            "fraud": [0, 0, 1, 0],
        }
    )


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".parquet", ".duckdb", ".CSV"])
def test_a_table_comes_back_the_same_from_every_kind_of_file(tmp_path, table, suffix):
    path = tmp_path / f"data{suffix}"
    if suffix == ".parquet":
        table.to_parquet(path)
    elif suffix == ".duckdb":
        with duckdb.connect(path) as connection:
            connection.register("source", table)
            connection.sql("CREATE TABLE pay AS SELECT * FROM source")
    else:
        table.to_csv(path, index=False, compression="infer")
    data = read_file(path, Roles("fraud"))
    assert list(data.features.columns) == ["amount", "count", "shop", "new", "day"]
    np.testing.assert_array_equal(data.target, [0, 0, 1, 0])
    np.testing.assert_array_equal(data.features["amount"], np.float32([1.5, np.nan, 3.0, 4.25]))
    np.testing.assert_array_equal(data.features["new"], [1, 0, 1, 0])
    np.testing.assert_array_equal(data.features["day"], np.float32([0, 1.5, np.nan, 60]))
    assert data.features["shop"].cat.codes.tolist() == [0, -1, 1, 0]
    assert data.notes == ("column 'day' holds dates: read as days since 2024-01-01", "categories: 'shop' (text)")


def test_a_folder_gives_its_data_files_and_passes_over_the_rest(tmp_path):
    for name in ("b.csv", "a.parquet", "README.md", "sealed.bin"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder.csv").mkdir()
    data, others = find_files(tmp_path)
    assert [path.name for path in data] == ["a.parquet", "b.csv"]
    assert [path.name for path in others] == ["README.md", "folder.csv", "sealed.bin"]
    assert find_files(tmp_path / "b.csv") == ([tmp_path / "b.csv"], [])


def test_paths_without_data_are_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(DataError, match=r"nowhere does not exist: give a \.csv, \.csv\.gz, \.parquet or \.duckdb file"):
        find_files(tmp_path / "nowhere")
    with pytest.raises(DataError, match=r"notes\.txt is not a \.csv, \.csv\.gz, \.parquet or \.duckdb file"):
        find_files(tmp_path / "notes.txt")
    with pytest.raises(DataError, match=r"has no \.csv, \.csv\.gz, \.parquet or \.duckdb file"):
        find_files(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be read as csv"),
        ("a,fraud\n", "has a header but no rows"),
        ("fraud\n0\n1\n", "has no column beside the target 'fraud'"),
        ("a,b\n1,2\n", "no column 'fraud' for the target; the columns are 'a', 'b'"),
        ("a,fraud\n1,0\n2,\n3,1\n", "target 'fraud' is missing in 1 of 3 rows"),
        ("a,fraud\n1,0\n2,0\n", "target 'fraud' needs two values, but has only one: 0"),
        ("a,fraud\n1,0\n2,1\n3,2\n", "needs two values, but has 3: 0, 1, 2$"),
        ("a,fraud\n1,0\n2,1,5,6\n", "cannot be read as csv"),
        ("a,fraud\n1,0\ninf,1\n", "column 'a' has 1 values that are infinite"),
        ("a,fraud\n1,0\n1e39,1\n", "column 'a' has 1 values that are infinite"),
        ("a,fraud\n1,x\n2,y\n", "'x' and 'y' equally often"),
    ],
)
def test_unusable_files_are_refused_with_their_path(tmp_path, text, message):
    path = tmp_path / "data.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=message) as refused:
        read_file(path, Roles("fraud"))
    assert str(refused.value).startswith(str(path))


def test_files_that_are_not_what_their_name_says_are_refused(tmp_path):
    (tmp_path / "a.parquet").write_text("a,fraud\n1,0\n")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00,\xe9\n1,2\n")
    (tmp_path / "c.csv.gz").write_text("a,fraud\n1,0\n")
    with pytest.raises(DataError, match=r"a\.parquet cannot be read as parquet"):
        read_file(tmp_path / "a.parquet", Roles("fraud"))
    with pytest.raises(DataError, match=r"b\.csv cannot be read as csv"):
        read_file(tmp_path / "b.csv", Roles("fraud"))
    with pytest.raises(DataError, match=r"c\.csv\.gz cannot be read as csv\.gz"):
        read_file(tmp_path / "c.csv.gz", Roles("fraud"))


@pytest.mark.parametrize(
    ("values", "positive"),
    [
        ([0, 1, 0], 1),
        ([0.0, 1.0, 0.0], 1.0),
        ([True, False, False], True),
        (pd.array([1, 0, 0], dtype="Int64"), 1),
        (pd.Categorical([0, 0, 1]), 1),
    ],
)
def test_one_is_positive_without_a_word(values, positive):
    target, notes = binary_target(pd.Series(values, name="fraud"))
    np.testing.assert_array_equal(target, np.asarray(values) == positive)
    assert target.dtype == np.int8
    assert notes == ()


@pytest.mark.parametrize(
    ("values", "positive"),
    [
        (["no", "yes", "no"], "yes"),
        ([-1, 1, 1], -1),
        ([2, 1, 1], 2),
        (pd.Categorical(["ok", "bad", "ok"]), "bad"),
        (["1", "0", "0"], "1"),
    ],
)
def test_of_other_values_the_rarer_is_positive_and_that_is_said(values, positive):
    target, notes = binary_target(pd.Series(values, name="fraud"))
    np.testing.assert_array_equal(target, [value == positive for value in values])
    assert notes == (f"target 'fraud': the rarer value, {positive!r}, is taken as positive",)


def test_a_common_one_is_remarked_upon():
    target, notes = binary_target(pd.Series([1, 1, 1, 0], name="fraud"))
    assert target.tolist() == [1, 1, 1, 0]
    assert notes == ("target 'fraud': 1 is taken as positive, though 75% of the rows have it",)


def test_many_target_values_are_shown_in_part():
    with pytest.raises(DataError, match=r"has 9: .*, \.\.\.$"):
        binary_target(pd.Series(range(9), name="fraud"))


@pytest.mark.parametrize(
    "values",
    [
        pd.array([1, None, 3], dtype="Int32"),
        pd.array([True, None, False], dtype="boolean"),
        pd.Series([True, None, False], dtype=object),
        pd.Series([decimal.Decimal("1.5"), None, decimal.Decimal("2")], dtype=object),
        pd.Series([None, None, None], dtype=object),
        pd.Series([1, None, 2.5], dtype=object),
        np.array([1, 2, 3], dtype=np.uint8),
    ],
)
def test_numbers_of_all_kinds_become_float32(values):
    features, notes = as_features(pd.DataFrame({"x": values}))
    expected = [np.nan if pd.isna(value) else float(value) for value in values]
    assert features["x"].dtype == np.float32
    np.testing.assert_array_equal(features["x"], expected)
    assert notes == ()


@pytest.mark.parametrize(
    "values",
    [
        pd.to_datetime(["2024-01-01", None, "2024-01-03"]),
        pd.to_datetime(["2024-01-01", None, "2024-01-03"]).tz_localize("Europe/Brussels"),
        pd.Series([datetime.date(2024, 1, 1), None, datetime.date(2024, 1, 3)], dtype=object),
        pd.Series(["2024-01-01 00:00:00+00:00", None, "2024-01-03 00:00:00+00:00"]),
    ],
)
def test_dates_of_all_kinds_become_days(values):
    features, notes = as_features(pd.DataFrame({"x": values}))
    np.testing.assert_array_equal(features["x"], np.float32([0, np.nan, 2]))
    assert "column 'x' holds dates" in notes[0]


@pytest.mark.parametrize(
    "values",
    [["b", None, "a"], ["b", None, 7], pd.Categorical(["b", None, "a"], categories=["b", "z", "a"])],
)
def test_text_becomes_the_categories_that_occur(values):
    features, notes = as_features(pd.DataFrame({"x": pd.Series(values)}))
    assert len(features["x"].cat.categories) == 2
    assert features["x"].isna().tolist() == [False, True, False]
    assert notes == ("categories: 'x' (text)",)


def test_text_that_is_not_all_dates_stays_text():
    values = ["2024-01-01"] * 150 + ["unknown"]
    features, _ = as_features(pd.DataFrame({"x": values}))
    assert isinstance(features["x"].dtype, pd.CategoricalDtype)


def test_text_that_names_the_rows_is_remarked_upon():
    _, notes = as_features(pd.DataFrame({"x": [f"id-{i}" for i in range(1500)]}))
    assert notes[0] == "column 'x' has 1500 categories in 1500 rows: if it only names the rows, drop it"


@pytest.mark.parametrize("values", [[[1], [2]], [b"a", b"b"], [bytearray(b"a"), None], [{"a": 1}, None], [1j, 2j]])
def test_what_is_no_feature_is_refused(values):
    with pytest.raises(DataError, match=r"column 'x' holds .* neither numbers, text nor dates: drop it"):
        as_features(pd.DataFrame({"x": values}))


def test_the_fingerprint_is_that_of_the_bytes(tmp_path):
    one, same, other = tmp_path / "one.csv", tmp_path / "same.csv", tmp_path / "other.csv"
    for path, text in ((one, "a\n1\n"), (same, "a\n1\n"), (other, "a\n2\n")):
        path.write_text(text)
    assert fingerprint(one) == fingerprint(same) != fingerprint(other)


def test_rows_longer_than_the_header_are_refused(tmp_path):
    path = tmp_path / "pay.csv"
    path.write_text("amount,fraud\n1,0,5\n2,1,6\n")
    with pytest.raises(DataError, match="line 2 has 3 values, but the header 2: quote values that hold commas"):
        read_file(path, Roles("fraud"))


@pytest.mark.parametrize("name", ["pay.csv", "pay.csv.gz"])
@pytest.mark.parametrize("comma", ["", ","])
def test_rows_shorter_than_the_header_are_refused(tmp_path, name, comma):
    path = tmp_path / name
    lines = [f"amount,shop,fraud{comma}", '1,"one value,\nin two lines",0', "", "2,b,0", "3,,1"]

    def write(*more):
        text = "\n".join([*lines, *more]).encode()
        path.write_bytes(gzip.compress(text) if name.endswith("gz") else text)

    write("4,d,1")
    assert read_file(path, Roles("fraud")).target.tolist() == [0, 0, 1, 1]
    write("4,1")
    with pytest.raises(DataError, match="line 7 has 2 values, but the header 3: complete or remove it"):
        read_file(path, Roles("fraud"))


def test_a_text_of_any_length_is_read(tmp_path):
    path = tmp_path / "pay.csv"
    path.write_text(f"shop,amount,fraud\n{'a' * 200_000},1,0\nb,2,1\nb,3,0\n")
    limit = csv.field_size_limit()
    assert read_file(path, Roles("fraud")).target.tolist() == [0, 1, 0]
    assert csv.field_size_limit() == limit


def test_a_comma_at_the_end_of_each_row_shifts_nothing(tmp_path):
    path = tmp_path / "pay.csv"
    path.write_text("amount,fraud\n1,0,\n2,1,\n3,0,\n")
    data = read_file(path, Roles("fraud"))
    assert data.target.tolist() == [0, 1, 0]
    assert data.features["amount"].tolist() == [1, 2, 3]
