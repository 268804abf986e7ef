"""Gradient and curvature of the binary loss.

How many times longer than each of the others; the labels have the scores' type. "memory" is the least time in which
the bytes of a row (label and score read, gradient and curvature written) pass at the bandwidth of a plain copy, the
physical limit unless the arrays fit the caches. "new arrays" is the call without given outputs, over the same with
them. Goals: 1.0 of NumPy's on one thread; at 1e7 rows 2.5 copies on one thread and 1.5 on two.
"""

from typing import Any

import numpy as np
from children import in_child, thread_counts
from copying import bandwidth, copy
from pairs import Times, paired
from rivals import numpy_logistic, numpy_logistic_into, scalar_focal, scikit_learn_logistic

from focalboost import BinaryFocalLoss

GAMMAS = (2.0, 2.3)
ROWS = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
QUICK_ROWS = (10_000, 1_000_000, 10_000_000)
NUMPY_GOAL = 1.0
"""On one thread, against the faster of NumPy's two."""


def copy_goal(rows: int, threads: int) -> float | None:
    """Return the goal against the plain copy, which is set at 1e7 rows on one thread and on two."""
    return {1: 2.5, 2: 1.5}.get(threads) if rows == 10_000_000 else None


def measure(quick: bool) -> list[dict[str, Any]]:
    """Measure every number of rows, type and number of threads."""
    return [
        row
        for threads in thread_counts()
        for row in in_child("binary:rows_of_table", quick, threads, threads=threads, OMP_WAIT_POLICY="passive")
    ]


def rows_of_table(quick: bool, threads: int) -> list[dict[str, Any]]:
    """Measure on the threads of this process."""
    bytes_a_second = bandwidth(quick)
    table = []
    for n_rows in QUICK_ROWS if quick else ROWS:
        for dtype in ("float32", "float64"):
            times = compare(n_rows, dtype, seconds=0.5 if quick else 1.5)
            for gamma in GAMMAS:
                limit = 4 * np.dtype(dtype).itemsize * n_rows / bytes_a_second
                table.append(_row(times, n_rows, dtype, gamma, threads, limit))
    return table


def compare(n_rows: int, dtype: str, seconds: float) -> Times:
    """Time the two gammas and what they are compared with, on the same arrays."""
    generator = np.random.default_rng(0)
    few = 1_000_000
    z = np.resize(generator.normal(-2, 2, min(n_rows, few)).astype(dtype), n_rows)
    y = np.resize((generator.random(min(n_rows, few)) < 0.2).astype(dtype), n_rows)
    gradient, hessian, p = np.empty_like(z), np.empty_like(z), np.empty_like(z)
    losses = {gamma: BinaryFocalLoss(gamma) for gamma in GAMMAS}
    return paired(
        {
            "focal 2.0": lambda: losses[2.0].gradient_hessian(y, z, None, gradient, hessian),
            "copy": lambda: copy([y, z], [gradient, hessian]),
            "focal 2.3": lambda: losses[2.3].gradient_hessian(y, z, None, gradient, hessian),
            "NumPy": lambda: numpy_logistic(y, z),
            "NumPy, out=": lambda: numpy_logistic_into(y, z, p, gradient, hessian),
            "focal 2.0, new arrays": lambda: losses[2.0].gradient_hessian(y, z),
            "scikit-learn": lambda: scikit_learn_logistic(y, z, gradient, hessian),
            "focal 2.3, new arrays": lambda: losses[2.3].gradient_hessian(y, z),
            "scalar Numba": lambda: scalar_focal(y, z, gradient, hessian),
        },
        seconds,
        least=2 if n_rows > 10_000_000 else 3,
        warm_up=1 if n_rows > 10_000_000 else 2,
    )


def _row(times: Times, n_rows: int, dtype: str, gamma: float, threads: int, limit: float) -> dict[str, Any]:
    ours = f"focal {gamma}"
    goal = NUMPY_GOAL if threads == 1 else None
    return {
        "threads": threads,
        "rows": f"{n_rows:.0e}".replace("e+0", "e"),
        "type": dtype,
        "gamma": gamma,
        "ns/row": f"{times.median(ours) / n_rows * 1e9:.2f}",
        "/ copy": times.ratio(ours, "copy", copy_goal(n_rows, threads)),
        "/ memory": f"{times.median(ours) / limit:.2f}",
        "/ NumPy": times.ratio(ours, "NumPy", goal),
        "/ NumPy, out=": times.ratio(ours, "NumPy, out=", goal),
        "/ scikit-learn": times.ratio(ours, "scikit-learn"),
        "/ scalar Numba": times.ratio(ours, "scalar Numba"),
        "new arrays": times.ratio(f"{ours}, new arrays", ours),
    }
