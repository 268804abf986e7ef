"""The scenario of card payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets.simulator.arguments import check_arguments
from focalboost.datasets.simulator.card.features import payment_features
from focalboost.datasets.simulator.card.fraud import KINDS, add_fraud
from focalboost.datasets.simulator.card.population import draw_population, draw_transactions
from focalboost.datasets.simulator.labels import count_frauds, find_frauds
from focalboost.datasets.simulator.stream import to_dataset

if TYPE_CHECKING:
    from focalboost.datasets.dataset import Dataset

_LARGEST_PREVALENCE = 0.2


def simulate_card_fraud(
    n_transactions: int = 200_000,
    *,
    n_days: int = 120,
    prevalence: float = 0.005,
    drift: float = 0.0,
    undetected: float = 0.0,
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
        Share of payments labelled frauds, in (0, 0.2], that gives 10 frauds or more; met to within one payment.
    drift : float
        From 0 (fraud is the same at all times) to 1 (in time it moves from terminals to stolen cards, which
        are used for smaller amounts and other goods).
    undetected : float
        Share of all frauds, in [0, 1), that are never found and labelled honest. They come on top of
        `prevalence`, which counts labels; frauds of both sorts are at most 0.2 of the payments.
    label_delay_days : int
        After how many days it is known whether a payment was a fraud, 0 to 3,650. The terminals' risk
        features use older labels only.
    random_state : int
        Seed; the same arguments give the same data.

    Returns
    -------
    Dataset
        Rows in time order, with timestamp, customer and amount. A note counts the frauds of each kind.

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
    check_arguments(
        "n_transactions",
        n_transactions,
        n_days=n_days,
        prevalence=prevalence,
        largest_prevalence=_LARGEST_PREVALENCE,
        drift=drift,
        undetected=undetected,
        label_delay_days=label_delay_days,
        random_state=random_state,
    )
    rng = np.random.default_rng(random_state)
    n_customers = max(100, n_transactions // n_days)
    population = draw_population(n_customers, n_customers // 2, rng)
    honest = draw_transactions(population, n_transactions, n_days, rng)
    stream = add_fraud(honest, population, count_frauds(n_transactions, prevalence, undetected), drift, rng)
    stream = stream.in_time_order()
    label = find_frauds(stream.kind > 0, round(prevalence * n_transactions), rng)
    return to_dataset(stream, payment_features(stream, label, population, label_delay_days), label, KINDS)
