"""A round of training with focal loss, over one with the built-in logistic objective.

Rounds alternate in one process, from the best constant score. At gamma 0 the trees are the built-in objective's: that
column is what the interface of custom objectives costs; "NumPy" is the same with three lines of NumPy in focalboost's
place. At gamma 2 (`scaled_to`) other trees grow; "leaves" is their number over the built-in objective's. XGBoost: depth
6; LightGBM: 31 leaves. Goal: at most 1.02.
"""

from typing import Any

from boosting import LIBRARIES, NUMPY, OBJECTIVES, table, trainings
from children import in_child, thread_counts
from pairs import paired

GOAL = 1.02
SIZES = ((100_000, 20), (1_000_000, 20), (100_000, 300))


def measure(quick: bool) -> list[dict[str, Any]]:
    """Measure each library, size and number of threads."""
    return [
        in_child("training:row", library, *size, threads, 2.0 if quick else 6.0, threads=threads)
        for library in LIBRARIES
        for size in (SIZES[:1] if quick else SIZES)
        for threads in thread_counts()
    ]


def row(library: str, n_rows: int, n_columns: int, threads: int, seconds: float) -> dict[str, Any]:
    """Measure on the threads of this process."""
    running = trainings(library, *table(n_rows, n_columns), (*OBJECTIVES, NUMPY))
    times = paired({name: training.round for name, training in running.items()}, seconds, 10, 150, 3, repeat=False)
    leaves = {name: training.leaves() for name, training in running.items()}
    return {
        "library": library,
        "rows": f"{n_rows:.0e}".replace("e+0", "e"),
        "columns": n_columns,
        "threads": threads,
        "rounds": times.rounds,
        "built-in, ms": f"{times.median('built-in') * 1e3:.1f}",
        "gamma 0": times.ratio("gamma 0", "built-in", GOAL),
        "leaves, gamma 0": f"{leaves['gamma 0'] / leaves['built-in']:.3f}",
        NUMPY: times.ratio(NUMPY, "built-in"),
        "gamma 2": times.ratio("gamma 2", "built-in", GOAL),
        "leaves, gamma 2": f"{leaves['gamma 2'] / leaves['built-in']:.3f}",
    }
