import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.fit_tables import FitTables
from focalboost.benchmark.folds import StratifiedFolds, TemporalFolds
from focalboost.benchmark.lock import locked
from focalboost.benchmark.results import Results
from focalboost.benchmark.rows import KEY, from_table
from focalboost.benchmark.store import Store
from focalboost.benchmark.task import Costs, Task
from focalboost.evaluation.measures import MEASURES


@pytest.fixture
def dated(data):
    """A task with days and amounts."""
    rng = np.random.default_rng(1)
    days = np.datetime64("2024-01-01", "ns") + np.arange(300) * np.timedelta64(4, "h")
    known = replace(data, timestamp=days, amount=np.round(rng.lognormal(3, 1, 300), 2))
    costs = Costs(alert_cost=2.0, alerts_per_day=2.0)
    return Task("data/one", "dated", TemporalFolds(2, gap=0), lambda: known, costs)


@pytest.fixture
def compared(compare, dated, tmp_path):
    """Return a folder of real fits."""
    compare([dated], ["cross_entropy", "focal_gamma_2", "constant"], ["xgboost"])
    return tmp_path / "out"


def test_the_table_follows_from_the_saved_predictions_alone(compared, dated):
    results = pd.read_parquet(compared / "results.parquet").set_index(list(KEY))
    saved = pd.read_parquet(compared / "predictions").query("part == 'test'")
    fits = saved.groupby(list(KEY), observed=True)
    assert len(fits) == len(results) == 3 * 2 * 2
    known = dated.load()
    for key, fit in fits:
        y, p, amount = fit["label"], fit["probability"], fit["amount"]
        np.testing.assert_array_equal(y, known.target[fit["row"]])
        np.testing.assert_array_equal(amount, known.amount[fit["row"]])
        row = results.loc[key]
        assert row[["n_test", "test_positives"]].tolist() == [len(y), y.sum()]
        alerts = p >= row["threshold"]
        # Every fraud missed costs its amount, every alert 2; without alerts all amounts are lost.
        loss = amount[(y == 1) & ~alerts].sum() + 2.0 * alerts.sum()
        saved_of_all = 1 - loss / amount[y == 1].sum()
        bayes = p * amount > 2.0
        assert row[["average_precision", "roc_auc", "log_loss", "brier"]].tolist() == pytest.approx(
            [
                metrics.average_precision_score(y, p),
                metrics.roc_auc_score(y, p),
                metrics.log_loss(y, p),
                metrics.brier_score_loss(y, p),
            ],
            rel=1e-12,
        )
        assert row["uncorrected_log_loss"] == pytest.approx(metrics.log_loss(y, fit["uncorrected"]), rel=1e-12)
        assert row[["savings", "alert_rate", "amount_recall", "bayes_savings"]].tolist() == pytest.approx(
            [
                saved_of_all,
                alerts.mean(),
                amount[(y == 1) & alerts].sum() / amount[y == 1].sum(),
                1 - (amount[(y == 1) & ~bayes].sum() + 2.0 * bayes.sum()) / amount[y == 1].sum(),
            ],
            rel=1e-12,
        )
        ranked = fit.sort_values("probability", ascending=False).groupby("period").head(2)
        if not fit.duplicated(["period", "probability"]).any():
            assert row["recall_at_alerts"] == pytest.approx(ranked["label"].sum() / y.sum())


def test_measuring_again_gives_the_same_table_to_the_last_bit(compared):
    path, before = compared / "results.parquet", Results(compared).table
    saved = pd.read_parquet(path)
    saved.assign(**dict.fromkeys(MEASURES, 0.5)).to_parquet(path)
    results = Results(compared)
    assert (results.table["brier"] == 0.5).all()
    results.remeasure()
    pd.testing.assert_frame_equal(results.table, before, check_exact=True)
    pd.testing.assert_frame_equal(pd.read_parquet(path), saved, check_exact=True)


def test_a_measure_that_is_not_defined_is_not_missing(compare, data, tmp_path, monkeypatch):
    free = replace(data, amount=np.where(data.target == 1, 0.0, 5.0))
    task = Task("free", "free", StratifiedFolds(2), lambda: free, Costs(alert_cost=2.0))
    before, _ = compare([task], ["constant"], [])
    assert before.table["savings"].isna().all()
    monkeypatch.setattr("focalboost.benchmark.remeasure.measure", lambda *_: pytest.fail("measured again"))
    assert compare([task], ["constant"], [])[1].notes == []
    shutil.rmtree(tmp_path / "out" / "predictions")
    after, told = compare([task], ["constant"], [])
    assert told.notes == []
    pd.testing.assert_frame_equal(after.table, before.table)


@pytest.mark.usefixtures("compared")
def test_an_added_measure_comes_without_a_fit(compare, dated, monkeypatch):
    monkeypatch.setitem(MEASURES, "share_of_positives", lambda rows, _: float(rows.label.mean()))
    results, told = compare([dated], ["cross_entropy", "focal_gamma_2", "constant"], ["xgboost"])
    assert (told.expected, told.notes) == (0, [])
    share = results.table["test_positives"] / results.table["n_test"]
    np.testing.assert_allclose(results.table["share_of_positives"], share)


def test_a_fit_without_predictions_keeps_what_it_has_and_failed_fits_stay_failed(compared):
    path = compared / "results.parquet"
    before = pd.read_parquet(path)
    spoilt = before.copy()
    spoilt.loc[1, [*MEASURES]] = np.nan
    spoilt.loc[1, "error"] = "ValueError: no"
    spoilt["roc_auc"] = 0.5
    spoilt.drop(columns="brier").to_parquet(path)
    FitTables(compared, "predictions").path(from_table(before)[0].key).unlink()
    Results(compared).remeasure()
    after = pd.read_parquet(path)
    assert after.loc[0, "roc_auc"] == 0.5
    assert after.loc[1, "error"] == "ValueError: no"
    assert after.loc[0:1, "brier"].isna().all()
    pd.testing.assert_frame_equal(after.iloc[2:], before.iloc[2:], check_exact=True)


def test_a_spoilt_file_of_predictions_changes_nothing(compared):
    path = compared / "results.parquet"
    before = path.read_bytes()
    sorted((compared / "predictions").iterdir())[-1].write_bytes(b"x")
    results = Results(compared)
    with pytest.raises(BenchmarkError, match=r"parquet cannot be read .* remove it"):
        results.remeasure()
    assert path.read_bytes() == before


def test_rows_that_a_run_adds_in_the_meantime_are_not_lost(compared, compare, dated):
    old = Results(compared)
    compare([dated], ["focal_gamma_1"], ["xgboost"])
    old.remeasure()
    assert "focal_gamma_1" in set(old.table["method"])
    assert len(Store(compared).rows()) == 4 * 2 * 2


def test_measuring_waits_for_no_run(compared):
    results = Results(compared)
    with locked(compared), pytest.raises(BenchmarkError, match="another run is writing"):
        results.remeasure()
