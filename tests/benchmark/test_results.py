from dataclasses import replace

import pandas as pd
import pytest

from focalboost.benchmark import Settings, Task, Trees, run, simulated_task
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.results import Results
from focalboost.benchmark.store import Store
from focalboost.evaluation.row_groups import GROUPS

FOCAL = ["focal_gamma_0.5", "focal_gamma_1", "focal_gamma_2"]
METHODS = ["constant", "cross_entropy", *FOCAL]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    one = simulated_task(4000, prevalence=0.03, drift=0.0, n_folds=2, random_state=0)
    tasks = [Task(name, one.fingerprint, one.folds, one.load) for name in ("b", "a")]
    folder = tmp_path_factory.mktemp("compared")
    run(tasks, METHODS, ["xgboost"], settings=Settings(Trees(rounds=6, threads=1)), folder=folder)
    return folder


def test_the_chosen_method_is_the_member_with_the_best_validation_score(folder):
    results = Results(folder)
    table = results.table
    chosen = table[table["method"] == "focal_chosen"]
    assert len(chosen) == 2 * 2 * 2
    assert "class_weight_chosen" not in set(table["method"])
    for _, row in chosen.iterrows():
        here = (table[["task", "booster", "protocol", "fold"]] == row[["task", "booster", "protocol", "fold"]]).all(
            axis=1
        )
        members = table[here & table["method"].isin(FOCAL)]
        best = members.loc[members["validation_score"].idxmax()]
        assert row["chosen_method"] == best["method"]
        own = ["method", "chosen_method", "train_seconds"]
        pd.testing.assert_series_equal(row.drop(own), best.drop(own), check_names=False)


@pytest.mark.parametrize("protocol", ["fixed", "stopped"])
def test_the_predictions_of_the_chosen_are_those_of_the_member_of_each_fold(folder, protocol):
    results = Results(folder)
    found = results.predictions("a", "xgboost", "focal_chosen", protocol)
    rows = results.table.set_index(["task", "method", "protocol", "fold"])
    for fold, part in found.groupby("fold"):
        member = rows.loc[("a", "focal_chosen", protocol, fold), "chosen_method"]
        of_member = results.predictions("a", "xgboost", member, protocol)
        expected = of_member[of_member["fold"] == fold]
        pd.testing.assert_frame_equal(part, expected.set_index(part.index))
        assert len(part) == rows.loc[("a", member, protocol, fold), "n_test"]
    assert list(found)[:5] == ["fold", "row", "label", "probability", "uncorrected"]
    assert {"amount", "period"} <= set(found)
    assert found["fold"].unique().tolist() == [0, 1]


def test_there_are_curves_and_gradients_of_each_training(folder):
    results = Results(folder)
    key = ["task", "booster", "method", "fold"]
    assert len(results.curves.groupby(key)) == 2 * 2 * len(METHODS)
    table = results.table[results.table["protocol"] == "stopped"].set_index(key)
    for of, curve in results.curves.groupby(key):
        assert curve["rounds"].tolist() == list(range(1, 7))
        used = curve.set_index("rounds").loc[table.loc[of, "rounds"]]
        assert used["average_precision"] == table.loc[of, "average_precision"]
        assert used["validation_average_precision"] == curve["validation_average_precision"].max()
    assert set(results.gradients["method"]) == {"cross_entropy", *FOCAL}
    assert set(results.gradients["group"]) == set(GROUPS)
    assert results.gradients.groupby([*key, "rounds"])["share"].sum().tolist() == pytest.approx([1.0] * 2 * 2 * 4 * 6)


def test_training_rows_are_fit_and_validation_rows(folder):
    table = Results(folder).table
    pd.testing.assert_series_equal(
        table["test_over_train"], table["n_test"] / (table["n_fit"] + table["n_validation"]), check_names=False
    )


def test_only_the_tasks_that_are_asked_for(folder):
    results = Results(str(folder), tasks=["a"])
    assert results.tasks == ("a",)
    for table in (results.table, results.curves, results.gradients):
        assert set(table["task"]) == {"a"}
    assert Results(folder).tasks == ("a", "b")
    with pytest.raises(BenchmarkError, match=r"has no results of task 'c'; choose from a, b"):
        Results(folder, tasks=["a", "c"])


def test_what_was_not_made_has_no_predictions(folder):
    found = Results(folder).predictions("a", "xgboost", "nothing", "fixed")
    assert found.empty
    assert {"fold", "row", "label", "probability", "uncorrected"} <= set(found)


def test_a_file_that_a_killed_run_left_of_a_fit_that_then_failed_is_not_read(compare, task, method, tmp_path):
    compare([task()], [method("m")])
    store = Store(tmp_path / "out")
    store.add(*(replace(row, error="ValueError: no", measures={}) for row in store.rows() if row.fold == 1))
    results = Results(tmp_path / "out")
    assert results.predictions("task", "fake", "m", "fixed")["fold"].unique().tolist() == [0, 2]
    assert results.curves["fold"].unique().tolist() == [0, 2]


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(BenchmarkError, match=r"has no results\.parquet: give the --output of a comparison"):
        Results(tmp_path)


def test_results_without_words_are_read(compare, task, method, tmp_path):
    compare([task()], [method("m")])
    (tmp_path / "out" / "about.json").unlink()
    results = Results(tmp_path / "out")
    assert (results.descriptions, results.notes) == ({}, {})
