import datetime
import decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focalboost.datasets.columns import as_features
from focalboost.datasets.errors import DataError


def categories(values):
    features, _ = as_features(pd.DataFrame({"x": values}), categorical=("x",))
    return features["x"].cat


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ([10, 9, 10], ["9", "10"]),
        ([10.0, None, 9.0], ["9", "10"]),
        (pd.array([10, None, 9], dtype="Int64"), ["9", "10"]),
        ([2**60 + 1, 2**60, 2**60 + 1], [str(2**60), str(2**60 + 1)]),
        ([0.5, 2.0, 0.5], ["0.5", "2"]),
        ([True, False, True], ["False", "True"]),
        ([decimal.Decimal("1.50"), None, decimal.Decimal("1.25")], ["1.25", "1.50"]),
        (["b", None, "a"], ["a", "b"]),
        (["2024-01-02", "2024-01-01", "2024-01-02"], ["2024-01-01", "2024-01-02"]),
        ([datetime.date(2024, 1, 2), None, datetime.date(2024, 1, 1)], ["2024-01-01", "2024-01-02"]),
        (pd.Categorical([3, 2, 3], categories=[1, 2, 3]), ["2", "3"]),
    ],
)
def test_codes_of_all_kinds_become_categories_named_by_text_in_their_own_order(values, names):
    column = categories(values)
    assert [str(name) for name in column.categories] == names
    held = pd.Series(values).isna().to_numpy()
    np.testing.assert_array_equal(column.codes == -1, held)


@given(st.lists(st.integers(-(2**62), 2**62) | st.none(), min_size=1, max_size=20).filter(any))
def test_equal_codes_and_no_others_share_a_category(values):
    codes = categories(pd.array(values, dtype="Int64")).codes.tolist()
    for one, code in zip(values, codes, strict=True):
        for other, other_code in zip(values, codes, strict=True):
            assert (one == other) == (code == other_code)


def test_the_note_says_which_columns_are_categories_and_why():
    table = pd.DataFrame({"a": ["x", "y"], "b": [1, 2], "c": ["x", "y"], "d": ["u", "v"], "e": [0.5, 1]})
    _, notes = as_features(table, categorical=("b", "d"))
    assert notes == ("categories: 'a', 'c' (text); 'b', 'd' (named as such)",)


def test_what_is_no_feature_is_no_category_either():
    with pytest.raises(DataError, match="column 'x' holds lists"):
        categories([[1], [2]])


def test_numbers_among_which_some_are_none_are_refused_and_codes_are_not():
    spoilt = ["1.5", None, "?", "3", "-", "7", "8"]
    with pytest.raises(
        DataError, match=r"column 'x' has '\?' in row 3 of 7, and 1 more such rows: give a value that is"
    ):
        as_features(pd.DataFrame({"x": spoilt}))
    assert list(categories(spoilt).categories) == ["-", "1.5", "3", "7", "8", "?"]
    for codes in (["7", "8", "9"], ["A7", "B8", "9", "10"], pd.Categorical(["1", "2", "x"])):
        features, _ = as_features(pd.DataFrame({"x": codes}))
        assert isinstance(features["x"].dtype, pd.CategoricalDtype)
