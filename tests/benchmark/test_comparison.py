from dataclasses import fields

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from focalboost.benchmark.comparison import Comparison, compare_methods, corrected_difference, values_by_method

FIT = {"task": "cards", "booster": "xgboost", "protocol": "fixed", "test_over_train": 0.25}


def rows(method, precisions, folds=None, **columns):
    folds = range(len(precisions)) if folds is None else folds
    return pd.DataFrame({**FIT, "method": method, "fold": folds, "average_precision": precisions} | columns)


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
    assert corrected.detectable == pytest.approx(1.5 * plain.detectable)


@pytest.mark.parametrize("k", [3, 5, 10, 30])
def test_the_detectable_difference_is_shown_four_times_in_five(k):
    found = corrected_difference(np.linspace(-1, 1, k), 0.0)
    error = np.std(np.linspace(-1, 1, k), ddof=1) / np.sqrt(k)
    critical, shift = stats.t.ppf(0.975, k - 1), found.detectable / error
    power = stats.nct.sf(critical, k - 1, shift) + stats.nct.cdf(-critical, k - 1, shift)
    assert power == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize("ours", [[], [0.3]])
def test_fewer_than_two_folds_have_no_interval(ours):
    found = corrected_difference(np.array(ours), 0.25)
    assert found.n_folds == len(ours)
    assert np.isnan([found.low, found.high, found.detectable]).all()


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        ([0.2, 0.21, 0.19], "better"),
        ([-0.2, -0.21, -0.19], "worse"),
        ([0.2, -0.21, 0.1], "no difference shown"),
        ([0.0, 0.0, 0.0], "no difference shown"),
        ([0.3], "no difference shown"),
    ],
)
def test_the_verdict_is_what_the_interval_says(ours, expected):
    [found] = compare_methods(pd.concat([rows("a", ours), rows("b", [0.0] * len(ours))]), ["a"], ["b"])
    assert found.verdict == expected


def test_only_folds_that_both_have_are_compared():
    results = pd.concat(
        [
            rows("a", [0.5, 0.6, np.nan], folds=[0, 2, 3], test_over_train=[0.2, 0.4, 9]),
            rows("b", [0.4, 0.1, 0.3, 0.2], folds=[0, 1, 2, 3]),
        ]
    )
    [found] = compare_methods(results, ["a"], ["b"])
    expected = corrected_difference(np.array([0.5 - 0.4, 0.6 - 0.3]), 0.3)
    assert [getattr(found, name) for name in expected._fields] == pytest.approx(list(expected))
    assert compare_methods(results, ["a"], ["none", "a"]) == []
    assert compare_methods(pd.concat([rows("a", [0.1]), rows("b", [0.1], folds=[1])]), ["a"], ["b"]) == []


def test_each_task_booster_and_protocol_is_compared_in_the_order_of_the_results():
    parts = [
        rows(method, [0.1 + gain, 0.2 + gain], **part)
        for part, scale in [
            ({"task": "z"}, 1),
            ({"task": "a"}, 2),
            ({"protocol": "tuned"}, 3),
            ({"booster": "hist"}, 4),
        ]
        for method, gain in [("a", 0.1 * scale), ("b", 0.0), ("c", 0.05 * scale)]
    ]
    found = compare_methods(pd.concat(parts), ["c", "a"], ["b", "a"])
    assert [(c.task, c.booster, c.protocol, c.method, c.reference) for c in found] == [
        (*part, *pair)
        for part in [
            ("z", "xgboost", "fixed"),
            ("a", "xgboost", "fixed"),
            ("cards", "xgboost", "tuned"),
            ("cards", "hist", "fixed"),
        ]
        for pair in [("c", "b"), ("c", "a"), ("a", "b")]
    ]
    assert [c.mean for c in found if (c.method, c.reference) == ("a", "b")] == pytest.approx([0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize("measure", ["log_loss", "uncorrected_brier", "train_seconds"])
def test_less_is_better_where_it_is(measure):
    results = pd.concat(
        [rows("a", 0.0, [0, 1], **{measure: [0.1, 0.2]}), rows("b", 0.0, [0, 1], **{measure: [0.4, 0.5]})]
    )
    [found] = compare_methods(results, ["a"], ["b"], measure)
    assert (found.verdict, found.mean, found.measure) == ("better", pytest.approx(0.3), measure)


def test_categories_as_files_have_them_are_names():
    results = pd.concat([rows("a", [0.2, 0.3]), rows("b", [0.1, 0.2])], ignore_index=True)
    names = ["task", "booster", "protocol", "method"]
    categories = results.assign(**{n: results[n].astype("category").cat.add_categories("x") for n in names})
    assert compare_methods(categories, ["a", "x"], ["b"]) == compare_methods(results, ["a"], ["b"])


def test_a_comparison_is_of_plain_values():
    [found] = compare_methods(pd.concat([rows("a", [0.2, 0.3]), rows("b", [0.1, 0.2])]), ["a"], ["b"])
    assert {type(getattr(found, field.name)) for field in fields(Comparison)} == {str, int, float}


def test_what_cannot_be_compared_is_refused():
    results = rows("a", [0.1, 0.2])
    with pytest.raises(ValueError, match="no measure 'auc'; their columns are task"):
        compare_methods(results, ["a"], ["b"], "auc")
    with pytest.raises(ValueError, match=r"2 fits are in the results twice, the first is \{'fold': 0, 'method': 'a'\}"):
        compare_methods(pd.concat([results, results]), ["a"], ["b"])


def test_values_have_a_column_for_each_method():
    results = pd.concat([rows("b", [0.2, 0.3]), rows("a", [0.1], folds=[1], task="other")])
    values = values_by_method(results, "average_precision", ["task", "fold"])
    assert values.loc[("cards", 0), "b"] == 0.2
    assert np.isnan(values.loc[("other", 1), "b"])
    assert values.loc[("other", 1), "a"] == 0.1
