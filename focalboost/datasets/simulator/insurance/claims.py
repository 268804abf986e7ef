"""What holders honestly claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets.simulator.clock import DAY_SECONDS
from focalboost.datasets.simulator.insurance.population import MOTOR
from focalboost.datasets.simulator.stream import Stream, to_cents

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from focalboost.datasets.simulator.insurance.population import Holders, Trade

REPORTED_BY = ("app", "phone", "agent", "post", "lawyer")
# The cause: its share of the claims of its line, the median of what is claimed and the spread of the logarithm.
_MOTOR_CAUSES = {
    "rear-end": (0.2, 2600.0, 0.7),
    "collision": (0.2, 3400.0, 0.8),
    "parking": (0.18, 1300.0, 0.6),
    "single vehicle": (0.07, 4200.0, 0.8),
    "glass": (0.14, 500.0, 0.5),
    "hail": (0.06, 2200.0, 0.6),
    "vehicle theft": (0.02, 14000.0, 0.5),
    "theft of parts": (0.04, 1100.0, 0.7),
    "animal": (0.05, 2300.0, 0.6),
    "vandalism": (0.04, 1200.0, 0.6),
}
_HOUSEHOLD_CAUSES = {
    "water": (0.34, 2400.0, 0.9),
    "burglary": (0.12, 3200.0, 0.8),
    "fire": (0.05, 5200.0, 1.1),
    "storm": (0.16, 1700.0, 0.8),
    "bicycle theft": (0.13, 850.0, 0.5),
    "electronics": (0.14, 650.0, 0.6),
    "liability": (0.06, 900.0, 0.9),
}
CAUSES = (*_MOTOR_CAUSES, *_HOUSEHOLD_CAUSES)
_SHARE, _MEDIAN, _SPREAD = np.array([*_MOTOR_CAUSES.values(), *_HOUSEHOLD_CAUSES.values()]).T
_N_MOTOR = len(_MOTOR_CAUSES)
TWO_PARTIES = np.isin(CAUSES, ["rear-end", "collision", "parking"])
_POLICE = np.isin(CAUSES, ["rear-end", "collision", "vehicle theft", "theft of parts", "burglary", "vandalism"])
_REPAIRED = np.isin(CAUSES, [c for c in _MOTOR_CAUSES if c != "vehicle theft"])


@dataclass(frozen=True, eq=False)
class Claims(Stream):
    """Claims when they are reported; `cents` is the sum claimed. -1 and NaN stand for nothing or not known."""

    cause: NDArray[np.int64]
    reported_by: NDArray[np.int64]
    policy_days: NDArray[np.int64]
    item_value: NDArray[np.float64]
    days_to_report: NDArray[np.int64]
    loss_hour: NDArray[np.float64]
    police: NDArray[np.int64]
    witnesses: NDArray[np.int64]
    injured: NDArray[np.int64]
    parties: NDArray[np.int64]
    documents: NDArray[np.int64]
    mileage: NDArray[np.float64]
    shop: NDArray[np.int64]
    lawyer: NDArray[np.int64]
    adjuster: NDArray[np.int64]


def cause_codes(*names: str) -> NDArray[np.int64]:
    """Return the numbers of causes."""
    return np.array([CAUSES.index(name) for name in names])


def claimed(cause: NDArray[np.int64], value: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw what is honestly claimed for each cause, up to what the insured item is worth."""
    level = np.log(_MEDIAN[cause]) + 0.3 * (np.log(value) - np.log(20_000.0))
    amount: NDArray[np.float64] = np.minimum(np.exp(rng.normal(level, _SPREAD[cause])), value)
    return amount


def honest_claims(
    holders: Holders, trade: Trade, holder: NDArray[np.int64], day: NDArray[np.int64], rng: np.random.Generator
) -> Claims:
    """Draw an honest claim of each given holder, reported on the given day.

    Now and then honest people claim soon after they took a policy, report late, have no witness, hire a lawyer or
    claim the whole value: none of it proves a fraud.
    """
    n = len(holder)
    motor = holders.line[holder] == MOTOR
    cause = np.where(motor, _causes(slice(0, _N_MOTOR), n, rng), _causes(slice(_N_MOTOR, None), n, rng))
    value = holders.item_value(holder, day)
    amount = claimed(cause, value, rng)
    rounded = rng.random(n) < 0.08
    two = TWO_PARTIES[cause]
    injured = np.where(two, rng.poisson(0.18, n), 0)
    shop = trade.near(trade.shops, holders.region[holder], rng)
    lawyer = trade.near(trade.lawyers, holders.region[holder], rng)
    police_called = rng.random(n) < np.where(_POLICE[cause], 0.75, 0.08)
    hour = np.where(rng.random(n) < 0.7, rng.normal(15.0, 4.0, n), rng.uniform(0.0, 24.0, n)) % 24.0
    return Claims(
        customer=holder,
        seconds=day * DAY_SECONDS + rng.integers(7 * 3600, 21 * 3600, n),
        cents=to_cents(np.where(rounded, np.ceil(amount / 100.0) * 100.0, amount)),
        kind=np.zeros(n, dtype=np.int8),
        cause=cause,
        reported_by=rng.choice(len(REPORTED_BY), n, p=[0.3, 0.35, 0.25, 0.08, 0.02]),
        policy_days=(day + holders.policy_phase[holder]) % holders.policy_term[holder],
        item_value=value,
        days_to_report=rng.geometric(0.18, n) - 1,
        loss_hour=np.where(rng.random(n) < 0.25, np.nan, hour),
        police=np.where(rng.random(n) < 0.1, -1, police_called),
        witnesses=rng.poisson(np.where(two, 0.6, 0.25)),
        injured=injured,
        parties=1 + two + rng.binomial(two.astype(np.int64), 0.1),
        documents=rng.poisson(3.0, n),
        mileage=np.where(motor & (rng.random(n) > 0.15), np.rint(rng.lognormal(np.log(70_000.0), 0.6, n)), np.nan),
        shop=np.where(_REPAIRED[cause] & (rng.random(n) < 0.85), shop, -1),
        lawyer=np.where(rng.random(n) < np.where(injured > 0, 0.4, 0.05), lawyer, -1),
        adjuster=trade.near(trade.adjusters, holders.region[holder], rng),
    )


def _causes(line: slice, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    share = _SHARE[line]
    return np.arange(len(CAUSES))[line][rng.choice(len(share), n, p=share / share.sum())]
