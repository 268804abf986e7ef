"""Whom customers pay, and how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from focalboost.datasets.simulator.takeover.population import Customers

BANKS = tuple(f"bank {i}" for i in range(16))
# Payees are numbered: those that one customer has alone, then providers, then shops, then others.
_OWN, _USUAL = 64, 12
_N_PROVIDERS, _N_SHOPS = 150, 4000


def honest_payments(
    customers: Customers,
    customer: NDArray[np.int64],
    day: NDArray[np.int64],
    of: NDArray[np.int64],
    balance: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Draw payees and amounts: usual payees, and new ones, mostly while moving house.

    Parameters
    ----------
    customers : Customers
        All customers.
    customer, day : ndarray of int64, shape (m,)
        Whose sitting it is, and when.
    of : ndarray of int64, shape (n,)
        The sitting of each session.
    balance : ndarray of float64, shape (n,)
        What is on the account.
    rng : numpy.random.Generator
        Where chance comes from.
    """
    m, n, who = len(customer), len(of), customer[of]
    payee = usual_payees(customers, who, rng)
    # A new payee is often paid more than once in a sitting.
    moving = (day + 13 * customers.phase[customer]) % 700 < 25
    adds_payee = rng.random(m) < np.where(moving, 0.6, 0.16)
    person = customer * _OWN + _USUAL + rng.integers(_OWN - _USUAL, size=m)
    added = np.where(rng.random(m) < 0.5, draw_shops(customers, m, rng), person)
    new = adds_payee[of] & (rng.random(n) < 0.8)
    payee = np.where(new, added[of], payee)
    level = customers.level[who] + np.where(new, np.where(moving[of], 1.4, 0.5), 0.0)
    amount = np.exp(rng.normal(level, 0.8))
    savings = ~new & (rng.random(n) < 0.05)
    payee = np.where(savings, who * _OWN, payee)
    amount = np.where(savings | (new & (rng.random(n) < 0.15)), balance * rng.uniform(0.3, 1.0, n), amount)
    return payee, amount


def usual_payees(customers: Customers, who: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw payees from each customer's list: in even places providers, whom many pay, in odd ones persons."""
    place = np.minimum(rng.geometric(0.2, len(who)) - 1, _USUAL - 1)
    provider = len(customers) * _OWN + (who * 7 + place * 31) % _N_PROVIDERS
    return np.where(place % 2 == 0, provider, who * _OWN + place)


def draw_shops(customers: Customers, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw shops to pay, some much oftener than others."""
    shop: NDArray[np.int64] = (_N_SHOPS * rng.random(n) ** 2).astype(np.int64)
    return len(customers) * _OWN + _N_PROVIDERS + shop


def first_unused_payee(customers: Customers) -> int:
    """Return the number from which on no honest customer has a payee."""
    return len(customers) * _OWN + _N_PROVIDERS + _N_SHOPS


def bank_of(payee: NDArray[np.int64], skew: NDArray[np.float64] | float) -> NDArray[np.int64]:
    """Return the bank where each payee is, always the same one; with `skew` > 1 most are at the first banks."""
    spread = payee * 2_654_435_761 % 2**32 / 2**32
    bank: NDArray[np.int64] = (len(BANKS) * spread**skew).astype(np.int64)
    return bank
