from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalboost.evaluation.alerts import alert_share, place_in_period, precision_at_alerts, recall_at_alerts


@st.composite
def days(draw, most=40):
    n = draw(st.integers(1, most))
    y = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    levels = st.sampled_from([0.0, 0.01, 0.2, 0.5, 0.7, 1.0])
    p = np.array(draw(st.lists(levels, min_size=n, max_size=n)))
    return y, p, np.array(draw(st.lists(st.integers(-1, 3), min_size=n, max_size=n)))


@settings(deadline=None, max_examples=40)
@given(days(most=6), st.integers(1, 4))
def test_a_share_is_how_often_a_row_is_checked_over_all_orders(sample, k):
    _, p, day = sample
    checked = np.zeros(len(p))
    orders = list(permutations(range(len(p))))
    for order in orders:
        for d in set(day):
            line = [i for i in order if day[i] == d]
            checked[sorted(line, key=lambda i: -p[i])[:k]] += 1
    assert alert_share(p, k, day) == pytest.approx(checked / len(orders))


@settings(deadline=None)
@given(days(), st.floats(0.1, 50))
def test_each_period_has_its_alerts_or_all_its_rows(sample, k):
    _, p, day = sample
    share = alert_share(p, k, day)
    assert ((share >= 0) & (share <= 1)).all()
    for d in set(day):
        here = day == d
        assert share[here].sum() == pytest.approx(min(k, here.sum()))
        assert (np.diff(share[here][np.argsort(p[here])]) >= 0).all()
        assert share[here] == pytest.approx(alert_share(p[here], k))


@settings(deadline=None)
@given(days())
def test_places_count_the_rows_ahead_and_level(sample):
    _, p, day = sample
    ahead, tied = place_in_period(p, day)
    for i in range(len(p)):
        assert ahead[i] == ((day == day[i]) & (p > p[i])).sum()
        assert tied[i] == ((day == day[i]) & (p == p[i])).sum()


@settings(deadline=None)
@given(days(), st.floats(0.1, 50))
def test_a_constant_predictors_precision_is_the_share_of_positives(sample, k):
    y, p, _ = sample
    assert precision_at_alerts(y, alert_share(np.full(len(p), 0.3), k)) == pytest.approx(y.mean())


def test_precision_and_recall_by_hand():
    y = [1, 0, 1, 1]
    share = alert_share([0.9, 0.8, 0.7, 0.7], 3)
    assert share.tolist() == [1, 1, 0.5, 0.5]
    assert precision_at_alerts(y, share) == pytest.approx(2 / 3)
    assert recall_at_alerts(y, share) == pytest.approx(2 / 3)
    assert recall_at_alerts(y, share, amount=[10, 99, 20, 70]) == pytest.approx((10 + 10 + 35) / 100)


def test_what_is_not_defined_is_nan():
    share = alert_share([0.9, 0.1], 1)
    assert np.isnan(recall_at_alerts([0, 0], share))
    assert np.isnan(recall_at_alerts([0, 1], share, amount=[5, 0]))
    assert np.isnan(precision_at_alerts([0, 1], [0.0, 0.0]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.1, np.nan], 1), r"1 of 2 probabilities are NaN or infinite, the first is nan in row 1"),
        (([0.1, 0.2], 0), "alerts_per_period is 0"),
        (([0.1, 0.2], np.nan), "alerts_per_period is nan"),
        (([0.1, 0.2], 1, [1]), r"must have shape \(2,\)"),
        (([0.1, 0.2], 1, np.array(["2024-01-01", "2024-01-02"], dtype="datetime64[D]")), "days' numbers"),
        (([], 1), "probabilities must have shape"),
    ],
)
def test_shares_of_nonsense_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        alert_share(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 2], [1, 0]), r"1 of 2 labels are neither 0 nor 1, the first is 2 in row 1"),
        (([0, 1], [1, 2]), "make it with alert_share"),
        (([0, 1], [1]), "make it with alert_share"),
        (([0, 1], [1, 0], [1, -3]), r"1 of 2 amounts are negative, the first is -3.0 in row 1. .* refunds"),
        (([0, 1], [1, 0], [1, np.nan]), "1 of 2 amounts are NaN"),
    ],
)
def test_recall_of_nonsense_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        recall_at_alerts(*arguments)
