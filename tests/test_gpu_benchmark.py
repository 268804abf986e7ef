"""The measuring script for a GPU, where there is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import xgboost

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "gpu" / "measure.py"
NEW = tuple(map(int, xgboost.__version__.split(".")[:2])) >= (2, 1)


def run(*options):
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
    return subprocess.run(
        [sys.executable, SCRIPT, *options], capture_output=True, text=True, env=environment, timeout=300
    )


@pytest.mark.skipif(not NEW, reason="XGBoost takes no device arrays before 2.1")
def test_the_whole_flow_in_the_simulator():
    done = run("--simulator")
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    for part in ("copy on", "kernel: binary", "kernel: softmax K=10", "largest", "round: upload", "xgb: a loop", "lgb"):
        assert any(row.startswith(f"| {part}") for row in rows), part
    assert "not measured" not in done.stdout


def test_it_says_so_without_a_gpu():
    done = run()
    assert done.returncode == 2
    assert "computing on a GPU needs" in done.stderr
    assert done.stdout == ""
