import numpy as np
import pandas as pd
import pytest
from sklearn import metrics

from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.methods import METHODS
from focalboost.benchmark.predictions import Predictions
from focalboost.benchmark.remeasure import remeasure
from focalboost.benchmark.runner import run
from focalboost.evaluation.measures import MEASURES

KEY = ["task", "booster", "method", "fold"]


@pytest.fixture
def compared(task, fit_settings, progress, tmp_path):
    """Return a folder of real fits and the data's labels."""
    methods = [METHODS[name] for name in ("cross_entropy", "focal_gamma_2")]
    run([task("data/one")], list(BOOSTERS.values()), methods, fit_settings, tmp_path, progress())
    return tmp_path


def test_the_table_follows_from_the_saved_predictions_alone(compared, data):
    results = pd.read_parquet(compared / "results.parquet").set_index(KEY)
    fits = pd.read_parquet(compared / "predictions").groupby(KEY)
    assert len(fits) == len(results) == 2 * 2 * 3
    for key, fit in fits:
        y, p = fit["label"], fit["probability"]
        np.testing.assert_array_equal(y, data.target[fit["row"]])
        gap = p - y.groupby(p).transform("mean")
        fpr, recall, _ = metrics.roc_curve(y, p, drop_intermediate=False)
        assert results.loc[key, ["n_test", "test_positives"]].tolist() == [len(y), y.sum()]
        assert results.loc[key, list(MEASURES)].tolist() == pytest.approx(
            [
                metrics.average_precision_score(y, p),
                metrics.roc_auc_score(y, p),
                metrics.log_loss(y, p),
                metrics.brier_score_loss(y, p),
                sum(abs(gap.iloc[rows].sum()) for rows in np.array_split(np.argsort(p), 15)) / len(y),
                max(recall[fpr <= 0.01]),
            ],
            rel=1e-12,
        )
    rows = pd.read_parquet(compared / "predictions").query("method == 'cross_entropy' and booster == 'xgboost'")["row"]
    assert sorted(rows) == list(range(len(data.target)))


def test_measuring_again_gives_the_same_table_to_the_last_bit(compared):
    path = compared / "results.parquet"
    before = pd.read_parquet(path)
    spoilt = before.assign(**dict.fromkeys(MEASURES, 0.5))
    spoilt.to_parquet(path)
    pd.testing.assert_frame_equal(remeasure(compared), before, check_exact=True)
    pd.testing.assert_frame_equal(pd.read_parquet(path), before, check_exact=True)


def test_a_fit_without_predictions_keeps_what_it_has_and_failed_fits_stay_failed(compared):
    path = compared / "results.parquet"
    before = pd.read_parquet(path)
    before.loc[1, [*MEASURES]] = np.nan
    before.loc[1, "error"] = "ValueError: no"
    before.drop(columns="brier").to_parquet(path)
    key = tuple(before.loc[0, KEY])
    Predictions(compared).path((*key[:3], int(key[3]))).unlink()
    after = remeasure(compared)
    before.loc[0, "brier"] = np.nan
    pd.testing.assert_frame_equal(after, before)


def test_a_spoilt_file_of_predictions_changes_nothing(compared):
    path = compared / "results.parquet"
    before = path.read_bytes()
    sorted((compared / "predictions").iterdir())[-1].write_bytes(b"x")
    with pytest.raises(BenchmarkError, match="cannot be read as predictions"):
        remeasure(compared)
    assert path.read_bytes() == before


def test_a_folder_without_results_is_refused(tmp_path):
    with pytest.raises(BenchmarkError, match=r"has no results\.parquet"):
        remeasure(tmp_path)
