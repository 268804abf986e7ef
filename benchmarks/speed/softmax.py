"""Gradient and curvature of the softmax loss, gamma 2.

As for the binary loss, with the same number of scores in each row of the table. The plain copy copies the scores into
one array and writes zeros into another. scikit-learn's loop takes scores in C order alone. Goal: 1.0 of SciPy's on one
thread.
"""

from typing import Any

import numpy as np
from children import in_child, thread_counts
from copying import bandwidth, copy
from pairs import Times, paired
from rivals import scikit_learn_softmax, scipy_softmax

from focalboost import MulticlassFocalLoss

SCORES = 3_000_000
QUICK_SCORES = 300_000
SCIPY_GOAL = 1.0


def measure(quick: bool) -> list[dict[str, Any]]:
    """Measure every number of classes, order, type and number of threads."""
    return [
        row
        for threads in thread_counts()
        for row in in_child("softmax:rows_of_table", quick, threads, threads=threads, OMP_WAIT_POLICY="passive")
    ]


def rows_of_table(quick: bool, threads: int) -> list[dict[str, Any]]:
    """Measure on the threads of this process."""
    bytes_a_second = bandwidth(quick)
    return [
        _row(n_classes, order, dtype, threads, quick, bytes_a_second)
        for n_classes in (3, 10)
        for order in ("C", "F")
        for dtype in ("float32", "float64")
    ]


def _row(n_classes: int, order: Any, dtype: str, threads: int, quick: bool, bytes_a_second: float) -> dict[str, Any]:
    n_rows = (QUICK_SCORES if quick else SCORES) // n_classes
    times = compare(n_rows, n_classes, order, dtype, seconds=0.5 if quick else 1.0)
    limit = n_rows * (3 * n_classes + 1) * np.dtype(dtype).itemsize / bytes_a_second
    return {
        "threads": threads,
        "K": n_classes,
        "order": order,
        "type": dtype,
        "ns/row": f"{times.median('focal') / n_rows * 1e9:.1f}",
        "/ copy": times.ratio("focal", "copy"),
        "/ memory": f"{times.median('focal') / limit:.2f}",
        "/ SciPy": times.ratio("focal", "SciPy", SCIPY_GOAL if threads == 1 else None),
        "/ scikit-learn": times.ratio("focal", "scikit-learn") if order == "C" else "",
        "new arrays": times.ratio("focal, new arrays", "focal"),
    }


def compare(n_rows: int, n_classes: int, order: Any, dtype: str, seconds: float) -> Times:
    """Time the loss and what it is compared with, on the same arrays."""
    generator = np.random.default_rng(0)
    z = np.asarray(generator.normal(0, 2, (n_rows, n_classes)), dtype, order=order)
    y = generator.integers(0, n_classes, n_rows).astype(dtype)
    one_hot = np.asarray(np.eye(n_classes, dtype=dtype)[y.astype(int)], order=order)
    gradient, hessian = np.empty_like(z), np.empty_like(z)
    flat = [array.ravel(order) for array in (z, gradient, hessian)]
    loss = MulticlassFocalLoss(n_classes)
    functions = {
        "focal": lambda: loss.gradient_hessian(y, z, None, gradient, hessian),
        "copy": lambda: copy(flat[:1], flat[1:2], filled=flat[2:]),
        "focal, new arrays": lambda: loss.gradient_hessian(y, z),
        "SciPy": lambda: scipy_softmax(one_hot, z),
    }
    if order == "C":
        functions["scikit-learn"] = lambda: scikit_learn_softmax(y, z, gradient, hessian)
    return paired(functions, seconds, least=3)
