"""Peak memory of a process that trains five rounds with focal loss, beyond one with the built-in objective.

20 columns. What is fixed is the compiler, which stays in memory; what grows with the rows is the slope between two
numbers of rows. The interfaces demand, in bytes a row: XGBoost hands over a copy of the scores (4) and of the labels
(4) and takes two arrays (8), 16 in all; LightGBM keeps a buffer of scores (8) and takes two arrays (8), but leaves out
the gradients that its own objective keeps (8), 8 in all. It can be less where the peak is not in a round.
"""

from typing import Any

from boosting import LIBRARIES, OBJECTIVES, table
from children import in_child

COLUMNS, ROUNDS = 20, 5
ROWS, QUICK_ROWS = (1_000_000, 3_000_000), (200_000, 1_000_000)
DEMANDED = {"XGBoost": 16, "LightGBM": 8}


def measure(quick: bool) -> list[dict[str, Any]]:
    """Measure each library and objective at two numbers of rows."""
    rows = QUICK_ROWS if quick else ROWS
    return [row for library in LIBRARIES for row in _rows_of_table(library, rows)]


def _rows_of_table(library: str, rows: tuple[int, int]) -> list[dict[str, Any]]:
    few, many = (
        {objective: in_child("memory:peak_bytes", library, objective, n_rows) for objective in OBJECTIVES}
        for n_rows in rows
    )
    table = []
    for objective in OBJECTIVES[1:]:
        beyond_few, beyond_many = few[objective] - few["built-in"], many[objective] - many["built-in"]
        slope = (beyond_many - beyond_few) / (rows[1] - rows[0])
        table.append(
            {
                "library": library,
                "objective": f"focal, {objective}",
                f"built-in, MiB at {rows[1]:.0e} rows": f"{many['built-in'] / 2**20:.0f}",
                "ratio": f"{many[objective] / many['built-in']:.3f}",
                "fixed, MiB": f"{(beyond_few - slope * rows[0]) / 2**20:.0f}",
                "bytes/row": f"{slope:.1f}",
                "demanded": DEMANDED[library],
            }
        )
    return table


def peak_bytes(library: str, objective: str, n_rows: int) -> float:
    """Return the largest resident memory of this process while it trains."""
    from focalboost.benchmark.peak_memory import PeakMemory, resident_memory

    x, y = table(n_rows, COLUMNS)
    kind: Any = LIBRARIES[library]
    PeakMemory()  # forgets the peak of the drawing
    training = kind(kind.data(x, y), y, objective)
    for _ in range(ROUNDS):
        training.round()
    return resident_memory("VmHWM")
