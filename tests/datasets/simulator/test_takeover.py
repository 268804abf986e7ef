import numpy as np
import pytest

from focalboost.datasets.simulator import simulate_account_takeover
from focalboost.datasets.simulator.takeover.fraud import KINDS

DAY, HOUR = 86_400, 3600


@pytest.fixture(scope="module")
def scene(draw_takeover):
    return draw_takeover()


def kind_of(stream, name):
    return stream.kind == 1 + KINDS.index(name)


def test_features_agree_with_a_plain_computation_of_some_rows(scene):
    stream, label = scene.stream, scene.stream.kind > 0
    features = scene.features(stream, label, scene.population, 7)
    transfers = np.flatnonzero(stream.payee >= 0)
    frauds = np.flatnonzero(label)
    for row in (*transfers[[2000, 3500, 5000]], *frauds[[150, 250, 399]]):
        now, who = stream.seconds[row], stream.customer[row]
        age = now - stream.seconds[:row]
        mine = stream.customer[:row] == who
        device = stream.device[:row] == stream.device[row]
        payee = stream.payee[:row] == stream.payee[row]
        network = stream.network[:row] == stream.network[row]
        same_hours = stream.seconds[:row] % DAY // (4 * HOUR) == now % DAY // (4 * HOUR)
        paid = mine & (stream.payee[:row] >= 0)
        seen, new_devices = set(), []
        for i in np.flatnonzero(mine):
            if stream.device[i] not in seen:
                new_devices.append(i)
            seen.add(stream.device[i])
        new_devices += [row] if stream.device[row] not in seen else []
        known = payee & (age >= 7 * DAY) & (age < 37 * DAY)
        usual = stream.cents[:row][paid].mean() / 100
        changed = age[mine & stream.password_change[:row]]
        expected = {
            "amount": stream.cents[row] / 100,
            "hour": now % DAY / HOUR,
            "amount_over_balance": stream.cents[row] / stream.balance[row],
            "mean_amount_90d": usual,
            "amount_over_mean_90d": stream.cents[row] / 100 / usual,
            "transfers_7d": (paid & (age < 7 * DAY)).sum(),
            "sent_1d": stream.cents[:row][mine & (age < DAY)].sum() / 100,
            "hours_since_password_change": changed.min() / HOUR if len(changed) else np.nan,
            "device_age_days": age[mine & device].max() / DAY if (mine & device).any() else np.nan,
            "device_logins_of_others_30d": (device & ~mine & (age < 30 * DAY)).sum(),
            "new_devices_7d": sum(now - stream.seconds[i] < 7 * DAY for i in new_devices),
            "network_logins": (mine & network).sum(),
            "share_at_these_hours_90d": (mine & same_hours).sum() / mine.sum(),
            "payee_age_days": age[mine & payee].max() / DAY if (mine & payee).any() else np.nan,
            "payee_known_days": age[payee].max() / DAY if payee.any() else np.nan,
            "payments_of_others_to_payee_30d": (payee & ~mine & (age < 30 * DAY)).sum(),
            "payee_risk_30d": label[:row][known].mean() if known.any() else np.nan,
        }
        for name, value in expected.items():
            assert features.loc[row, name] == pytest.approx(value, rel=1e-6, nan_ok=True), name


def test_a_thief_logs_in_before_each_episode_and_the_account_holds_what_is_sent(scene):
    stream = scene.stream
    fraud = stream.kind > 0
    assert (stream.cents[fraud] <= stream.balance[fraud]).all()
    assert (stream.payee[fraud] >= 0).all()
    features = scene.features(stream, fraud, scene.population, 7)
    assert (features.loc[fraud, "device_logins"] >= 1).all()


def test_thieves_use_devices_of_theirs_unless_they_control_the_customers(scene):
    stream = scene.stream
    others = set(stream.device[kind_of(stream, "phished password") | kind_of(stream, "stolen phone number")])
    honest = set(stream.device[(stream.kind == 0) & (stream.payee >= 0)])
    assert not others & honest
    remote = stream.device[kind_of(stream, "remote control")]
    assert np.isin(remote, list(honest)).mean() > 0.5


def test_honest_customers_do_what_thieves_do():
    data = simulate_account_takeover(20_000, prevalence=0.01)
    honest = data.features[data.target == 0]
    for unusual in (
        honest["device_age_days"].isna(),
        honest["payee_age_days"].isna(),
        honest["country_group"] != "domestic",
        honest["network"].str.startswith("hidden"),
        honest["amount_over_balance"] > 0.5,
        honest["hours_since_password_change"] < 24,
        honest["new_payees_7d"] > 1,
        honest["hour"] < 6,
    ):
        assert unusual.mean() > 0.004


def test_drift_moves_thieves_to_remote_control_and_smaller_amounts(draw_takeover):
    def late_share_and_amount(drift):
        stream = draw_takeover(drift).stream
        late = (stream.kind > 0) & (stream.seconds > 45 * DAY)
        return kind_of(stream, "remote control")[late].mean(), np.median(stream.cents[late] / stream.balance[late])

    share, amount = late_share_and_amount(0.0)
    drifted_share, drifted_amount = late_share_and_amount(1.0)
    assert drifted_share > share + 0.2
    assert drifted_amount < 0.7 * amount
