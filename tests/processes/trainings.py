"""Trainings whose results are compared bit by bit with those of an undisturbed one."""

import hashlib
from functools import cache

import lightgbm as lgb
import numpy as np
import xgboost as xgb

from focalboost import BinaryFocalLoss, FocalLGBMClassifier, FocalXGBClassifier, MulticlassFocalLoss
from focalboost.estimators.forks import survives_fork

ROWS = 70_000
"""Two chunks: the kernels then use their threads."""

ROUNDS = 4
LOSS = BinaryFocalLoss(gamma=1.5, alpha=0.4)
_LIGHTGBM = {"num_leaves": 7, "verbosity": -1, "deterministic": True, "force_row_wise": True}


@cache
def data():
    """Features, and labels of which 7 % are positive."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(ROWS, 3)).astype(np.float32)
    return X, (X[:, 0] + rng.normal(size=ROWS) > 2.1).astype(np.int64)


def gradients(threads=2):  # noqa: ARG001 (as the trainings)
    """Of a binary and a softmax loss."""
    X, y = data()
    many = MulticlassFocalLoss(3, gamma=0.7, curvature="fisher").gradient_hessian(y, X)
    return _digest(*LOSS.gradient_hessian(y, 2 * X[:, 1]), *many)


def xgboost_loss(threads, rounds=ROUNDS, callbacks=(), rows=None):
    X, y = data()
    params = {"max_depth": 3, "nthread": threads, **LOSS.xgboost_params(y)}
    rows = rows or xgb.DMatrix(X, y, nthread=threads)
    model = xgb.train(params, rows, rounds, obj=LOSS, callbacks=list(callbacks))
    return _digest(model.save_raw("json"), LOSS.predict_proba(model.predict(rows, output_margin=True)))


def lightgbm_loss(threads, rounds=ROUNDS, callbacks=()):
    X, y = data()
    params = {**_LIGHTGBM, "num_threads": threads, **LOSS.lightgbm_params()}
    rows = lgb.Dataset(X, y, init_score=LOSS.init_score(y))
    model = lgb.train(params, rows, rounds, callbacks=list(callbacks))
    scores = model.predict(X, num_threads=threads) + LOSS.fit_intercept_only(y)
    return _digest(_trees(model), LOSS.predict_proba(scores))


def xgboost_estimator(threads, rounds=ROUNDS, callbacks=()):
    X, y = data()
    model = FocalXGBClassifier(n_estimators=rounds, max_depth=3, n_jobs=threads, callbacks=list(callbacks)).fit(X, y)
    raw = survives_fork(model.get_booster().save_raw)("json")  # a booster's own methods do not
    return _digest(raw, model.predict_proba(X))


def lightgbm_estimator(threads, rounds=ROUNDS, callbacks=()):
    X, y = data()
    model = FocalLGBMClassifier(n_estimators=rounds, n_jobs=threads, **_LIGHTGBM)
    model.fit(X, y, callbacks=list(callbacks))
    return _digest(_trees(model.booster_), model.predict_proba(X))


TRAININGS = (xgboost_loss, lightgbm_loss, xgboost_estimator, lightgbm_estimator)


def results():
    """What all of them give with two threads, by name."""
    return {work.__name__: work(2) for work in (gradients, *TRAININGS)}


@cache
def undisturbed():
    """What all of them give in a process where nothing has happened yet."""
    return results()


class EachRound(xgb.callback.TrainingCallback):
    """Calls ``work(round)`` after each round of either library."""

    def __init__(self, work):
        self.work = work

    def after_iteration(self, model, epoch, evals_log):  # noqa: ARG002 (XGBoost's names)
        self.work(epoch)
        return False

    def __call__(self, environment):
        self.work(environment.iteration)


@survives_fork
def _trees(model):
    return model.model_to_string().partition("parameters:")[0].encode()  # what follows has the number of threads


def _digest(*values):
    digest = hashlib.sha256()
    for value in values:
        digest.update(value if isinstance(value, bytes | bytearray) else np.ascontiguousarray(value).tobytes())
    return digest.hexdigest()
