"""Names from data, whatever they hold, stay inside the folder of results, and each has a file of its own."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from focalboost.benchmark import Results, Settings, Trees, file_tasks, frame_task, run
from focalboost.benchmark.fit_tables import FitTables
from focalboost.benchmark.folds import StratifiedFolds
from focalboost.benchmark.store import discard
from focalboost.cli import main
from focalboost.datasets.roles import Roles

NAMES = [
    "../../up",
    "/tmp/focalboost-absolute",
    "..\\..\\up",
    "C:\\up",
    "a/b",
    "a\\b",
    "a:b",
    "nul\x00byte",
    "CON",
    "con",
    "Con.",
    "aux.txt",
    "é",
    "e\u0301",
    "日本",
    "~",
    "-rf",
    "a b",
    "a  b",
    "",
    " ",
    ".",
    "..",
    "x" * 300,
    "x" * 299 + "y",
    "{pid}$HOME`id`;*?[0-9]",
    "line\nbreak",
]
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="such names and links are of Unix")


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    return pd.DataFrame({"x": rng.normal(size=60), "fraud": np.arange(60) % 3 == 0})


def snapshot(folder, but):
    return {path: path.lstat().st_mtime_ns for path in folder.rglob("*") if but not in path.parents and path != but}


def settings():
    return Settings(Trees(rounds=1, threads=1))


def test_each_name_has_a_safe_file_of_its_own(tmp_path):
    keys = [
        (task, "xgboost", method, "fixed", 0) for task, method in itertools.product(NAMES, ("cross_entropy", "../m"))
    ]
    tables = FitTables(tmp_path, "predictions")
    for key in keys:
        columns = dict.fromkeys(("part", "label", "probability", "uncorrected"), 0)
        tables.save(key, pd.DataFrame(columns | {"row": [len(key[0])]}))
    files = {path.name for path in (tmp_path / "predictions").iterdir()}
    assert len({name.lower() for name in files}) == len(keys)
    assert [path.name for path in tmp_path.iterdir()] == ["predictions"]
    for name in files:
        assert len(name.encode()) < 200
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.")
        assert not name.startswith((".", "-"))
        assert name.split("-")[0].upper() not in {"CON", "NUL", "AUX", "PRN"} or "-" in name
    for key in keys:
        saved = tables.read(key)
        assert (saved["task"][0], saved["method"][0], saved["row"][0]) == (key[0], key[2], len(key[0]))


def test_a_comparison_writes_into_its_folder_alone(frame, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = [name for name in NAMES if name][:12]
    output = tmp_path / "deep" / "results"
    output.mkdir(parents=True)
    before = snapshot(tmp_path, output)
    tasks = [frame_task(frame, Roles("fraud"), StratifiedFolds(parts=2), name) for name in names]
    results = run(tasks, ["constant"], ["xgboost"], settings=settings(), folder=output)
    assert set(results.tasks) == set(names)
    assert snapshot(tmp_path, output) == before
    for name in names:
        assert len(results.predictions(name, "none", "constant", "fixed")) == 60
    discard(output)
    assert snapshot(tmp_path, output) == before
    assert [path.name for path in output.rglob("*") if path.is_file()] in ([], [".lock"])


@UNIX
def test_files_of_the_user_with_such_names(frame, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("..up", "a\\b", "line\nbreak", "$(id)", "-rf", "é", "E\u0301", "a:b", "<script>", "x" * 240):
        frame.to_csv(folder / f"{name}.csv", index=False)
    before = snapshot(tmp_path, tmp_path / "out")
    arguments = ["--folds", "2", "--rounds", "1", "--jobs", "1", "--methods", "constant", "--boosters", "xgboost"]
    status = main(
        ["benchmark", "--data", str(folder), "--target", "fraud", "--output", str(tmp_path / "out"), *arguments]
    )
    assert status == 0
    assert len(Results(tmp_path / "out").tasks) == 10
    assert snapshot(tmp_path, tmp_path / "out") == before


@UNIX
def test_names_that_are_no_utf_8(frame, tmp_path):
    """As from an archive made on Windows: a folder of data is no trouble; a task or results are refused at once."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/pr\xeat"))
    folder.mkdir()
    (folder / "more").mkdir()
    frame.to_csv(folder / "pay.csv", index=False)
    command = [sys.executable, "-c", "from focalboost.cli import main; raise SystemExit(main())", "benchmark"]
    command += ["--target", "fraud", "--output", str(tmp_path / "out")]
    command += ["--folds", "2", "--rounds", "1", "--methods", "constant", "--boosters", "xgboost", "--data"]

    def told(data, *more):
        done = subprocess.run([*command, data, *more], capture_output=True, check=False)
        assert done.returncode == (2 if b"error" in done.stderr else 0), done.stderr
        return done.stderr

    assert rb"passed over in" in told(folder)
    assert rb"pr\udceat/out' is not UTF-8: give another as --output" in told(folder, "--output", folder / "out")
    (folder / "pay.csv").rename(Path(os.fsdecode(os.fsencode(folder) + b"/pr\xeat.csv")))
    assert rb"'pr\udceat' is not UTF-8: rename the file" in told(folder)


@UNIX
def test_two_files_of_one_stem_are_two_tasks(frame, tmp_path):
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_parquet(tmp_path / "a.parquet")
    tasks = file_tasks([tmp_path / "a.csv", tmp_path / "a.parquet"], Roles("fraud"), StratifiedFolds(parts=2))
    assert [task.name for task in tasks] == ["a.csv", "a.parquet"]


@UNIX
def test_a_report_follows_no_link(frame, tmp_path):
    """A folder of someone else's may have links in place of the files that a report replaces."""
    task = frame_task(frame, Roles("fraud"), StratifiedFolds(parts=2))
    results = run([task], ["constant"], ["xgboost"], settings=settings(), folder=tmp_path / "results")
    victims = {name: tmp_path / f"precious-{name}" for name in ("report.html", "report.md", "results.parquet")}
    for name, victim in victims.items():
        target = tmp_path / "results" / name
        victim.write_bytes(target.read_bytes() if target.exists() else b"mine")
        target.unlink(missing_ok=True)
        target.symlink_to(victim)
    kept = {victim: victim.read_bytes() for victim in victims.values()}
    results.remeasure()
    results.report()
    assert {victim: victim.read_bytes() for victim in victims.values()} == kept
    assert "<!DOCTYPE html>" in (tmp_path / "results" / "report.html").read_text(encoding="utf-8")
    discard(tmp_path / "results")
    assert all(victim.exists() for victim in victims.values())
