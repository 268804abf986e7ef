"""The speed benchmark's arithmetic is right, and its smallest part runs."""

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from speed.pairs import Ratio, Times, paired, ratio_of
from speed.tables import markdown

FOLDER = Path(__file__).parents[1] / "benchmarks" / "speed"


class Clock:
    """A clock that moves only when a function says how long it took."""

    now = 0.0

    def __call__(self):
        return self.now

    def takes(self, durations, calls, name):
        def function():
            calls.append(name)
            self.now += next(durations)

        return function


def test_a_machine_that_slows_down_for_both_sides_does_not_change_the_ratio():
    clock, calls = Clock(), []
    # Each round is twice as slow as the one before; b always takes three times as long as a.
    a = clock.takes((2.0**i for i in itertools.count()), calls, "a")
    b = clock.takes((3 * 2.0**i for i in itertools.count()), calls, "b")
    times = paired({"a": a, "b": b}, seconds=0.0, least=4, clock=clock, repeat=False)
    assert times.rounds == 4
    assert times.ratio("b", "a") == Ratio(3.0, 3.0, 3.0)
    assert times.median("a") == np.median([4, 8, 16, 32])  # after two rounds of warm-up
    assert calls == ["a", "b"] * 2 + ["a", "b", "b", "a"] * 2


def test_a_fast_function_is_called_several_times_for_one_time():
    clock, calls = Clock(), []
    fast = clock.takes(itertools.repeat(2.0**-12), calls, "fast")
    times = paired({"fast": fast}, seconds=0.0, least=1, warm_up=1, clock=clock)
    assert len(calls) == 1 + 1 + 4  # warm-up, settling, and a thousandth of a second's worth
    assert times.median("fast") == 2.0**-12


@pytest.mark.parametrize(("seconds", "rounds"), [(0.0, 5), (20.0, 20), (1000.0, 30)])
def test_rounds_fill_the_time_within_their_bounds(seconds, rounds):
    clock = Clock()
    one = clock.takes(itertools.repeat(1.0), [], "one")
    assert paired({"one": one}, seconds, least=5, most=30, clock=clock).rounds == rounds


def test_ratio_is_that_of_the_pairs_not_of_the_medians():
    times = Times({"a": np.array([1.0, 6.0, 8.0]), "b": np.array([1.0, 2.0, 4.0])})
    assert times.ratio("a", "b") == Ratio(2.0, 1.5, 2.5)
    assert times.median("a") / times.median("b") == 3.0


def test_a_missed_goal_is_bold():
    assert str(ratio_of(np.array([2.0, 2.0, 2.0]), goal=1.5)) == "**2.00** (2.00-2.00)"
    assert str(ratio_of(np.array([1.5, 1.5, 1.5]), goal=1.5)) == "1.50 (1.50-1.50)"
    assert str(Ratio(1.0213, 1.0, 1.1)) == "1.021 (1.000-1.100)"


def test_table_has_every_column_of_its_rows():
    assert markdown([{"a": 1}, {"a": 2, "b": 3}]) == "| a | b |\n| --- | --- |\n| 1 |  |\n| 2 | 3 |\n"


def test_the_smallest_part_runs(tmp_path):
    output = tmp_path / "results.md"
    command = [sys.executable, str(FOLDER / "speed.py"), "--quick", "--output", str(output), "machine"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    text = output.read_text(encoding="utf8")
    assert "numpy" in text
    assert "| 1 | " in text
