"""The fuzzer, with a fixed number of inputs that are the same every time; without compilation, to see every index."""

import os
import subprocess
import sys
from pathlib import Path

FUZZ = Path(__file__).parents[2] / "benchmarks" / "reliability" / "fuzz.py"


def fuzz(*arguments):
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    return subprocess.run(
        [sys.executable, FUZZ, *arguments], capture_output=True, text=True, timeout=300, env=environment
    )


def test_every_function_answers_or_refuses():
    done = fuzz("--examples", "20")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines()[2:]]
    assert len(rows) > 30
    assert rows[-1][0] == "all"
    for name, inputs, answered, refused, _ in rows:
        assert int(inputs) >= 20, name
        assert int(answered) > 0, f"{name}: no answer was checked"
        assert int(refused) > 0 or name.endswith("/resolve_class_weight"), f"{name}: nothing was refused"


def test_a_finding_is_found(tmp_path):
    """Errors that are not raised on purpose fail the run."""
    code = """
import sys
sys.path.insert(0, HERE)
import fuzz, fuzz_arguments
from hypothesis import strategies as st

def run(call):
    return fuzz.fuzz(fuzz.Target("f", call, st.just({}), lambda _: None), 1, at_random=False).error

import numpy as np
from focalboost import BinaryFocalLoss
for call, found in [
    (lambda: int("x"), ValueError), (lambda: 1 // 0, ZeroDivisionError), (lambda: np.log(np.zeros(1)), RuntimeWarning),
    (lambda: BinaryFocalLoss(gamma=-1), None), (lambda: 1, None), (lambda: np.asarray([[1], [1, 2]]), ValueError),
]:
    error = run(call)
    assert type(error) is found if found else error is None, (found, error)
"""
    script = tmp_path / "script.py"
    script.write_text(code.replace("HERE", repr(str(FUZZ.parent))))
    subprocess.run([sys.executable, script], check=True, timeout=120)
