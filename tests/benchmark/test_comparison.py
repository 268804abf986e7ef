import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from focalboost.benchmark.comparison import compare, corrected_difference


def rows(method, precisions, folds=None):
    return pd.DataFrame(
        {
            "method": method,
            "fold": range(len(precisions)) if folds is None else folds,
            "average_precision": precisions,
            "n_train": 80,
            "n_test": 20,
        }
    )


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=2, max_size=10))
def test_without_overlap_it_is_the_paired_t_interval(differences):
    found = corrected_difference(np.array(differences), 0.0)
    assert found.mean == pytest.approx(np.mean(differences), abs=1e-12)
    low, high = (
        stats.t.interval(
            0.95,
            len(differences) - 1,
            np.mean(differences),
            np.std(differences, ddof=1) / len(differences) ** 0.5,
        )
        if np.ptp(differences) > 1e-9
        else (found.mean, found.mean)
    )
    assert found.low == pytest.approx(low, abs=1e-7)
    assert found.high == pytest.approx(high, abs=1e-7)


def test_overlap_widens_the_interval_by_the_correction():
    differences = np.array([0.01, 0.03, 0.02, 0.00, 0.04])
    plain = corrected_difference(differences, 0.0)
    corrected = corrected_difference(differences, 0.25)
    # (1/5 + 1/4) / (1/5) = 2.25, and its root is 1.5.
    assert corrected.high - corrected.mean == pytest.approx(1.5 * (plain.high - plain.mean))


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([0.2, 0.21, 0.19], "better"),
        ([-0.2, -0.21, -0.19], "worse"),
        ([0.2, -0.21, 0.1], "no difference shown"),
        ([0.0, 0.0, 0.0], "no difference shown"),
        ([0.3], "no difference shown"),
    ],
)
def test_the_verdict_is_what_the_interval_says(differences, expected):
    assert corrected_difference(np.array(differences), 0.25).verdict == expected


def test_only_folds_that_both_have_are_compared():
    results = pd.concat(
        [rows("a", [0.5, 0.6, np.nan], folds=[0, 2, 3]), rows("b", [0.4, 0.1, 0.3, 0.2], folds=[0, 1, 2, 3])]
    )
    found = compare(results, "a", "b")
    assert found.n_folds == 2
    assert found.mean == pytest.approx(0.2)
    assert compare(results, "a", "none").n_folds == 0
