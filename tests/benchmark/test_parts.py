import numpy as np
import pandas as pd
import pytest

from focalboost.benchmark.folds import StratifiedFolds, TemporalFolds
from focalboost.benchmark.group_folds import GroupFolds, TemporalGroupFolds
from focalboost.benchmark.parts import Parts, read
from focalboost.benchmark.task import Task
from focalboost.datasets.dataset import Dataset
from focalboost.datasets.errors import DataError

FOLDS = [StratifiedFolds(3, repeats=2), TemporalFolds(3, gap=2), GroupFolds(3), TemporalGroupFolds(3, gap=2)]


@pytest.fixture(scope="module")
def data():
    """Sorted by time, but from a source in another order; the feature names its row."""
    n = 3000
    rng = np.random.default_rng(0)
    seconds = np.sort(rng.integers(0, 90 * 86_400, n))
    source = rng.permutation(n)
    features = pd.DataFrame({"row": source, "shop": pd.Categorical(rng.choice(["a", "b", None], n))}, index=source)
    return Dataset(
        features,
        (rng.random(n) < 0.15).astype(np.int8),
        np.datetime64("2024-01-01", "s") + seconds.astype("timedelta64[s]"),
        rng.integers(0, 150, n),
        rng.lognormal(size=n),
    )


def parts_of(data, folds):
    parts = Parts(Task("name", "1", folds, lambda: data))
    return [parts.part(fold) for fold in range(folds.n_folds)]


class Memoriser:
    """Knows the label of every row that it has been fitted on, and nothing else."""

    def fit(self, sample):
        self.known = dict(zip(sample.features.values[:, 0].tolist(), sample.target.tolist(), strict=True))

    def knows(self, sample):
        return [row for row in sample.features.values[:, 0].tolist() if row in self.known]


@pytest.mark.parametrize("folds", FOLDS)
def test_who_learns_rows_by_heart_knows_none_of_validation_and_test(data, folds):
    for part in parts_of(data, folds):
        memoriser = Memoriser()
        memoriser.fit(part.fit)
        assert memoriser.knows(part.validation) == memoriser.knows(part.test) == []
        assert len(memoriser.knows(part.fit)) == len(part.fit.target)
        memoriser.fit(part.validation)
        assert memoriser.knows(part.test) == []


@pytest.mark.parametrize("folds", FOLDS)
def test_who_learns_groups_and_times_by_heart_is_not_helped_either(data, folds):
    place = pd.Series(np.arange(len(data.target)), index=data.features.index)
    for part in parts_of(data, folds):
        rows = [place[sample.source_row].to_numpy() for sample in (part.fit, part.validation, part.test)]
        for earlier, later in [(0, 1), (0, 2), (1, 2)]:
            if isinstance(folds, (GroupFolds, TemporalGroupFolds)):
                assert not set(data.customer[rows[earlier]]) & set(data.customer[rows[later]])
            if isinstance(folds, (TemporalFolds, TemporalGroupFolds)):
                gap = data.timestamp[rows[later]].min() - data.timestamp[rows[earlier]].max()
                assert gap >= np.timedelta64(2, "D")


@pytest.mark.parametrize("folds", FOLDS)
def test_a_row_has_its_own_label_amount_and_day_wherever_it_is(data, folds):
    place = pd.Series(np.arange(len(data.target)), index=data.features.index)
    for part in parts_of(data, folds):
        for sample in (part.fit, part.validation, part.test):
            rows = place[sample.source_row].to_numpy()
            np.testing.assert_array_equal(sample.features.values[:, 0], sample.source_row)
            np.testing.assert_array_equal(sample.target, data.target[rows])
            np.testing.assert_array_equal(sample.amount, data.amount[rows])
            days = (data.timestamp[rows] - np.datetime64("1970-01-01")) // np.timedelta64(1, "D")
            np.testing.assert_array_equal(sample.period, days)
            assert set(sample.target) == {0, 1}
            assert sample.features.categorical == (1,)


def test_each_row_is_tested_once_where_folds_are_drawn_at_random(data):
    for folds in (StratifiedFolds(3), GroupFolds(3)):
        tested = np.concatenate([part.test.source_row for part in parts_of(data, folds)])
        assert sorted(tested) == list(range(len(data.target)))


def test_data_without_amounts_and_dates_have_neither(data):
    numbered = Dataset(data.features, data.target, np.arange(3000.0))
    for sample in (numbered, Dataset(data.features, data.target)):
        part = parts_of(sample, StratifiedFolds(3))[0]
        assert part.test.amount is part.test.period is None
        assert part.test.rows(np.array([0])).amount is None


def test_an_error_begins_with_the_task_s_name(data):
    with pytest.raises(DataError, match=r"^my_task: folds by group need the group"):
        read(Task("my_task", "1", GroupFolds(), lambda: Dataset(data.features, data.target)))
