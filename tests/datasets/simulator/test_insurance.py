import numpy as np
import pytest

from focalboost.datasets.simulator import simulate_insurance_claims
from focalboost.datasets.simulator.insurance.claims import CAUSES
from focalboost.datasets.simulator.insurance.fraud import KINDS
from focalboost.datasets.simulator.insurance.population import MOTOR

DAY = 86_400


@pytest.fixture(scope="module")
def scene(draw_insurance):
    return draw_insurance()


@pytest.fixture(scope="module")
def data():
    return simulate_insurance_claims(20_000, prevalence=0.05)


def kind_of(stream, name):
    return stream.kind == 1 + KINDS.index(name)


def test_features_agree_with_a_plain_computation_of_some_rows(scene):
    stream, label = scene.stream, scene.stream.kind > 0
    features = scene.features(stream, label, scene.population, 7)
    staged = np.flatnonzero(kind_of(stream, "staged accident") & (stream.lawyer >= 0) & (stream.shop >= 0))
    for row in (3000, 5000, 7500, *staged[[-30, -10]]):
        age = stream.seconds[row] - stream.seconds[:row]
        same = {
            name: getattr(stream, name)[:row] == getattr(stream, name)[row]
            for name in ("customer", "cause", "shop", "lawyer")
        }
        has_shop, has_lawyer = stream.shop[row] >= 0, stream.lawyer[row] >= 0
        known = same["shop"] & (age >= 7 * DAY)
        mine = same["customer"]
        logs = np.log(stream.cents[:row] / 100)
        expected = {
            "amount": stream.cents[row] / 100,
            "amount_over_value": stream.cents[row] / 100 / stream.item_value[row],
            "log_amount_over_usual_365d": np.log(stream.cents[row] / 100) - logs[same["cause"]].mean(),
            "earlier_claims": mine.sum(),
            "claimed_365d": stream.cents[:row][mine].sum() / 100,
            "days_since_last_claim": age[mine].min() / DAY if mine.any() else np.nan,
            "shop_claims_90d": same["shop"].sum() if has_shop else np.nan,
            "shop_injured_90d": stream.injured[:row][same["shop"]].sum() if has_shop else np.nan,
            "shop_risk_365d": label[:row][known].mean() if has_shop else np.nan,
            "shop_with_lawyer_365d": (same["shop"] & same["lawyer"]).sum() if has_shop and has_lawyer else np.nan,
        }
        for name, value in expected.items():
            assert features.loc[row, name] == pytest.approx(value, rel=1e-5, abs=1e-5, nan_ok=True), name


def test_columns_are_of_mixed_types_and_partly_missing(data):
    categories = data.features.select_dtypes("category")
    assert categories.shape[1] >= 10
    sizes = [len(categories[name].cat.categories) for name in categories]
    assert min(sizes) == 2
    assert 25 <= max(sizes) <= 30
    for name in ("credit_score", "occupation", "mileage", "police", "loss_hour"):
        assert 0.05 < data.features[name].isna().mean() < 0.6, name
    assert data.features["amount"].skew() > 2


def test_columns_of_the_other_line_are_missing(data):
    motor = data.features["line"] == "motor"
    for name in ("make", "fuel", "use", "vehicle_age"):
        np.testing.assert_array_equal(data.features[name].isna(), ~motor)
    np.testing.assert_array_equal(data.features["dwelling"].isna(), motor)


def test_rings_share_shops_lawyers_and_adjusters_within_months(draw_insurance):
    stream = draw_insurance(0.0).stream
    staged = kind_of(stream, "staged accident")
    both = (stream.shop >= 0) & (stream.lawyer >= 0)

    def repeated(rows):
        pairs = stream.shop[rows] * 1000 + stream.lawyer[rows]
        return 1 - len(np.unique(pairs)) / len(pairs)

    honest = np.flatnonzero((stream.kind == 0) & both)[: (staged & both).sum()]
    assert repeated(staged & both) > repeated(honest) + 0.2


def test_each_kind_of_fraud_is_what_its_name_says(scene):
    stream, holders = scene.stream, scene.population
    staged, early, inflated, invented = (kind_of(stream, name) for name in KINDS)
    honest = stream.kind == 0
    assert (holders.line[stream.customer[staged]] == MOTOR).all()
    assert set(np.array(CAUSES)[np.unique(stream.cause[staged])]) == {"rear-end", "collision"}
    assert stream.injured[staged].mean() > 2 * stream.injured[honest].mean()
    assert np.median(stream.policy_days[early]) < 0.1 * np.median(stream.policy_days[honest])
    assert np.median(stream.cents[inflated]) > 1.3 * np.median(stream.cents[honest])
    assert stream.documents[invented].mean() < 0.7 * stream.documents[honest].mean()
    assert (stream.cents <= 100 * stream.item_value + 10_000).all()


def test_the_cause_of_a_claim_is_one_of_its_line(scene):
    stream = scene.stream
    motor = scene.population.line[stream.customer] == MOTOR
    np.testing.assert_array_equal(stream.cause < CAUSES.index("water"), motor)


def test_drift_moves_fraud_from_rings_and_early_claims_to_inflated_and_invented_ones(draw_insurance):
    def late_shares(drift):
        stream = draw_insurance(drift).stream
        late = (stream.kind > 0) & (stream.seconds > 45 * DAY)
        return np.bincount(stream.kind[late], minlength=5)[1:] / late.sum()

    assert late_shares(0.0)[:2].sum() == pytest.approx(0.5, abs=0.15)
    assert late_shares(1.0)[:2].sum() < 0.3


def test_with_drift_rings_wait_longer_before_they_claim():
    def late_policy_days(drift):
        data = simulate_insurance_claims(60_000, prevalence=0.1, drift=drift)
        features = data.features[data.target == 1].iloc[2000:4000]
        return features.loc[features["injured"] > 0, "policy_days"].median()

    assert late_policy_days(1.0) > 1.2 * late_policy_days(0.0)
