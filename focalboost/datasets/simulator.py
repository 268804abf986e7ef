"""The fraud simulator: card payments with compromised terminals, stolen cards and large amounts."""

from __future__ import annotations

import numpy as np

from focalboost.datasets.dataset import Dataset
from focalboost.datasets.errors import DataError
from focalboost.datasets.features import payment_features
from focalboost.datasets.population import draw_population, draw_transactions
from focalboost.datasets.scenarios import add_fraud

# A Monday.
_FIRST_DAY = np.datetime64("2024-01-01", "s")
_LARGEST_PREVALENCE = 0.2
_FEWEST_FRAUDS = 10


def simulate_card_fraud(
    n_transactions: int = 200_000,
    *,
    n_days: int = 120,
    prevalence: float = 0.005,
    drift: float = 0.0,
    label_delay_days: int = 7,
    random_state: int = 0,
) -> Dataset:
    """Simulate card payments, some of them frauds, with features that only look back in time.

    In the manner of the Fraud Detection Handbook (Le Borgne et al., ULB 2022): customers with a home,
    spending habits and favourite terminals; frauds at terminals that are compromised for some days, with
    stolen cards, and as single large amounts. There are as many customers as payments a day, and half as
    many terminals.

    Parameters
    ----------
    n_transactions : int
        Number of payments, 1,000 or more.
    n_days : int
        Over how many days they are spread, 30 to 3,650.
    prevalence : float
        Share of frauds, in (0, 0.2], that gives 10 frauds or more; met to within one payment.
    drift : float
        From 0 (fraud is the same at all times) to 1 (in time it moves from terminals to stolen cards, which
        are used for smaller amounts and other goods).
    label_delay_days : int
        After how many days it is known whether a payment was a fraud, 0 or more. The terminals' risk
        features use older labels only.
    random_state : int
        Seed; the same arguments give the same data.

    Returns
    -------
    Dataset
        Rows in time order, with timestamp, customer and amount.

    Raises
    ------
    DataError
        If an argument is outside its range.

    Examples
    --------
    >>> data = simulate_card_fraud(5_000, prevalence=0.01)
    >>> data.features.shape, int(data.target.sum())
    ((5000, 21), 50)
    """
    _check(n_transactions, n_days, prevalence, drift, label_delay_days)
    rng = np.random.default_rng(random_state)
    n_customers = max(100, n_transactions // n_days)
    population = draw_population(n_customers, n_customers // 2, rng)
    honest = draw_transactions(population, n_transactions, n_days, rng)
    stream = add_fraud(honest, population, round(prevalence * n_transactions), drift, rng)
    stream = stream.take(np.argsort(stream.seconds, kind="stable"))
    return Dataset(
        features=payment_features(stream, population, label_delay_days),
        target=stream.fraud.astype(np.int8),
        timestamp=_FIRST_DAY + stream.seconds.astype("timedelta64[s]"),
        customer=stream.customer,
        amount=stream.cents / 100.0,
    )


def _check(n_transactions: int, n_days: int, prevalence: float, drift: float, label_delay_days: int) -> None:
    if n_transactions < 1000:
        raise DataError(f"n_transactions is {n_transactions}; give 1000 or more")
    if not 30 <= n_days <= 3650:
        raise DataError(f"n_days is {n_days}; give 30 to 3650")
    if not 0.0 < prevalence <= _LARGEST_PREVALENCE:
        raise DataError(f"prevalence is {prevalence}; give a share above 0 and up to {_LARGEST_PREVALENCE}")
    if round(prevalence * n_transactions) < _FEWEST_FRAUDS:
        raise DataError(
            f"prevalence {prevalence} of {n_transactions} transactions is below {_FEWEST_FRAUDS} frauds; "
            f"give {_FEWEST_FRAUDS / prevalence:.0f} transactions or more, or a larger prevalence"
        )
    if not 0.0 <= drift <= 1.0:
        raise DataError(f"drift is {drift}; give a number from 0 (none) to 1")
    if label_delay_days < 0:
        raise DataError(f"label_delay_days is {label_delay_days}; give 0 or more")
