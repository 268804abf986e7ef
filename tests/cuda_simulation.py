"""Gradients computed by Numba's CUDA simulator, in a process of their own: it must be chosen before Numba is imported.

Without compilation (``NUMBA_DISABLE_JIT``), which would take longer than all cases.
"""

import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from focalboost import BinaryFocalLoss, MulticlassFocalLoss

CURVATURES = ["exact", "absolute", "fisher", "truncated", "signed"]
GAMMAS = [2.0, 2.3]
LAYOUTS = ["binary", "binary strided", "multilabel C", "multilabel F", "softmax C", "softmax F"]
DTYPES = ["float32", "float64"]
EDGES = [0.0, 1e-42, -1e-42, 1e-8, -3.0, 20.0, -20.0, 88.0, -88.0, 700.0, -700.0, np.inf, -np.inf]
BLOCK = 32
TOLERANCE = {"float32": {"rtol": 1e-5, "atol": 1e-33}, "float64": {"rtol": 1e-13, "atol": 1e-300}}


def run_simulator(*arguments):
    """Run a script or ``-c`` code, which can import this module, under the simulator."""
    environment = os.environ | {"NUMBA_ENABLE_CUDASIM": "1", "NUMBA_DISABLE_JIT": "1"}
    environment["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(Path(__file__).parent), os.environ.get("PYTHONPATH")])
    )
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=300).stdout


def small_blocks():
    """Make the simulator start few threads, and more than one block of them."""
    from focalboost.kernels.cuda import launch

    launch.THREADS, launch.MIN_BLOCKS = BLOCK, 1


def cases():
    """Every combination, with None as the weight and with weights."""
    return list(itertools.product(LAYOUTS, CURVATURES, DTYPES, GAMMAS, [False, True]))


def loss_of(layout, curvature, gamma):
    curvature = "auto" if curvature == "signed" else curvature
    if layout.startswith("softmax"):
        return MulticlassFocalLoss(3, gamma, class_weight=(1.0, 0.3, 5.0), curvature=curvature, scale=2.0)
    return BinaryFocalLoss(gamma, class_weight=(0.3, 5.0), curvature=curvature, scale=2.0)


def data_of(layout, dtype):
    """Edge scores with every label, and ordinary ones; sizes that are no multiple of the block."""
    rng = np.random.default_rng(0)
    if layout.startswith("binary"):
        z, y = np.repeat(EDGES, 2), np.tile([0, 1], len(EDGES))
        z, y = np.append(z, rng.normal(0, 5, 13)), np.append(y, rng.integers(0, 2, 13))
    else:
        edges = np.array(list(itertools.product([-np.inf, -700, 0, 88, np.inf], repeat=2)))
        z = np.column_stack([edges, rng.normal(0, 3, len(edges))])
        z = np.vstack([z, rng.normal(0, 4, (20, 3))])
        y = rng.integers(0, 2, z.shape) if layout.startswith("multilabel") else np.arange(len(z)) % 3
    order = "F" if layout.endswith("F") else "C"
    return y.astype(np.float32), np.asarray(z, dtype, order=order), rng.uniform(0, 2, len(z)).astype(np.float32)


def gradients(case, y, raw, weight):
    """The gradient and curvature of a case; the signed one is a method of its own, without weights."""
    layout, curvature, _, gamma, weighted = case
    loss = loss_of(layout, curvature, gamma)
    if curvature == "signed":
        return (loss.exact_hessian(y, raw),)
    return loss.gradient_hessian(y, raw, weight if weighted else None)


def main():
    """Compare every case with the CPU's loop, also without compilation; print how many there are."""
    from numba import cuda

    small_blocks()
    for case in cases():
        y, z, weight = data_of(case[0], case[2])
        raw = cuda.to_device(z)
        if case[0] == "binary strided":  # as another library's view of a column
            raw = cuda.to_device(np.column_stack([z, z]))[:, 1]
        on_device, on_cpu = gradients(case, cuda.to_device(y), raw, weight), gradients(case, y, z, weight)
        for result, expected in zip(on_device, on_cpu, strict=True):
            result = result.copy_to_host()
            assert result.dtype == expected.dtype
            np.testing.assert_allclose(result, expected, **TOLERANCE[case[2]], err_msg=str(case))
    print(len(cases()))


if __name__ == "__main__":
    main()
