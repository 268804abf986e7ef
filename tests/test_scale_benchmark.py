"""The scale benchmark fits slopes rightly, makes the same rows in chunks as at once, and runs."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scale import chunks
from scale.slopes import markdown, slope, slope_table

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "scale" / "scale.py"
SIZES = [1e5, 1e6, 1e7, 1e8]


@pytest.mark.parametrize("power", [0.0, 1.0, 1.5])
def test_slope_of_a_power(power):
    assert slope(SIZES, [3e-9 * n**power for n in SIZES]) == pytest.approx(power, abs=1e-12)


def test_slope_needs_two_sizes():
    assert np.isnan(slope([1e6, 1e6], [1.0, 2.0]))


def test_slopes_by_case_with_and_without_small_sizes():
    """A constant cost bends the line down, and is gone where small sizes are left out."""
    rows = [{"case": "linear", "rows": n, "s": 1e-9 * n} for n in SIZES]
    rows += [{"case": "with a start", "rows": n, "s": 0.01 * (n < 1e6) + 1e-9 * n} for n in SIZES]
    rows += [{"case": "two sizes", "rows": n, "s": n} for n in SIZES[:2]]
    linear, start = slope_table(rows, ["s"])
    assert linear["slope of s"] == pytest.approx(1)
    assert start["slope of s"] < 0.7
    assert start["s, from 1e6 rows"] == pytest.approx(1)
    assert "| linear | 1e5 to 1e8 | 1.00 | 1.00 |" in markdown([linear])


def test_chunks_are_the_whole(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 100)
    X, y = chunks.table(250)
    assert chunks.chunk_rows(250) == [100, 100, 50]
    np.testing.assert_array_equal(y, chunks.labels(250))
    rows = chunks.sequence(250)
    np.testing.assert_array_equal(np.concatenate([rows[i : min(i + 100, 250)] for i in range(0, 250, 100)]), X)
    np.testing.assert_array_equal(rows[120], X[120])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_quick_run_writes_tables(tmp_path):
    output = tmp_path / "results.md"
    command = [sys.executable, str(SCRIPT), "--quick", "--output", str(output), "kernel", "sequence"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = output.read_text()
    assert "## Gradient and curvature" in text
    assert "| focal | 2e3 |" in text
    assert "| built-in | 2e3 |" in text
