"""A small stream of each scenario before it becomes a Dataset, and the function that describes its rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from focalboost.datasets.simulator.card.features import payment_features
from focalboost.datasets.simulator.card.fraud import add_fraud
from focalboost.datasets.simulator.card.population import draw_population, draw_transactions
from focalboost.datasets.simulator.insurance.claims import honest_claims
from focalboost.datasets.simulator.insurance.features import claim_features
from focalboost.datasets.simulator.insurance.fraud import false_claims
from focalboost.datasets.simulator.insurance.population import Trade, draw_holders
from focalboost.datasets.simulator.takeover.features import transfer_features
from focalboost.datasets.simulator.takeover.fraud import takeovers
from focalboost.datasets.simulator.takeover.population import draw_customers
from focalboost.datasets.simulator.takeover.sessions import honest_sessions

N_DAYS, N_FRAUDS = 60, 400


@dataclass
class Scene:
    """A stream in time order, who is in it, and features(stream, label, population, label_delay_days)."""

    stream: Any
    population: Any
    features: Any


def card(drift=0.5):
    population = draw_population(200, 100, np.random.default_rng(0))
    honest = draw_transactions(population, 8000, N_DAYS, np.random.default_rng(1))
    stream = add_fraud(honest, population, N_FRAUDS, drift, np.random.default_rng(2))
    return Scene(stream.in_time_order(), population, payment_features)


def takeover(drift=0.5):
    customers = draw_customers(300, np.random.default_rng(0))
    honest = honest_sessions(customers, 5000, 3000, 0, N_DAYS, np.random.default_rng(1))
    frauds = takeovers(customers, N_FRAUDS, 0, N_DAYS, drift, np.random.default_rng(2))
    return Scene(honest.with_rows(frauds).in_time_order(), customers, transfer_features)


def insurance(drift=0.5):
    rng = np.random.default_rng(0)
    holders, trade = draw_holders(3000, rng), Trade(shops=32, lawyers=16, adjusters=16)
    honest = honest_claims(holders, trade, rng.integers(3000, size=7600), rng.integers(N_DAYS, size=7600), rng)
    frauds = false_claims(holders, trade, N_FRAUDS, N_DAYS, drift, np.random.default_rng(2))
    return Scene(honest.with_rows(frauds).in_time_order(), holders, claim_features)


SCENES = {"card_fraud": card, "account_takeover": takeover, "insurance_claims": insurance}


@pytest.fixture(scope="package", params=SCENES)
def scene(request):
    return SCENES[request.param]()


@pytest.fixture(scope="package")
def draw_takeover():
    return takeover


@pytest.fixture(scope="package")
def draw_insurance():
    return insurance
