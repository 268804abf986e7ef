import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from focalboost.evaluation.alerts import alert_share, recall_at_alerts
from focalboost.evaluation.money import bayes_alerts, best_threshold, money_by_budget, savings


@st.composite
def frauds(draw):
    n = draw(st.integers(1, 30))
    y = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    level = st.one_of(st.sampled_from([0.0, 0.2, 0.5, 1.0]), st.floats(0, 1))
    p = np.array(draw(st.lists(level, min_size=n, max_size=n)))
    # Whole amounts, so that sums are exact and nets are equal where they should be.
    return y, p, np.array(draw(st.lists(st.integers(0, 20), min_size=n, max_size=n)))


def net(y, alert, amount, cost):
    return sum(a for yi, ai, a in zip(y, alert, amount, strict=True) if yi and ai) - cost * sum(alert)


@settings(deadline=None)
@given(frauds(), st.integers(0, 12))
def test_no_threshold_nets_more_and_none_of_equal_net_has_fewer_alerts(sample, cost):
    y, p, amount = sample
    threshold = best_threshold(y, p, amount, cost)
    tried = [(net(y, p >= t, amount, cost), -(p >= t).sum()) for t in [*p, np.inf]]
    alert = p >= threshold
    assert (net(y, alert, amount, cost), -alert.sum()) == max(tried)


@settings(deadline=None)
@given(frauds(), st.integers(0, 12))
# Between these two there is no float: the midpoint rounds to the lower.
@example((np.array([1, 0]), np.array([np.nextafter(0.5, 1), 0.5]), np.array([9, 9])), 1)
def test_the_threshold_is_midway_between_its_neighbours(sample, cost):
    y, p, amount = sample
    threshold = best_threshold(y, p, amount, cost)
    if np.isfinite(threshold):
        above, below = p[p >= threshold].min(), p[p < threshold].max()
        assert threshold == pytest.approx((above + below) / 2)
        assert below < threshold <= above
    else:
        assert (p >= threshold).all() == (threshold < 0)


def test_savings_by_hand():
    y, amount = [1, 1, 0, 0], [30, 70, 500, 20]
    assert savings(y, np.array([True, False, True, False]), amount, 5) == pytest.approx((30 - 10) / 100)
    assert savings(y, np.array([False] * 4), amount, 5) == 0
    assert savings(y, np.array([True, True, False, False]), amount, 0) == 1
    assert savings(y, np.array([False, False, True, True]), amount, 5) == pytest.approx(-0.1)
    assert np.isnan(savings([0, 0], np.array([True, False]), [1, 1], 1))


@settings(deadline=None)
@given(frauds(), st.integers(0, 12))
def test_bayes_alerts_have_the_least_expected_cost_row_by_row(sample, cost):
    _, p, amount = sample
    alert = bayes_alerts(p, amount, cost)
    expected = np.where(alert, cost, p * amount)
    assert (expected == np.minimum(cost, p * amount)).all()
    assert not alert[p * amount == cost].any()


def test_bayes_alerts_on_true_probabilities_save_more_than_any_threshold():
    rng = np.random.default_rng(0)
    p, amount = rng.beta(0.2, 4, 50_000), rng.lognormal(4, 1.5, 50_000)
    y = (rng.random(50_000) < p).astype(int)
    best = p >= best_threshold(y, p, amount, 10)
    assert savings(y, bayes_alerts(p, amount, 10), amount, 10) > savings(y, best, amount, 10) + 0.02


@settings(deadline=None)
@given(frauds(), st.lists(st.floats(0.01, 40), max_size=5), st.integers(0, 12), st.integers(1, 4))
def test_budgets_are_shares_of_alerts_one_by_one(sample, budgets, cost, n_days):
    y, p, amount = sample
    day = np.arange(len(y)) % n_days
    found = money_by_budget(y, p, amount, day, budgets, cost)
    total = (amount * y).sum()
    assert found.budget.tolist() == budgets
    for k, caught, saved in zip(budgets, found.amount_recall, found.savings, strict=True):
        share = alert_share(p, k, day)
        assert caught == pytest.approx(recall_at_alerts(y, share, amount), nan_ok=True)
        expected = (total * caught - cost * share.sum()) / total if total else np.nan
        assert saved == pytest.approx(expected, nan_ok=True)


def test_whole_budgets_without_ties_are_alerts():
    y, p, amount = [1, 0, 1, 0], [0.9, 0.8, 0.7, 0.6], [10, 5, 30, 7]
    found = money_by_budget(y, p, amount, None, [0, 1, 2, 3, 9], 2)
    alerts = [np.arange(4) < k for k in (0, 1, 2, 3, 4)]
    assert found.savings == pytest.approx([savings(y, alert, amount, 2) for alert in alerts])


NONSENSE = [
    ({"amount": [1, -2.5]}, r"1 of 2 amounts are negative, the first is -2.5 in row 1. .* refunds"),
    ({"amount": [np.nan, 2]}, "1 of 2 amounts are NaN or infinite"),
    ({"amount": [1]}, r"amounts must have shape \(2,\)"),
    ({"alert_cost": -1}, "alert_cost is -1"),
    ({"alert_cost": np.nan}, "alert_cost is nan"),
]
PLAIN = {"amount": [1, 2], "alert_cost": 1}


@pytest.mark.parametrize(("wrong", "message"), NONSENSE)
def test_money_that_is_none_is_refused_everywhere(wrong, message):
    money = PLAIN | wrong
    for function, arguments in [
        (savings, ([0, 1], np.array([True, False]))),
        (best_threshold, ([0, 1], [0.1, 0.2])),
        (bayes_alerts, ([0.1, 0.2],)),
    ]:
        with pytest.raises(ValueError, match=message):
            function(*arguments, **money)
    with pytest.raises(ValueError, match=message):
        money_by_budget([0, 1], [0.1, 0.2], period=None, budgets=[1], **money)


def test_what_is_no_alert_or_probability_or_budget_is_refused():
    with pytest.raises(ValueError, match="probability >= threshold"):
        savings([0, 1], [0.1, 0.9], **PLAIN)
    with pytest.raises(ValueError, match="give no raw scores"):
        bayes_alerts([0.1, 1.2], **PLAIN)
    with pytest.raises(ValueError, match="budgets must be"):
        money_by_budget([0, 1], [0.1, 0.2], period=None, budgets=[-1], **PLAIN)
    with pytest.raises(ValueError, match=r"probabilities must have shape \(2,\)"):
        best_threshold([0, 1], [0.1], **PLAIN)
