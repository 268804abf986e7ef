"""Estimators in processes that were forked after use: nothing hangs, and all is as elsewhere."""

import copy
import itertools
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest
import sklearn
import xgboost as xgb
from processes.children import fork, run_in_child, wait_for
from processes.trainings import EachRound, data, lightgbm_estimator, undisturbed, xgboost_estimator
from sklearn.base import clone

from focalboost import FocalLGBMClassifier, FocalXGBClassifier, load, save
from focalboost.kernels import chunks

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
TRAININGS = (xgboost_estimator, lightgbm_estimator)
PATIENCE = 60
"""Seconds after which a child hangs."""


def made(library, threads=2, **parameters):
    small = {"n_estimators": 4, "n_jobs": threads} | parameters
    return FocalXGBClassifier(**small) if library == "xgboost" else FocalLGBMClassifier(verbosity=-1, **small)


def in_child(work):
    assert wait_for([fork(work)], PATIENCE) == [0]


def rows():
    return tuple(array[:5000] for array in data())


def children_and_their_children():
    chunks.thread_count = lambda: 2
    expected = undisturbed()

    def train(generations=3):
        same = all(work(threads) == expected[work.__name__] for work in TRAININGS for threads in (1, 2))
        return same and (generations == 1 or wait_for([fork(lambda: train(generations - 1))], PATIENCE) == [0])

    in_child(train)


def pools():
    expected = undisturbed()
    with multiprocessing.get_context("fork").Pool(1) as pool:  # one worker: each work finds what others have left
        for work, threads in itertools.product(TRAININGS, (1, 2)):
            assert pool.apply_async(work, (threads,)).get(PATIENCE) == expected[work.__name__]
        pool.close()
        pool.join()


def models_that_go_in_and_out():
    X, y = rows()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        for library, threads in itertools.product(("xgboost", "lightgbm"), (1, 2)):
            model = made(library, threads).fit(X, y)
            again = pool.apply_async(made(library, threads).fit, (X, y)).get(PATIENCE)
            for method in ("predict_proba", "predict", "decision_function"):
                expected = getattr(model, method)(X)
                np.testing.assert_array_equal(getattr(again, method)(X), expected)
                np.testing.assert_array_equal(pool.apply_async(getattr(model, method), (X,)).get(PATIENCE), expected)
        pool.close()
        pool.join()


def uses_of_xgboost(threads, path):
    X, y = rows()
    model = made("xgboost", threads).fit(X, y)
    return [
        *uses(model, path.with_suffix(".ubj"), xgb_model=path.with_suffix(".ubj")),
        lambda: load(model.get_booster()).predict_proba(X),
        lambda: model.apply(X),
        lambda: [model.save_model(path), model.load_model(path), model.predict_proba(X)][2],
    ]


def uses_of_lightgbm(threads, path):
    X, y = rows()
    model = made("lightgbm", threads).fit(X, y)
    return [
        *uses(model, path.with_suffix(".txt"), init_model=path.with_suffix(".txt")),
        lambda: load(model.booster_).predict_proba(X),
        lambda: model.predict(X, pred_leaf=True),
        lambda: model.predict(X, pred_contrib=True),
    ]


def uses(model, path, **continued):
    X, y = rows()
    save(model, path)
    pickled = pickle.dumps(model)
    return [
        lambda: model.predict_proba(X),
        lambda: model.predict(X),
        lambda: model.decision_function(X),
        lambda: np.array(model.score(X, y)),
        lambda: load(path).predict_proba(X),
        lambda: pickle.loads(pickled).predict_proba(X),
        lambda: pickle.loads(pickle.dumps(model)).predict_proba(X),
        lambda: copy.deepcopy(model).predict_proba(X),
        lambda: [save(model, path), load(path).predict_proba(X)][1],
        lambda: clone(model).fit(X, y, **continued).predict_proba(X),
    ]


def everything_that_uses_the_booster():
    with tempfile.TemporaryDirectory() as folder:
        for list_uses, threads in itertools.product((uses_of_xgboost, uses_of_lightgbm), (2, 1)):
            for use in list_uses(threads, Path(folder) / "model.ubj"):
                expected = use()
                in_child(lambda: np.array_equal(use(), expected))  # noqa: B023 (called here)


def errors_and_settings():
    X, y = rows()
    models = [made(library).fit(X, y) for library in ("xgboost", "lightgbm")]

    def fail(_):
        raise LookupError("in a callback")

    def errors():
        for model in models:
            with pytest.raises(ValueError, match="one class alone"):
                model.fit(X, np.zeros(len(y)))
            assert model.predict_proba(X).shape == (len(y), 2)
        with pytest.raises(LookupError, match="in a callback"):
            made("xgboost", callbacks=[EachRound(fail)]).fit(X, y)
        with pytest.raises(LookupError, match="in a callback"):
            made("lightgbm").fit(X, y, callbacks=[EachRound(fail)])
        return True

    def settings():
        found = []

        def look(_):
            found.append((xgb.get_config()["verbosity"], sklearn.get_config()["assume_finite"]))

        with xgb.config_context(verbosity=3), sklearn.config_context(assume_finite=True):
            made("lightgbm").fit(X, y, callbacks=[EachRound(look)])
        made("lightgbm").fit(X, y, callbacks=[EachRound(look)])
        return set(found[:4]) == {(3, True)} and set(found[4:]) == {(1, False)}

    for work in (errors, settings):
        in_child(work)


def interrupts():
    expected = undisturbed()

    def interrupted_and_trained():
        for train in TRAININGS:
            rounds = []

            def interrupt_in_the_second(number, rounds=rounds):
                rounds.append(number)
                if number == 1:
                    os.kill(os.getpid(), signal.SIGINT)

            with pytest.raises(KeyboardInterrupt):
                train(2, rounds=10**6, callbacks=[EachRound(interrupt_in_the_second)])
            ended = len(rounds)
            assert train(2) == expected[train.__name__]
            assert len(rounds) == ended  # it does not go on behind the caller's back
        return True

    in_child(interrupted_and_trained)


def not_forked():
    """All is done in the thread of the caller, and none is started."""
    X, y = rows()
    found = set()

    def look(_):
        found.add(threading.get_ident())

    made("xgboost", callbacks=[EachRound(look)]).fit(X, y).predict_proba(X)
    made("lightgbm").fit(X, y, callbacks=[EachRound(look)]).predict_proba(X)
    assert found == {threading.get_ident()}
    assert threading.active_count() == 1


def test_forks_are_seen_from_the_first_import_on():
    """A parent may have used the losses alone, in ``xgboost.train``."""
    code = "import focalboost, sys; assert 'focalboost.estimators.forks' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_children():
    run_in_child(not_forked, children_and_their_children, pools, timeout=180)


def test_models():
    run_in_child(models_that_go_in_and_out, everything_that_uses_the_booster, timeout=180)


def test_errors_settings_and_interrupts():
    run_in_child(errors_and_settings, interrupts, timeout=180)
