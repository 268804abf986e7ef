import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalboost.benchmark.folds import HELD_OUT, StratifiedFolds, TemporalFolds
from focalboost.benchmark.group_folds import GroupFolds, TemporalGroupFolds
from focalboost.datasets.dataset import Dataset
from focalboost.datasets.errors import DataError

DAY = np.timedelta64(1, "D")


KINDS = {
    "stratified": StratifiedFolds(parts=3, repeats=2, seed=1),
    "temporal": TemporalFolds(n_folds=3, gap=2),
    "group": GroupFolds(parts=3, seed=1),
    "temporal_group": TemporalGroupFolds(n_folds=3, gap=2, seed=1),
}


def dataset(target, timestamp=None, customer=None):
    target = np.asarray(target, dtype=np.int8)
    return Dataset(pd.DataFrame({"x": np.zeros(len(target))}), target, timestamp, customer)


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


@settings(deadline=None, max_examples=30)
@given(
    n_folds=st.integers(1, 5),
    gap=st.floats(0, 100),
    scale=st.sampled_from([1e-6, 0.1, 1.0, 1e9]),
    distinct=st.integers(40, 5000),
    seed=st.integers(0, 5),
)
def test_temporal_folds_take_numbers_as_times_in_their_own_unit(n_folds, gap, scale, distinct, seed):
    rng = np.random.default_rng(seed)
    times = np.sort(rng.integers(0, distinct, 2000)) * scale
    gap *= times[-1] / 400
    splits = list(TemporalFolds(n_folds, gap).split(dataset(rng.random(2000) < 0.4, times)))
    assert len(splits) == n_folds
    for train, test in splits:
        assert times[train].max() < times[test].min()
        assert times[test].min() - times[train].max() >= gap


@settings(deadline=None, max_examples=15)
@given(st.integers(2, 5), st.integers(1, 2), st.integers(20, 500), st.integers(0, 5))
def test_group_folds_test_each_row_once_a_repeat_and_no_group_on_both_sides(parts, repeats, n_groups, seed):
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, n_groups, 2000)
    data = dataset(rng.random(2000) < 0.2, customer=groups)
    folds = GroupFolds(parts, repeats, seed)
    splits = list(folds.split(data))
    assert len(splits) == folds.n_folds == parts * repeats
    for train, test in splits:
        assert len(np.intersect1d(groups[train], groups[test])) == 0
        assert len(train) + len(test) == 2000
        assert set(data.target[train]) == set(data.target[test]) == {0, 1}
    for repeat in range(repeats):
        tested = np.concatenate([test for _, test in splits[repeat * parts : (repeat + 1) * parts]])
        np.testing.assert_array_equal(np.sort(tested), np.arange(2000))
    assert repeats == 1 or not np.array_equal(splits[0][1], splits[parts][1])
    np.testing.assert_array_equal(splits[0][1], next(folds.split(data))[1])


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=30))
def test_few_groups_give_folds_with_both_classes_or_a_mend(rows):
    groups, target = (np.array(values) for values in zip(*rows, strict=True))
    data = dataset(target, customer=groups)
    try:
        splits = list(GroupFolds(3).split(data))
    except DataError as error:
        assert "use fewer --folds" in str(error)  # noqa: PT017 (either is right)
        return
    for train, test in splits:
        assert len(np.intersect1d(groups[train], groups[test])) == 0
        assert set(data.target[train]) == set(data.target[test]) == {0, 1}


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 4), st.integers(0, 20), st.integers(20, 3000), st.integers(0, 5))
def test_folds_by_time_and_group_have_neither_the_future_nor_a_group_on_both_sides(n_folds, gap, n_groups, seed):
    rng = np.random.default_rng(seed)
    seconds = np.sort(rng.integers(0, 100 * 86_400, 4000))
    timestamp = np.datetime64("2024-01-01", "s") + seconds.astype("timedelta64[s]")
    groups = rng.integers(0, n_groups, 4000)
    data = dataset(rng.random(4000) < 0.3, timestamp, groups)
    folds = TemporalGroupFolds(n_folds, gap, seed)
    splits = list(folds.split(data))
    for (train, test), (past, future) in zip(splits, TemporalFolds(n_folds, gap).split(data), strict=True):
        assert timestamp[train].max() + gap * DAY <= timestamp[test].min()
        assert len(np.intersect1d(groups[train], groups[test])) == 0
        assert set(train) <= set(past)
        assert set(test) <= set(future)
        # Only groups that are on both sides lose rows, and half of them on either side.
        shared = np.intersect1d(groups[past], groups[future])
        for kept, rows in ((train, past), (test, future)):
            lost = np.unique(groups[np.setdiff1d(rows, kept)])
            assert set(lost) <= set(shared)
            assert abs(len(lost) - len(shared) / 2) <= 1
    np.testing.assert_array_equal(splits[0][1], next(folds.split(data))[1])


def test_groups_that_cannot_be_split_are_refused():
    with pytest.raises(DataError, match="folds by group need the group of each row"):
        list(GroupFolds().split(dataset([0, 1])))
    with pytest.raises(DataError, match="folds by group need the group of each row"):
        list(TemporalGroupFolds().split(dataset([0, 1], np.array([0.0, 1.0]))))
    target = [1] * 10 + [0] * 90
    with pytest.raises(DataError, match="the positives are in 2 groups, fewer than 3 folds: use fewer --folds"):
        list(GroupFolds(3).split(dataset(target, customer=np.arange(100) // 5)))
    with pytest.raises(DataError, match="the negatives are in 1 groups, fewer than 3 folds"):
        list(GroupFolds(3).split(dataset(target, customer=np.minimum(np.arange(100), 10))))
    with pytest.raises(DataError, match=r"the 50 test rows of fold 0 have 0 positives: .* or leave out --group$"):
        list(TemporalGroupFolds(1, 0.0).split(dataset(target, np.arange(100.0), np.arange(100))))


def test_a_gap_as_long_as_the_past_is_refused():
    with pytest.raises(DataError, match=r"the 0 training rows of fold 0 have 0 positives: .* a --gap below 80$"):
        list(TemporalFolds(2, 80).split(dataset([0, 1] * 50, np.arange(100.0))))


def test_temporal_folds_without_time_or_without_positives_are_refused():
    with pytest.raises(DataError, match="need a timestamp"):
        list(TemporalFolds().split(dataset([0, 1])))
    timestamp = np.datetime64("2024-01-01", "s") + np.arange(100) * DAY
    with pytest.raises(
        DataError, match=r"the 10 test rows of fold 0 have 0 positives: use fewer --folds, or give more positives"
    ):
        list(TemporalFolds(5, 7).split(dataset([1] * 10 + [0] * 90, timestamp)))


@settings(deadline=None, max_examples=25)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    dated=st.booleans(),
    n_groups=st.integers(60, 2000),
    share=st.sampled_from([0.05, 0.3, 0.9]),
    seed=st.integers(0, 1000),
)
def test_validation_rows_are_cut_as_the_test_rows_are(kind, dated, n_groups, share, seed):
    rng = np.random.default_rng(seed)
    days = np.sort(rng.uniform(0, 100, 3000))
    times = np.datetime64("2024-01-01", "s") + (days * 86_400).astype("timedelta64[s]") if dated else days
    groups = rng.integers(0, n_groups, 3000)
    data = dataset(rng.random(3000) < share, times, groups)
    folds = KINDS[kind]
    for train, _ in folds.split(data):
        training = data.rows(train)
        fit, validation = folds.hold_out(training)
        assert len(np.intersect1d(fit, validation)) == 0
        assert set(training.target[fit]) == set(training.target[validation]) == {0, 1}
        if kind in ("stratified", "group"):
            assert len(fit) + len(validation) == len(train)
            assert len(validation) == pytest.approx(len(train) / 5, rel=0.3)
            assert training.target[validation].mean() == pytest.approx(training.target.mean(), rel=0.5)
        if "group" in kind:
            assert not set(training.customer[fit]) & set(training.customer[validation])
        if "temporal" in kind:
            gap = training.timestamp[validation].min() - training.timestamp[fit].max()
            assert gap >= (2 * DAY if dated else 2.0)
            # The latest rows are those to validate on.
            assert validation.max() <= len(train) - 1
            assert len(validation) <= -(-len(train) // HELD_OUT) + 1
        again = folds.hold_out(training)
        np.testing.assert_array_equal(validation, again[1])


def test_equal_times_stay_together_when_rows_are_held_out():
    times = np.repeat(np.arange(10.0), 10)
    fit, validation = TemporalFolds(2, gap=0).hold_out(dataset([0, 1] * 50, times))
    np.testing.assert_array_equal(validation, np.arange(80, 100))
    np.testing.assert_array_equal(fit, np.arange(80))
    fit, _ = TemporalFolds(2, gap=3).hold_out(dataset([0, 1] * 50, times))
    np.testing.assert_array_equal(fit, np.arange(50))


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=30), st.sampled_from(sorted(KINDS)))
def test_few_rows_give_validation_rows_with_both_classes_or_a_mend(rows, kind):
    groups, target = (np.array(values) for values in zip(*rows, strict=True))
    training = dataset(target, np.arange(float(len(rows))), groups)
    try:
        fit, validation = KINDS[kind].hold_out(training)
    except DataError as error:
        assert "--folds" in str(error)  # noqa: PT017 (either is right)
        return
    assert set(training.target[fit]) == set(training.target[validation]) == {0, 1}
    assert "group" not in kind or not set(groups[fit]) & set(groups[validation])


def test_a_class_in_two_groups_is_enough_to_hold_rows_out():
    training = dataset([1] * 10 + [0] * 90, customer=np.arange(100) // 5)
    fit, validation = GroupFolds(3).hold_out(training)
    assert training.target[fit].sum() == training.target[validation].sum() == 5


def test_rows_that_cannot_be_held_out_are_refused():
    with pytest.raises(DataError, match="the 50 training rows of a fold have 4 positives, of which 5 or more"):
        StratifiedFolds().hold_out(dataset([1] * 4 + [0] * 46))
    with pytest.raises(DataError, match="the positives of the 100 training rows of a fold are all in one group"):
        GroupFolds().hold_out(dataset([1] * 5 + [0] * 95, customer=np.arange(100) // 5))
    early = dataset([1] * 10 + [0] * 90, np.arange(100.0), np.arange(100))
    for folds in (TemporalFolds(2, gap=0), TemporalGroupFolds(2, gap=0)):
        with pytest.raises(DataError, match="the 20 validation rows have 0 positives: give more data, a smaller gap"):
            folds.hold_out(early)
