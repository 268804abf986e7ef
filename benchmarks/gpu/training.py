"""Whole trainings: the built-in objective, gradients from the CPU, from the device, and a loop of our own."""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import xgboost as xgb
from numba import cuda
from row import Row

from focalboost import BinaryFocalLoss


def data_of(n_rows: int, n_features: int) -> tuple[Any, Any]:
    """Draw float32 features, and labels of which one in a hundred or so is positive."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n_rows, n_features), np.float32)
    y = (X[:, 0] + X[:, 1] * X[:, 2] + rng.standard_normal(n_rows, np.float32) > 3).astype(np.float32)
    y[:2] = 0, 1  # both classes, however few rows
    return X, y


def params_of(loss: BinaryFocalLoss, y: Any, options: argparse.Namespace) -> dict[str, Any]:
    """Return the parameters of every training."""
    return {"tree_method": "hist", "device": options.device, "max_depth": 6} | loss.xgboost_params(y)


class _Disguised:
    """A simulator's array with the interface that it lacks, which XGBoost takes on a CPU as well."""

    def __init__(self, array: Any) -> None:
        self.host = array.copy_to_host()
        self.__cuda_array_interface__ = {**self.host.__array_interface__, "stream": None}
        self.shape, self.dtype, self.ndim, self.size = self.host.shape, self.host.dtype, self.host.ndim, self.host.size


def to_booster(array: Any) -> Any:
    """Return an array as XGBoost takes it."""
    return array if hasattr(array, "__cuda_array_interface__") else _Disguised(array)


def boost(booster: Any, data: Any, iteration: int, gradients: Any) -> None:
    """Grow a tree, by the signature of XGBoost 2.1 and later."""
    booster.boost(data, iteration, grad=gradients[0], hess=gradients[1])


def xgboost_rows(n_rows: int, options: argparse.Namespace) -> Iterator[Row]:
    """Time each way beside the built-in logistic objective, in turns."""
    X, y = data_of(n_rows, options.features)
    data = xgb.QuantileDMatrix(X, y)
    loss = BinaryFocalLoss(gamma=2.0).scaled_to(y)
    params = params_of(loss, y, options)
    on_device = replace(loss, device="cuda")

    def device_objective(raw: Any, data: Any) -> Any:
        return tuple(map(to_booster, on_device(raw, data)))

    ways: dict[str, Callable[[], Any]] = {
        "gradients from the CPU": lambda: xgb.train(params, data, options.trees, obj=loss),
        "gradients from the device": lambda: xgb.train(params, data, options.trees, obj=device_objective),
    }
    try:
        features = X if options.simulator else _cupy().asarray(X)
        ways["a loop of our own"] = lambda: own_loop(params, data, features, y, loss, options.trees)
    except ImportError:
        yield Row("xgb: a loop of our own", n_rows, compared="not measured: inplace_predict on a device needs CuPy")
    yield from _paired("xgb", n_rows, lambda: xgb.train(params, data, options.trees), ways, options.pairs, "1.05x")


def own_loop(params: dict[str, Any], data: Any, features: Any, y: Any, loss: BinaryFocalLoss, n_trees: int) -> Any:
    """Train without the scores' way to the host: add up each tree's predictions on the device."""
    booster = xgb.Booster(params, [data])
    labels = cuda.to_device(y)
    scores = cuda.to_device(np.full(y.size, loss.fit_intercept_only(y), np.float32))
    zero = np.zeros(y.size, np.float32) if isinstance(features, np.ndarray) else _cupy().zeros(y.size, np.float32)
    for i in range(n_trees):
        boost(booster, data, i, tuple(map(to_booster, loss.gradient_hessian(labels, scores))))
        tree = booster.inplace_predict(features, iteration_range=(i, i + 1), predict_type="margin", base_margin=zero)
        tree = cuda.to_device(tree) if isinstance(tree, np.ndarray) else cuda.as_cuda_array(tree)
        _add[-(-y.size // 256), 256](scores, tree)
    return booster


@cuda.jit
def _add(scores: Any, tree: Any) -> None:
    i = cuda.grid(1)
    if i < scores.shape[0]:
        scores[i] += tree[i]


def lightgbm_rows(n_rows: int, options: argparse.Namespace) -> Iterator[Row]:
    """Time LightGBM's GPU builds, where there is one; its gradients are the CPU's."""
    try:
        import lightgbm as lgb
    except ImportError:
        yield Row("lgb", n_rows, compared="not measured: LightGBM is not installed")
        return
    X, y = data_of(n_rows, options.features)
    loss = BinaryFocalLoss(gamma=2.0).scaled_to(y)
    ours, theirs = (lgb.Dataset(X, y, init_score=loss.init_score(y), free_raw_data=False) for _ in range(2))
    for device in ("cpu",) if options.simulator else ("cuda", "gpu"):
        params = {"num_leaves": 63, "verbosity": -1, "device_type": device}
        own = params | {"objective": "binary", "boost_from_average": False}
        ways = {"gradients from the CPU": lambda: lgb.train(params | loss.lightgbm_params(), ours, options.trees)}  # noqa: B023
        try:
            yield from _paired(
                f"lgb {device}", n_rows, lambda: lgb.train(own, theirs, options.trees), ways, options.pairs, "1.05x"  # noqa: B023
            )  # fmt: skip
        except lgb.basic.LightGBMError as error:
            yield Row(f"lgb {device}", n_rows, compared=f"not measured: {str(error).splitlines()[0]}")


def _paired(
    booster: str, n_rows: int, reference: Callable[[], Any], ways: dict[str, Callable[[], Any]], pairs: int, goal: str
) -> Iterator[Row]:
    """Time ways in turns after a warm-up, and compare each with the reference's time in the same turn."""
    ways = {"built-in objective": reference} | ways
    for work in ways.values():
        work()
    times = np.array([[_time(work) for work in ways.values()] for _ in range(pairs)])
    for name, own in zip(ways, times.T, strict=True):
        ratio = float(np.median(own / times[:, 0]))
        is_reference = name == "built-in objective"
        compared, aim = ("", "") if is_reference else (f"{ratio:.3f}x the built-in", goal)
        yield Row(f"{booster}: {name}", n_rows, 1e3 * float(np.median(own)), None, compared, aim)


def _time(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _cupy() -> Any:
    import cupy

    return cupy
