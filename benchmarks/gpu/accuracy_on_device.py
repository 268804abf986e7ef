"""What the device computes, against the CPU's float64 kernel, whose own errors ``benchmarks/accuracy.py`` prints."""

from collections.abc import Iterator

import numpy as np
from accuracy import scores
from numba import cuda
from row import Row

from focalboost import BinaryFocalLoss, MulticlassFocalLoss

STEP = 1
"""Every how many-th score is taken."""


def accuracy_rows() -> Iterator[Row]:
    """Compare gradient and curvature where the true values are normal numbers of the type."""
    for dtype in (np.float32, np.float64):
        z = scores(dtype)[::STEP]
        z, y = np.tile(z, 2), np.repeat([0.0, 1.0], z.size)
        pairs = np.column_stack([z, np.zeros_like(z)])
        for curvature in ("truncated", "fisher"):
            for gamma in (2.0, 2.3):
                for name, raw, loss in (
                    ("binary", z, BinaryFocalLoss(gamma, curvature=curvature)),
                    ("softmax K=2", pairs, MulticlassFocalLoss(2, gamma, curvature=curvature)),
                ):
                    expected = loss.gradient_hessian(y, raw.astype(np.float64))
                    result = loss.gradient_hessian(y, cuda.to_device(raw))
                    errors = [_largest(r.copy_to_host(), e) for r, e in zip(result, expected, strict=True)]
                    yield Row(
                        f"largest relative error: {name}, gamma {gamma}, {curvature}, {np.dtype(dtype).name}",
                        y.size,
                        compared=f"gradient {errors[0]:.1e}, curvature {errors[1]:.1e}",
                        goal="1e-5" if dtype is np.float32 else "1e-12",
                    )


def _largest(result: np.ndarray, expected: np.ndarray) -> float:
    normal = np.abs(expected) > 1e3 * np.finfo(result.dtype).tiny
    return float(np.max(np.abs(result - expected)[normal] / np.abs(expected[normal])))
