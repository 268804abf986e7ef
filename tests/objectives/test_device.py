"""The objective that computes on a CUDA device: what it returns to XGBoost, and whom it refuses."""

import dataclasses
import pickle
import sys
from types import SimpleNamespace

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb
from cuda_simulation import run_simulator

from focalboost import BinaryFocalLoss, MulticlassFocalLoss
from focalboost.objectives import xgboost as xgboost_side
from focalboost.objectives.arguments import read_arguments

NEW = tuple(map(int, xgb.__version__.split(".")[:2])) >= (2, 1)


@pytest.mark.parametrize("loss", [BinaryFocalLoss(1.5), MulticlassFocalLoss(3, 1.5)], ids=["binary", "softmax"])
def test_device_is_no_part_of_the_value(loss):
    on_gpu = dataclasses.replace(loss, device="cuda:1")
    assert on_gpu == loss
    assert hash(on_gpu) == hash(loss)
    assert "device='cuda:1'" in repr(on_gpu)
    for copied in (eval(repr(on_gpu)), pickle.loads(pickle.dumps(on_gpu)), dataclasses.replace(on_gpu, gamma=3.0)):
        assert copied.device == "cuda:1"
    assert on_gpu.scaled_to([0, 1, 2] if "n_classes" in repr(loss) else [0, 1, 1]).device == "cuda:1"


@pytest.mark.parametrize("device", ["gpu", "cuda:", "cuda:-1", "cuda:x", "CUDA", None, 0])
def test_other_names_are_refused(device):
    with pytest.raises(ValueError, match=r"device=.*allowed are 'cpu', 'cuda' and 'cuda:0'"):
        BinaryFocalLoss(device=device)


def test_lightgbm_is_refused():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(100, 2)), rng.integers(0, 2, 100)
    loss = BinaryFocalLoss(device="cuda")
    data = lgb.Dataset(X, y, init_score=loss.init_score(y))
    with pytest.raises(ValueError, match="LightGBM takes gradients on the host only"):
        lgb.train({"verbosity": -1, "num_threads": 1} | loss.lightgbm_params(), data, 1)
    with pytest.raises(ValueError, match="LightGBM takes gradients on the host only"):
        loss(y, np.zeros(100))


@pytest.mark.parametrize(
    ("version", "cuda", "message"),
    [("2.0.3", True, "from 2.1 on; this is 2.0.3"), ("3.2.0", False, "this build of XGBoost has no CUDA")],
)
def test_xgboost_that_takes_no_device_arrays_is_refused(monkeypatch, version, cuda, message):
    module = SimpleNamespace(__version__=version, build_info=lambda: {"USE_CUDA": cuda})
    monkeypatch.setitem(sys.modules, "xgboost", module)
    xgboost_side._built_with_cuda.cache_clear()
    with pytest.raises(RuntimeError, match=message):
        BinaryFocalLoss(device="cuda")([0, 1], np.zeros(2, np.float32))
    xgboost_side._built_with_cuda.cache_clear()


class OnDevice:
    """An array as CuPy's, as far as the objective looks before it computes."""

    __cuda_array_interface__ = None
    ndim, size, shape = 1, 3, (3,)

    def get(self):
        return np.array([0, 1, 1])


def test_labels_on_a_device_stay_there_only_where_asked():
    class Data:
        get_label, get_weight = OnDevice, OnDevice

        def num_row(self):
            return 3

    raw = np.zeros(3, np.float32)
    OnDevice.reshape = lambda self, _: self
    kept = read_arguments(raw, Data(), None, keep_on_device=True)
    assert isinstance(kept.y_true, OnDevice)
    assert isinstance(kept.sample_weight, OnDevice)
    fetched = read_arguments(raw, Data(), None)
    assert fetched.y_true.tolist() == [0, 1, 1]
    assert fetched.sample_weight.tolist() == [0, 1, 1]


@pytest.mark.skipif(not NEW, reason="XGBoost takes no device arrays before 2.1")
def test_training_in_the_simulator_is_training_on_the_cpu():
    """The simulator's arrays lie on the host; with the interface that they lack, XGBoost takes them as a device's."""
    code = """
import dataclasses
import numpy as np, xgboost as xgb
import cuda_simulation
from focalboost import BinaryFocalLoss, MulticlassFocalLoss
cuda_simulation.small_blocks()

class Disguised:
    def __init__(self, array):
        self.host = array.copy_to_host()
        interface = self.host.__array_interface__
        self.__cuda_array_interface__ = {**interface, "stream": None, "strides": self.host.strides}
        self.shape, self.dtype, self.ndim, self.size = self.host.shape, self.host.dtype, self.host.ndim, self.host.size

rng = np.random.default_rng(0)
X, w = rng.normal(size=(90, 3)), rng.random(90)
many = (X[:, 0] > 0.3).astype(int) + (X[:, 1] > 0.5)
for loss, y in ((BinaryFocalLoss(), many > 0), (MulticlassFocalLoss(3, curvature="fisher"), many)):
    on_gpu = dataclasses.replace(loss, device="cuda")
    calls = []
    def obj(raw, data):
        calls.append(on_gpu(raw, data))
        return tuple(map(Disguised, calls[-1]))
    params = {"nthread": 1, "max_depth": 2, "min_child_weight": 0.01} | loss.xgboost_params(y, w)
    data = xgb.DMatrix(X, y, weight=w, base_margin=loss.init_score(y, w))
    scores = [xgb.train(params, data, 3, obj=o).predict(data, output_margin=True) for o in (loss, obj)]
    np.testing.assert_allclose(*scores, rtol=1e-4, atol=1e-5)
    assert np.ptp(scores[0]) > 0.1 and len(calls) == 3
    assert all(type(array).__name__ == "FakeCUDAArray" and array.dtype == np.float32 for array in calls[0])
    model = xgb.XGBClassifier(objective=lambda y, z: tuple(map(Disguised, on_gpu(y, z))), n_estimators=2, n_jobs=1)
    model.fit(X, y)
"""
    run_simulator("-c", code)
