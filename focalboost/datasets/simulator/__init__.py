"""The fraud simulator: scenarios that differ in who cheats, how, and what is known of it.

Each scenario is a folder: who lives in it, what they honestly do, how fraud happens, and what is known of a row when
it is decided on. All take the same arguments, the number of rows first.
"""

from focalboost.datasets.simulator.card.simulation import simulate_card_fraud
from focalboost.datasets.simulator.insurance.simulation import simulate_insurance_claims
from focalboost.datasets.simulator.takeover.simulation import simulate_account_takeover

SCENARIOS = {
    "card_fraud": simulate_card_fraud,
    "account_takeover": simulate_account_takeover,
    "insurance_claims": simulate_insurance_claims,
}

__all__ = ["SCENARIOS", "simulate_account_takeover", "simulate_card_fraud", "simulate_insurance_claims"]
