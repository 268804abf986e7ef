from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from focalboost.benchmark.ranking import _groups, compare_over_tasks, rank_methods
from focalboost.benchmark.significance import holm, signed_rank_p_value


def table(values, methods="abcdefgh", measure="average_precision", scatter=(0.0,)):
    """Results of shape (tasks, methods), the folds' values scattered about them."""
    return pd.DataFrame(
        [
            {"task": f"t{t:02}", "method": methods[m], "fold": fold, measure: value + offset}
            for t, line in enumerate(values)
            for m, value in enumerate(line)
            for fold, offset in enumerate(scatter)
        ]
    ).assign(booster="xgboost", protocol="fixed")


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.integers(1, 9), st.integers(2, 4), st.integers(1, 9))
def test_ranks_and_tests_are_those_of_the_means_over_folds(seed, n, m, levels):
    values = np.random.default_rng(seed).integers(0, levels, (n, m)) / 16
    ranking = rank_methods(table(values, scatter=(-0.25, 0.0, 0.25)))
    place = ["abcdefgh".index(method) for method in ranking.methods]
    ranks = rankdata(-values, axis=1).mean(axis=0)
    assert ranking.mean_ranks == pytest.approx(ranks[place])
    assert (np.diff(ranking.mean_ranks) >= 0).all()
    pairs = list(combinations(range(m), 2))
    differences = {(i, j): values[:, place[i]] - values[:, place[j]] for i, j in pairs}
    plain = [signed_rank_p_value(d) for d in differences.values()]
    for (i, j), p_value in zip(pairs, holm(plain), strict=True):
        assert ranking.p_values[i, j] == ranking.p_values[j, i] == pytest.approx(p_value)
        assert ranking.median_differences[i, j] == np.median(differences[i, j])
        assert ranking.median_differences[j, i] == -ranking.median_differences[i, j]
    assert ranking.smallest_p_value == pytest.approx(min(len(pairs) * 2.0 ** (1 - n), 1))
    assert (ranking.p_values >= ranking.smallest_p_value - 1e-12).all()
    assert len(ranking.tasks) == n


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 7))
def test_groups_are_the_maximal_runs_without_a_difference(seed, m):
    p_values = np.random.default_rng(seed).choice([0.01, 0.05, 0.5], (m, m), p=[0.1, 0.1, 0.8])
    p_values = np.triu(p_values, 1) + np.triu(p_values, 1).T + np.eye(m)
    runs = [range(i, j) for i in range(m) for j in range(i + 2, m + 1) if (p_values[i:j, i:j] > 0.05).all()]
    maximal = [list(run) for run in runs if not any(set(run) < set(other) for other in runs)]
    assert _groups(p_values) == maximal


def test_methods_that_lack_a_fold_are_named_and_left_out():
    results = table(np.random.default_rng(0).random((8, 4)), scatter=(0.0, 0.1))
    results.loc[
        (results["method"] == "b") & (results["task"] == "t03") & (results["fold"] == 1), "average_precision"
    ] = np.nan
    results = results[~((results["method"] == "d") & (results["task"] == "t00"))]
    ranking = rank_methods(results)
    assert ranking.left_out == ("b", "d")
    expected = rank_methods(results[results["method"].isin(["a", "c"])])
    assert ranking.methods == expected.methods
    assert (ranking.p_values == expected.p_values).all()


def test_a_task_without_the_measure_counts_for_none():
    values = np.random.default_rng(0).random((8, 3))
    values[5] = np.nan
    ranking = rank_methods(table(values))
    assert (len(ranking.tasks), "t05" in ranking.tasks, ranking.left_out) == (7, False, ())


def test_a_clear_order_has_no_groups_and_few_tasks_have_one():
    values = np.arange(3) + np.random.default_rng(0).random((12, 3)) / 10
    many, few = rank_methods(table(values)), rank_methods(table(values[:6]))
    assert (many.methods, many.groups, many.too_few_tasks) == (("c", "b", "a"), (), False)
    assert (few.methods, few.groups, few.too_few_tasks) == (("c", "b", "a"), (("c", "b", "a"),), True)
    assert many.friedman_p_value < 0.001


def test_smaller_losses_rank_first():
    values = np.arange(3) + np.random.default_rng(0).random((12, 3)) / 10
    assert rank_methods(table(values, measure="log_loss"), "log_loss").methods == ("a", "b", "c")


@pytest.mark.parametrize(("values", "groups"), [([[0.5]], ()), ([[np.nan, np.nan]], (("a", "b"),))])
def test_one_method_or_no_task_is_a_ranking_of_little(values, groups):
    ranking = rank_methods(table(values))
    assert ranking.too_few_tasks
    assert ranking.groups == groups
    assert np.isnan(ranking.friedman_p_value)


def test_comparisons_over_tasks_by_hand():
    # b wins 7 of 8 against a; c is b on all but the first.
    a = np.array([0.2, 0.2, 0.2, 0.2, 0.4, 0.4, 0.4, 0.4])
    b = a + np.array([0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, -0.005])
    c = b + np.array([0.1, 0, 0, 0, 0, 0, 0, 0])
    results = table(np.column_stack([a, b, c]), scatter=(-0.125, 0.125))
    over_a, over_c = compare_over_tasks(results, "b", ["a", "b", "c", "a", "none"])
    assert (over_a.method, over_a.reference, over_a.measure) == ("b", "a", "average_precision")
    assert (over_a.n_tasks, over_a.better, over_a.worse) == (8, 7, 1)
    assert over_a.median_difference == pytest.approx(0.035)
    assert over_a.median_relative_difference == pytest.approx(np.median((b - a) / a))
    # Rank 1 alone is negative: 4 of 256 signs are as extreme, and there are two references.
    assert over_a.p_value == pytest.approx(2 * 4 / 256)
    assert over_a.smallest_p_value == pytest.approx(2 * 2 / 256)
    assert over_a.verdict == "better"
    assert (over_c.better, over_c.worse, over_c.p_value, over_c.verdict) == (0, 1, 1.0, "no difference shown")
    assert compare_over_tasks(results, "a", ["b"])[0].verdict == "worse"


@pytest.mark.parametrize(
    ("n", "references", "verdict"),
    [
        (5, "a", "too few tasks"),
        (6, "a", "better"),
        (6, "ab", "too few tasks"),
        (7, "ab", "better"),
    ],
)
def test_with_few_tasks_the_verdict_is_that_they_are_few(n, references, verdict):
    values = np.random.default_rng(0).random((n, 1)) / 10 + [[0.1, 0.2, 0.5]]
    assert {c.verdict for c in compare_over_tasks(table(values), "c", references)} == {verdict}


def test_only_folds_and_tasks_that_both_have_count():
    results = table([[0.5, 0.25], [0.5, 0.75]], scatter=(0.0, 0.25))
    results.loc[
        (results["method"] == "a") & (results["task"] == "t00") & (results["fold"] == 0), "average_precision"
    ] = np.nan
    [found] = compare_over_tasks(results, "a", ["b"])
    assert found.median_relative_difference == pytest.approx(np.median([0.25 / 0.5, -0.25 / 0.875]))
    [found] = compare_over_tasks(results[results["task"] != "t01"], "a", ["b"])
    assert found.n_tasks == 1
    assert compare_over_tasks(results, "none", ["b"]) == []
    assert compare_over_tasks(results.assign(average_precision=np.nan), "a", ["b"]) == []


def test_a_reference_of_0_has_no_relative_difference():
    [found] = compare_over_tasks(table([[0.5, 0.0]]), "a", ["b"])
    assert found.median_difference == 0.5
    assert np.isnan(found.median_relative_difference)


def test_a_smaller_loss_is_a_positive_difference():
    [found] = compare_over_tasks(table([[0.5, 0.8]], measure="brier"), "a", ["b"], "brier")
    assert (found.better, found.median_relative_difference) == (1, pytest.approx(0.3 / 0.8))


@pytest.mark.parametrize("name", ["booster", "protocol"])
def test_what_is_not_of_one_booster_and_protocol_is_refused(name):
    results = table(np.ones((2, 2)))
    results = pd.concat([results, results.assign(**{name: "other"})])
    with pytest.raises(ValueError, match=f"several {name}s"):
        rank_methods(results)
    with pytest.raises(ValueError, match=f"several {name}s"):
        compare_over_tasks(results, "a", ["b"])


def test_categories_as_files_have_them_are_names():
    results = table(np.random.default_rng(0).random((8, 3)))
    names = ["task", "booster", "protocol", "method"]
    categories = results.assign(**{n: results[n].astype("category").cat.add_categories("x") for n in names})
    plain, found = rank_methods(results), rank_methods(categories)
    assert (found.methods, found.tasks, found.left_out) == (plain.methods, plain.tasks, plain.left_out)
    assert compare_over_tasks(categories, "a", ["b"]) == compare_over_tasks(results, "a", ["b"])
