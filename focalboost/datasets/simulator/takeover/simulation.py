"""The scenario of account takeovers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets.simulator.arguments import check_arguments
from focalboost.datasets.simulator.clock import DAY_SECONDS
from focalboost.datasets.simulator.labels import count_frauds, find_frauds
from focalboost.datasets.simulator.stream import to_dataset
from focalboost.datasets.simulator.takeover.features import transfer_features
from focalboost.datasets.simulator.takeover.fraud import KINDS, takeovers
from focalboost.datasets.simulator.takeover.population import draw_customers
from focalboost.datasets.simulator.takeover.sessions import honest_sessions

if TYPE_CHECKING:
    from focalboost.datasets.dataset import Dataset

_LARGEST_PREVALENCE = 0.1
_DAYS_BETWEEN_TRANSFERS = 6
_LOGINS_PER_TRANSFER = 0.6
# What the bank knows of the days before the first; no row is of these.
_DAYS_BEFORE = 60


def simulate_account_takeover(
    n_transfers: int = 200_000,
    *,
    n_days: int = 180,
    prevalence: float = 0.003,
    drift: float = 0.0,
    undetected: float = 0.0,
    label_delay_days: int = 7,
    random_state: int = 0,
) -> Dataset:
    """Simulate transfers of online-banking customers, some of them by thieves who took over the account.

    Thieves log in with a phished password, a stolen phone number or by remote control of the customer's
    computer, and in the minutes to days after send money to helpers. Honest customers buy phones, clear their
    browser, travel, forget passwords, move house and empty their account into their savings, so that no column alone
    tells them apart. A customer makes a transfer every six days or so. The bank also knows of log-ins without a
    transfer, and of 60 days before the first row. The balance is drawn with each row: it is not what earlier
    rows left.

    Parameters
    ----------
    n_transfers : int
        Number of transfers, 1,000 or more.
    n_days : int
        Over how many days they are spread, 30 to 3,650.
    prevalence : float
        Share of transfers labelled frauds, in (0, 0.1], that gives 10 frauds or more; met to within one transfer.
    drift : float
        From 0 (fraud is the same at all times) to 1 (in time thieves turn from phished passwords and stolen
        phone numbers to remote control, and to smaller amounts).
    undetected : float
        Share of all frauds, in [0, 1), that are never found and labelled honest. They come on top of
        `prevalence`, which counts labels; frauds of both sorts are at most 0.1 of the transfers.
    label_delay_days : int
        After how many days it is known whether a transfer was a fraud, 0 to 3,650. The payees' and networks' risk
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
    >>> data = simulate_account_takeover(5_000, prevalence=0.01)
    >>> data.features.shape, int(data.target.sum())
    ((5000, 42), 50)
    """
    check_arguments(
        "n_transfers",
        n_transfers,
        n_days=n_days,
        prevalence=prevalence,
        largest_prevalence=_LARGEST_PREVALENCE,
        drift=drift,
        undetected=undetected,
        label_delay_days=label_delay_days,
        random_state=random_state,
    )
    rng = np.random.default_rng(random_state)
    n_frauds = count_frauds(n_transfers, prevalence, undetected)
    n_honest = n_transfers - n_frauds
    begin, end = _DAYS_BEFORE, _DAYS_BEFORE + n_days
    # Even, since partners come in twos.
    customers = draw_customers(max(100, _DAYS_BETWEEN_TRANSFERS * n_transfers // n_days // 2 * 2), rng)
    earlier = honest_sessions(customers, *_counts(n_honest * _DAYS_BEFORE // n_days), 0, begin, rng)
    honest = honest_sessions(customers, *_counts(n_honest), begin, end, rng)
    frauds = takeovers(customers, n_frauds, begin, end, drift, rng)
    stream = earlier.with_rows(honest).with_rows(frauds).in_time_order()
    label = find_frauds(stream.kind > 0, round(prevalence * n_transfers), rng)
    rows = (stream.payee >= 0) & (stream.seconds >= begin * DAY_SECONDS)
    features = transfer_features(stream, label, customers, label_delay_days)[rows].reset_index(drop=True)
    return to_dataset(stream.take(rows), features, label[rows], KINDS, start=begin * DAY_SECONDS)


def _counts(n_transfers: int) -> tuple[int, int]:
    """Return the number of sessions with a transfer and of those without."""
    return n_transfers, int(_LOGINS_PER_TRANSFER * n_transfers)
