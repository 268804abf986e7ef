"""What a bank knows of a payment when it is made: features that only look back in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets._tables import pd
from focalboost.datasets.history import History
from focalboost.datasets.population import MERCHANT_CATEGORIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from focalboost.datasets.population import Population, Transactions

_DAY_SECONDS = 86_400
_WINDOW_DAYS = (1, 7, 30)


def payment_features(stream: Transactions, population: Population, label_delay_days: int) -> pd.DataFrame:
    """Describe each payment by itself and by what came before it.

    Parameters
    ----------
    stream : Transactions
        Payments in time order.
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
    hour = stream.seconds % _DAY_SECONDS / 3600.0
    here = population.terminal_place[stream.terminal] - population.customer_place[stream.customer]
    pair = stream.customer * len(population.terminal_category) + stream.terminal
    customers = History(stream.customer, stream.seconds)
    columns = {
        "amount": amount,
        "hour": hour,
        "is_night": (hour < 6.0).astype(np.int8),
        "is_weekend": (stream.seconds // _DAY_SECONDS % 7 >= 5).astype(np.int8),
        "merchant_category": pd.Categorical.from_codes(
            population.terminal_category[stream.terminal], categories=pd.Index(MERCHANT_CATEGORIES)
        ),
        "distance_from_home": np.hypot(here[:, 0], here[:, 1]),
        "hours_since_last": customers.seconds_since_last() / 3600.0,
        "earlier_visits": History(np.unique(pair, return_inverse=True)[1], stream.seconds).earlier_rows(),
        **_customer_windows(customers, stream),
        **_terminal_windows(History(stream.terminal, stream.seconds), stream, label_delay_days),
    }
    frame = pd.DataFrame(columns)
    frame["amount_over_mean_30d"] = frame["amount"] / frame["customer_mean_amount_30d"]
    floats = frame.select_dtypes("float64").columns
    return frame.astype(dict.fromkeys(floats, np.float32))


def _customer_windows(customers: History, stream: Transactions) -> dict[str, NDArray[np.generic]]:
    columns: dict[str, NDArray[np.generic]] = {}
    for days in _WINDOW_DAYS:
        count = customers.total(np.ones_like(stream.cents), days * _DAY_SECONDS)
        cents = customers.total(stream.cents, days * _DAY_SECONDS)
        columns[f"customer_count_{days}d"] = count.astype(np.int32)
        columns[f"customer_mean_amount_{days}d"] = _ratio(cents, 100 * count)
    return columns


def _terminal_windows(
    terminals: History, stream: Transactions, label_delay_days: int
) -> dict[str, NDArray[np.generic]]:
    columns: dict[str, NDArray[np.generic]] = {}
    ones, delay = np.ones_like(stream.cents), label_delay_days * _DAY_SECONDS
    for days in _WINDOW_DAYS:
        window = days * _DAY_SECONDS
        columns[f"terminal_count_{days}d"] = terminals.total(ones, window).astype(np.int32)
        frauds = terminals.total(stream.fraud.astype(np.int64), window, delay)
        columns[f"terminal_risk_{days}d"] = _ratio(frauds, terminals.total(ones, window, delay))
    return columns


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    ratio = np.full(len(whole), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio
