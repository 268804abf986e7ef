"""Who banks online: customers, their devices, habits and payees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHANNELS = ("app", "web", "software")
DEVICE_TYPES = ("android", "iphone", "ipad", "windows", "mac", "linux")
COUNTRY_GROUPS = ("domestic", "neighbour", "europe", "north america", "asia", "africa", "south america", "oceania")
SEGMENTS = ("basic", "student", "standard", "premium", "business")
# Networks: at home, abroad (four in each group of countries), and those that hide where one is.
_HOME_NETWORKS, _NETWORKS_ABROAD, _HIDDEN_NETWORKS = 14, 4, 6
FIRST_HIDDEN = _HOME_NETWORKS + _NETWORKS_ABROAD * (len(COUNTRY_GROUPS) - 1)
NETWORKS = (
    *(f"home {i}" for i in range(_HOME_NETWORKS)),
    *(f"{group} {i}" for group in COUNTRY_GROUPS[1:] for i in range(_NETWORKS_ABROAD)),
    *(f"hidden {i}" for i in range(_HIDDEN_NETWORKS)),
)
# Devices are numbered: each customer has room for their own; from STRANGE_DEVICES on they are no customer's.
OWN_DEVICES = 64
STRANGE_DEVICES = 2**36

_PHONE_SHARE = np.array([0.58, 0.42])
_COMPUTER_SHARE = np.array([0.12, 0.62, 0.2, 0.06])
_SEGMENT_SHARE = np.array([0.15, 0.12, 0.5, 0.15, 0.08])
_SEGMENT_WEALTH = np.array([-0.6, -1.0, 0.0, 1.1, 1.3])
_NETWORK_SHARE = 1.0 / (1.0 + np.arange(_HOME_NETWORKS))


@dataclass(frozen=True, eq=False)
class Customers:
    """Customers: parallel arrays of shape (n,)."""

    share: NDArray[np.float64]
    segment: NDArray[np.int64]
    age: NDArray[np.int64]
    tenure_days: NDArray[np.int64]
    wealth: NDArray[np.float64]
    level: NDArray[np.float64]
    hour: NDArray[np.float64]
    app_share: NDArray[np.float64]
    phone_type: NDArray[np.int64]
    computer_type: NDArray[np.int64]
    phone_days: NDArray[np.int64]
    trip_period: NDArray[np.int64]
    trip_days: NDArray[np.int64]
    home_network: NDArray[np.int64]
    mobile_network: NDArray[np.int64]
    hides: NDArray[np.bool_]
    shares_device: NDArray[np.bool_]
    phase: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.share)

    def mean_log_balance(self, customer: NDArray[np.int64], day: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the mean of log(balance): most after the salary, which comes every 30 days."""
        spent = (day + self.phase[customer]) % 30 / 30.0
        mean: NDArray[np.float64] = self.wealth[customer] - 0.9 * spent
        return mean


def draw_customers(n: int, rng: np.random.Generator) -> Customers:
    """Draw customers."""
    share = rng.gamma(2.0, size=n)
    segment = rng.choice(len(SEGMENTS), n, p=_SEGMENT_SHARE)
    network = _NETWORK_SHARE / _NETWORK_SHARE.sum()
    return Customers(
        share=share / share.sum(),
        segment=segment,
        age=np.where(segment == 1, rng.integers(18, 30, n), np.clip(rng.normal(47.0, 16.0, n), 18, 95)).astype(
            np.int64
        ),
        tenure_days=rng.exponential(2500.0, n).astype(np.int64),
        wealth=rng.normal(np.log(2500.0) + _SEGMENT_WEALTH[segment], 0.9),
        level=rng.normal(np.log(80.0) + 0.4 * _SEGMENT_WEALTH[segment], 0.5),
        hour=rng.normal(15.0, 3.0, n),
        app_share=rng.beta(2.0, 1.2, n),
        phone_type=rng.choice(2, n, p=_PHONE_SHARE),
        computer_type=2 + rng.choice(4, n, p=_COMPUTER_SHARE),
        phone_days=rng.integers(200, 1000, n),
        trip_period=np.where(rng.random(n) < 0.6, rng.integers(60, 400, n), 100_000),
        trip_days=rng.integers(3, 15, n),
        home_network=rng.choice(_HOME_NETWORKS, n, p=network),
        mobile_network=rng.choice(_HOME_NETWORKS, n, p=network),
        hides=rng.random(n) < 0.03,
        shares_device=rng.random(n) < 0.1,
        phase=rng.integers(0, 1000, n),
    )


def networks_of(country: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw a network in each of the countries, any of those at home for the first."""
    abroad = _HOME_NETWORKS + (country - 1) * _NETWORKS_ABROAD + rng.integers(_NETWORKS_ABROAD, size=len(country))
    return np.where(country == 0, rng.integers(_HOME_NETWORKS, size=len(country)), abroad)


def hidden_networks(n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw networks that hide where one is."""
    return FIRST_HIDDEN + rng.integers(_HIDDEN_NETWORKS, size=n)
