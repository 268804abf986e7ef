import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.settings import Settings
from focalboost.datasets.errors import DataError

FIRST_COLUMNS = [
    "task",
    "booster",
    "method",
    "fold",
    "average_precision",
    "roc_auc",
    "log_loss",
    "brier",
    "expected_calibration_error",
    "recall_at_1pct_fpr",
    "seconds",
    "error",
]


def test_there_is_a_row_for_each_fit_and_it_measures_that_fold(compare, task, method, data, tmp_path):
    table, told = compare([task("a"), task("b")], [method("m1"), method("m2")])
    assert len(table) == 2 * 2 * 3
    assert told.expected == len(told.rows) == 12
    assert told.notes == ["a: a note", "b: a note"]
    saved = pd.read_parquet(tmp_path / "out" / "results.parquet")
    assert list(saved.columns[: len(FIRST_COLUMNS)]) == FIRST_COLUMNS
    assert saved["error"].isna().all()
    assert not saved.duplicated(["task", "booster", "method", "fold"]).any()
    first = saved.iloc[0]
    _, test = next(task().folds.split(data))
    score = data.features["x"].to_numpy(np.float32)[test]
    assert first["average_precision"] == pytest.approx(average_precision_score(data.target[test], score))
    assert (first["n_train"], first["n_test"], first["test_positives"]) == (200, 100, 10)


def test_a_failed_fit_is_a_row_and_the_others_go_on(compare, task, method):
    broken = method("broken", error=ValueError("no luck\nstack of addresses"))
    table, _ = compare([task()], [broken, method("fine")])
    failed = table[table["method"] == "broken"]
    assert (failed["error"] == "ValueError: no luck").all()
    measures = [*FIRST_COLUMNS[4:10]]
    assert failed[measures].isna().all(axis=None)
    assert failed["seconds"].notna().all()
    assert table.loc[table["method"] == "fine", "error"].isna().all()


def test_probabilities_that_are_none_are_a_failure(compare, task, method):
    class Raw(method):
        def fit(self, *asked):
            return asked[3].values[:, 0].astype(np.float64)

    table, _ = compare([task()], [Raw("raw")])
    assert table["error"].str.contains(r"probabilities are NaN or outside \[0, 1\]").all()


def test_a_second_run_makes_only_what_is_missing_and_what_failed(compare, task, method):
    broken = method("flaky", error=RuntimeError("once"))
    compare([task()], [method("done"), broken])
    done, mended = method("done"), method("flaky")
    table, told = compare([task(), task("second")], [done, mended])
    assert len(mended.seen) == 6
    assert len(done.seen) == 3
    assert told.expected == 9
    assert len(table) == 12
    assert table["error"].isna().all()


def test_nothing_is_read_when_nothing_is_missing(compare, task, method):
    before, _ = compare([task()], [method("m")])
    after, told = compare([task(load=lambda: pytest.fail("read"))], [method("m")])
    pd.testing.assert_frame_equal(before, after)
    assert told.expected == 0


@pytest.mark.parametrize("at", [1, 3, 4])
def test_an_interruption_loses_no_finished_fit(compare, task, method, tmp_path, at):
    class Interrupted(method):
        def fit(self, *asked):
            if len(self.seen) == at:
                raise KeyboardInterrupt
            return super().fit(*asked)

    tasks = [task("a"), task("b")]
    with pytest.raises(KeyboardInterrupt):
        compare(tasks, [Interrupted("m")])
    assert len(pd.read_parquet(tmp_path / "out" / "results.parquet")) == at
    table, told = compare(tasks, [method("m")])
    assert told.expected == 6 - at
    assert len(table) == 6
    # Nothing half-written is left behind.
    files = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert files == ["predictions", "results.parquet", "settings.json"]
    assert len(list((tmp_path / "out" / "predictions").iterdir())) == 6


def test_other_settings_are_refused_and_said(compare, task, method):
    compare([task()], [method("m")], Settings(rounds=5, jobs=1))
    with pytest.raises(BenchmarkError, match=r"\(rounds was 5, now 7\): give another --output, or --overwrite"):
        compare([task()], [method("m")], Settings(rounds=7, jobs=1))
    with pytest.raises(BenchmarkError, match=r"task: data was 1, now 2"):
        compare([task(fingerprint="2")], [method("m")])
    with pytest.raises(BenchmarkError, match=r"task: folds was StratifiedFolds\(parts=3"):
        compare([task(parts=4)], [method("m")])


def test_other_threads_and_other_tasks_are_not_other_settings(compare, task, method, tmp_path):
    compare([task()], [method("m")], Settings(rounds=5, jobs=1))
    table, _ = compare([task("new", fingerprint="9")], [method("m")], Settings(rounds=5, jobs=2))
    assert list(table["task"].unique()) == ["task", "new"]
    record = json.loads((tmp_path / "out" / "settings.json").read_text())
    assert record["task: data"] == "1"
    assert record["new: data"] == "9"
    assert record["fake version"] == "1.0"


def test_data_that_cannot_be_used_are_refused_before_the_first_fit(compare, task, method, tmp_path):
    def refuse():
        raise DataError("b.csv: no column")

    unused = method("m")
    with pytest.raises(DataError, match=r"b\.csv: no column"):
        compare([task("a"), task("b", load=refuse)], [unused])
    assert unused.seen == []
    with pytest.raises(DataError, match="b: the rarer class has 30 rows, fewer than 40 folds"):
        compare([task("a"), task("b", parts=40)], [unused])
    # Nothing was recorded, so the mended data are not "other settings".
    assert not (tmp_path / "out").exists()
    compare([task("a"), task("b", fingerprint="2")], [unused])


def test_a_missing_library_stops_the_run(compare, task, method):
    with pytest.raises(ImportError, match="needs xgboost"):
        compare([task()], [method("m", error=ImportError("it needs xgboost"))])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("settings.json", "{", r"settings\.json cannot be read"),
        ("settings.json", "[]", r"settings\.json does not hold settings"),
        ("results.parquet", "x", r"results\.parquet cannot be read as results"),
    ],
)
def test_files_of_a_folder_that_cannot_be_read_are_named(compare, task, method, tmp_path, name, content, message):
    compare([task()], [method("m")])
    (tmp_path / "out" / name).write_text(content)
    with pytest.raises(BenchmarkError, match=message):
        compare([task()], [method("m")])


def test_a_file_in_place_of_the_folder_is_refused(compare, task, method, tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(BenchmarkError, match="out is a file: give a folder as --output"):
        compare([task()], [method("m")])
