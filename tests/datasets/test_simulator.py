import numpy as np
import pandas as pd
import pytest

from focalboost.datasets.errors import DataError
from focalboost.datasets.features import payment_features
from focalboost.datasets.population import draw_population, draw_transactions
from focalboost.datasets.scenarios import add_fraud
from focalboost.datasets.simulator import simulate_card_fraud

DAY = 86_400


@pytest.fixture(scope="module")
def population():
    return draw_population(200, 100, np.random.default_rng(0))


@pytest.fixture(scope="module")
def honest(population):
    return draw_transactions(population, 8000, 60, np.random.default_rng(1))


@pytest.fixture(scope="module")
def stream(population, honest):
    fraudulent = add_fraud(honest, population, 400, 0.5, np.random.default_rng(2))
    return fraudulent.take(np.argsort(fraudulent.seconds, kind="stable"))


@pytest.mark.parametrize("end", [500, 4000, 7999])
def test_no_feature_looks_forward(stream, population, end):
    whole = payment_features(stream, population, 7)
    truncated = payment_features(stream.take(slice(0, end)), population, 7)
    pd.testing.assert_frame_equal(truncated, whole.iloc[:end], check_exact=True)


def test_features_use_only_labels_that_are_known_by_then(stream, population):
    day = stream.seconds // DAY
    unknown = stream.seconds > 40 * DAY - 7 * DAY
    flipped = type(stream)(stream.customer, stream.terminal, stream.seconds, stream.cents, stream.fraud ^ unknown)
    before, after = (payment_features(s, population, 7) for s in (stream, flipped))
    until = day < 40
    pd.testing.assert_frame_equal(before[until], after[until], check_exact=True)
    later = ~until
    assert not before.loc[later, "terminal_risk_7d"].equals(after.loc[later, "terminal_risk_7d"])


def test_the_label_of_a_row_is_in_no_feature_of_it(stream, population):
    # Without a delay a row's own label would be the easiest one to leak.
    everything_else = payment_features(stream, population, 0)
    row = 6000
    fraud = stream.fraud.copy()
    fraud[row] = ~fraud[row]
    flipped = type(stream)(stream.customer, stream.terminal, stream.seconds, stream.cents, fraud)
    pd.testing.assert_frame_equal(
        payment_features(flipped, population, 0).iloc[: row + 1],
        everything_else.iloc[: row + 1],
        check_exact=True,
    )


def test_features_agree_with_a_plain_computation_of_some_rows(stream, population):
    features = payment_features(stream, population, 7)
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
            "terminal_risk_30d": stream.fraud[:row][known].mean() if known.any() else np.nan,
            "earlier_visits": (here & (stream.customer[:row] == stream.customer[row])).sum(),
            "hours_since_last": age[stream.customer[:row] == stream.customer[row]].min() / 3600,
            "amount_over_mean_30d": stream.cents[row] / cents[mine].mean(),
        }
        for name, value in expected.items():
            assert features.loc[row, name] == pytest.approx(value, rel=1e-6, nan_ok=True), name


@pytest.mark.parametrize("prevalence", [0.0005, 0.005, 0.1, 0.2])
@pytest.mark.parametrize("drift", [0.0, 1.0])
def test_prevalence_is_met(prevalence, drift):
    data = simulate_card_fraud(20_000, prevalence=prevalence, drift=drift)
    assert data.target.sum() == round(prevalence * 20_000)


def test_a_seed_gives_the_same_data_and_another_seed_others():
    first, same, other = (simulate_card_fraud(2000, prevalence=0.02, random_state=s) for s in (3, 3, 4))
    pd.testing.assert_frame_equal(first.features, same.features, check_exact=True)
    np.testing.assert_array_equal(first.target, same.target)
    assert not first.features["amount"].equals(other.features["amount"])


def test_rows_come_in_time_order_with_what_belongs_to_them():
    data = simulate_card_fraud(5000, n_days=40, prevalence=0.01)
    assert (np.diff(data.timestamp) >= np.timedelta64(0, "s")).all()
    assert data.timestamp[-1] - data.timestamp[0] < np.timedelta64(40, "D")
    np.testing.assert_allclose(data.features["amount"], data.amount, rtol=1e-6)
    weekday = pd.DatetimeIndex(data.timestamp).day_of_week
    np.testing.assert_array_equal(data.features["is_weekend"] == 1, weekday >= 5)
    assert len(data.customer) == len(data.target) == len(data.features) == 5000


def test_fraud_differs_from_honest_payments_but_overlaps_with_them(population, honest):
    stream = add_fraud(honest, population, 400, 0.0, np.random.default_rng(2))
    fraud, honest_cents = stream.cents[stream.fraud], stream.cents[~stream.fraud]
    assert np.median(fraud) > 1.3 * np.median(honest_cents)
    assert np.quantile(fraud, 0.25) < np.quantile(honest_cents, 0.9)
    # Compromised terminals: a few terminals have many of the frauds.
    by_terminal = np.sort(np.bincount(stream.terminal[stream.fraud], minlength=100))[::-1]
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


def test_the_problem_is_neither_hopeless_nor_trivial():
    lightgbm = pytest.importorskip("lightgbm")
    metrics = pytest.importorskip("sklearn.metrics")
    data = simulate_card_fraud(40_000, prevalence=0.02)
    x = data.features.drop(columns="merchant_category").to_numpy()
    past, future = slice(0, 24_000), slice(27_000, None)
    parameters = {
        "objective": "binary",
        "lambda_l2": 1,
        "min_sum_hessian_in_leaf": 1,
        "num_threads": 1,
        "verbosity": -1,
    }
    model = lightgbm.train(parameters, lightgbm.Dataset(x[past], data.target[past]), 60)
    score = model.predict(x[future])
    assert 0.4 < metrics.average_precision_score(data.target[future], score) < 0.9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_transactions": 10}, "n_transactions is 10; give 1000 or more"),
        ({"n_days": 5}, "n_days is 5; give 30 to 3650"),
        ({"prevalence": 0.0}, "prevalence is 0.0; give a share above 0 and up to 0.2"),
        ({"prevalence": float("nan")}, "prevalence is nan"),
        ({"n_transactions": 1000, "prevalence": 0.001}, "give 10000 transactions or more"),
        ({"drift": 1.5}, "drift is 1.5; give a number from 0"),
        ({"label_delay_days": -1}, "label_delay_days is -1; give 0 or more"),
    ],
)
def test_arguments_outside_their_range_are_refused(arguments, message):
    with pytest.raises(DataError, match=message):
        simulate_card_fraud(**arguments)
