"""How accounts are taken over: a log-in of the thieves', then transfers to accounts of their helpers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets.simulator.drift import draw_kinds
from focalboost.datasets.simulator.episodes import draw_episodes
from focalboost.datasets.simulator.stream import to_cents
from focalboost.datasets.simulator.takeover.payees import bank_of, draw_shops, first_unused_payee, usual_payees
from focalboost.datasets.simulator.takeover.population import (
    COUNTRY_GROUPS,
    OWN_DEVICES,
    STRANGE_DEVICES,
    hidden_networks,
    networks_of,
)
from focalboost.datasets.simulator.takeover.sessions import APP, SPEEDS, WEB, Sessions, own_devices, session_seconds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from focalboost.datasets.simulator.takeover.population import Customers

KINDS = ("phished password", "stolen phone number", "remote control")
_PHISHED, _PHONE_NUMBER, _REMOTE = 1, 2, 3
_MEAN_TRANSFERS = 2.5
_EPISODES_OF_A_GANG = 4
# How long a helper's account is used before the next one's.
_HELPER_DAYS = 15


def takeovers(
    customers: Customers, n_frauds: int, begin: int, end: int, drift: float, rng: np.random.Generator
) -> Sessions:
    """Draw the thieves' sessions on the days from `begin` to `end`, exactly `n_frauds` of them with a transfer.

    Each episode hits one account for minutes to days. With a phished password (40 %) thieves use a device of
    theirs, often from abroad or a hidden network, at any hour; with a stolen phone number (20 %) a new phone at
    home, after a new password; by remote control (40 %) the customer's own computer. They send most of the
    balance, or amounts that stay below notice, mostly to accounts of helpers. With ``drift`` > 0 thieves turn
    in time to remote control and to smaller amounts.
    """
    transfer_of, position = draw_episodes(n_frauds, _MEAN_TRANSFERS, rng)
    n = int(transfer_of[-1]) + 1
    first_day = rng.integers(begin, end, n)
    elapsed = (first_day - begin) / (end - begin)
    kind = draw_kinds(elapsed, {_PHISHED: 0.4, _PHONE_NUMBER: 0.2}, {_REMOTE: 0.4}, drift, rng)
    victim = rng.integers(len(customers), size=n)
    gang = rng.integers(max(2, n // _EPISODES_OF_A_GANG), size=n)
    channel = np.where(kind == _PHONE_NUMBER, APP, np.where((kind == _PHISHED) & (rng.random(n) < 0.4), APP, WEB))
    device, device_type = _devices(customers, victim, first_day, channel, kind, gang, rng)
    country, network = _places(customers, victim, kind, rng)
    hour = np.where(kind == _PHISHED, rng.uniform(0.0, 24.0, n), rng.normal(15.0, 4.0, n) % 24.0)
    # A log-in at the beginning of each episode, which may change the password, and then the transfers.
    login = np.arange(n + n_frauds) < n
    of = np.concatenate([np.arange(n), transfer_of])
    position = np.concatenate([np.zeros(n, dtype=np.int64), position + 1])
    balance, amount = _amounts(customers, victim[of], first_day[of], kind[of], position, drift * elapsed[of], rng)
    payee, bank = _payees(customers, victim[of], first_day[of], kind[of], gang[of], rng)
    return Sessions(
        customer=victim[of],
        seconds=session_seconds(first_day + hour / 24.0, of, position, end, rng),
        cents=np.where(login, 0, to_cents(amount)),
        kind=np.where(login, 0, kind[of]).astype(np.int8),
        channel=channel[of],
        device=device[of],
        device_type=device_type[of],
        country=country[of],
        network=network[of],
        failed_logins=rng.poisson(np.where(login & (kind[of] == _PHISHED), 0.7, 0.1)),
        password_change=login & (rng.random(len(of)) < np.array([0.0, 0.35, 0.7, 0.05])[kind[of]]),
        length=rng.lognormal(np.array([0.0, 4.9, 4.7, 5.3])[kind[of]], 0.6),
        balance=to_cents(balance),
        payee=np.where(login, -1, payee),
        payee_bank=bank,
        speed=rng.choice(len(SPEEDS), len(of), p=[0.5, 0.45, 0.05]),
    )


def _devices(
    customers: Customers,
    victim: NDArray[np.int64],
    day: NDArray[np.int64],
    channel: NDArray[np.int64],
    kind: NDArray[np.int64],
    gang: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    n = len(victim)
    remote = kind == _REMOTE
    # A gang has three devices.
    theirs = gang * OWN_DEVICES + rng.integers(3, size=n) + 2 * STRANGE_DEVICES
    their_type = np.where(
        channel == APP, rng.choice(2, n, p=[0.75, 0.25]), 2 + rng.choice(4, n, p=[0.0, 0.8, 0.08, 0.12])
    )
    own, _ = own_devices(customers, victim, day, channel)
    return np.where(remote, own, theirs), np.where(remote, customers.computer_type[victim], their_type)


def _places(
    customers: Customers, victim: NDArray[np.int64], kind: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    n = len(victim)
    where = rng.random(n)
    abroad = (kind == _PHISHED) & (where < 0.3)
    hidden = (kind == _PHISHED) & (where > 0.8)
    country = np.where(abroad, rng.integers(1, len(COUNTRY_GROUPS), size=n), 0)
    network = np.where(hidden, hidden_networks(n, rng), networks_of(country, rng))
    return country, np.where(kind == _REMOTE, customers.home_network[victim], network)


def _amounts(
    customers: Customers,
    victim: NDArray[np.int64],
    day: NDArray[np.int64],
    kind: NDArray[np.int64],
    position: NDArray[np.int64],
    drifted: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n = len(victim)
    balance = np.exp(rng.normal(customers.mean_log_balance(victim, day), 0.35)) * 0.7 ** np.clip(position - 1, 0, 3)
    most = balance * rng.uniform(0.2, 0.98, n) * (1.0 - 0.3 * drifted)
    unnoticed = np.exp(rng.normal(customers.level[victim] + 0.3, 0.9))
    small = rng.random(n) < np.where(kind == _REMOTE, 0.7, 0.25) + 0.2 * drifted
    return balance, np.where(small, np.minimum(unnoticed, balance), most)


def _payees(
    customers: Customers,
    victim: NDArray[np.int64],
    day: NDArray[np.int64],
    kind: NDArray[np.int64],
    gang: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw whom the thieves pay: a helper of the gang's at the time, or goods, even where the customer buys."""
    n = len(day)
    helpers = first_unused_payee(customers) + gang * 256 + day // _HELPER_DAYS % 256
    way = rng.random(n)
    known = way < np.where(kind == _REMOTE, 0.5, 0.1)
    goods = way < np.where(kind == _REMOTE, 0.7, 0.25)
    payee = np.where(known, usual_payees(customers, victim, rng), draw_shops(customers, n, rng))
    payee = np.where(goods, payee, helpers)
    return payee, bank_of(payee, np.where(goods, 1.7, 1.1))
