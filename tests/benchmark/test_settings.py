import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.settings import Settings, Trees, available_cores, check_folder, record_settings


@pytest.fixture
def folder(tmp_path):
    """A folder that has results."""
    record_settings(tmp_path, {"rounds": 150, "select": "average_precision"})
    (tmp_path / "results.parquet").touch()
    return tmp_path


@given(st.integers(1, 3000))
def test_the_last_stop_is_the_last_round_and_there_are_a_dozen_closer_at_first(rounds):
    stops = Trees(rounds=rounds).stops()
    assert stops[-1] == rounds
    assert 1 <= stops[0] <= max(1, round(rounds / 30))
    assert list(stops) == sorted(set(stops))
    assert len(stops) <= 14
    assert rounds < 100 or len(stops) >= 12
    ratios = [later / earlier for earlier, later in pairwise(stops)]
    assert rounds < 100 or max(ratios) < 2


def test_all_but_the_threads_decides_the_results():
    plain = Settings(Trees(threads=1))
    assert plain.record() == Settings(Trees(threads=2)).record()
    for other in (
        Settings(Trees(rounds=7)),
        Settings(Trees(seed=7)),
        Settings(Trees(subsample=0.7)),
        replace(plain, select="log_loss"),
        replace(plain, trials=5),
    ):
        assert other.record() != plain.record()
    assert all(isinstance(value, (str, int, float)) for value in plain.record().values())


def test_trials_add_to_the_settings_and_change_none(folder):
    record_settings(folder, Settings().record())
    check_folder(folder, Settings(trials=20).record())
    record_settings(folder, Settings(trials=20).record())
    check_folder(folder, Settings().record())
    with pytest.raises(BenchmarkError, match="trials was 20, now 30"):
        check_folder(folder, Settings(trials=30).record())


@pytest.mark.parametrize(
    ("make", "wrong", "message"),
    [
        (Settings, {"select": "roc_auc"}, "select is 'roc_auc': give one of average_precision, log_loss"),
        (Settings, {"trials": -1}, "trials is -1: give 0"),
        (Trees, {"rounds": 0}, "rounds is 0: give 1 or more"),
        (Trees, {"threads": -1}, "threads is -1: give 1 or more"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(make, wrong, message):
    with pytest.raises(BenchmarkError, match=message):
        make(**wrong)


def test_this_machine_has_a_core():
    assert available_cores() >= 1


def test_other_settings_are_refused_with_what_differs_and_the_mend(folder):
    check_folder(folder, {"rounds": 150, "a new task": "x"})
    with pytest.raises(BenchmarkError, match=r"\(rounds was 150, now 200\): give another --output, or --overwrite"):
        check_folder(folder, {"rounds": 200, "select": "average_precision"})


def test_what_is_recorded_later_is_added(folder):
    record_settings(folder, {"task": "1"})
    with pytest.raises(BenchmarkError, match="rounds was 150, now 1; task was 1, now 2"):
        check_folder(folder, {"rounds": 1, "task": "2"})
    known = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    assert known == {"rounds": 150, "select": "average_precision", "task": "1"}
    assert {path.name for path in folder.iterdir()} == {"results.parquet", "settings.json"}


def test_settings_without_results_bind_nobody(folder):
    (folder / "results.parquet").unlink()
    check_folder(folder, {"rounds": 1})
    check_folder(folder / "new", {"rounds": 1})
    record_settings(folder / "new" / "deep", {"rounds": 1})
    assert (folder / "new" / "deep" / "settings.json").is_file()


@pytest.mark.parametrize(("text", "message"), [("{", "cannot be read"), ("[1]", "does not hold settings")])
def test_damaged_settings_are_named(folder, text, message):
    (folder / "settings.json").write_text(text, encoding="utf-8")
    with pytest.raises(BenchmarkError, match=rf"settings\.json {message}.*give another --output"):
        check_folder(folder, {})


def test_a_file_is_no_folder(tmp_path):
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(BenchmarkError, match="file is a file: give a folder as --output"):
        check_folder(path, {})
