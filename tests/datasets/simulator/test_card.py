import numpy as np
import pandas as pd
import pytest

from focalboost.datasets.simulator import simulate_card_fraud
from focalboost.datasets.simulator.card.features import payment_features
from focalboost.datasets.simulator.card.fraud import add_fraud
from focalboost.datasets.simulator.card.population import draw_population, draw_transactions

DAY = 86_400


@pytest.fixture(scope="module")
def population():
    return draw_population(200, 100, np.random.default_rng(0))


@pytest.fixture(scope="module")
def honest(population):
    return draw_transactions(population, 8000, 60, np.random.default_rng(1))


@pytest.fixture(scope="module")
def stream(population, honest):
    return add_fraud(honest, population, 400, 0.5, np.random.default_rng(2)).in_time_order()


@pytest.fixture(scope="module")
def label(stream):
    return stream.kind > 0


def test_features_agree_with_a_plain_computation_of_some_rows(stream, label, population):
    features = payment_features(stream, label, population, 7)
    for row in (3000, 5000, 7500):
        now, cents = stream.seconds[row], stream.cents[:row]
        age = now - stream.seconds[:row]
        mine = (stream.customer[:row] == stream.customer[row]) & (age < 30 * DAY)
        here = stream.terminal[:row] == stream.terminal[row]
        known = here & (age >= 7 * DAY) & (age < 37 * DAY)
        expected = {
            "amount": stream.cents[row] / 100,
            "hour": now % DAY / 3600,
            "customer_count_30d": mine.sum(),
            "customer_mean_amount_30d": cents[mine].mean() / 100,
            "terminal_count_7d": (here & (age < 7 * DAY)).sum(),
            "terminal_risk_30d": label[:row][known].mean() if known.any() else np.nan,
            "earlier_visits": (here & (stream.customer[:row] == stream.customer[row])).sum(),
            "hours_since_last": age[stream.customer[:row] == stream.customer[row]].min() / 3600,
            "amount_over_mean_30d": stream.cents[row] / cents[mine].mean(),
        }
        for name, value in expected.items():
            assert features.loc[row, name] == pytest.approx(value, rel=1e-6, nan_ok=True), name


def test_a_payments_features_belong_to_its_row():
    data = simulate_card_fraud(5000, n_days=40, prevalence=0.01)
    np.testing.assert_allclose(data.features["amount"], data.amount, rtol=1e-6)
    weekday = pd.DatetimeIndex(data.timestamp).day_of_week
    np.testing.assert_array_equal(data.features["is_weekend"] == 1, weekday >= 5)


def test_fraud_differs_from_honest_payments_but_overlaps_with_them(population, honest):
    stream = add_fraud(honest, population, 400, 0.0, np.random.default_rng(2))
    fraud, honest_cents = stream.cents[stream.kind > 0], stream.cents[stream.kind == 0]
    assert np.median(fraud) > 1.3 * np.median(honest_cents)
    assert np.quantile(fraud, 0.25) < np.quantile(honest_cents, 0.9)
    # Compromised terminals: a few terminals have many of the frauds.
    by_terminal = np.sort(np.bincount(stream.terminal[stream.kind > 0], minlength=100))[::-1]
    assert by_terminal[:10].sum() > 0.4 * by_terminal.sum()


def test_drift_moves_fraud_from_terminals_to_smaller_amounts_on_stolen_cards():
    def late_risk(drift):
        data = simulate_card_fraud(60_000, prevalence=0.05, drift=drift)
        late = np.arange(60_000) >= 40_000
        return data.features.loc[late & (data.target == 1), "terminal_risk_30d"].mean()

    assert late_risk(1.0) < 0.6 * late_risk(0.0)


def test_without_drift_fraud_is_as_frequent_late_as_early():
    late = [simulate_card_fraud(60_000, prevalence=0.05, random_state=seed).target[30_000:].mean() for seed in range(4)]
    assert np.mean(late) == pytest.approx(0.05, rel=0.1)
