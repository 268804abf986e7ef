import numpy as np
import pandas as pd
import pytest

from focalboost.datasets.errors import DataError
from focalboost.datasets.files import read_file
from focalboost.datasets.frame import read_frame
from focalboost.datasets.roles import Roles, read_amounts, read_groups

ALL = Roles("fraud", time="day", group="customer", amount="amount")


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "amount": [1.1, 2.2, 3.3, 4.4],
            "day": ["2024-01-03", "2024-01-01", "2024-01-02", "2024-01-01"],
            "customer": ["ann", "bob", "ann", "cem"],
            "shop": ["a", "b", "c", "d"],
            "fraud": [0, 0, 1, 0],
        }
    )


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_rows_are_sorted_by_time_and_keep_what_belongs_together(tmp_path, table, suffix):
    path = tmp_path / f"data{suffix}"
    if suffix == ".parquet":
        table.to_parquet(path)
    else:
        table.to_csv(path, index=False)
    data = read_file(path, ALL)
    order = [1, 3, 2, 0]
    assert data.features.index.tolist() == order
    assert list(data.features.columns) == ["amount", "shop"]
    np.testing.assert_array_equal(data.features["amount"], np.float32([2.2, 4.4, 3.3, 1.1]))
    assert data.features["shop"].tolist() == ["b", "d", "c", "a"]
    np.testing.assert_array_equal(data.target, [0, 0, 1, 0])
    np.testing.assert_array_equal(data.amount, [2.2, 4.4, 3.3, 1.1])
    np.testing.assert_array_equal(data.customer, [1, 2, 0, 0])
    np.testing.assert_array_equal(data.timestamp, np.array(table["day"], dtype="datetime64[us]")[order])
    assert [note.split(",")[0] for note in data.notes] == [
        "rows sorted by column 'day'",
        "column 'customer' groups the rows (3 groups in 4 rows)",
        "categories: 'shop' (text)",
    ]


def test_rows_of_the_same_time_stay_in_the_files_order(tmp_path):
    day = np.arange(1000) * 7 % 3
    pd.DataFrame({"x": 0, "day": day, "fraud": day == 1}).to_parquet(tmp_path / "data.parquet")
    data = read_file(tmp_path / "data.parquet", Roles("fraud", time="day"))
    assert data.features.index.tolist() == sorted(range(1000), key=lambda row: day[row])


def test_without_time_the_rows_stay_in_the_files_order(tmp_path, table):
    table.to_csv(tmp_path / "data.csv", index=False)
    data = read_file(tmp_path / "data.csv", Roles("fraud"))
    assert data.features.index.tolist() == [0, 1, 2, 3]
    assert list(data.features.columns) == ["amount", "day", "customer", "shop"]
    assert data.timestamp is data.customer is data.amount is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"day": ["2024-01-03", "2024-01-01", "x", "2024-01-01"]}, "time 'day' has 'x' in row 3 of 4"),
        ({"customer": ["a", None, "b", None]}, "group 'customer' has nothing in row 2 of 4, and 1 more such rows"),
        (
            {"amount": ["1", "2", "3,50", "4"]},
            "amount 'amount' has '3,50' in row 3 of 4: give a value that is a finite",
        ),
        ({"amount": [1, 2, None, 3]}, "amount 'amount' has nothing in row 3 of 4"),
        (
            {"amount": [1, -2, 0, -3]},
            "amount 'amount' has -2 in row 2 of 4, and 1 more such rows: give a value",
        ),
    ],
)
def test_unreadable_values_are_named_with_the_files_row(tmp_path, table, changes, message):
    path = tmp_path / "data.csv"
    table.assign(**changes).to_csv(path, index=False)
    with pytest.raises(DataError, match=message) as refused:
        read_file(path, ALL)
    assert str(refused.value).startswith(f"{path}: ")


@pytest.mark.parametrize("role", ["time", "group", "amount"])
def test_a_missing_column_is_named_with_its_role(tmp_path, table, role):
    path = tmp_path / "data.csv"
    table.drop(columns=getattr(ALL, role)).to_csv(path, index=False)
    with pytest.raises(DataError, match=f"no column '{getattr(ALL, role)}' for the {role}; the columns are "):
        read_file(path, ALL)


def test_a_table_of_roles_alone_is_refused(tmp_path, table):
    path = tmp_path / "data.csv"
    table[["fraud", "day"]].to_csv(path, index=False)
    with pytest.raises(DataError, match="no column beside the target 'fraud' and the time 'day' to learn from"):
        read_file(path, Roles("fraud", time="day"))


def test_a_column_has_one_role():
    with pytest.raises(DataError, match="column 'a' is given as time and as amount: each needs its own column"):
        Roles("fraud", time="a", amount="a")


def test_categories_have_no_other_role_and_are_several_names():
    with pytest.raises(DataError, match="column 'a' is given as amount and as category"):
        Roles("fraud", amount="a", categorical=("a",))
    with pytest.raises(DataError, match="categorical is the text 'shop': give the columns' names in a tuple"):
        Roles("fraud", categorical="shop")
    assert hash(Roles("fraud", categorical=["a", "b", "a"])) == hash(Roles("fraud", categorical=("a", "b")))


def test_a_missing_category_is_named(table):
    with pytest.raises(DataError, match="no column 'x' for the category; the columns are 'amount'"):
        Roles("fraud", categorical=("x",)).check(table)


def test_what_is_dropped_is_not_read_and_told(table):
    table["numbers"] = [[1], [2], [3], [4]]  # of no use
    data = read_frame(table, Roles("fraud", drop=["shop", "numbers", "shop"]))
    assert data.features.columns.tolist() == ["amount", "day", "customer"]
    assert data.notes[0] == "dropped: 'shop', 'numbers'"
    with pytest.raises(DataError, match="no column 'x' for the column to drop; the columns are 'amount'"):
        read_frame(table, Roles("fraud", drop=("x",)))
    with pytest.raises(DataError, match="column 'shop' is given as category and as column to drop"):
        Roles("fraud", categorical=("shop",), drop=("shop",))
    with pytest.raises(DataError, match="drop is the text 'shop': give the columns' names in a tuple"):
        Roles("fraud", drop="shop")
    with pytest.raises(DataError, match="beside the target 'fraud' and the column to drop 'shop' to learn from"):
        read_frame(table[["fraud", "shop"]], Roles("fraud", drop=("shop",)))


@pytest.mark.parametrize(
    "values", [[7, 7, 8], ["x", "x", "y"], ["x", "x", 8], pd.Categorical(["x", "x", "y"]), [1.5, 1.5, 2]]
)
def test_groups_of_all_kinds_become_numbers(values):
    groups, _ = read_groups(pd.Series(values, name="g"))
    assert groups.dtype == np.int64
    np.testing.assert_array_equal(groups, [0, 0, 1])


def test_columns_that_cannot_play_their_role_are_refused():
    with pytest.raises(DataError, match=r"group 'g' holds lists .*: give numbers, text or dates"):
        read_groups(pd.Series([[1], [2]], name="g"))
    with pytest.raises(DataError, match=r"amount 'a' holds date .*: give numbers"):
        read_amounts(pd.Series(pd.to_datetime(["2024-01-01"]), name="a"))
    np.testing.assert_array_equal(read_amounts(pd.Series(pd.Categorical(["1.5", "2"]), name="a")), [1.5, 2])
