"""The scenario of insurance claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets.simulator.arguments import check_arguments
from focalboost.datasets.simulator.insurance.claims import honest_claims
from focalboost.datasets.simulator.insurance.features import claim_features
from focalboost.datasets.simulator.insurance.fraud import KINDS, false_claims
from focalboost.datasets.simulator.insurance.population import REGIONS, Trade, draw_holders
from focalboost.datasets.simulator.labels import count_frauds, find_frauds
from focalboost.datasets.simulator.stream import to_dataset

if TYPE_CHECKING:
    from focalboost.datasets.dataset import Dataset

_LARGEST_PREVALENCE = 0.1


def simulate_insurance_claims(
    n_claims: int = 100_000,
    *,
    n_days: int = 1095,
    prevalence: float = 0.02,
    drift: float = 0.0,
    undetected: float = 0.0,
    label_delay_days: int = 60,
    random_state: int = 0,
) -> Dataset:
    """Simulate motor and household claims, some of them frauds, of mixed types and with missing values.

    Rings stage accidents and share repair shops, lawyers and adjusters; others claim soon after they took a policy,
    claim more than they lost, or invent a loss. There are two policy holders to three claims, each with one policy
    at a time. The value of a vehicle, and of a household, is not what earlier claims left of it.

    Parameters
    ----------
    n_claims : int
        Number of claims, 1,000 or more.
    n_days : int
        Over how many days they are spread, 30 to 3,650.
    prevalence : float
        Share of claims labelled frauds, in (0, 0.1], that gives 10 frauds or more; met to within one claim.
    drift : float
        From 0 (fraud is the same at all times) to 1 (in time staged accidents and early claims give way to inflated
        and invented ones, and rings wait longer before they claim).
    undetected : float
        Share of all frauds, in [0, 1), that are never found and labelled honest. They come on top of
        `prevalence`, which counts labels; frauds of both sorts are at most 0.1 of the claims.
    label_delay_days : int
        After how many days it is known whether a claim was a fraud, 0 to 3,650. The risk features of shops, lawyers
        and adjusters use older labels only.
    random_state : int
        Seed; the same arguments give the same data.

    Returns
    -------
    Dataset
        Rows in the order in which claims were reported, with timestamp, customer (the policy holder) and amount
        (the sum claimed). A note counts the frauds of each kind.

    Raises
    ------
    DataError
        If an argument is outside its range.

    Examples
    --------
    >>> data = simulate_insurance_claims(5_000, prevalence=0.02)
    >>> data.features.shape, int(data.target.sum())
    ((5000, 47), 100)
    """
    check_arguments(
        "n_claims",
        n_claims,
        n_days=n_days,
        prevalence=prevalence,
        largest_prevalence=_LARGEST_PREVALENCE,
        drift=drift,
        undetected=undetected,
        label_delay_days=label_delay_days,
        random_state=random_state,
    )
    rng = np.random.default_rng(random_state)
    holders = draw_holders(2 * n_claims // 3, rng)
    # Whole numbers of them in each region.
    trade = Trade(*(len(REGIONS) * max(1, n_claims // (per * len(REGIONS))) for per in (400, 800, 1500)))
    n_frauds = count_frauds(n_claims, prevalence, undetected)
    n_honest = n_claims - n_frauds
    holder, day = rng.integers(len(holders), size=n_honest), rng.integers(n_days, size=n_honest)
    honest = honest_claims(holders, trade, holder, day, rng)
    frauds = false_claims(holders, trade, n_frauds, n_days, drift, rng)
    stream = honest.with_rows(frauds).in_time_order()
    label = find_frauds(stream.kind > 0, round(prevalence * n_claims), rng)
    return to_dataset(stream, claim_features(stream, label, holders, label_delay_days), label, KINDS)
