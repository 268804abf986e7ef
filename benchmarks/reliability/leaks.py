"""Whether memory stays flat over 10,000 rounds and 1,000 fits, with focal loss and with the built-in objective.

    python benchmarks/reliability/leaks.py [--rounds N] [--fits N] [case ...]

Each case runs in a process of its own. Its resident memory is read after a tenth of the work and at its end; the
boosters themselves may grow (a longer model is larger), so the built-in objective does the same work beside it. The
exit status is 1 if focal loss grows by more than that and ALLOWED.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

FEATURES = 3
OBJECTIVES = ("built-in", "focal")
ALLOWED = 8 * 2**20
"""Bytes of growth in all beyond the built-in objective's: what allocators keep for later, however long it runs. A leak
of 1 kB a round, or 10 kB a fit, is more in the numbers that are done by default."""


def data(rows: int) -> tuple[Any, Any]:
    """Return features and labels with 8 % of positives."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, FEATURES)).astype(np.float32)
    return X, (X[:, 0] + rng.normal(size=rows) > 2).astype(np.int64)


def resident() -> int:
    """Return the bytes of memory that this process has (Linux)."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def xgboost_rounds(objective: str, number: int) -> list[int]:
    """Measure rounds of one training in XGBoost."""
    import xgboost as xgb

    X, y = data(20_000)
    read = Reader(number)
    xgb.train(*_xgboost(objective, X, y, number), callbacks=[read.xgboost()], obj=_loss(objective))
    return read.values


def lightgbm_rounds(objective: str, number: int) -> list[int]:
    """Measure rounds of one training in LightGBM."""
    import lightgbm as lgb

    X, y = data(20_000)
    read = Reader(number)
    lgb.train(*_lightgbm(objective, X, y, number), callbacks=[lambda env: read(env.iteration + 1)])
    return read.values


def gradients(objective: str, number: int) -> list[int]:
    """Measure calls of the objective on a data set, without the booster's part."""
    import xgboost as xgb

    if objective == "built-in":
        return []
    X, y = data(200_000)  # several chunks: the pool of threads is used
    rows, loss, read = xgb.DMatrix(X, y), _loss(objective), Reader(number)
    for done in range(1, number + 1):
        loss(X[:, 1].copy(), rows)
        read(done)
    return read.values


def xgboost_fits(objective: str, number: int) -> list[int]:
    """Measure calls of ``xgboost.train``."""
    import xgboost as xgb

    X, y = data(5_000)
    return _repeated(number, lambda: xgb.train(*_xgboost(objective, X, y, 5), obj=_loss(objective)))


def lightgbm_fits(objective: str, number: int) -> list[int]:
    """Measure calls of ``lightgbm.train``."""
    import lightgbm as lgb

    X, y = data(5_000)
    return _repeated(number, lambda: lgb.train(*_lightgbm(objective, X, y, 5)))


def xgboost_estimator_fits(objective: str, number: int) -> list[int]:
    """Measure fits and predictions of `FocalXGBClassifier`, or of ``XGBClassifier``."""
    import xgboost as xgb

    from focalboost import FocalXGBClassifier

    X, y = data(5_000)
    of = FocalXGBClassifier if objective == "focal" else xgb.XGBClassifier
    return _repeated(number, lambda: of(n_estimators=5, max_depth=3).fit(X, y).predict_proba(X))


def lightgbm_estimator_fits(objective: str, number: int) -> list[int]:
    """Measure fits and predictions of `FocalLGBMClassifier`, or of ``LGBMClassifier``."""
    import lightgbm as lgb

    from focalboost import FocalLGBMClassifier

    X, y = data(5_000)
    of = FocalLGBMClassifier if objective == "focal" else lgb.LGBMClassifier
    return _repeated(number, lambda: of(n_estimators=5, num_leaves=8, verbosity=-1).fit(X, y).predict_proba(X))


ROUNDS = (gradients, xgboost_rounds, lightgbm_rounds)
FITS = (xgboost_fits, lightgbm_fits, xgboost_estimator_fits, lightgbm_estimator_fits)


class Reader:
    """Reads the memory after a tenth of the steps and after the last one."""

    def __init__(self, number: int) -> None:
        self.at = (max(1, number // 10), number)
        self.values: list[int] = []

    def __call__(self, done: int) -> None:
        """Take note that so many steps are done."""
        if done in self.at:
            self.values.append(resident())

    def xgboost(self) -> Any:
        """Return a callback of XGBoost that counts its rounds."""
        import xgboost as xgb

        read = self

        class AfterRound(xgb.callback.TrainingCallback):  # type: ignore[misc]
            def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:  # noqa: ARG002
                read(epoch + 1)
                return False

        return AfterRound()


def _repeated(number: int, fit: Callable[[], Any]) -> list[int]:
    read = Reader(number)
    for done in range(1, number + 1):
        fit()
        read(done)
    return read.values


def _loss(objective: str) -> Any:
    from focalboost import BinaryFocalLoss

    return BinaryFocalLoss(gamma=1.0) if objective == "focal" else None


def _xgboost(objective: str, X: Any, y: Any, rounds: int) -> tuple[Any, ...]:
    import xgboost as xgb

    loss = _loss(objective)
    params = {"objective": "binary:logistic"} if loss is None else loss.xgboost_params(y)
    # A small step, so that the last round still has something to learn.
    return {"max_depth": 2, "eta": 0.01, **params}, xgb.DMatrix(X, y), rounds


def _lightgbm(objective: str, X: Any, y: Any, rounds: int) -> tuple[Any, ...]:
    import lightgbm as lgb

    loss = _loss(objective)
    params = {"objective": "binary"} if loss is None else loss.lightgbm_params()
    start = None if loss is None else loss.init_score(y)
    common = {"num_leaves": 4, "learning_rate": 0.01, "verbosity": -1}
    return {**common, **params}, lgb.Dataset(X, y, init_score=start), rounds


def measured(case: str, objective: str, number: int) -> list[int]:
    """Run a case in a new process and return its readings in bytes."""
    arguments = [sys.executable, __file__, "--inside", objective, str(number), case]
    done = subprocess.run(arguments, check=True, capture_output=True, text=True)
    return list(json.loads(done.stdout.splitlines()[-1]))


def main() -> int:
    """Print the table; return 1 if something grows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10_000)
    parser.add_argument("--fits", type=int, default=1_000)
    parser.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("cases", nargs="*", help="names of functions of this file [all]")
    options = parser.parse_args()
    if options.inside:
        objective, number = options.inside
        print(json.dumps(globals()[options.cases[0]](objective, int(number))))
        return 0
    print("| what | times | objective | MiB after a tenth | MiB at the end | growth, bytes each |")
    print("|---|---|---|---|---|---|")
    leaking = []
    for case in (*ROUNDS, *FITS):
        if options.cases and case.__name__ not in options.cases:
            continue
        number = options.rounds if case in ROUNDS else options.fits
        grown = dict.fromkeys(OBJECTIVES, 0)
        for objective in OBJECTIVES:
            if values := measured(case.__name__, objective, number):
                first, last = values
                grown[objective] = last - first
                sizes = f"{first / 2**20:.1f} | {last / 2**20:.1f} | {(last - first) / (number - number // 10):.0f}"
                print(f"| {case.__name__.replace('_', ' ')} | {number:,} | {objective} | {sizes} |", flush=True)
        leaking += [case.__name__] if grown["focal"] - max(0, grown["built-in"]) > ALLOWED else []
    if leaking:
        print(f"\ngrow by more than {ALLOWED / 2**20:g} MiB beyond the built-in objective: {', '.join(leaking)}")
    return int(bool(leaking))


if __name__ == "__main__":
    sys.exit(main())
