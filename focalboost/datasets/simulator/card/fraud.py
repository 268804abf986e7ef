"""How fraud happens: compromised terminals, stolen cards and large amounts, put into a stream of payments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets.simulator.card.population import MERCHANT_CATEGORIES
from focalboost.datasets.simulator.clock import DAY_SECONDS
from focalboost.datasets.simulator.drift import early_and_late
from focalboost.datasets.simulator.stream import to_cents

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from focalboost.datasets.simulator.card.population import Population, Transactions

KINDS = ("compromised terminal", "stolen card", "large amount")
_TERMINAL, _CARD, _LARGE = 1, 2, 3
_LARGE_SHARE = 0.10
_TERMINAL_SHARE = 0.45
# What thieves buy with a stolen card at first, and what they turn to when fraud drifts.
_EARLY_GOODS = MERCHANT_CATEGORIES.index("electronics")
_LATE_GOODS = MERCHANT_CATEGORIES.index("online")


@dataclass(frozen=True)
class _Episodes:
    """The spans of days during which a terminal, or a card, is in the hands of thieves."""

    longest_days: int
    hit_rate: float


_TERMINAL_EPISODES = _Episodes(longest_days=35, hit_rate=0.95)
_CARD_EPISODES = _Episodes(longest_days=14, hit_rate=0.7)


def add_fraud(
    honest: Transactions,
    population: Population,
    n_frauds: int,
    drift: float,
    rng: np.random.Generator,
) -> Transactions:
    """Turn exactly `n_frauds` of the payments into frauds.

    45 % happen at compromised terminals, 45 % with stolen cards (larger amounts, often far away, at odd
    hours) and 10 % are single payments of a very large amount. With ``drift`` > 0 fraud moves in time from
    terminals to cards, and stolen cards are used for smaller amounts and other goods.
    """
    n_large = round(_LARGE_SHARE * n_frauds)
    n_terminal = round(_TERMINAL_SHARE * n_frauds)
    elapsed = honest.seconds / max(int(honest.seconds.max()), 1)
    early, late = early_and_late(elapsed, drift)
    stream = _large_amounts(honest, n_large, rng)
    chosen = _in_episodes(stream, stream.terminal, _TERMINAL_EPISODES, n_terminal, early, rng)
    stream = _compromised_terminals(stream, chosen, rng)
    chosen = _in_episodes(stream, stream.customer, _CARD_EPISODES, n_frauds - n_large - n_terminal, late, rng)
    return _stolen_cards(stream, chosen, population, drift * elapsed[chosen], rng)


def _in_episodes(
    stream: Transactions,
    entity: NDArray[np.int64],
    episodes: _Episodes,
    quota: int,
    likelihood: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Choose `quota` payments that fall into randomly drawn episodes of their entity.

    Each entity's time is cut into windows of `longest_days` from a random day on; an episode is the first
    part of a window. Episodes are taken whole, in a random order weighted by `likelihood`, until there are
    enough payments.
    """
    day = stream.seconds // DAY_SECONDS
    first_day = rng.integers(episodes.longest_days, size=int(entity.max()) + 1)
    window, day_of_window = np.divmod(day + first_day[entity], episodes.longest_days)
    _, first, episode = np.unique(entity * (int(window.max()) + 1) + window, return_index=True, return_inverse=True)
    end = rng.uniform(0.5, 1.0, len(first)) * episodes.longest_days
    # The smaller of exponentials divided by weights: a draw without replacement in proportion to the weights.
    turn = rng.exponential(size=len(first)) / np.maximum(likelihood[first], 0.02)
    hit = (day_of_window < end[episode]) & (rng.random(len(day)) < episodes.hit_rate) & (stream.kind == 0)
    candidates = np.flatnonzero(hit)
    in_turn = np.argsort(turn[episode[candidates]], kind="stable")
    return candidates[in_turn[:quota]]


def _large_amounts(stream: Transactions, quota: int, rng: np.random.Generator) -> Transactions:
    chosen = rng.choice(len(stream.cents), quota, replace=False)
    amount = stream.cents / 100.0
    amount[chosen] *= rng.uniform(8.0, 20.0, quota)
    return _with_frauds(stream, chosen, amount, _LARGE)


def _compromised_terminals(stream: Transactions, chosen: NDArray[np.int64], rng: np.random.Generator) -> Transactions:
    amount = stream.cents / 100.0
    amount[chosen] *= rng.uniform(0.8, 1.8, len(chosen))
    return _with_frauds(stream, chosen, amount, _TERMINAL)


def _stolen_cards(
    stream: Transactions,
    chosen: NDArray[np.int64],
    population: Population,
    drifted: NDArray[np.float64],
    rng: np.random.Generator,
) -> Transactions:
    n = len(chosen)
    amount = stream.cents / 100.0
    amount[chosen] *= np.exp(rng.normal(1.9 * (1.0 - 0.6 * drifted), 0.5))
    terminal, seconds = stream.terminal.copy(), stream.seconds.copy()
    goods = np.where(rng.random(n) < drifted, _LATE_GOODS, _EARLY_GOODS)
    elsewhere = _terminals_of(goods, population.terminal_category, rng)
    moved = rng.random(n) < 0.8
    terminal[chosen[moved]] = elsewhere[moved]
    at_any_hour = chosen[rng.random(n) < 0.5]
    midnight = seconds[at_any_hour] // DAY_SECONDS * DAY_SECONDS
    seconds[at_any_hour] = midnight + rng.integers(DAY_SECONDS, size=len(at_any_hour))
    return replace(_with_frauds(stream, chosen, amount, _CARD), terminal=terminal, seconds=seconds)


def _with_frauds(
    stream: Transactions, chosen: NDArray[np.int64], amount: NDArray[np.float64], kind: int
) -> Transactions:
    kinds = stream.kind.copy()
    kinds[chosen] = kind
    return replace(stream, cents=to_cents(amount), kind=kinds)


def _terminals_of(
    category: NDArray[np.int64], terminal_category: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    by_category = np.argsort(terminal_category, kind="stable")
    ordered = terminal_category[by_category]
    first = np.searchsorted(ordered, category, side="left")
    end = np.searchsorted(ordered, category, side="right")
    return by_category[rng.integers(first, end)]
