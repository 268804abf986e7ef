"""How insurers are cheated: staged accidents of rings, early, inflated and invented claims."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets.simulator.drift import draw_kinds
from focalboost.datasets.simulator.episodes import draw_episodes
from focalboost.datasets.simulator.insurance.claims import TWO_PARTIES, cause_codes, claimed, honest_claims
from focalboost.datasets.simulator.insurance.population import HOUSEHOLD, MOTOR, REGIONS
from focalboost.datasets.simulator.stream import to_cents

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from focalboost.datasets.simulator.insurance.claims import Claims
    from focalboost.datasets.simulator.insurance.population import Holders, Trade

KINDS = ("staged accident", "early claim", "inflated claim", "invented claim")
_STAGED, _EARLY, _INFLATED, _INVENTED = 1, 2, 3, 4
_MEAN_RING_CLAIMS = 12.0
_RING_DAYS = 120


def false_claims(
    holders: Holders, trade: Trade, n_frauds: int, n_days: int, drift: float, rng: np.random.Generator
) -> Claims:
    """Draw exactly `n_frauds` claims that are frauds.

    30 % are staged accidents of rings that share repair shops, a lawyer and an adjuster for some months, with
    injured passengers and new policies; 20 % are early claims, of most of the value, soon after the policy's start;
    25 % are inflated: real, but for more than was lost; 25 % are invented. With ``drift`` > 0 rings and early claims
    give way in time to inflated and invented ones, and rings wait longer before they claim.
    """
    day = rng.integers(n_days, size=n_frauds)
    kind = draw_kinds(day / n_days, {_STAGED: 0.3, _EARLY: 0.2}, {_INFLATED: 0.25, _INVENTED: 0.25}, drift, rng)
    staged = np.flatnonzero(kind == _STAGED)
    ring, ring_day = _rings(day[staged], n_days, rng)
    day[staged] = ring_day
    claims = honest_claims(holders, trade, _cheats(holders, kind, rng), day, rng)
    claims = replace(claims, kind=kind.astype(np.int8))
    claims = _stage(claims, staged, ring, trade, drift * day[staged] / n_days, rng)
    claims = _claim_early(claims, np.flatnonzero(kind == _EARLY), holders, rng)
    claims = _inflate(claims, np.flatnonzero(kind == _INFLATED), rng)
    return _invent(claims, np.flatnonzero(kind == _INVENTED), holders, rng)


def _rings(
    day: NDArray[np.int64], n_days: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ring of each staged claim and its day, within some months."""
    if len(day) == 0:
        return day, day
    ring, position = draw_episodes(len(day), _MEAN_RING_CLAIMS, rng)
    middle, length = day[np.arange(len(day)) - position], min(_RING_DAYS, n_days)
    around = np.abs(middle + rng.integers(-length // 2, length // 2 + 1, len(day)))
    # Mirrored at both ends of the time, so that no part of it has more rings than another.
    last = n_days - 1
    return ring, last - np.abs(last - around)


def _cheats(holders: Holders, kind: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw who cheats: for staged accidents any driver, else rather those short of money, and more in some regions."""
    weight = np.exp(-0.5 * holders.credit) * (0.6 + 0.08 * (holders.region * 7 % len(REGIONS)))
    anyone = rng.choice(len(holders), len(kind), p=weight / weight.sum())
    drivers = np.flatnonzero(holders.line == MOTOR)
    return np.where(kind == _STAGED, drivers[rng.integers(len(drivers), size=len(kind))], anyone)


def _stage(
    claims: Claims,
    rows: NDArray[np.int64],
    ring: NDArray[np.int64],
    trade: Trade,
    drifted: NDArray[np.float64],
    rng: np.random.Generator,
) -> Claims:
    n = len(rows)
    # A ring has two shops, a lawyer and an adjuster, whom others honestly use too.
    members = rng.integers(
        [trade.shops, trade.shops, trade.lawyers, trade.adjusters], size=(int(ring.max(initial=0)) + 1, 4)
    )
    shop, lawyer, adjuster = claims.shop.copy(), claims.lawyer.copy(), claims.adjuster.copy()
    shop[rows] = _mostly(0.85, members[ring, rng.integers(2, size=n)], shop[rows], rng)
    lawyer[rows] = _mostly(0.55, members[ring, 2], lawyer[rows], rng)
    adjuster[rows] = _mostly(0.5, members[ring, 3], adjuster[rows], rng)
    cause = rng.choice(cause_codes("rear-end", "collision"), n, p=[0.6, 0.4])
    amount = claimed(cause, claims.item_value[rows], rng) * rng.lognormal(0.2, 0.3, n)
    new_policy = rng.exponential(250.0 * (1.0 + 3.0 * drifted)).astype(np.int64)
    return replace(
        _set(
            claims,
            rows,
            cause=cause,
            cents=to_cents(np.minimum(amount, claims.item_value[rows])),
            policy_days=np.where(rng.random(n) < 0.6, new_policy, claims.policy_days[rows]),
            injured=rng.poisson(0.8, n),
            parties=2 + rng.binomial(1, 0.2, n),
            witnesses=rng.poisson(0.5, n),
            police=np.where(rng.random(n) < 0.1, -1, rng.random(n) < 0.6),
        ),
        shop=shop,
        lawyer=lawyer,
        adjuster=adjuster,
    )


def _claim_early(claims: Claims, rows: NDArray[np.int64], holders: Holders, rng: np.random.Generator) -> Claims:
    n = len(rows)
    motor = rng.choice(cause_codes("vehicle theft", "theft of parts", "vandalism", "single vehicle"), n)
    household = rng.choice(cause_codes("burglary", "fire", "water", "bicycle theft"), n)
    cause = np.where(holders.line[claims.customer[rows]] == MOTOR, motor, household)
    amount = claimed(cause, claims.item_value[rows], rng) * rng.lognormal(0.4, 0.3, n)
    return _set(
        claims,
        rows,
        cause=cause,
        cents=to_cents(np.minimum(amount, claims.item_value[rows])),
        policy_days=rng.exponential(60.0, n).astype(np.int64),
        shop=np.full(n, -1),
        parties=np.ones(n, dtype=np.int64),
        injured=np.zeros(n, dtype=np.int64),
    )


def _inflate(claims: Claims, rows: NDArray[np.int64], rng: np.random.Generator) -> Claims:
    n = len(rows)
    amount = claims.cents[rows] / 100.0 * rng.lognormal(0.7, 0.3, n)
    return _set(claims, rows, cents=to_cents(_rounded(np.minimum(amount, claims.item_value[rows]), 0.2, rng)))


def _invent(claims: Claims, rows: NDArray[np.int64], holders: Holders, rng: np.random.Generator) -> Claims:
    n = len(rows)
    motor = rng.choice(cause_codes("parking", "glass", "vandalism", "theft of parts"), n)
    household = rng.choice(cause_codes("electronics", "bicycle theft", "burglary", "liability"), n)
    cause = np.where(holders.line[claims.customer[rows]] == HOUSEHOLD, household, motor)
    amount = claimed(cause, claims.item_value[rows], rng) * rng.lognormal(0.25, 0.2, n)
    return _set(
        claims,
        rows,
        cause=cause,
        cents=to_cents(_rounded(np.minimum(amount, claims.item_value[rows]), 0.4, rng)),
        days_to_report=rng.geometric(0.07, n) - 1,
        police=np.where(rng.random(n) < 0.25, -1, rng.random(n) < 0.1),
        witnesses=rng.poisson(0.08, n),
        parties=1 + TWO_PARTIES[cause],
        injured=np.zeros(n, dtype=np.int64),
        documents=rng.poisson(1.6, n),
        loss_hour=np.where(rng.random(n) < 0.5, np.nan, claims.loss_hour[rows]),
    )


def _rounded(amount: NDArray[np.float64], share: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Round a share of the amounts up to whole hundreds."""
    return np.where(rng.random(len(amount)) < share, np.ceil(amount / 100.0) * 100.0, amount)


def _mostly(
    share: float, value: NDArray[np.int64], otherwise: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    return np.where(rng.random(len(value)) < share, value, otherwise)


def _set(claims: Claims, rows: NDArray[np.int64], **values: NDArray[np.generic]) -> Claims:
    """Return the claims with other values in some rows."""
    columns = {name: getattr(claims, name).copy() for name in values}
    for name, value in values.items():
        columns[name][rows] = value
    return replace(claims, **columns)
