"""Gradients on a CUDA device, in the simulator, against the CPU's; and what is said where there is no device."""

import json
from pathlib import Path
from types import SimpleNamespace

import cuda_simulation
import numpy as np
import pytest
from cuda_simulation import cases, run_simulator

from focalboost import BinaryFocalLoss, MulticlassFocalLoss

INVALID = [
    ([0, 1, 0], [0.0, np.nan, 0.0], None),
    ([0, 2, 0], [0.0, 1.0, 0.0], None),
    ([0, 0, -1], [0.0, 1.0, 0.0], None),
    ([0.5, 0, 1], [0.0, 1.0, 0.0], None),
    ([np.nan, 0, 1], [0.0, 1.0, 0.0], None),
    ([0, 1, 1], [0.0, 1.0, 0.0], [1, -1, 1]),
    ([0, 1, 1], [0.0, 1.0, 0.0], [1, 1, np.inf]),
    ([0, 1, 1], [0.0, 1.0, 0.0], [np.nan, 1, np.inf]),
]


def test_equal_to_the_cpu():
    assert int(run_simulator(cuda_simulation.__file__)) == len(cases())


def _scores(z, columns):
    return np.array(z) if columns == 1 else np.column_stack([z, np.zeros((3, columns - 1))])


def _losses():
    return [(1, BinaryFocalLoss()), (2, MulticlassFocalLoss(2)), (2, MulticlassFocalLoss(2, curvature="fisher"))]


def test_an_invalid_row_is_named_as_on_the_cpu():
    code = """
import json, sys
sys.path.insert(0, HERE)
import cuda_simulation
from numba import cuda
from test_device import INVALID, _losses, _message, _scores
cuda_simulation.small_blocks()
pairs = []
for columns, loss in _losses():
    for y, z, weight in INVALID:
        scores = _scores(z, columns)
        pairs.append([_message(loss, y, raw, weight) for raw in (scores, cuda.to_device(scores))])
print(json.dumps(pairs))
"""
    pairs = json.loads(run_simulator("-c", code.replace("HERE", repr(str(Path(__file__).parent)))))
    assert len(pairs) == len(INVALID) * len(_losses())
    for on_cpu, on_device in pairs:
        assert "row " in on_cpu
        assert on_device == on_cpu


def _message(loss, *arguments):
    with pytest.raises(ValueError, match=r".") as error:
        loss.gradient_hessian(*arguments)
    return str(error.value)


def test_arrays_of_either_side():
    """Labels, weights and outputs: on the host or the device, of any number type, given or made; any size."""
    run_simulator(
        "-c",
        """
import numpy as np
from numba import cuda
from focalboost import BinaryFocalLoss, MulticlassFocalLoss
from focalboost.kernels.cuda import launch
launch.THREADS, launch.MIN_BLOCKS = 8, 2
rng = np.random.default_rng(0)
z, y, w = rng.normal(0, 2, 19), rng.integers(0, 2, 19), rng.random(19)
raw = cuda.to_device(z)

for loss in (BinaryFocalLoss(2.0), BinaryFocalLoss(1.0, class_weight="balanced")):
    g, h = loss.gradient_hessian(y, z, w)
    for labels in (y, y.tolist(), y.astype(bool), cuda.to_device(y.astype(np.uint8)), cuda.to_device(y.astype(float))):
        for weight in (w, w.tolist(), cuda.to_device(w)):
            first, second = loss.gradient_hessian(labels, raw, weight)
            assert np.allclose(first.copy_to_host(), g, rtol=1e-13)
            assert np.allclose(second.copy_to_host(), h, rtol=1e-13)

out = cuda.device_array(19, np.float32), cuda.device_array(19, np.float64)
first, second = loss.gradient_hessian(y, raw, w, *out)
assert first is out[0] and second is out[1]
assert np.allclose(out[0].copy_to_host(), g, rtol=1e-6) and np.allclose(out[1].copy_to_host(), h, rtol=1e-13)

for n in (0, 1, 8, 16, 17):
    first, second = BinaryFocalLoss().gradient_hessian(y[:n], cuda.to_device(z[:n]), w[:n])
    assert first.shape == second.shape == (n,) and np.isfinite(first.copy_to_host()).all()

def message(*arguments, loss=loss):
    try:
        loss.gradient_hessian(*arguments)
    except ValueError as error:
        return str(error)

assert "float32 or float64" in message(y, cuda.to_device(y))
assert "(n,) or (n, K)" in message(y, cuda.to_device(z.reshape(19, 1, 1)))
assert "y_true has the shape (18,)" in message(y[:18], raw)
assert "(19,); it is float64 and has (18,)" in message(cuda.to_device(z[:18]), raw)
assert "sample_weight on a device" in message(y, raw, cuda.to_device(w[:3]))
assert "must be on the device" in message(y, raw, w, np.empty(19))
assert "gradient_out must be" in message(y, raw, w, cuda.device_array(18))
assert "a column for each class" in message(y, raw, loss=MulticlassFocalLoss(3))
""",
    )


def test_without_numba_cuda(monkeypatch):
    from focalboost import _optional
    from focalboost.kernels.cuda.support import require_cuda

    def missing(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    require_cuda.cache_clear()
    monkeypatch.setattr(_optional.importlib, "import_module", missing)
    with pytest.raises(ImportError, match=r"needs numba_cuda.*focalboost\[cuda\]"):
        BinaryFocalLoss().gradient_hessian([1], SimpleNamespace(__cuda_array_interface__={}))


def test_without_a_gpu(monkeypatch):
    from focalboost.kernels.cuda import support

    support.require_cuda.cache_clear()
    monkeypatch.setattr(support, "optional_import", lambda *_: None)
    monkeypatch.setattr("numba.cuda.is_available", lambda: False)
    monkeypatch.setattr("numba.cuda.cuda_error", lambda: "CUDA driver library cannot be found.")
    with pytest.raises(RuntimeError, match=r"needs an NVIDIA GPU.*driver library cannot be found"):
        support.require_cuda()
