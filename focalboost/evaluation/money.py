"""Alerts in money.

The cost model: an alert costs `alert_cost`, the investigator's time, whatever it finds. A fraud that is
alerted saves its amount; a fraud that is not alerted is lost. So, against checking nothing,

    net     = amount of the alerted frauds - alerts * alert_cost
    savings = net / amount of all frauds

Savings of 1 are all frauds caught for nothing, 0 is what no alerts give, and below 0 the alerts cost more than
they catch. Amounts and `alert_cost` are in one unit of money.

An amount is what is lost if the row is a fraud and no one looks; so it cannot be negative. A refund's amount is 0
where no money is lost by it, and its absolute value where the refund itself may be the fraud; rows that
no one ever checks are better left out. Which of them holds only the user knows: negative amounts are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from focalboost.evaluation._checks import (
    LEAST_AMOUNT,
    as_alert_cost,
    as_amounts,
    as_any_array,
    as_numbers,
    as_positive,
    as_probabilities,
    as_scores,
)
from focalboost.evaluation.alerts import place_in_period

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def savings(y_true: ArrayLike, alert: ArrayLike, amount: ArrayLike, alert_cost: float) -> float:
    """Return what alerts save, as a share of the amount of all frauds: see the module's cost model.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        0 or 1; 1 is a fraud.
    alert : array-like of bool, shape (n,)
        Which rows are alerts.
    amount : array-like of shape (n,)
        Each row's amount of money, 0 or more.
    alert_cost : float
        Of one alert, in the unit of the amounts, 0 or more.

    Returns
    -------
    float
        At most 1; NaN if the frauds' amounts sum to next to nothing, 1e-100 or less.

    Raises
    ------
    TypeError
        If the cost of an alert is no number.
    ValueError
        If labels, alerts, amounts or the cost are wrong.

    Examples
    --------
    >>> savings([0, 1, 0, 1], [True, True, False, False], amount=[10, 60, 20, 40], alert_cost=5)
    0.5
    """
    positive = as_positive(y_true)
    money = as_amounts(amount, len(positive))
    alerts = as_any_array(alert, "alert")
    if alerts.shape != positive.shape or alerts.dtype != np.bool_:
        raise ValueError(
            f"alert has shape {alerts.shape} and dtype {alerts.dtype}, but must have shape {positive.shape} and be of "
            "bool, such as probability >= threshold"
        )
    total = float(money[positive].sum())
    net = float(money[positive & alerts].sum()) - as_alert_cost(alert_cost) * int(alerts.sum())
    return net / total if total > LEAST_AMOUNT else np.nan


def best_threshold(y_true: ArrayLike, probability: ArrayLike, amount: ArrayLike, alert_cost: float) -> float:
    """Return the threshold t that makes the net of "alert where probability >= t" largest on these rows.

    All thresholds are tried, by sorting; rows of one probability are alerts together or not at all. Of equal nets
    the one with fewest alerts is taken. The threshold is put midway between the smallest probability that is an alert
    and the largest that is none: on these rows any value between them does the same, and on new rows the midpoint
    favours neither side, while the smallest alert itself would miss whatever is a hair below it.

    Choose it on rows that neither the model nor the measures see.

    Parameters
    ----------
    y_true, amount, alert_cost
        As for `savings`.
    probability : array-like of shape (n,)
        The positive class's probability, or any score that grows with it.

    Returns
    -------
    float
        inf where no alert is best, -inf where it is best to check every row.

    Raises
    ------
    TypeError
        If the cost of an alert is no number.
    ValueError
        If labels, probabilities, amounts or the cost are wrong.

    Examples
    --------
    >>> best_threshold([0, 1, 0, 1], [0.125, 0.5, 0.25, 0.75], amount=[10, 60, 20, 40], alert_cost=5)
    0.375
    >>> best_threshold([0, 1, 0, 1], [0.125, 0.5, 0.25, 0.75], amount=[10, 60, 20, 40], alert_cost=80)
    inf
    """
    positive = as_positive(y_true)
    n = len(positive)
    score = as_scores(probability, n)
    money = np.where(positive, as_amounts(amount, n), 0.0)
    order = np.argsort(-score)
    score = score[order]
    net = np.cumsum(money[order]) - as_alert_cost(alert_cost) * np.arange(1, n + 1)
    last_of_tie = np.flatnonzero(np.append(score[1:] != score[:-1], True))
    best = last_of_tie[np.argmax(net[last_of_tie])]
    if net[best] <= 0.0:
        return np.inf
    if best == n - 1:
        return -np.inf
    alerted, spared = float(score[best]), float(score[best + 1])
    midway = spared + (alerted - spared) / 2.0
    # Between neighbouring floats there is nothing, and rounding may fall on the row that is none.
    return midway if midway > spared else alerted


def bayes_alerts(probability: ArrayLike, amount: ArrayLike, alert_cost: float) -> NDArray[np.bool_]:
    """Return where an alert is worth its cost: probability * amount > alert_cost.

    That is the decision of least expected cost where each row has its own (Elkan, "The foundations of cost-sensitive
    learning", IJCAI 2001): checking costs `alert_cost`, not checking costs the amount with the row's
    probability. It needs no threshold from validation rows, but probabilities that mean what they say.

    Parameters
    ----------
    probability : array-like of shape (n,)
        The positive class's probability, in [0, 1].
    amount, alert_cost
        As for `savings`.

    Returns
    -------
    ndarray of bool, shape (n,)
        Which rows are alerts.

    Raises
    ------
    TypeError
        If the cost of an alert is no number.
    ValueError
        If probabilities, amounts or the cost are wrong.

    Examples
    --------
    >>> bayes_alerts([0.5, 0.5, 0.01], amount=[8, 20, 1000], alert_cost=5)
    array([False,  True,  True])
    """
    p = as_probabilities(probability)
    return np.asarray(p * as_amounts(amount, len(p)) > as_alert_cost(alert_cost))


class MoneyByBudget(NamedTuple):
    """What budgets of alerts save; all three have one value for each budget."""

    budget: NDArray[np.float64]
    """Alerts a period."""
    amount_recall: NDArray[np.float64]
    """Share of the frauds' amount that is caught."""
    savings: NDArray[np.float64]
    """Net over the frauds' amount."""


def money_by_budget(
    y_true: ArrayLike,
    probability: ArrayLike,
    amount: ArrayLike,
    period: ArrayLike | None,
    budgets: ArrayLike,
    alert_cost: float,
) -> MoneyByBudget:
    """Return what is caught and saved if so many rows of highest probability are checked in each period.

    Parameters
    ----------
    y_true, amount, alert_cost
        As for `savings`.
    probability, period
        As for `alert_share`, whose treatment of ties this has.
    budgets : array-like of shape (m,)
        Numbers of alerts a period, 0 or more.

    Returns
    -------
    MoneyByBudget
        Three arrays of float64, shape (m,); NaN if the frauds' amounts sum to next to nothing, 1e-100 or less.

    Raises
    ------
    TypeError
        If the cost of an alert is no number.
    ValueError
        If labels, probabilities, amounts, periods, budgets or the cost are wrong.

    Examples
    --------
    >>> y, p, amount = [0, 1, 0, 1], [0.1, 0.5, 0.6, 0.8], [10, 60, 20, 40]
    >>> money = money_by_budget(y, p, amount, period=None, budgets=[0, 1, 3], alert_cost=5)
    >>> money.amount_recall, money.savings
    (array([0. , 0.4, 1. ]), array([0.  , 0.35, 0.85]))
    """
    positive = as_positive(y_true)
    money = as_amounts(amount, len(positive))[positive]
    cost = as_alert_cost(alert_cost)
    ahead, tied = place_in_period(as_scores(probability, len(positive)), period)
    budget = as_numbers(budgets, "budgets")
    if budget.ndim != 1 or not ((budget >= 0.0) & np.isfinite(budget)).all():
        raise ValueError(f"budgets must be a list of numbers of 0 or more, but are {budgets!r}")
    total = money.sum() if money.sum() > LEAST_AMOUNT else np.nan
    caught, alerts = np.empty(len(budget)), np.empty(len(budget))
    for i, per_period in enumerate(budget):
        share = np.clip((per_period - ahead) / tied, 0.0, 1.0)
        caught[i], alerts[i] = money @ share[positive], share.sum()
    return MoneyByBudget(budget, caught / total, (caught - cost * alerts) / total)
