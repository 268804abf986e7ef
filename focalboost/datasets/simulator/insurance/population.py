"""Who is insured: policy holders, their vehicles and dwellings, and those who mend, plead and assess."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LINES = ("motor", "household")
MOTOR, HOUSEHOLD = range(2)
REGIONS = tuple(f"region {i:02}" for i in range(16))
OCCUPATIONS = tuple(f"occupation {i:02}" for i in range(26))
MARITAL = ("single", "married", "divorced", "widowed", "partnership")
SALES_CHANNELS = ("agent", "broker", "bank", "online", "comparison site", "dealer")
PAYMENTS = ("yearly", "half-yearly", "quarterly", "monthly")
MAKES = tuple(f"make {i:02}" for i in range(30))
FUELS = ("petrol", "diesel", "hybrid", "electric", "gas")
USES = ("private", "commuting", "business", "ride hailing")
DWELLINGS = ("flat", "terraced", "semi-detached", "detached", "farm", "student room")
_MOTOR_SHARE = 0.65
_DEDUCTIBLES = np.array([0, 150, 300, 500, 1000])


@dataclass(frozen=True, eq=False)
class Holders:
    """Policy holders: parallel arrays of shape (n,). -1 and NaN stand for what the insurer was not told."""

    line: NDArray[np.int64]
    region: NDArray[np.int64]
    occupation: NDArray[np.int64]
    marital: NDArray[np.int64]
    sales_channel: NDArray[np.int64]
    payment: NDArray[np.int64]
    age: NDArray[np.int64]
    credit: NDArray[np.float64]
    credit_score: NDArray[np.float64]
    claim_free_years: NDArray[np.int64]
    deductible: NDArray[np.int64]
    # How long policies are kept, and how old the first one is when the simulation begins.
    policy_term: NDArray[np.int64]
    policy_phase: NDArray[np.int64]
    make: NDArray[np.int64]
    fuel: NDArray[np.int64]
    use: NDArray[np.int64]
    vehicle_age: NDArray[np.float64]
    vehicle_price: NDArray[np.float64]
    dwelling: NDArray[np.int64]
    insured_sum: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.line)

    def item_value(self, holder: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what the insured vehicle, or household, is worth on the day."""
        age = self.vehicle_age[holder] + day / 365.0
        vehicle = self.vehicle_price[holder] * np.exp(-0.13 * age)
        return np.where(self.line[holder] == MOTOR, vehicle, self.insured_sum[holder])


def draw_holders(n: int, rng: np.random.Generator) -> Holders:
    """Draw policy holders."""
    credit = rng.normal(size=n)
    term = rng.integers(300, 4000, n)
    return Holders(
        line=np.where(rng.random(n) < _MOTOR_SHARE, MOTOR, HOUSEHOLD),
        region=_skewed(len(REGIONS), n, rng),
        occupation=np.where(rng.random(n) < 0.08, -1, _skewed(len(OCCUPATIONS), n, rng)),
        marital=rng.choice(len(MARITAL), n, p=[0.3, 0.42, 0.12, 0.06, 0.1]),
        sales_channel=rng.choice(len(SALES_CHANNELS), n, p=[0.35, 0.2, 0.1, 0.15, 0.15, 0.05]),
        payment=rng.choice(len(PAYMENTS), n, p=[0.5, 0.15, 0.1, 0.25]),
        age=np.clip(rng.normal(47.0, 15.0, n), 18, 92).astype(np.int64),
        credit=credit,
        credit_score=np.where(rng.random(n) < 0.2, np.nan, np.rint(600.0 + 90.0 * credit + rng.normal(0.0, 40.0, n))),
        claim_free_years=rng.geometric(0.12, n) - 1,
        deductible=rng.choice(_DEDUCTIBLES, n, p=[0.1, 0.35, 0.3, 0.2, 0.05]),
        policy_term=term,
        policy_phase=(term * rng.random(n)).astype(np.int64),
        make=_skewed(len(MAKES), n, rng),
        fuel=rng.choice(len(FUELS), n, p=[0.55, 0.28, 0.08, 0.07, 0.02]),
        use=rng.choice(len(USES), n, p=[0.55, 0.33, 0.1, 0.02]),
        vehicle_age=rng.gamma(2.0, 3.5, n),
        vehicle_price=rng.lognormal(np.log(28_000.0), 0.4, n),
        dwelling=rng.choice(len(DWELLINGS), n, p=[0.5, 0.15, 0.13, 0.15, 0.02, 0.05]),
        insured_sum=np.rint(rng.lognormal(np.log(45_000.0), 0.5, n) / 1000.0) * 1000.0,
    )


@dataclass(frozen=True)
class Trade:
    """How many repair shops, lawyers and adjusters there are; each has a region, its number modulo the regions."""

    shops: int
    lawyers: int
    adjusters: int

    def near(self, n_members: int, region: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
        """Draw one of `n_members` for each row, mostly of the row's region."""
        anywhere = np.where(rng.random(len(region)) < 0.12, rng.integers(len(REGIONS), size=len(region)), region)
        in_region = n_members // len(REGIONS)
        member: NDArray[np.int64] = (in_region * rng.random(len(region)) ** 1.5).astype(np.int64) * len(REGIONS)
        return member + anywhere


def _skewed(n_values: int, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw values from 0, the small ones oftener."""
    values: NDArray[np.int64] = (n_values * rng.random(n) ** 1.6).astype(np.int64)
    return values
