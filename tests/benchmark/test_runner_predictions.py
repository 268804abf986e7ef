import shutil

import pandas as pd
import pytest

from focalboost.benchmark.predictions import Predictions
from focalboost.benchmark.results import Results


@pytest.fixture
def without_measure(tmp_path):
    """Make the results those of a version that did not have a measure yet."""

    def remove(name):
        path = tmp_path / "out" / "results.parquet"
        pd.read_parquet(path).drop(columns=name).to_parquet(path)

    return remove


@pytest.mark.parametrize("killed_in", [(Predictions, "save"), (Results, "add")])
@pytest.mark.parametrize("finishes", [False, True])
def test_wherever_a_run_is_killed_no_row_lacks_its_predictions(
    compare, task, method, tmp_path, monkeypatch, killed_in, finishes
):
    whole, calls = getattr(*killed_in), []

    def killed(*arguments):
        calls.append(arguments)
        if len(calls) < 3 or finishes:
            whole(*arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(*killed_in, killed)
    with pytest.raises(KeyboardInterrupt):
        compare([task("a"), task("b")], [method("m")])
    monkeypatch.undo()
    saved, predictions = Results(tmp_path / "out").rows(), Predictions(tmp_path / "out")
    assert len(saved) >= 2
    assert all(predictions.read(row.key) is not None for row in saved)
    table, told = compare([task("a"), task("b")], [method("m")])
    assert told.expected == 6 - len(saved)
    assert len(table) == 6


def test_a_failed_fit_has_no_predictions(compare, task, method, tmp_path):
    compare([task()], [method("m", error=ValueError("no"))])
    assert not (tmp_path / "out" / "predictions").exists()


def test_a_measure_newer_than_the_results_comes_from_their_predictions(compare, task, method, without_measure):
    before, _ = compare([task()], [method("m")])
    without_measure("expected_calibration_error")
    after, told = compare([task()], [method("m")])
    assert told.expected == 0
    assert told.notes == []
    pd.testing.assert_frame_equal(after, before)


def test_results_older_than_predictions_are_kept_and_the_run_continues(
    compare, task, method, without_measure, tmp_path
):
    before, _ = compare([task()], [method("m")])
    without_measure("expected_calibration_error")
    shutil.rmtree(tmp_path / "out" / "predictions")
    after, told = compare([task()], [method("m"), method("new")])
    assert told.expected == 3
    assert told.notes[0].startswith("3 fits in ")
    assert "lack a measure that is newer than they are, and their predictions were not saved" in told.notes[0]
    assert after["expected_calibration_error"].isna().tolist() == [True] * 3 + [False] * 3
    kept = after[after["method"] == "m"].drop(columns="expected_calibration_error")
    pd.testing.assert_frame_equal(kept, before.drop(columns="expected_calibration_error"))
