"""The guard against regressions: a few robust ratios, none of which may be twice its goal."""

import sys
from typing import Any

from children import CORES, in_child

TOLERANCE = 2.0
IMPORT_GOAL = 0.5
"""The goal of 30 ms, as a share of NumPy's import on a slow machine."""


def failures() -> int:
    """Print each ratio with its goal, and return the number of those that are more than twice the goal."""
    ratios = [
        *in_child("check:kernel", threads=1, OMP_WAIT_POLICY="passive"),
        *(ratio for library in ("XGBoost", "LightGBM") for ratio in in_child("check:training", library, threads=CORES)),
        *importing(),
    ]
    failed = 0
    for what, ratio, goal in ratios:
        verdict = "gross" if ratio > TOLERANCE * goal else "missed" if ratio > goal else "met"
        failed += verdict == "gross"
        print(f"{what}: {ratio:.2f}, goal {goal}: {verdict}")
    if failed:
        print(f"{failed} of {len(ratios)} ratios are over {TOLERANCE:g} times their goal", file=sys.stderr)
    return failed


def kernel() -> list[Any]:
    """Measure the binary kernel on float32, against the copy where no cache holds the arrays."""
    from binary import NUMPY_GOAL, compare, copy_goal

    small, large = compare(1_000_000, "float32", seconds=2.0), compare(10_000_000, "float32", seconds=2.0)
    return [
        ("kernel, gamma 2, / NumPy's logistic gradient", small.ratio("focal 2.0", "NumPy, out=").median, NUMPY_GOAL),
        ("kernel, gamma 2, / plain copy", large.ratio("focal 2.0", "copy").median, copy_goal(10_000_000, 1)),
    ]


def training(library: str) -> list[Any]:
    """Measure rounds at gamma 0 and 1e5 rows."""
    from boosting import table, trainings
    from pairs import paired
    from training import GOAL, SIZES

    running = trainings(library, *table(*SIZES[0]))
    rounds = {name: running[name].round for name in ("built-in", "gamma 0")}
    times = paired(rounds, 4.0, 10, 100, 3, repeat=False)
    return [(f"round of {library}, gamma 0, / built-in", times.ratio("gamma 0", "built-in").median, GOAL)]


def importing() -> list[Any]:
    """Measure the import in several processes."""
    from startup import runs

    ratios = sorted(run["import"] / run["numpy"] for run in runs(cached=5, compiled=0)[0])
    return [("import of focalboost / of NumPy", ratios[len(ratios) // 2], IMPORT_GOAL)]
