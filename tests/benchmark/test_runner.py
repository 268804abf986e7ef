import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest

from focalboost import _optional, benchmark
from focalboost.benchmark import Results, Settings, Trees, runner
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.fit_tables import FitTables
from focalboost.benchmark.lock import locked
from focalboost.benchmark.methods.focal import Focal
from focalboost.benchmark.store import Store
from focalboost.datasets.errors import DataError
from focalboost.evaluation.measures import MEASURES


def test_there_is_a_row_for_each_fit_and_the_progress_hears_of_each_training(compare, task, method, tmp_path):
    results, told = compare([task("a"), task("b")], [method("m1"), method("m2", description="the second")])
    assert len(results.table) == 2 * 2 * 3 * 2
    assert told.expected == len(told.rows) == 12
    assert told.notes == ["a: a note", "b: a note"]
    assert results.notes == {"a": ["a note"], "b": ["a note"]}
    assert results.descriptions == {"m1": "a fake", "m2": "the second"}
    assert results.table["error"].isna().all()
    assert not results.table.duplicated(["task", "booster", "method", "protocol", "fold"]).any()
    assert len(list((tmp_path / "out" / "predictions").iterdir())) == 24
    assert len(list((tmp_path / "out" / "stages").iterdir())) == 12


def test_a_failed_fit_is_a_row_and_the_others_go_on(compare, task, method, tmp_path):
    results, _ = compare([task()], [method("broken", error=ValueError("no luck")), method("fine")])
    failed = results.table["method"] == "broken"
    assert (results.table.loc[failed, "error"] == "ValueError: no luck").all()
    assert results.table.loc[failed, [*MEASURES, "validation_score"]].isna().all(axis=None)
    assert results.table.loc[~failed, "error"].isna().all()
    assert len(list((tmp_path / "out" / "predictions").iterdir())) == 6


def test_a_second_run_makes_only_what_is_missing_and_what_failed(compare, task, method):
    compare([task()], [method("done"), method("flaky", error=RuntimeError("once"))])
    done, mended = method("done"), method("flaky")
    results, told = compare([task(), task("second")], [done, mended])
    assert len(mended.seen) == 6
    assert len(done.seen) == 3
    assert told.expected == 9
    assert len(results.table) == 24
    assert results.table["error"].isna().all()


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_read(compare, task, method, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BenchmarkError, match=r"out cannot be written \(.+\): mend that"):
        compare([task(load=lambda: pytest.fail("read"))], [method("m")], output="file/out")


def test_nothing_is_read_when_nothing_is_missing(compare, task, method):
    before, _ = compare([task()], [method("m")])
    after, told = compare([task(load=lambda: pytest.fail("read"))], [method("m")])
    pd.testing.assert_frame_equal(before.table, after.table)
    assert after.notes == before.notes
    assert told.expected == 0


@pytest.mark.parametrize("at", [1, 4])
def test_an_interrupted_run_continues_to_the_same_table(compare, task, method, tmp_path, same, at):
    class Interrupted(method):
        def train(self, *asked):
            if len(self.seen) == at:
                raise KeyboardInterrupt
            return super().train(*asked)

    tasks = [task("a"), task("b")]
    with pytest.raises(KeyboardInterrupt):
        compare(tasks, [Interrupted("m")])
    assert len(pd.read_parquet(tmp_path / "out" / "results.parquet")) == 2 * at
    results, told = compare(tasks, [method("m")])
    assert told.expected == 6 - at
    whole, _ = compare(tasks, [method("m")], output="whole")
    same(results.table, whole.table)
    pd.testing.assert_frame_equal(results.curves, whole.curves)
    # Nothing half-written is left behind.
    for name in (".", "predictions", "stages"):
        left, expected = (
            sorted(path.name for path in (tmp_path / output / name).iterdir() if path.name != ".lock")
            for output in ("out", "whole")
        )
        assert left == expected


@pytest.mark.parametrize("killed_in", [(FitTables, "save"), (Store, "add")])
@pytest.mark.parametrize("finishes", [False, True])
def test_wherever_a_run_is_killed_no_row_lacks_its_predictions_and_stages(
    compare, task, method, tmp_path, monkeypatch, same, killed_in, finishes
):
    whole, calls, at = getattr(*killed_in), [], 4 if killed_in[0] is FitTables else 2

    def killed(*arguments):
        calls.append(arguments)
        if len(calls) < at or finishes:
            whole(*arguments)
        if len(calls) == at:
            raise KeyboardInterrupt

    monkeypatch.setattr(*killed_in, killed)
    with pytest.raises(KeyboardInterrupt):
        compare([task()], [method("m")])
    monkeypatch.undo()
    store = Store(tmp_path / "out")
    assert store.rows()
    assert all(store.predictions.read(row.key) is not None for row in store.rows())
    assert all(store.stages.read(row.key) is not None for row in store.rows() if row.protocol == "stopped")
    made = len(store.rows()) // 2
    results, told = compare([task()], [method("m")])
    assert told.expected == 3 - made
    same(results.table, compare([task()], [method("m")], output="whole")[0].table)


SCRIPT = """
import sys, time
from focalboost.benchmark import Settings, Trees, run, simulated_task
from focalboost.benchmark.methods import METHODS

class Last:
    name, family, description = "last", "own", "hangs in the second fold"
    folds = 0

    def runs_in(self, booster):
        return True

    def train(self, booster, fit, trees):
        self.folds += 1
        if __name__ == "__main__" and self.folds == 2:
            print("hangs", flush=True)
            time.sleep(600)
        return METHODS["cross_entropy"].train(booster, fit, trees)

def compare(folder):
    task = simulated_task(3000, prevalence=0.05, drift=0.0, n_folds=2, random_state=0)
    settings = Settings(Trees(rounds=3, threads=1))
    return run([task], ["focal_gamma_1", Last(), "focal_gamma_2"], ["xgboost"], settings=settings, folder=folder)

if __name__ == "__main__":
    compare(sys.argv[1])
"""


def test_a_run_that_was_killed_continues_to_the_same_table(tmp_path, same):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, script, tmp_path / "killed"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout.readline() == "hangs\n"
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    # Three methods in fold 0 and one in fold 1, two protocols each.
    assert len(pd.read_parquet(tmp_path / "killed" / "results.parquet")) == 8
    compare = runpy.run_path(str(script))["compare"]
    continued, whole = compare(tmp_path / "killed"), compare(tmp_path / "whole")
    assert len(whole.table) == 2 * 2 * 4
    same(continued.table, whole.table)
    pd.testing.assert_frame_equal(continued.curves, whole.curves)
    pd.testing.assert_frame_equal(continued.gradients, whole.gradients)


def test_the_order_of_methods_and_runs_does_not_matter(compare, task, same):
    names = ["focal_gamma_1", "focal_gamma_2", "cross_entropy"]
    once, _ = compare([task()], names, ["xgboost"])
    compare([task()], names[1:], ["xgboost"], output="twice")
    twice, _ = compare([task()], names[::-1], ["xgboost"], output="twice")
    same(once.table, twice.table)


def test_other_settings_are_refused_and_said_and_may_go_elsewhere(compare, task, method):
    compare([task()], [method("m")])
    other = Settings(Trees(rounds=7, threads=1))
    with pytest.raises(BenchmarkError, match=r"\(rounds was 5, now 7\): give another --output, or --overwrite"):
        compare([task()], [method("m")], settings=other)
    assert len(compare([task()], [method("m")], settings=other, output="another")[0].table) == 6
    with pytest.raises(BenchmarkError, match=r"task: data was 1, now 2"):
        compare([task(fingerprint="2")], [method("m")])
    with pytest.raises(BenchmarkError, match=r"task: folds was StratifiedFolds\(parts=3"):
        compare([task(parts=4)], [method("m")])
    with pytest.raises(BenchmarkError, match=r"select was average_precision, now log_loss"):
        compare([task()], [method("m")], settings=Settings(Trees(rounds=5), select="log_loss"))


def test_another_method_of_the_same_name_is_refused_before_anything_is_written(compare, task, method, tmp_path):
    def written():
        return {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()}

    broken = method("broken", description="with a fault", error=ValueError("no luck"))
    compare([task()], [method("m", description="as it was"), broken])
    before, other = written(), method("m", description="edited")
    with pytest.raises(BenchmarkError, match="'m', whose description was 'as it was', now 'edited': give it another"):
        compare([task(), task("new")], [other])
    with pytest.raises(BenchmarkError, match="'m', whose family was 'fake', now 'focal'"):
        compare([task(), task("new")], [method("m", family="focal", description="as it was")])
    assert written() == before
    assert other.seen == []
    # What only failed has no numbers that the new words would be said of.
    results, _ = compare([task()], [method("broken", description="mended")])
    assert results.descriptions == {"m": "as it was", "broken": "mended"}
    assert results.table["error"].isna().all()


def test_other_threads_and_other_tasks_are_not_other_settings(compare, task, method):
    compare([task()], [method("m")])
    results, _ = compare([task("new", fingerprint="9")], [method("m")], settings=Settings(Trees(rounds=5, threads=2)))
    assert results.tasks == ("new", "task")
    assert {"task: data": "1", "new: data": "9", "fake version": "1.0", "rounds": 5}.items() <= results.settings.items()


def test_the_tuned_table_comes_beside_the_others_when_there_are_trials(compare, task, same):
    names, trees = ["cross_entropy", "focal_gamma_1", "focal_gamma_2", "constant"], Trees(rounds=3, threads=1)
    tasks = [task(parts=2)]
    before, _ = compare(tasks, names, ["xgboost"], Settings(trees))
    assert set(before.table["protocol"]) == {"fixed", "stopped"}
    after, told = compare(tasks, names, ["xgboost"], Settings(trees, trials=2))
    assert told.expected == 2 * 2
    tuned = after.table["protocol"] == "tuned"
    same(after.table[~tuned], before.table)
    assert sorted(after.table.loc[tuned, "method"]) == ["cross_entropy"] * 2 + ["focal_chosen"] * 2
    assert after.table.loc[tuned, "note"].str.contains("learning_rate").all()
    assert "optuna version" in after.settings
    again, told = compare(tasks, names, ["xgboost"], Settings(trees, trials=2))
    assert told.expected == 0
    same(again.table, after.table)
    with pytest.raises(BenchmarkError, match="trials was 2, now 3"):
        compare(tasks, names, ["xgboost"], Settings(trees, trials=3))
    # Without trials, what was tuned stays.
    same(compare(tasks, names, ["xgboost"], Settings(trees))[0].table, after.table)


def test_data_that_cannot_be_used_are_refused_before_the_first_fit(compare, task, method, tmp_path):
    def refuse():
        raise DataError("b.csv: no column")

    unused = method("m")
    with pytest.raises(DataError, match=r"b\.csv: no column"):
        compare([task("a"), task("b", load=refuse)], [unused])
    with pytest.raises(DataError, match="b: the rarer class has 30 rows, fewer than 40 folds"):
        compare([task("a"), task("b", parts=40)], [unused])
    assert unused.seen == []
    # Nothing was recorded, so the mended data are not "other settings".
    assert {path.name for path in (tmp_path / "out").iterdir()} <= {".lock"}
    compare([task("a"), task("b", fingerprint="2")], [unused])


@pytest.mark.parametrize(
    ("library", "extra", "options"),
    [
        ("xgboost", "xgboost", {"boosters": ["xgboost"]}),
        ("catboost", "catboost", {"boosters": ["catboost"]}),
        ("optuna", "tuning", {"settings": Settings(Trees(rounds=5), trials=2)}),
        ("filelock", "benchmark", {}),
    ],
)
def test_a_missing_library_is_said_before_anything_is_read(compare, task, method, monkeypatch, library, extra, options):
    there = _optional.importlib.import_module

    def missing(name):
        if name.partition(".")[0] == library:
            raise ModuleNotFoundError(f"No module named {library!r}", name=library)
        return there(name)

    monkeypatch.setattr(_optional.importlib, "import_module", missing)
    with pytest.raises(ImportError, match=rf"needs {library}, .* pip install 'focalboost\[{extra}\]'"):
        compare([task(load=lambda: pytest.fail("read"))], [method("m")], **options)


def test_a_library_that_a_method_lacks_stops_the_run(compare, task, method):
    with pytest.raises(ImportError, match="needs bokbokbok"):
        compare([task()], [method("m", error=ImportError("it needs bokbokbok"))])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("settings.json", "{", r"settings\.json cannot be read"),
        ("settings.json", "[]", r"settings\.json does not hold settings"),
        ("about.json", "[", r"about\.json cannot be read"),
        ("results.parquet", "x", r"results\.parquet cannot be read as results"),
    ],
)
def test_files_of_a_folder_that_cannot_be_read_are_named(compare, task, method, tmp_path, name, content, message):
    compare([task()], [method("m")])
    (tmp_path / "out" / name).write_text(content)
    with pytest.raises(BenchmarkError, match=message):
        compare([task()], [method("m")])
    with pytest.raises(BenchmarkError, match=message):
        Results(tmp_path / "out")


def test_a_file_in_place_of_the_folder_is_refused(compare, task, method, tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(BenchmarkError, match="out is a file: give a folder as --output"):
        compare([task()], [method("m")])


def test_two_runs_in_one_folder_are_refused(compare, task, method, tmp_path):
    (tmp_path / "out").mkdir()
    unused = method("m")
    with locked(tmp_path / "out"), pytest.raises(BenchmarkError, match="another run is writing to"):
        compare([task()], [unused])
    assert unused.seen == []
    compare([task()], [unused])


def test_a_run_that_came_first_with_other_settings_is_seen(compare, task, method, monkeypatch):
    @contextmanager
    def late(folder):
        monkeypatch.undo()
        compare([task()], [method("m")], settings=Settings(Trees(rounds=7, threads=1)))
        with locked(folder):
            yield

    monkeypatch.setattr(runner, "locked", late)
    unused = method("other")
    with pytest.raises(BenchmarkError, match="rounds was 7, now 5"):
        compare([task()], [unused])
    assert unused.seen == []


def test_a_run_within_a_run_in_the_same_folder_is_refused(compare, task, method):
    class Nested(method):
        def train(self, *_):
            compare([task()], [method("inner")])

    results, _ = compare([task()], [Nested("m")])
    assert results.table["error"].str.startswith("BenchmarkError: another run is writing to").all()


@pytest.mark.parametrize("name", ["a/b", "../../escape", "..", "<script>alert(1)</script>", "数据 é", "x" * 300])
def test_whatever_a_task_is_named_its_files_stay_in_the_folder(compare, task, method, tmp_path, name):
    results, _ = compare([task(name)], [method("m")])
    assert results.tasks == (name,)
    assert {path.name for path in tmp_path.iterdir()} == {"out"}
    tested = results.predictions(name, "fake", "m", "stopped")
    assert sorted(tested["row"]) == list(range(300))
    assert compare([task(name)], [method("m")])[1].expected == 0


def test_names_that_are_wrong_or_twice_are_refused_before_anything(compare, task, method, booster, tmp_path):
    for arguments, message in [
        (([task()], ["focal"]), "there is no method 'focal'; choose from constant, "),
        (([task()], [method("m")], ["xgb"]), "there is no booster 'xgb'; choose from xgboost, lightgbm"),
        (([task(), task()], [method("m")]), "tasks need different names, but two are 'task'"),
        (([task()], [method("m"), method("m")]), "methods need different names, but two are 'm'"),
        (([task()], ["focal_gamma_1", Focal(1.0)]), "two are 'focal_gamma_1'"),
        (([task()], [method("m")], [booster, type(booster)()]), "boosters need different names, but two are 'fake'"),
        (([task()], [method("focal_chosen")]), "a method cannot be named 'focal_chosen'"),
        (([], [method("m")]), "there is nothing to train: 0 tasks, methods m, boosters fake"),
        (([task()], []), "there is nothing to train: 1 tasks, methods none"),
        (([task()], ["is_unbalance"], ["xgboost"]), "is_unbalance, boosters xgboost; give one task or more, and a"),
    ]:
        with pytest.raises(BenchmarkError, match=message):
            compare(*arguments)
    assert not (tmp_path / "out").exists()
    # The same twice is the same once.
    assert len(compare([task()], ["constant", "constant"])[0].table) == 6


def test_a_method_that_runs_in_anything_is_not_run_without_trees(compare, task, method):
    results, _ = compare([task()], [method("m"), "constant"])
    assert set(map(tuple, results.table[["booster", "method"]].to_numpy())) == {("fake", "m"), ("none", "constant")}


def without(folder, name):
    """Make the results those of a version that did not have a measure yet."""
    path = folder / "results.parquet"
    pd.read_parquet(path).drop(columns=name).to_parquet(path)


def test_a_measure_newer_than_the_results_comes_from_their_predictions(compare, task, method, tmp_path):
    before, _ = compare([task()], [method("m")])
    without(tmp_path / "out", "brier")
    after, told = compare([task()], [method("m")])
    assert (told.expected, told.notes) == (0, [])
    pd.testing.assert_frame_equal(after.table, before.table)


def test_results_without_predictions_are_kept_and_the_run_continues(compare, task, method, tmp_path):
    before, _ = compare([task()], [method("m")])
    without(tmp_path / "out", "brier")
    shutil.rmtree(tmp_path / "out" / "predictions")
    after, told = compare([task()], [method("m"), method("new")])
    assert told.expected == 3
    assert told.notes[0].startswith("6 fits in ")
    assert "lack a measure that is newer than they are, and their predictions were not saved" in told.notes[0]
    kept = after.table["method"] == "m"
    np.testing.assert_array_equal(after.table["brier"].isna(), kept)
    pd.testing.assert_frame_equal(after.table[kept].drop(columns="brier"), before.table.drop(columns="brier"))


def test_nothing_heavy_is_imported_before_it_is_used():
    heavy = ["pandas", "xgboost", "lightgbm", "catboost", "sklearn", "optuna", "joblib", "distributed", "matplotlib"]
    code = f"import sys, focalboost, focalboost.benchmark; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


def test_all_public_names_are_there():
    assert {"run", "Results", "Settings", "Trees"} <= set(benchmark.__all__) <= set(dir(benchmark))
    assert all(getattr(benchmark, name).__name__ == name for name in benchmark.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = benchmark.nothing


def test_settings_are_plain_json(compare, task, method, tmp_path):
    compare([task()], [method("m")])
    record = json.loads((tmp_path / "out" / "settings.json").read_text())
    assert {type(value) for value in record.values()} <= {str, int, float}
