"""What customers honestly do: log in from where they are, and pay whom they owe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets.simulator.clock import DAY_SECONDS
from focalboost.datasets.simulator.episodes import before, draw_episodes
from focalboost.datasets.simulator.stream import Stream, to_cents
from focalboost.datasets.simulator.takeover.payees import bank_of, honest_payments
from focalboost.datasets.simulator.takeover.population import (
    COUNTRY_GROUPS,
    OWN_DEVICES,
    STRANGE_DEVICES,
    hidden_networks,
    networks_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from focalboost.datasets.simulator.takeover.population import Customers

APP, WEB, SOFTWARE = range(3)
SPEEDS = ("standard", "instant", "scheduled")
_MEAN_SESSIONS = 2.5
_COUNTRY_SHARE = np.array([0.34, 0.36, 0.08, 0.1, 0.05, 0.04, 0.03])


@dataclass(frozen=True, eq=False)
class Sessions(Stream):
    """Log-ins, some of them with a transfer (`cents` > 0) to a payee; `balance` is before it, in cents."""

    channel: NDArray[np.int64]
    device: NDArray[np.int64]
    device_type: NDArray[np.int64]
    country: NDArray[np.int64]
    network: NDArray[np.int64]
    failed_logins: NDArray[np.int64]
    password_change: NDArray[np.bool_]
    length: NDArray[np.float64]
    balance: NDArray[np.int64]
    payee: NDArray[np.int64]
    payee_bank: NDArray[np.int64]
    speed: NDArray[np.int64]


def honest_sessions(
    customers: Customers, n_transfers: int, n_logins: int, begin: int, end: int, rng: np.random.Generator
) -> Sessions:
    """Draw honest sessions: `n_transfers` with a transfer and `n_logins` without, on the days from `begin` to `end`.

    Sessions come in sittings of a customer's, on one device in one place, minutes to days apart. Customers buy new
    phones, clear their browser, borrow a device, travel, forget passwords, move house and so pay many new payees,
    and move all that they have into their savings: none of it proves a theft.
    """
    n = n_transfers + n_logins
    sitting, position = draw_episodes(n, _MEAN_SESSIONS, rng)
    n_sittings = int(sitting[-1]) + 1
    customer = rng.choice(len(customers), n_sittings, p=customers.share)
    day = rng.integers(begin, end, n_sittings)
    away, country, abroad = _trips(customers, customer, day, rng)
    hour = rng.normal(customers.hour[customer], np.where(away, 6.0, 3.5)) % 24.0
    on_computer = np.where(rng.random(n_sittings) < 0.06, SOFTWARE, WEB)
    channel = np.where(rng.random(n_sittings) < customers.app_share[customer], APP, on_computer)
    device, device_type, fresh = _devices(customers, customer, day, channel, rng)
    at_home = np.where(channel == APP, customers.mobile_network[customer], customers.home_network[customer])
    elsewhere = np.where(rng.random(n_sittings) < 0.12, networks_of(np.zeros_like(customer), rng), at_home)
    hidden = (customers.hides[customer] & (channel == WEB)) | (rng.random(n_sittings) < 0.01)
    network = np.where(hidden, hidden_networks(n_sittings, rng), np.where(away, abroad, elsewhere))
    seconds = session_seconds(day + hour / 24.0, sitting, position, end, rng)
    transfer = rng.permutation(n) < n_transfers
    balance = np.exp(rng.normal(customers.mean_log_balance(customer, day), 0.35))[sitting]
    payee, amount = honest_payments(customers, customer, day, sitting, balance, rng)
    forgot = rng.random(n) < np.where(fresh[sitting] & (position == 0), 0.35, 0.02)
    return Sessions(
        customer=customer[sitting],
        seconds=seconds,
        cents=np.where(transfer, to_cents(np.minimum(amount, balance)), 0),
        kind=np.zeros(n, dtype=np.int8),
        channel=channel[sitting],
        device=device[sitting],
        device_type=device_type[sitting],
        country=country[sitting],
        network=network[sitting],
        failed_logins=rng.poisson(np.where(forgot, 0.8, 0.1)),
        password_change=~transfer & forgot,
        length=rng.lognormal(np.where(channel == APP, 4.5, 5.1)[sitting], 0.7),
        balance=to_cents(balance),
        payee=np.where(transfer, payee, -1),
        payee_bank=bank_of(payee, 1.7),
        speed=rng.choice(len(SPEEDS), n, p=[0.6, 0.28, 0.12]),
    )


def session_seconds(
    begin: NDArray[np.float64],
    of: NDArray[np.int64],
    position: NDArray[np.int64],
    end: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return when each session begins: the first of its sitting at once, the others at the sitting's pace.

    Parameters
    ----------
    begin : ndarray of float64, shape (m,)
        When each sitting begins, in days.
    of, position : ndarray of int64, shape (n,)
        The sitting of each session, and its place in it, from 0.
    end : int
        The day before which all must be over.
    rng : numpy.random.Generator
        Where chance comes from.
    """
    pace = rng.lognormal(np.log(0.1), 1.5, len(begin))[of]
    length = np.where(position == 0, 0.0, (position - rng.uniform(0.0, 0.9, len(of))) * pace)
    return before(end * DAY_SECONDS, begin[of] * DAY_SECONDS, length * DAY_SECONDS)


def _trips(
    customers: Customers, who: NDArray[np.int64], day: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]:
    """Return who is away, in what country, and on what network there: one country a trip, two networks or so."""
    trip, day_of_trip = np.divmod(day + 97 * customers.phase[who], customers.trip_period[who])
    away = day_of_trip < customers.trip_days[who]
    _, trip = np.unique(who * (int(trip.max()) + 1) + trip, return_inverse=True)
    n_trips = int(trip.max()) + 1
    countries = rng.choice(np.arange(1, len(COUNTRY_GROUPS)), n_trips, p=_COUNTRY_SHARE)
    country = np.where(away, countries[trip], 0)
    first, second = networks_of(countries, rng), networks_of(countries, rng)
    return away, country, np.where(rng.random(len(who)) < 0.7, first[trip], second[trip])


def _devices(
    customers: Customers,
    customer: NDArray[np.int64],
    day: NDArray[np.int64],
    channel: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return the device of each sitting, its type, and whether it is one that the customer has just begun to use."""
    n = len(customer)
    owner = np.where(customers.shares_device[customer] & (rng.random(n) < 0.3), customer ^ 1, customer)
    device, phone_age = own_devices(customers, owner, day, channel)
    device_type = np.where(channel == APP, customers.phone_type[customer], customers.computer_type[customer])
    # A friend's, a hotel's, or one's own after the bank's app or cookie was deleted.
    strange = rng.random(n) < 0.08
    device = np.where(strange, STRANGE_DEVICES + rng.integers(STRANGE_DEVICES, size=n), device)
    any_type = np.where(channel == APP, rng.integers(2, size=n), rng.integers(2, 6, size=n))
    device_type = np.where(strange & (rng.random(n) < 0.5), any_type, device_type)
    return device, device_type, strange | ((channel == APP) & (phone_age < 3))


def own_devices(
    customers: Customers, owner: NDArray[np.int64], day: NDArray[np.int64], channel: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the device that each owner uses on the day, and for how many days the owner's phone is in use."""
    lag = customers.phase[owner % len(customers)]
    phone, age = np.divmod(day + lag, customers.phone_days[owner % len(customers)])
    # A browser that was cleared, every 90 days, counts as a new device.
    browser = OWN_DEVICES // 2 + (day + lag) // 90 % (OWN_DEVICES // 2)
    return owner * OWN_DEVICES + np.where(channel == APP, phone, browser), age
