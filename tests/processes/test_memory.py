"""Memory stays flat over gradients and fits; `benchmarks/reliability/leaks.py` measures longer."""

import ctypes
import gc
import resource
import sys
import tracemalloc
import weakref
from pathlib import Path
from typing import NamedTuple

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb
from processes.children import run_in_child

from focalboost import BinaryFocalLoss, FocalLGBMClassifier, FocalXGBClassifier

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")

_kept = []


class Growth(NamedTuple):
    """Bytes a turn."""

    resident: float
    """Of the process, where whatever libraries allocate is seen, and the allocators' whims."""
    counted: float
    """Of Python and NumPy, counted one by one."""


OF_GRADIENTS, OF_FITS = Growth(resident=4_000, counted=400), Growth(resident=50_000, counted=10_000)
"""Allowed. A leak of 10 kB a gradient or 200 kB a fit is planted below, and must be seen."""


def _resident():
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _counted():
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _alive():
    gc.collect()
    return sum(str(type(thing).__module__).startswith("focalboost") for thing in gc.get_objects())


def growth(turn, turns):
    """Measure over many turns, after some that fill caches; then over a tenth of them, counting, which is slow."""
    for _ in range(turns // 5):
        turn()
    before = _resident()
    for _ in range(turns):
        turn()
    resident = (_resident() - before) / turns
    tracemalloc.start()
    turn()
    before = _counted()
    for _ in range(turns // 10):
        turn()
    counted = (_counted() - before) / (turns // 10)
    tracemalloc.stop()
    return Growth(resident, counted)


def leak_of_python(size):
    _kept.append(np.ones(size, np.uint8))


def leak_of_a_library(size):
    """Memory that Python does not know of, written to, so that it is resident."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    ctypes.memset(libc.malloc(ctypes.c_size_t(size)), 1, size)


def gradient():
    """Compute the objective as XGBoost does in each round."""
    rng = np.random.default_rng(0)
    loss, z = BinaryFocalLoss(alpha=0.3), rng.normal(size=5_000).astype(np.float32)
    rows = xgb.DMatrix(z[:, None], rng.integers(0, 2, len(z)))
    return lambda: loss(z, rows)


def fits():
    """Train in each of the four ways, with another loss each time; models and losses must be gone afterwards."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2_000, 2)).astype(np.float32)
    y = (X[:, 0] + rng.normal(size=len(X)) > 2).astype(int)

    def fit():
        loss = BinaryFocalLoss(gamma=rng.uniform(1, 2))
        start = loss.init_score(y)
        estimators = [
            FocalXGBClassifier(n_estimators=2, max_depth=2, n_jobs=1).fit(X, y),
            FocalLGBMClassifier(n_estimators=2, num_leaves=4, n_jobs=1, verbosity=-1).fit(X, y),
        ]
        for estimator in estimators:
            estimator.predict_proba(X)
        params = {"max_depth": 2, "nthread": 1, **loss.xgboost_params(y)}
        boosters = [xgb.train(params, xgb.DMatrix(X, y, nthread=1), 2, obj=loss)]
        params = {"num_leaves": 4, "num_threads": 1, "verbosity": -1, **loss.lightgbm_params()}
        boosters.append(lgb.train(params, lgb.Dataset(X, y, init_score=start), 2))
        return [weakref.ref(model) for model in (*estimators, *boosters)]

    return fit


def within(growth, allowed):
    return growth.resident < allowed.resident and growth.counted < allowed.counted


def flat_over_gradients():
    turn = gradient()
    found = growth(turn, 2_000)
    assert within(found, OF_GRADIENTS), found
    for leak in (leak_of_python, leak_of_a_library):
        found = growth(lambda: (turn(), leak(10_000)), 1_000)  # noqa: B023 (called here)
        assert not within(found, OF_GRADIENTS), f"{leak.__name__} was not seen: {found}"


def flat_over_fits():
    fit = fits()
    fit()
    alive = _alive()
    models = fit()
    assert _alive() == alive
    assert all(model() is None for model in models)
    found = growth(fit, 40)
    assert within(found, OF_FITS), found
    for leak in (leak_of_python, leak_of_a_library):
        # So many that they do not fit into what the fits before have left free.
        found = growth(lambda: (fit(), leak(200_000)), 30)  # noqa: B023 (called here)
        assert not within(found, OF_FITS), f"{leak.__name__} was not seen: {found}"
    _kept.append(BinaryFocalLoss())
    assert _alive() == alive + 1


def test_memory_is_flat_and_a_leak_would_be_seen():
    run_in_child(flat_over_gradients, flat_over_fits, timeout=300)
