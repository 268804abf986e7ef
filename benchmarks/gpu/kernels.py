"""The kernels against the device's own copy."""

import platform
from collections.abc import Iterator
from typing import Any

import numba
import numpy as np
from numba import cuda
from row import Row, seconds

from focalboost import BinaryFocalLoss, MulticlassFocalLoss
from focalboost.kernels.cuda import binary, launch, multiclass
from focalboost.kernels.focal import TRUNCATED

CALLS = 10
"""Launches that are waited for together, so that the time of one launch from Python hides behind the others."""


def machine(simulated: bool) -> str:
    """Name what is measured on."""
    import xgboost

    device = "the simulator" if simulated else cuda.get_current_device().name
    device = device.decode() if isinstance(device, bytes) else device
    return f"{device}; Python {platform.python_version()}, numba {numba.__version__}, xgboost {xgboost.__version__}"


def copy_bandwidth(n_rows: int) -> tuple[float, Row]:
    """Measure a device-to-device copy; bytes read and bytes written both count."""
    source, target = cuda.device_array(4 * n_rows, np.float32), cuda.device_array(4 * n_rows, np.float32)
    time = seconds(lambda: target.copy_to_device(source), CALLS)
    speed = 2 * 16 * n_rows / time
    return speed, Row("copy on the device, float32 x 4", n_rows, 1e3 * time, speed / 1e9)


def kernel_rows(sizes: list[int], bandwidth: float) -> Iterator[Row]:
    """Measure the kernels, and for the binary one the public call around it."""
    for n_rows in sizes:
        for dtype in (np.float32, np.float64):
            for gamma in (2.0, 2.3):
                yield from _kernel(n_rows, 1, dtype, gamma, bandwidth)
            for n_classes in (3, 10):
                yield from _kernel(n_rows, n_classes, dtype, 2.0, bandwidth)


def _kernel(n_rows: int, n_classes: int, dtype: Any, gamma: float, bandwidth: float) -> Iterator[Row]:
    name = f"{'binary' if n_classes == 1 else f'softmax K={n_classes}'}, gamma {gamma}, {np.dtype(dtype).name}"
    n_bytes = n_rows * (4 + 3 * n_classes * np.dtype(dtype).itemsize)  # labels and scores read, two arrays written
    rng, scalar = np.random.default_rng(0), np.dtype(dtype).type
    try:
        labels = cuda.to_device(rng.integers(0, max(n_classes, 2), n_rows).astype(np.float32))
        shape = n_rows if n_classes == 1 else (n_rows, n_classes)
        raw = cuda.to_device(rng.standard_normal(shape, np.float32).astype(dtype))
        out = cuda.device_array(shape, dtype), cuda.device_array(shape, dtype)
    except Exception as error:  # the driver's own, when the memory of a small device does not do
        yield Row(name, n_rows, compared=f"not measured: {type(error).__name__}")
        return
    invalid = cuda.to_device(np.zeros(1, np.int32))
    if n_classes == 1:
        loss: Any = BinaryFocalLoss(gamma)
        kernel = binary.gradient_hessian_kernel(TRUNCATED, gamma == 2.0, False)
        arguments = labels, raw, raw, scalar(gamma), scalar(1), scalar(1), *out, invalid
    else:
        loss = MulticlassFocalLoss(n_classes, gamma)
        kernel = multiclass.gradient_hessian_kernel(TRUNCATED, gamma == 2.0, False)
        weights = cuda.to_device(np.ones(n_classes, dtype))
        arguments = labels, raw, weights, scalar(gamma), weights, *out, invalid
    grid = max(launch.MIN_BLOCKS, -(-n_rows // launch.THREADS)), launch.THREADS
    time = seconds(lambda: kernel[grid](*arguments), CALLS)
    share = n_bytes / time / bandwidth
    goal = "70 %" if dtype is np.float32 else ""
    yield Row(f"kernel: {name}", n_rows, 1e3 * time, n_bytes / time / 1e9, f"{share:.0%} of the copy", goal)
    whole = seconds(lambda: loss.gradient_hessian(labels, raw, None, *out))
    yield Row(f"call: {name}", n_rows, 1e3 * whole, n_bytes / whole / 1e9, f"{whole / time:.3g}x the kernel")
