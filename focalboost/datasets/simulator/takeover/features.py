"""What a bank knows of a transfer when it is ordered: features that only look back in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets.simulator.clock import DAY_SECONDS, hour_of_day, is_weekend
from focalboost.datasets.simulator.columns import category, pairs, ratio, to_table
from focalboost.datasets.simulator.history import History
from focalboost.datasets.simulator.takeover.payees import BANKS
from focalboost.datasets.simulator.takeover.population import (
    CHANNELS,
    COUNTRY_GROUPS,
    DEVICE_TYPES,
    NETWORKS,
    SEGMENTS,
)
from focalboost.datasets.simulator.takeover.sessions import SPEEDS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from focalboost.datasets.simulator.columns import Columns
    from focalboost.datasets.simulator.takeover.population import Customers
    from focalboost.datasets.simulator.takeover.sessions import Sessions

_HOUR = 3600


def transfer_features(
    stream: Sessions, label: NDArray[np.bool_], customers: Customers, label_delay_days: int
) -> pd.DataFrame:
    """Describe each session by itself and by what came before it.

    Parameters
    ----------
    stream : Sessions
        Sessions in time order.
    label : ndarray of bool, shape (n,)
        Which of them are found to be frauds.
    customers : Customers
        The customers that they refer to.
    label_delay_days : int
        How long it takes until a transfer is known to be a fraud or not.

    Returns
    -------
    pandas.DataFrame of shape (n, 42)
        One row a session. Only those of sessions with a transfer are meant to be learnt from.
    """
    who, seconds = stream.customer, stream.seconds
    history = History(who, seconds)
    columns: Columns = {
        "channel": category(stream.channel, CHANNELS),
        "device_type": category(stream.device_type, DEVICE_TYPES),
        "country_group": category(stream.country, COUNTRY_GROUPS),
        "network": category(stream.network, NETWORKS),
        "segment": category(customers.segment[who], SEGMENTS),
        "speed": category(stream.speed, SPEEDS),
        "payee_bank": category(stream.payee_bank, BANKS),
        "age": customers.age[who].astype(np.int32),
        "tenure_days": (customers.tenure_days[who] + seconds // DAY_SECONDS).astype(np.int32),
        "hour": hour_of_day(seconds),
        "is_weekend": is_weekend(seconds).astype(np.int8),
        "session_seconds": stream.length,
        **_access(stream, history),
        **_money(stream, history),
        **_payees(stream, history, label, label_delay_days),
    }
    return to_table(columns)


def _access(stream: Sessions, history: History) -> Columns:
    """Return who logged in from where, and how usual that is for the customer."""
    who, seconds = stream.customer, stream.seconds
    ones = np.ones_like(seconds)
    device = History(pairs(who, stream.device), seconds)
    network = History(pairs(who, stream.network), seconds)
    country = History(pairs(who, stream.country), seconds)
    part_of_day = History(pairs(who, seconds % DAY_SECONDS // (4 * _HOUR)), seconds)
    new_device = (device.earlier_rows() == 0).astype(np.int64)
    new_network = (network.earlier_rows() == 0).astype(np.int64)
    month, quarter = 30 * DAY_SECONDS, 90 * DAY_SECONDS
    others = History(np.unique(stream.device, return_inverse=True)[1], seconds).total(ones, month) - device.total(
        ones, month
    )
    return {
        "failed_logins": stream.failed_logins.astype(np.int32),
        "failed_logins_1d": history.total(stream.failed_logins, DAY_SECONDS).astype(np.int32),
        "hours_since_last_login": history.seconds_since_last() / _HOUR,
        "hours_since_password_change": history.seconds_since_last(stream.password_change) / _HOUR,
        "device_age_days": device.seconds_since_first() / DAY_SECONDS,
        "device_logins": device.earlier_rows().astype(np.int32),
        "device_logins_of_others_30d": others.astype(np.int32),
        "new_devices_7d": (new_device + history.total(new_device, 7 * DAY_SECONDS)).astype(np.int32),
        "new_devices_30d": (new_device + history.total(new_device, month)).astype(np.int32),
        "network_logins": network.earlier_rows().astype(np.int32),
        "new_networks_7d": (new_network + history.total(new_network, 7 * DAY_SECONDS)).astype(np.int32),
        "country_logins_90d": country.total(ones, quarter).astype(np.int32),
        "logins_1d": history.total(ones, DAY_SECONDS).astype(np.int32),
        "share_at_these_hours_90d": ratio(part_of_day.total(ones, quarter), history.total(ones, quarter)),
    }


def _money(stream: Sessions, history: History) -> Columns:
    """Return the amount, and what the customer sent before."""
    transfer = (stream.payee >= 0).astype(np.int64)
    quarter = 90 * DAY_SECONDS
    usual = ratio(history.total(stream.cents, quarter), 100 * history.total(transfer, quarter))
    return {
        "amount": stream.cents / 100.0,
        "balance": stream.balance / 100.0,
        "amount_over_balance": stream.cents / stream.balance,
        "mean_amount_90d": usual,
        "amount_over_mean_90d": stream.cents / 100.0 / usual,
        "transfers_1d": history.total(transfer, DAY_SECONDS).astype(np.int32),
        "transfers_7d": history.total(transfer, 7 * DAY_SECONDS).astype(np.int32),
        "sent_1d": history.total(stream.cents, DAY_SECONDS) / 100.0,
    }


def _payees(stream: Sessions, history: History, label: NDArray[np.bool_], label_delay_days: int) -> Columns:
    """Return how well the payee is known, to the customer and to the bank."""
    seconds, delay, month = stream.seconds, label_delay_days * DAY_SECONDS, 30 * DAY_SECONDS
    transfer, found = (stream.payee >= 0).astype(np.int64), label.astype(np.int64)
    own = History(pairs(stream.customer, stream.payee + 1), seconds)
    anyone = History(stream.payee + 1, seconds)
    network = History(stream.network, seconds)
    new_payee = transfer * (own.earlier_rows() == 0)
    return {
        "payee_age_days": own.seconds_since_first() / DAY_SECONDS,
        "payments_to_payee": own.earlier_rows().astype(np.int32),
        "payments_of_others_to_payee_30d": (anyone.total(transfer, month) - own.total(transfer, month)).astype(
            np.int32
        ),
        "payee_known_days": anyone.seconds_since_first() / DAY_SECONDS,
        "new_payees_7d": (new_payee + history.total(new_payee, 7 * DAY_SECONDS)).astype(np.int32),
        "new_payees_30d": (new_payee + history.total(new_payee, month)).astype(np.int32),
        "payee_risk_30d": ratio(anyone.total(found, month, delay), anyone.total(transfer, month, delay)),
        "network_risk_30d": ratio(network.total(found, month, delay), network.total(transfer, month, delay)),
    }
