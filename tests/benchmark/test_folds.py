import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalboost.benchmark.folds import StratifiedFolds, TemporalFolds
from focalboost.datasets.dataset import Dataset
from focalboost.datasets.errors import DataError

DAY = np.timedelta64(1, "D")


def dataset(target, timestamp=None):
    target = np.asarray(target, dtype=np.int8)
    return Dataset(pd.DataFrame({"x": np.zeros(len(target))}), target, timestamp)


def test_stratified_folds_test_each_row_once_a_repeat_with_the_same_share_of_positives():
    data = dataset([1] * 20 + [0] * 180)
    folds = StratifiedFolds(parts=5, repeats=2, seed=3)
    splits = list(folds.split(data))
    assert len(splits) == folds.n_folds == 10
    for train, test in splits:
        assert len(np.intersect1d(train, test)) == 0
        assert len(train) + len(test) == 200
        assert data.target[test].sum() == 4
    for repeat in (splits[:5], splits[5:]):
        np.testing.assert_array_equal(np.sort(np.concatenate([test for _, test in repeat])), np.arange(200))
    assert not np.array_equal(splits[0][1], splits[5][1])
    np.testing.assert_array_equal(splits[0][1], next(folds.split(data))[1])


def test_too_few_positives_for_the_folds_are_refused():
    with pytest.raises(DataError, match="the rarer class has 3 rows, fewer than 5 folds: use fewer --folds"):
        list(StratifiedFolds(parts=5).split(dataset([1] * 3 + [0] * 50)))


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.integers(0, 10), st.integers(0, 5))
def test_temporal_folds_train_on_what_was_known_when_the_test_began(n_folds, gap_days, seed):
    rng = np.random.default_rng(seed)
    seconds = np.sort(rng.integers(0, 100 * 86_400, 4000))
    timestamp = np.datetime64("2024-01-01", "s") + seconds.astype("timedelta64[s]")
    data = dataset(rng.random(4000) < 0.3, timestamp)
    splits = list(TemporalFolds(n_folds, gap_days).split(data))
    assert len(splits) == n_folds
    tested = np.concatenate([test for _, test in splits])
    halfway = timestamp[0] + (timestamp[-1] - timestamp[0]) / 2
    np.testing.assert_array_equal(tested, np.flatnonzero(timestamp >= halfway))
    previous = 0
    for train, test in splits:
        assert timestamp[train].max() + gap_days * DAY <= timestamp[test].min()
        assert len(train) > previous
        previous = len(train)


def test_temporal_folds_without_time_or_without_positives_are_refused():
    with pytest.raises(DataError, match="need a timestamp"):
        list(TemporalFolds().split(dataset([0, 1])))
    timestamp = np.datetime64("2024-01-01", "s") + np.arange(100) * DAY
    with pytest.raises(DataError, match="the test rows of fold 0 lack a class: use fewer --folds"):
        list(TemporalFolds(5, 7).split(dataset([1] * 10 + [0] * 90, timestamp)))
