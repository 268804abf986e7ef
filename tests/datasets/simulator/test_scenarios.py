"""What every scenario promises of the data that it gives."""

import inspect
import re

import numpy as np
import pandas as pd
import pytest

from focalboost.datasets.errors import DataError
from focalboost.datasets.simulator import SCENARIOS

LARGEST = {"card_fraud": 0.2, "account_takeover": 0.1, "insurance_claims": 0.1}


@pytest.fixture(params=SCENARIOS)
def name(request):
    return request.param


@pytest.fixture
def simulate(name):
    return SCENARIOS[name]


def assert_same(first, second):
    pd.testing.assert_frame_equal(first.features, second.features, check_exact=True)
    for array in ("target", "timestamp", "customer", "amount"):
        np.testing.assert_array_equal(getattr(first, array), getattr(second, array))


def counts(data):
    """Return the numbers of frauds by kind, and the number of those that are never found, as the note says."""
    by_kind, _, lost = data.notes[0].partition(";")
    found = re.match(r" (\d+) of them are never found and labelled 0", lost)
    return [int(n) for n in re.findall(r"\d+", by_kind)], int(found[1]) if found else 0


def test_all_take_the_same_arguments_after_the_number_of_rows():
    signatures = [list(inspect.signature(simulate).parameters)[1:] for simulate in SCENARIOS.values()]
    assert signatures == [
        ["n_days", "prevalence", "drift", "undetected", "label_delay_days", "random_state"] for _ in SCENARIOS
    ]


@pytest.mark.parametrize("drift", [0.0, 1.0])
@pytest.mark.parametrize("undetected", [0.0, 0.45])
def test_prevalence_is_that_of_the_labels_and_is_met(name, simulate, drift, undetected):
    for prevalence in (0.0005, 0.00513, 0.05, LARGEST[name] * (1 - undetected)):
        data = simulate(20_000, prevalence=prevalence, drift=drift, undetected=undetected)
        assert len(data.target) == 20_000
        assert data.target.sum() == round(prevalence * 20_000)


@pytest.mark.parametrize("undetected", [0.0, 0.2, 0.75])
def test_the_share_undetected_of_all_frauds_is_labelled_honest(simulate, undetected):
    data = simulate(20_000, prevalence=0.02, undetected=undetected)
    by_kind, lost = counts(data)
    assert sum(by_kind) == data.target.sum() + lost
    assert lost == pytest.approx(undetected * sum(by_kind), abs=1)
    assert min(by_kind) > 0


def test_the_same_arguments_give_the_same_data_and_another_seed_gives_others(simulate):
    first, same, other = (simulate(2000, prevalence=0.02, undetected=0.1, random_state=s) for s in (3, 3, 4))
    assert_same(first, same)
    assert first.notes == same.notes
    assert not first.features["amount"].equals(other.features["amount"])


def test_a_delay_of_labels_changes_nothing_but_what_looks_at_labels(simulate):
    soon, late = (simulate(5000, prevalence=0.05, label_delay_days=days) for days in (0, 30))
    risks = [column for column in soon.features if "risk" in column]
    for column in risks:
        assert not soon.features[column].equals(late.features[column])
    pd.testing.assert_frame_equal(soon.features.drop(columns=risks), late.features.drop(columns=risks))
    np.testing.assert_array_equal(soon.target, late.target)


@pytest.mark.parametrize("n_days", [30, 400])
def test_rows_come_in_time_order_within_the_days(simulate, n_days):
    data = simulate(5000, n_days=n_days, prevalence=0.05)
    since = data.timestamp - np.datetime64("2024-01-01")
    assert (np.diff(since) >= np.timedelta64(0, "s")).all()
    assert np.timedelta64(0, "s") <= since[0] < np.timedelta64(2, "D")
    assert np.timedelta64(n_days - 2, "D") < since[-1] < np.timedelta64(n_days, "D")
    assert list(data.features.index) == list(range(5000))


def test_types_are_those_of_a_dataset(simulate):
    data = simulate(5000, prevalence=0.01)
    assert {dtype.name for dtype in data.features.dtypes} <= {"float32", "int64", "int32", "int8", "category"}
    assert data.target.dtype == np.int8
    assert set(np.unique(data.target)) == {0, 1}
    assert data.customer.dtype == np.int64
    assert data.amount.dtype == np.float64
    assert (data.amount >= 0.5).all()
    np.testing.assert_allclose(data.features["amount"], data.amount, rtol=1e-6)
    assert not np.isinf(data.features.select_dtypes("number")).any(axis=None)
    assert len(data.timestamp) == len(data.customer) == len(data.amount) == len(data.features)


def test_each_customer_has_more_than_one_row(simulate):
    customers = simulate(20_000, prevalence=0.01).customer
    assert len(np.unique(customers)) < 0.7 * len(customers)


def test_without_drift_fraud_is_as_frequent_late_as_early(simulate):
    late = [simulate(20_000, prevalence=0.05, random_state=seed).target[10_000:].mean() for seed in range(4)]
    assert np.mean(late) == pytest.approx(0.05, rel=0.1)


def test_the_problem_is_neither_hopeless_nor_trivial_and_no_column_alone_solves_it(simulate):
    lightgbm = pytest.importorskip("lightgbm")
    metrics = pytest.importorskip("sklearn.metrics")
    data = simulate(40_000, prevalence=0.02)
    past, future = slice(0, 24_000), slice(28_000, None)
    settings = {"objective": "binary", "lambda_l2": 1, "min_sum_hessian_in_leaf": 1, "num_threads": 1, "verbosity": -1}

    def scores(columns, rounds):
        x = data.features[columns]
        model = lightgbm.train(settings, lightgbm.Dataset(x[past], data.target[past]), rounds)
        return model.predict(x[future])

    everything = scores(list(data.features), 60)
    achieved = metrics.average_precision_score(data.target[future], everything)
    assert 0.2 < achieved < 0.85
    assert 0.8 < metrics.roc_auc_score(data.target[future], everything) < 0.985
    for column in data.features:
        alone = metrics.average_precision_score(data.target[future], scores([column], 10))
        assert alone < 0.7 * achieved, column


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_days": 5}, "n_days is 5; give 30 to 3650"),
        ({"prevalence": 0.0}, "prevalence is 0.0; give a share above 0 and up to 0.[12]"),
        ({"prevalence": 0.21}, "prevalence is 0.21; give a share above 0 and up to 0.[12]"),
        ({"prevalence": float("nan")}, "prevalence is nan"),
        ({"drift": 1.5}, "drift is 1.5; give a number from 0"),
        ({"undetected": 1.0}, "undetected is 1.0; give a share from 0"),
        ({"prevalence": 0.06, "undetected": 0.8}, r"more than 0.[12] frauds in all; give a prevalence up to 0.0[24]"),
        ({"label_delay_days": -1}, "label_delay_days is -1; give 0 to 3650"),
        ({"label_delay_days": 4000}, "label_delay_days is 4000; give 0 to 3650"),
    ],
)
def test_arguments_outside_their_range_are_refused(simulate, arguments, message):
    with pytest.raises(DataError, match=message):
        simulate(**arguments)


def test_too_few_rows_or_frauds_are_refused_by_the_name_of_the_argument(simulate):
    rows = next(iter(inspect.signature(simulate).parameters))
    with pytest.raises(DataError, match=f"{rows} is 10; give 1000 or more"):
        simulate(10)
    with pytest.raises(DataError, match="is below 10 frauds; give 10000 rows or more"):
        simulate(1000, prevalence=0.001)
