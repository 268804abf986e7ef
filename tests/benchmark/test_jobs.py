from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from focalboost.benchmark import jobs
from focalboost.benchmark.fit import train_and_judge
from focalboost.benchmark.folds import StratifiedFolds
from focalboost.benchmark.jobs import Job, run_job
from focalboost.benchmark.methods import METHODS
from focalboost.benchmark.settings import Settings, Trees
from focalboost.benchmark.task import Costs, Task
from focalboost.evaluation.row_groups import GROUPS

BOTH = ("fixed", "stopped")


@pytest.fixture
def job(task, booster):
    def make(trained=None, protocols=BOTH, fold=1, **of_task):
        # A fingerprint of its own: data are kept from one job to the next.
        return Job(
            task(fingerprint=str(np.random.default_rng().random()), **of_task), booster, trained, fold, protocols
        )

    return make


def test_one_training_gives_a_row_for_each_protocol_and_what_they_measure(job, method, fit_settings, data):
    ours = job(method("m"))
    found = run_job(ours, fit_settings)
    assert [row.key for row in found.rows] == [("task", "fake", "m", protocol, 1) for protocol in BOTH]
    train, test = list(ours.task.folds.split(data))[1]
    score = data.features["x"].to_numpy(np.float32)[test]
    for row, predictions in zip(found.rows, found.predictions, strict=True):
        assert (row.n_fit + row.n_validation, row.n_test) == (len(train), len(test)) == (200, 100)
        assert (row.fit_positives + row.validation_positives, row.test_positives) == (20, 10)
        assert row.measures["average_precision"] == pytest.approx(average_precision_score(data.target[test], score))
        tested = predictions[predictions["part"] == "test"]
        np.testing.assert_array_equal(tested["row"], test)
        np.testing.assert_array_equal(tested["label"], data.target[test])
        np.testing.assert_allclose(tested["probability"], 1 / (1 + np.exp(-score * row.rounds / 5.0)), rtol=1e-6)
        assert set(predictions.loc[predictions["part"] == "validation", "row"]) < set(train)
    # All rounds rank alike, so the first are the best.
    assert [row.rounds for row in found.rows] == [5, 1]
    assert ours.method.seen == [found.rows[0].n_fit]
    assert found.stages["rounds"].tolist() == [1, 2, 3, 4, 5]
    assert found.stages[list(GROUPS)].isna().all(axis=None)


def test_where_the_gradient_goes_is_in_the_stages_of_methods_whose_loss_is_known(job, method, fit_settings):
    shares = run_job(job(method("m", family="focal")), fit_settings).stages[list(GROUPS)]
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)


def test_amounts_and_days_are_in_the_predictions_where_the_task_has_them(booster, method, data, fit_settings):
    days = np.datetime64("2024-01-01T00:00") + np.arange(300) * np.timedelta64(5, "h")
    dated = replace(data, timestamp=days.astype("datetime64[ns]"), amount=np.linspace(1, 9, 300))
    task = Task("dated", "dated", StratifiedFolds(3), lambda: dated, Costs(alert_cost=2.0, alerts_per_day=3.0))
    found = run_job(Job(task, booster, method("m"), 0, BOTH), fit_settings)
    table = found.predictions[0]
    np.testing.assert_array_equal(table["amount"], dated.amount[table["row"]])
    np.testing.assert_array_equal(table["period"], days.astype("datetime64[D]").astype(int)[table["row"]])
    assert (found.rows[0].alert_cost, found.rows[0].alerts_per_period) == (2.0, 3.0)


def test_a_failure_is_a_row_with_the_first_line_of_its_error(job, method, fit_settings):
    found = run_job(job(method("m", error=ValueError("no luck\nstack of addresses"))), fit_settings)
    assert [row.error for row in found.rows] == ["ValueError: no luck"] * 2
    assert [(row.measures, row.n_test) for row in found.rows] == [({}, 100)] * 2
    assert (found.predictions, found.stages) == ((), None)
    assert len(run_job(job(method("m", error=ValueError("x" * 999))), fit_settings).rows[0].error) == 300


def test_a_method_that_ends_python_is_a_failure(job, method, fit_settings):
    found = run_job(job(method("m", error=SystemExit("enough"))), fit_settings)
    assert [row.error for row in found.rows] == ["SystemExit: enough"] * 2


def test_probabilities_that_are_none_are_a_failure(job, method, fit_settings):
    class Broken(method):
        def train(self, booster, fit, trees):
            trained = super().train(booster, fit, trees)
            trained.model.rounds = np.nan
            return trained

    assert "NaN" in run_job(job(Broken("m")), fit_settings).rows[0].error


@pytest.mark.parametrize("error", [ImportError("it needs xgboost"), KeyboardInterrupt()])
def test_a_missing_library_and_an_interruption_are_no_rows(job, method, fit_settings, error):
    with pytest.raises(type(error)):
        run_job(job(method("m", error=error)), fit_settings)


def test_data_are_read_once_for_the_jobs_of_a_task(task, booster, method, fit_settings, data):
    read = []
    ours = task(fingerprint="read once", load=lambda: read.append(1) or data)
    for fold in range(3):
        run_job(Job(ours, booster, method("m"), fold, BOTH), fit_settings)
    assert len(read) == 1
    run_job(Job(task(fingerprint="other"), booster, method("m"), 0, BOTH), fit_settings)
    assert len(jobs._read) == 1


def test_a_tuned_job_trains_with_what_the_search_found(job, method, fit_settings, monkeypatch):
    trees, other = Trees(rounds=3, threads=1), method("found")
    monkeypatch.setattr(jobs, "tuned", lambda *_: (other, trees, "gamma 2"))
    ours = job(METHODS["focal_gamma_1"], ("tuned",))
    found = run_job(ours, fit_settings)
    assert [(row.key[3], row.note) for row in found.rows] == [("tuned", "gamma 2")]
    assert found.stages["rounds"].tolist() == [1, 2, 3]
    assert len(other.seen) == 1
    assert ours.label == "task, fold 1: tuning fake focal_gamma_1"


def test_the_whole_job_is_the_training_and_its_judging(job, method, fit_settings):
    ours = job(method("m"))
    part = jobs._parts(ours.task).part(1)
    judged = train_and_judge(
        ours.method, ours.booster, part, fit_settings.trees, Settings().select, ours.task.costs, BOTH
    )
    pd.testing.assert_series_equal(
        pd.Series(run_job(ours, fit_settings).rows[1].measures), pd.Series(judged.fits[1].measures)
    )


def test_the_rows_are_told_before_the_training_begins(job, method, fit_settings):
    ours, begun = job(method("m")), []
    run_job(ours, fit_settings, lambda rows: begun.append((rows, len(ours.method.seen))))
    ((rows, trained),) = begun
    assert (trained, [row.key for row in rows], {row.n_test for row in rows}) == (0, list(ours.keys), {100})
