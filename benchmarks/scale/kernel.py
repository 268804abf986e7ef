"""Gradient and curvature, without a booster."""

import time
from typing import Any

import numpy as np
from measuring import GIB, forget_peak, memory

TITLE = "Gradient and curvature"
ABOUT = (
    "`BinaryFocalLoss(gamma).gradient_hessian` on float32 scores and labels; the median of nine calls. Memory beyond "
    "the arrays given: two float32 arrays are returned, 8 bytes a row."
)
ROWS = (100_000, 1_000_000, 10_000_000, 100_000_000)
SLOPES = ("s", "GiB")


def cases(rows: int) -> list[dict[str, Any]]:
    """Return what is measured at one size."""
    return [{"rows": rows, "gamma": gamma} for gamma in (2.0, 2.3)]


def run(rows: int, gamma: float) -> dict[str, Any]:
    """Measure."""
    from focalboost import BinaryFocalLoss

    loss = BinaryFocalLoss(gamma)
    scores = np.linspace(-8, 4, rows, dtype=np.float32)
    labels = (np.arange(rows, dtype=np.uint8) % 64 == 0).astype(np.float32)
    loss.gradient_hessian(labels[:100], scores[:100])
    before = forget_peak()
    seconds = []
    for _ in range(9):
        start = time.perf_counter()
        loss.gradient_hessian(labels, scores)
        seconds.append(time.perf_counter() - start)
    median = float(np.median(seconds))
    beyond = memory("VmHWM") - before
    return {
        "case": f"gamma {gamma:g}",
        "rows": rows,
        "s": median,
        "ns/row": 1e9 * median / rows,
        "GiB": beyond / GIB,
        "bytes/row": beyond / rows,
    }
