import datetime

import numpy as np
import pandas as pd
import pytest

from focalboost.datasets.errors import DataError
from focalboost.datasets.times import read_times

DAYS = np.array(["2024-01-31", "2024-01-01", "2024-02-01"], dtype="datetime64[us]")


def column(values):
    return pd.Series(values, name="when")


@pytest.mark.parametrize(
    "values",
    [
        ["2024-01-31", "2024-01-01", "2024-02-01"],
        ["2024-01-31T00:00:00Z", "2024-01-01 02:00:00+02:00", "2024-02-01"],
        pd.Categorical(["2024-01-31", "2024-01-01", "2024-02-01"]),
        pd.to_datetime(["2024-01-31", "2024-01-01", "2024-02-01"]),
        pd.to_datetime(["2024-01-31T01:00", "2024-01-01T01:00", "2024-02-01T01:00"]).tz_localize("Europe/Brussels"),
        [datetime.date(2024, 1, 31), datetime.date(2024, 1, 1), datetime.date(2024, 2, 1)],
        [20240131, 20240101, 20240201],
        ["20240131", "20240101", "20240201"],
    ],
)
def test_dates_of_all_kinds_become_moments_in_the_columns_order(values):
    times, note = read_times(column(values))
    np.testing.assert_array_equal(times, DAYS)
    assert note == (
        "rows sorted by column 'when', read as dates from 2024-01-01T00:00:00 to 2024-02-01T00:00:00; it is no feature"
    )


def test_parts_of_a_second_are_kept():
    times, _ = read_times(column(["2024-01-01T00:00:00.000002", "2024-01-01T00:00:00.000001"]))
    assert times[0] - times[1] == np.timedelta64(1, "us")


@pytest.mark.parametrize(
    "values",
    [
        [5, 0, 7],
        [5.0, 0.0, 7.0],
        ["5", "0", "7"],
        pd.array([5, 0, 7], dtype="Int64"),
        np.array([5, 0, 7], dtype=np.uint8),
    ],
)
def test_numbers_stay_in_their_unit(values):
    times, note = read_times(column(values))
    assert times.dtype == np.float64
    np.testing.assert_array_equal(times, [5, 0, 7])
    assert note == "rows sorted by column 'when', read as numbers from 0 to 7; it is no feature"


def test_numbers_that_are_mostly_no_days_of_the_calendar_are_no_dates():
    times, _ = read_times(column(np.arange(20_000_000, 20_010_000)))
    assert times.dtype == np.float64


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            ["2024-01-01", "31/01/2024", "soon"],
            "has '31/01/2024' in row 2 of 3, and 1 more such rows: give a value that is a date in ISO 8601 such as",
        ),
        (
            ["2024-01-01", "31/01/2024", "2024-01-02"],
            "has '31/01/2024' in row 2 of 3: give a value that is a date in ISO 8601",
        ),
        (["2024-01-01", "2024-01-02", None], "has nothing in row 3 of 3: give a value that is a date"),
        (pd.to_datetime(["2024-01-01", None, "2024-01-02"]), "has nothing in row 2 of 3: give a value that is a date"),
        (["1", "2", "x"], "has 'x' in row 3 of 3: give a value that is a finite number, or a date in ISO 8601"),
        ([1, np.nan, 2], "has nothing in row 2 of 3: give a value that is a finite number"),
        (pd.array([1, None, 2], dtype="Int64"), "has nothing in row 2 of 3: give a value that is a finite number"),
        ([1, 2, np.inf], "has inf in row 3 of 3: give a value that is a finite number"),
        ([20240131, 20240231, 20240301], "has 20240231 in row 2 of 3: give a value that is a date"),
        ([3, 3, 3], "is the same in every row: there is no past to train on, leave it out"),
        ([[1], [2], [3]], "holds lists .*: give dates or numbers"),
        (pd.to_timedelta([1, 2, 3], unit="D"), "holds timedelta64"),
    ],
)
def test_unreadable_times_are_named_with_their_row(values, message):
    with pytest.raises(DataError, match=f"time 'when' {message}"):
        read_times(column(values))
