import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from focalboost.datasets.errors import DataError
from focalboost.datasets.files import read_file
from focalboost.datasets.frame import read_frame
from focalboost.datasets.roles import Roles

ROLES = Roles("fraud", time="day", group="customer", amount="amount", categorical=("branch",))


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "amount": [1.5, 2.5, 3.5, 4.5],
            "day": ["2024-01-03", "2024-01-01", "2024-01-02", "2024-01-01"],
            "customer": ["ann", "bob", "ann", "cem"],
            "branch": [12, 7, 12, 7],
            "shop": ["a", None, "b", "a"],
            "fraud": [0, 0, 1, 0],
        }
    )


def equal(one, other):
    pd.testing.assert_frame_equal(one.features, other.features)
    for name in ("target", "timestamp", "customer", "amount"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    return one.notes == other.notes


def test_a_frame_is_read_as_the_file_of_it(tmp_path, frame):
    frame.to_parquet(tmp_path / "data.parquet")
    assert equal(read_frame(frame, ROLES), read_file(tmp_path / "data.parquet", ROLES))


@pytest.mark.parametrize("other", [pl.from_pandas, pa.Table.from_pandas])
def test_polars_and_arrow_are_read_as_pandas(frame, other):
    assert equal(read_frame(other(frame), ROLES), read_frame(frame, ROLES))


def test_the_frame_is_not_changed_and_its_own_row_names_do_not_matter(frame):
    other = frame.set_index(pd.Index([5, 5, 1, 0]))
    kept = other.copy(deep=True)
    assert equal(read_frame(other, ROLES), read_frame(frame, ROLES))
    pd.testing.assert_frame_equal(other, kept)


def test_columns_may_be_named_by_numbers_but_not_two_alike():
    data = read_frame(pd.DataFrame({0: [1, 2, 3], 1: [0, 0, 1]}), Roles("1"))
    assert data.features.columns.tolist() == ["0"]
    with pytest.raises(DataError, match="has more than one column named '0': rename one"):
        read_frame(pd.DataFrame([[1, 2, 0], [1, 2, 1]], columns=[0, "0", "y"]), Roles("y"))


@pytest.mark.parametrize("value", [[[1, 2]], np.zeros((2, 2)), "data.csv", None])
def test_what_is_no_table_is_refused(value):
    with pytest.raises(DataError, match=r"the data are a \w+: give a pandas, Polars or Arrow table"):
        read_frame(value, Roles("y"))


def test_a_frame_without_rows_is_refused(frame):
    with pytest.raises(DataError, match="no rows"):
        read_frame(frame[:0], ROLES)


def test_a_series_of_pandas_or_polars_is_no_table():
    for series in (pd.Series([0, 1]), pl.Series([0, 1])):
        with pytest.raises(DataError, match="the data are a Series"):
            read_frame(series, Roles("y"))
