import numpy as np
import pandas as pd

from focalboost.benchmark.matrix import to_matrix


def test_numbers_stay_and_categories_become_codes_of_the_whole_column():
    frame = pd.DataFrame(
        {
            'a [<{":,': [1.5, np.nan, 3.0, 4.0],
            "shop": pd.Categorical(["b", None, "c", "a"]),
            "flag": np.array([1, 0, 1, 0], dtype=np.int8),
        }
    )
    matrix = to_matrix(frame)
    expected = [[1.5, 1, 1], [np.nan, np.nan, 0], [3, 2, 1], [4, 0, 0]]
    np.testing.assert_array_equal(matrix.values, np.float32(expected))
    assert matrix.values.dtype == np.float32
    assert matrix.categorical == (1,)
    part = matrix.rows(np.array([2, 0]))
    np.testing.assert_array_equal(part.values, np.float32([expected[2], expected[0]]))
    assert part.categorical == (1,)
