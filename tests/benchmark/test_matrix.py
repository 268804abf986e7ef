import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from focalboost.benchmark.matrix import to_matrix


def test_numbers_stay_and_categories_become_codes_of_the_whole_column():
    frame = pd.DataFrame(
        {
            'a [<{":,': [1.5, np.nan, 3.0, 4.0],
            "shop": pd.Categorical(["b", None, "c", "a"]),
            "flag": np.array([1, 0, 1, 0], dtype=np.int8),
            7: [True, False, True, False],
        }
    )
    matrix = to_matrix(frame)
    expected = [[1.5, 1, 1, 1], [np.nan, np.nan, 0, 0], [3, 2, 1, 1], [4, 0, 0, 0]]
    np.testing.assert_array_equal(matrix.values, np.float32(expected))
    assert matrix.values.dtype == np.float32
    assert matrix.categorical == (1,)
    assert matrix.names == ('a [<{":,', "shop", "flag", "7")
    part = matrix.rows(np.array([2, 0]))
    np.testing.assert_array_equal(part.values, np.float32([expected[2], expected[0]]))
    assert (part.categorical, part.names) == (matrix.categorical, matrix.names)


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=2, max_size=20), st.data())
def test_a_code_means_the_same_in_every_part_of_the_rows(shops, data):
    frame = pd.DataFrame({"shop": pd.Categorical(shops, categories=["a", "b", "c"])})
    index = np.array(data.draw(st.lists(st.integers(0, len(shops) - 1), min_size=1)))
    np.testing.assert_array_equal(to_matrix(frame.iloc[index]).values, to_matrix(frame).rows(index).values)
