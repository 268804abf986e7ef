import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from reliability import kills

from focalboost.benchmark import replacing, report
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.methods.peers import Peer
from focalboost.benchmark.store import Store
from focalboost.cli import main


def unfinished(folder):
    return [path for path in folder.rglob(".*") if path.name != ".lock"]


@pytest.fixture
def full(monkeypatch):
    """Let the disk be full from the nth time on that a file of some name is written."""

    def full(name, at):
        write_text, write_parquet, written = Path.write_text, replacing.write_parquet, []

        def half(path):
            if name not in str(path):
                return False
            written.append(path)
            if len(written) >= at:
                path.write_bytes(b"half")
                raise OSError(errno.ENOSPC, "No space left on device")
            return False

        monkeypatch.setattr(Path, "write_text", lambda path, *a, **k: half(path) or write_text(path, *a, **k))
        monkeypatch.setattr(replacing, "write_parquet", lambda frame, path: half(path) or write_parquet(frame, path))

    return full


@pytest.mark.parametrize(
    ("name", "at"),
    [("results.parquet", 1), ("results.parquet", 2), ("predictions", 3), ("stages", 2), ("settings", 1), ("about", 1)],
)
def test_a_full_disk_is_said_with_the_file_and_the_next_run_continues(
    compare, task, method, tmp_path, monkeypatch, same, full, name, at
):
    full(name, at)
    with pytest.raises(
        BenchmarkError, match=rf"{name}.* cannot be written \(No space left on device\): what was saved"
    ):
        compare([task()], [method("m")])
    monkeypatch.undo()
    assert unfinished(tmp_path / "out") == []
    kept = len(Store(tmp_path / "out").rows())
    assert kept == {"results.parquet": 2 * (at - 1), "predictions": 2, "stages": 2}.get(name, 0)
    results, told = compare([task()], [method("m")])
    assert told.expected == 3 - kept // 2
    same(results.table, compare([task()], [method("m")], output="whole")[0].table)


def test_a_file_is_on_the_disk_before_it_takes_the_place_of_another(tmp_path, monkeypatch):
    path, done = tmp_path / "kept.json", []
    replacing.replace_text(path, "old")
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda file: done.append(os.fstat(file).st_ino) or fsync(file))
    monkeypatch.setattr(Path, "replace", lambda one, other: done.append("replaced") or replace(one, other))
    replacing.replace_text(path, "new")
    assert done[:2] == [path.stat().st_ino, "replaced"]
    assert sys.platform == "win32" or done[2:] == [tmp_path.stat().st_ino]


def test_a_disk_that_fails_to_write_it_out_leaves_the_old_file(tmp_path, monkeypatch):
    def fail(_):
        raise OSError(errno.EIO, "Input/output error")

    path = tmp_path / "kept.json"
    replacing.replace_text(path, "old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(BenchmarkError, match=r"kept\.json cannot be written \(Input/output error\)"):
        replacing.replace_text(path, "new")
    assert path.read_text() == "old"
    assert unfinished(tmp_path) == []


@pytest.mark.parametrize("name", ["summary.csv", "report.html"])
def test_a_full_disk_does_not_cost_the_verdict(compare, task, tmp_path, capsys, full, name):
    compare([task()], ["constant", "cross_entropy", "focal_gamma_1"], ["xgboost"])
    full(name, 1)
    assert main(["report", str(tmp_path / "out")]) == 2
    printed = capsys.readouterr()
    assert "Verdict" in printed.out
    assert f"{name} cannot be written (No space left on device)" in printed.err


@pytest.mark.parametrize("name", ["report.html", "report.md"])
def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch, full, name):
    for part in ("findings_of", "to_html", "to_markdown"):
        monkeypatch.setattr(report, part, lambda *_: "new")
    (tmp_path / name).write_text("old")
    full(name, 1)
    with pytest.raises(BenchmarkError, match=rf"{name} cannot be written \(No space left on device\)"):
        report.write_report(None, tmp_path)
    assert (tmp_path / name).read_text() == "old"
    assert unfinished(tmp_path) == []


LIMITED = """
import resource, sys
from focalboost.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files as POSIX does")
def test_a_file_that_the_system_refuses_is_one_line_and_status_2(tmp_path):
    options = ["--transactions", "3000", "--prevalence", "0.05", "--folds", "2", "--rounds", "3"]
    options += ["--boosters", "xgboost", "--methods", "constant"]
    command = [sys.executable, "-c", LIMITED, "2500", "benchmark", "--output", str(tmp_path / "out"), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"focalboost: error: {tmp_path / 'out' / 'predictions'}")
    assert "cannot be written (" in last
    assert "File too large" in last
    assert unfinished(tmp_path / "out") == []
    assert json.loads((tmp_path / "out" / "settings.json").read_text())["rounds"] == 3
    command[3] = "100000000"
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    assert len(pd.read_parquet(tmp_path / "out" / "results.parquet")) == 2 * 2


@pytest.mark.skipif(not hasattr(kills.signal, "SIGKILL"), reason="kills as POSIX does")
@pytest.mark.parametrize("workers", [[], ["--workers", "2"]])
def test_wherever_a_file_is_written_a_killed_run_ends_with_the_same_table(capsys, workers):
    assert kills.main(["--kills", "3", "--at-writes", "--seed", "3", *workers]) == 0
    assert "3 kills at writes" in capsys.readouterr().out


def test_a_package_that_a_method_lacks_is_missed_before_anything_is_read(compare, task, booster):
    def missing():
        raise ImportError("The method lacking needs nowhere, which is not installed")

    lacking = Peer("lacking", "nowhere", ("fake",), missing)
    with pytest.raises(ImportError, match="needs nowhere, which is not installed"):
        compare([task(load=lambda: pytest.fail("read"))], ["cross_entropy", lacking])
    elsewhere = Peer("lacking", "nowhere", ("lightgbm",), missing)
    assert len(compare([task()], ["constant", elsewhere], [booster])[0].table) == 6
