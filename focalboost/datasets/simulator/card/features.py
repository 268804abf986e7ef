"""What a bank knows of a payment when it is made: features that only look back in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost.datasets.simulator.card.population import MERCHANT_CATEGORIES
from focalboost.datasets.simulator.clock import DAY_SECONDS, hour_of_day, is_weekend
from focalboost.datasets.simulator.columns import category, pairs, ratio, to_table
from focalboost.datasets.simulator.history import History

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from focalboost.datasets.simulator.card.population import Population, Transactions
    from focalboost.datasets.simulator.columns import Columns

_WINDOW_DAYS = (1, 7, 30)


def payment_features(
    stream: Transactions, label: NDArray[np.bool_], population: Population, label_delay_days: int
) -> pd.DataFrame:
    """Describe each payment by itself and by what came before it.

    Parameters
    ----------
    stream : Transactions
        Payments in time order.
    label : ndarray of bool, shape (n,)
        Which of them are found to be frauds.
    population : Population
        The customers and terminals that they refer to.
    label_delay_days : int
        How long it takes until a payment is known to be a fraud or not.

    Returns
    -------
    pandas.DataFrame of shape (n, 21)
        The amount (also relative to the customer's mean of 30 days), the hour, night and weekend; the
        merchant's category; the distance from the customer's home; hours since the customer's last payment;
        how often the customer was at this terminal before; the customer's count and mean amount and the
        terminal's count over the past 1, 7 and 30 days; and the share of frauds at the terminal over windows
        of the same lengths that end `label_delay_days` before the payment. Means and shares of nothing are
        NaN.
    """
    amount = stream.cents / 100.0
    hour = hour_of_day(stream.seconds)
    here = population.terminal_place[stream.terminal] - population.customer_place[stream.customer]
    visits = History(pairs(stream.customer, stream.terminal), stream.seconds)
    customers = History(stream.customer, stream.seconds)
    windows = _customer_windows(customers, stream)
    columns: Columns = {
        "amount": amount,
        "hour": hour,
        "is_night": (hour < 6.0).astype(np.int8),
        "is_weekend": is_weekend(stream.seconds).astype(np.int8),
        "merchant_category": category(population.terminal_category[stream.terminal], MERCHANT_CATEGORIES),
        "distance_from_home": np.hypot(here[:, 0], here[:, 1]),
        "hours_since_last": customers.seconds_since_last() / 3600.0,
        "earlier_visits": visits.earlier_rows(),
        **windows,
        **_terminal_windows(History(stream.terminal, stream.seconds), label, label_delay_days),
        "amount_over_mean_30d": amount / windows["customer_mean_amount_30d"],
    }
    return to_table(columns)


def _customer_windows(customers: History, stream: Transactions) -> dict[str, NDArray[Any]]:
    columns: dict[str, NDArray[Any]] = {}
    for days in _WINDOW_DAYS:
        count = customers.total(np.ones_like(stream.cents), days * DAY_SECONDS)
        cents = customers.total(stream.cents, days * DAY_SECONDS)
        columns[f"customer_count_{days}d"] = count.astype(np.int32)
        columns[f"customer_mean_amount_{days}d"] = ratio(cents, 100 * count)
    return columns


def _terminal_windows(terminals: History, label: NDArray[np.bool_], label_delay_days: int) -> dict[str, NDArray[Any]]:
    columns: dict[str, NDArray[Any]] = {}
    ones, delay = np.ones(len(label), dtype=np.int64), label_delay_days * DAY_SECONDS
    for days in _WINDOW_DAYS:
        window = days * DAY_SECONDS
        columns[f"terminal_count_{days}d"] = terminals.total(ones, window).astype(np.int32)
        frauds = terminals.total(label.astype(np.int64), window, delay)
        columns[f"terminal_risk_{days}d"] = ratio(frauds, terminals.total(ones, window, delay))
    return columns
