"""Pools of processes, and parallel work inside parallel work."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
from joblib.externals.loky import get_reusable_executor
from processes.children import run_in_child
from processes.trainings import TRAININGS, data, gradients, undisturbed
from sklearn.model_selection import GridSearchCV

from focalboost import FocalXGBClassifier


def started_afresh():
    expected = undisturbed()
    for method in {"spawn", "forkserver"} & set(multiprocessing.get_all_start_methods()):
        context = multiprocessing.get_context(method)
        context.set_forkserver_preload(["processes.trainings"])
        with context.Pool(2) as pool:
            found = {work.__name__: pool.apply_async(work, (2,)) for work in (gradients, *TRAININGS)}
            assert {name: result.get() for name, result in found.items()} == expected
            pool.close()
            pool.join()


def twice_in_threads(work):
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(work, [2, 2]))


def threads_in_processes_of_a_thread():
    works, expected = (gradients, *TRAININGS), undisturbed()

    def in_processes():
        return joblib.Parallel(n_jobs=2)(joblib.delayed(twice_in_threads)(work) for work in works)

    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(in_processes).result()
    assert found == [[expected[work.__name__]] * 2 for work in works]

    X, y = (array[:3000] for array in data())
    estimator = FocalXGBClassifier(n_estimators=5, n_jobs=2)
    grid = {"max_depth": [2, 3], "learning_rate": [0.1, 0.3]}
    alone, shared = (
        GridSearchCV(estimator, grid, scoring="average_precision", cv=2, n_jobs=n_jobs).fit(X, y) for n_jobs in (1, 2)
    )
    np.testing.assert_array_equal(alone.cv_results_["mean_test_score"], shared.cv_results_["mean_test_score"])
    np.testing.assert_array_equal(alone.predict_proba(X), shared.predict_proba(X))
    get_reusable_executor().shutdown(wait=True)


def test_pools():
    run_in_child(started_afresh, threads_in_processes_of_a_thread)
