"""What an insurer knows of a claim when it is reported: features that only look back in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets.simulator.clock import DAY_SECONDS, is_weekend
from focalboost.datasets.simulator.columns import category, pairs, ratio, to_table
from focalboost.datasets.simulator.history import History
from focalboost.datasets.simulator.insurance.claims import CAUSES, REPORTED_BY
from focalboost.datasets.simulator.insurance.population import (
    DWELLINGS,
    FUELS,
    HOUSEHOLD,
    LINES,
    MAKES,
    MARITAL,
    MOTOR,
    OCCUPATIONS,
    PAYMENTS,
    REGIONS,
    SALES_CHANNELS,
    USES,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from focalboost.datasets.simulator.columns import Columns
    from focalboost.datasets.simulator.insurance.claims import Claims
    from focalboost.datasets.simulator.insurance.population import Holders

_YEAR = 365 * DAY_SECONDS


def claim_features(stream: Claims, label: NDArray[np.bool_], holders: Holders, label_delay_days: int) -> pd.DataFrame:
    """Describe each claim by itself, its holder and policy, and by what came before it.

    Parameters
    ----------
    stream : Claims
        Claims in time order.
    label : ndarray of bool, shape (n,)
        Which of them are found to be frauds.
    holders : Holders
        The policy holders that they refer to.
    label_delay_days : int
        How long it takes until a claim is known to be a fraud or not.

    Returns
    -------
    pandas.DataFrame of shape (n, 47)
        Of a household claim the columns of vehicles are missing, of a motor claim those of dwellings; so are the
        repair shop's and the lawyer's where there is none, and what the insurer was not told.
    """
    columns: Columns = {
        **_policy(stream, holders),
        **_claim(stream),
        **_history(stream),
        **_others(stream, label.astype(np.int64), label_delay_days * DAY_SECONDS),
    }
    return to_table(columns)


def _policy(stream: Claims, holders: Holders) -> Columns:
    """Return who is insured, and what."""
    who = stream.customer
    motor, household = holders.line[who] == MOTOR, holders.line[who] == HOUSEHOLD
    return {
        "line": category(holders.line[who], LINES),
        "region": category(holders.region[who], REGIONS),
        "occupation": category(holders.occupation[who], OCCUPATIONS),
        "marital": category(holders.marital[who], MARITAL),
        "sales_channel": category(holders.sales_channel[who], SALES_CHANNELS),
        "payment": category(holders.payment[who], PAYMENTS),
        "make": category(np.where(motor, holders.make[who], -1), MAKES),
        "fuel": category(np.where(motor, holders.fuel[who], -1), FUELS),
        "use": category(np.where(motor, holders.use[who], -1), USES),
        "dwelling": category(np.where(household, holders.dwelling[who], -1), DWELLINGS),
        "age": holders.age[who].astype(np.int32),
        "credit_score": holders.credit_score[who],
        "claim_free_years": holders.claim_free_years[who].astype(np.int32),
        "deductible": holders.deductible[who].astype(np.int32),
        "policy_days": stream.policy_days.astype(np.int32),
        "vehicle_age": np.where(motor, holders.vehicle_age[who] + stream.seconds / _YEAR, np.nan),
        "mileage": stream.mileage,
        "item_value": stream.item_value,
    }


def _claim(stream: Claims) -> Columns:
    """Return what is claimed, and how."""
    amount = stream.cents / 100.0
    # The cause's own level: a mean of logarithms in millionths, so that sums are exact.
    micros = np.rint(np.log(amount) * 1e6).astype(np.int64)
    causes = History(stream.cause, stream.seconds)
    usual = ratio(causes.total(micros, _YEAR), causes.total(np.ones_like(micros), _YEAR))
    return {
        "cause": category(stream.cause, CAUSES),
        "reported_by": category(stream.reported_by, REPORTED_BY),
        "police": category(stream.police, ("no", "yes")),
        "is_weekend": is_weekend(stream.seconds).astype(np.int8),
        "loss_hour": stream.loss_hour,
        "days_to_report": stream.days_to_report.astype(np.int32),
        "witnesses": stream.witnesses.astype(np.int32),
        "injured": stream.injured.astype(np.int32),
        "parties": stream.parties.astype(np.int32),
        "documents": stream.documents.astype(np.int32),
        "amount": amount,
        "amount_is_round": (stream.cents % 10_000 == 0).astype(np.int8),
        "amount_over_value": amount / stream.item_value,
        "log_amount_over_usual_365d": (micros - usual) / 1e6,
    }


def _history(stream: Claims) -> Columns:
    """Return the holder's earlier claims."""
    history = History(stream.customer, stream.seconds)
    return {
        "earlier_claims": history.earlier_rows().astype(np.int32),
        "claims_365d": history.total(np.ones_like(stream.cents), _YEAR).astype(np.int32),
        "claimed_365d": history.total(stream.cents, _YEAR) / 100.0,
        "days_since_last_claim": history.seconds_since_last() / DAY_SECONDS,
    }


def _others(stream: Claims, found: NDArray[np.int64], delay: int) -> Columns:
    """Return the past of the repair shop, the lawyer and the adjuster, alone and together."""
    ones, quarter = np.ones_like(found), 90 * DAY_SECONDS
    columns: Columns = {"has_lawyer": (stream.lawyer >= 0).astype(np.int8)}
    for name, member in (("shop", stream.shop), ("lawyer", stream.lawyer), ("adjuster", stream.adjuster)):
        history, some = History(member + 1, stream.seconds), member >= 0
        risk = ratio(history.total(found, _YEAR, delay), history.total(ones, _YEAR, delay))
        columns[f"{name}_claims_90d"] = np.where(some, history.total(ones, quarter), np.nan)
        columns[f"{name}_injured_90d"] = np.where(some, history.total(stream.injured, quarter), np.nan)
        columns[f"{name}_risk_365d"] = np.where(some, risk, np.nan)
    together = (stream.shop >= 0) & (stream.lawyer >= 0)
    pair = History(pairs(stream.shop + 1, stream.lawyer + 1), stream.seconds).total(ones, _YEAR)
    columns["shop_with_lawyer_365d"] = np.where(together, pair, np.nan)
    return columns
