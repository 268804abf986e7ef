"""Memory stays flat over rounds and fits; `benchmarks/reliability/leaks.py` measures longer."""

import gc
import resource
import sys
import weakref
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb
from processes.children import run_in_child

from focalboost import BinaryFocalLoss, FocalLGBMClassifier, FocalXGBClassifier

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
ROWS, ROUNDS, FITS = 20_000, 2_000, 10
ALLOWED = 16 * 2**20
"""Bytes of growth: the allocators' whims. Gradients kept take 320 MB over the rounds."""

_kept = []


def _resident():
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _alive():
    gc.collect()
    return sum(str(type(thing).__module__).startswith("focalboost") for thing in gc.get_objects())


def flat_over_rounds(keep=lambda _: None):
    rng = np.random.default_rng(0)
    loss, z = BinaryFocalLoss(alpha=0.3), rng.normal(size=ROWS).astype(np.float32)
    rows = xgb.DMatrix(z[:, None], rng.integers(0, 2, ROWS))
    for number in range(ROUNDS + 100):
        if number == 100:
            before = _resident()
        keep(loss(z, rows))
    assert _resident() - before < ALLOWED


def flat_over_fits(keep=lambda *_: None):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(ROWS, 2)).astype(np.float32)
    y = (X[:, 0] + rng.normal(size=ROWS) > 2).astype(int)

    def fit():
        loss = BinaryFocalLoss(gamma=rng.uniform(1, 2))
        start = loss.init_score(y)
        models = [
            FocalXGBClassifier(n_estimators=2, max_depth=2, n_jobs=2).fit(X, y),
            FocalLGBMClassifier(n_estimators=2, num_leaves=4, n_jobs=2, verbosity=-1).fit(X, y),
            xgb.train({"max_depth": 2, **loss.xgboost_params(y)}, xgb.DMatrix(X, y), 2, obj=loss),
            lgb.train(
                {"num_leaves": 4, "verbosity": -1, **loss.lightgbm_params()}, lgb.Dataset(X, y, init_score=start), 2
            ),
        ]
        for model in models[:2]:
            model.predict_proba(X)
        keep(models, start)
        return [weakref.ref(model) for model in models]

    for _ in range(3):
        fit()
    before, objects = _resident(), _alive()
    models = [model for _ in range(FITS) for model in fit()]
    assert _alive() == objects
    assert all(model() is None for model in models)
    assert _resident() - before < ALLOWED


def rounds():
    flat_over_rounds()
    with pytest.raises(AssertionError):
        flat_over_rounds(keep=_kept.append)


def fits():
    flat_over_fits()
    with pytest.raises(AssertionError):
        flat_over_fits(keep=lambda *models: _kept.append(models))


def test_memory_is_flat_and_a_leak_would_be_seen():
    run_in_child(rounds, fits)
