"""Who pays and where: the simulator's customers, terminals and honest transactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets.simulator.clock import DAY_SECONDS
from focalboost.datasets.simulator.stream import Stream, to_cents

if TYPE_CHECKING:
    from numpy.typing import NDArray

MERCHANT_CATEGORIES = ("grocery", "fuel", "restaurant", "clothing", "electronics", "travel", "online")
# The mean of log(amount) relative to a customer's usual one, and how many terminals are of the kind.
_CATEGORY_LEVEL = np.array([-0.3, 0.1, 0.0, 0.3, 0.9, 1.2, 0.2])
_CATEGORY_SHARE = np.array([0.28, 0.12, 0.22, 0.14, 0.07, 0.05, 0.12])
# From Monday to Sunday: more shopping towards the weekend.
_WEEKDAY_SHARE = np.array([0.9, 0.9, 0.95, 1.0, 1.2, 1.25, 0.8])
_FAVOURITES = 8
_TERMINALS_PER_TOWN = 40


@dataclass(frozen=True, eq=False)
class Population:
    """Customers and terminals, each with a place (in km, on a square of 100 km a side)."""

    customer_place: NDArray[np.float64]
    customer_level: NDArray[np.float64]
    customer_hour: NDArray[np.float64]
    customer_share: NDArray[np.float64]
    customer_town: NDArray[np.int64]
    favourites: NDArray[np.int64]
    terminal_place: NDArray[np.float64]
    terminal_town: NDArray[np.int64]
    terminal_category: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Transactions(Stream):
    """Payments, and the terminals where they are made."""

    terminal: NDArray[np.int64]


def draw_population(n_customers: int, n_terminals: int, rng: np.random.Generator) -> Population:
    """Draw customers and terminals, who live in towns, and each customer's favourite terminals."""
    n_towns = max(2, n_terminals // _TERMINALS_PER_TOWN)
    centre = rng.uniform(0.0, 100.0, (n_towns, 2))
    terminal_town = np.sort(np.arange(n_terminals) % n_towns)
    customer_town = rng.integers(n_towns, size=n_customers)
    share = rng.gamma(2.0, size=n_customers)
    category = rng.choice(len(MERCHANT_CATEGORIES), n_terminals, p=_CATEGORY_SHARE)
    # At least one terminal of each kind, however few there are.
    category[rng.permutation(n_terminals)[: len(MERCHANT_CATEGORIES)]] = np.arange(len(MERCHANT_CATEGORIES))
    return Population(
        customer_place=centre[customer_town] + rng.normal(0.0, 3.0, (n_customers, 2)),
        customer_level=rng.normal(np.log(25.0), 0.5, n_customers),
        customer_hour=rng.normal(14.0, 2.5, n_customers),
        customer_share=share / share.sum(),
        customer_town=customer_town,
        favourites=_terminals_in(np.repeat(customer_town[:, None], _FAVOURITES, axis=1), terminal_town, rng),
        terminal_place=centre[terminal_town] + rng.normal(0.0, 3.0, (n_terminals, 2)),
        terminal_town=terminal_town,
        terminal_category=category,
    )


def draw_transactions(
    population: Population, n_transactions: int, n_days: int, rng: np.random.Generator
) -> Transactions:
    """Draw honest payments: each customer mostly at favourite terminals, sometimes elsewhere."""
    customer = rng.choice(len(population.customer_share), n_transactions, p=population.customer_share)
    terminal = _choose_terminals(population, customer, rng)
    weekday_share = _WEEKDAY_SHARE[np.arange(n_days) % 7]
    day = rng.choice(n_days, n_transactions, p=weekday_share / weekday_share.sum())
    hour = rng.normal(population.customer_hour[customer], 4.0) % 24.0
    level = population.customer_level[customer] + _CATEGORY_LEVEL[population.terminal_category[terminal]]
    amount = np.exp(rng.normal(level, 0.55))
    # Honest customers buy a washing machine now and then: a large amount alone proves nothing.
    splurge = rng.random(n_transactions) < 0.01
    amount[splurge] *= rng.uniform(3.0, 12.0, int(splurge.sum()))
    return Transactions(
        customer=customer,
        seconds=day * DAY_SECONDS + (hour * 3600.0).astype(np.int64),
        cents=to_cents(amount),
        kind=np.zeros(n_transactions, dtype=np.int8),
        terminal=terminal,
    )


def _choose_terminals(
    population: Population, customer: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    n = len(customer)
    # The first favourite is visited most.
    rank = np.minimum(rng.geometric(0.25, n) - 1, _FAVOURITES - 1)
    favourite = population.favourites[customer, rank]
    in_town = _terminals_in(population.customer_town[customer], population.terminal_town, rng)
    anywhere = rng.integers(len(population.terminal_town), size=n)
    kind = rng.random(n)
    return np.where(kind < 0.80, favourite, np.where(kind < 0.95, in_town, anywhere))


def _terminals_in(
    town: NDArray[np.int64], terminal_town: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    first = np.searchsorted(terminal_town, town, side="left")
    end = np.searchsorted(terminal_town, town, side="right")
    return rng.integers(first, end)
