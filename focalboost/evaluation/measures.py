"""Every measure of the comparison, by the name of its column."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from focalboost.evaluation.alerts import alert_share, precision_at_alerts, recall_at_alerts
from focalboost.evaluation.calibration import expected_calibration_error
from focalboost.evaluation.metrics import average_precision, brier, log_loss, recall_at_fpr, roc_auc
from focalboost.evaluation.money import bayes_alerts, savings

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Predicted:
    """Rows with what a method said of them.

    Attributes
    ----------
    label : ndarray of int8, shape (n,)
        0 or 1, both present.
    probability : ndarray of float64, shape (n,)
        The positive class's probability, in [0, 1].
    uncorrected : ndarray of float64, shape (n,)
        The sigmoid of the raw score: before the posterior, weights not undone.
    amount : ndarray of float64, shape (n,), optional
        The money at stake; without it, every row counts 1.
    period : ndarray of int64, shape (n,), optional
        The day's number; without it, all rows are of one.
    """

    label: NDArray[np.int8]
    probability: NDArray[np.float64]
    uncorrected: NDArray[np.float64]
    amount: NDArray[np.float64] | None = None
    period: NDArray[np.int64] | None = None

    def money(self) -> NDArray[np.float64]:
        """Return the amounts, or 1 for each row."""
        return np.ones(len(self.label)) if self.amount is None else self.amount


@dataclass(frozen=True)
class Terms:
    """What alerts cost, and which there are.

    Attributes
    ----------
    alerts_per_period : float
        How many rows of a period are checked.
    alert_cost : float
        What an alert costs, in the amounts' unit.
    threshold : float
        From which probability on there is an alert; chosen on other rows.
    """

    alerts_per_period: float
    alert_cost: float
    threshold: float


@lru_cache(maxsize=1)  # three measures ask for the same
def _ranked(rows: Predicted, terms: Terms) -> NDArray[np.float64]:
    return alert_share(rows.probability, terms.alerts_per_period, rows.period)


def _over_threshold(rows: Predicted, terms: Terms) -> NDArray[np.bool_]:
    return np.asarray(rows.probability >= terms.threshold)


def _bayes_savings(rows: Predicted, probability: NDArray[np.float64], terms: Terms) -> float:
    alerts = bayes_alerts(probability, rows.money(), terms.alert_cost)
    return savings(rows.label, alerts, rows.money(), terms.alert_cost)


MEASURES: dict[str, Callable[[Predicted, Terms], float]] = {
    "average_precision": lambda rows, _: average_precision(rows.label, rows.probability),
    "roc_auc": lambda rows, _: roc_auc(rows.label, rows.probability),
    "recall_at_0.1pct_fpr": lambda rows, _: recall_at_fpr(rows.label, rows.probability, 0.001),
    "recall_at_1pct_fpr": lambda rows, _: recall_at_fpr(rows.label, rows.probability, 0.01),
    "log_loss": lambda rows, _: log_loss(rows.label, rows.probability),
    "brier": lambda rows, _: brier(rows.label, rows.probability),
    "expected_calibration_error": lambda rows, _: expected_calibration_error(rows.label, rows.probability),
    "uncorrected_log_loss": lambda rows, _: log_loss(rows.label, rows.uncorrected),
    "uncorrected_brier": lambda rows, _: brier(rows.label, rows.uncorrected),
    "uncorrected_expected_calibration_error": lambda rows, _: expected_calibration_error(rows.label, rows.uncorrected),
    "precision_at_alerts": lambda rows, terms: precision_at_alerts(rows.label, _ranked(rows, terms)),
    "recall_at_alerts": lambda rows, terms: recall_at_alerts(rows.label, _ranked(rows, terms)),
    "amount_recall_at_alerts": lambda rows, terms: recall_at_alerts(rows.label, _ranked(rows, terms), rows.money()),
    "savings": lambda rows, terms: savings(rows.label, _over_threshold(rows, terms), rows.money(), terms.alert_cost),
    "alert_rate": lambda rows, terms: float(_over_threshold(rows, terms).mean()),
    "amount_recall": lambda rows, terms: recall_at_alerts(
        rows.label, _over_threshold(rows, terms).astype(np.float64), rows.money()
    ),
    "bayes_savings": lambda rows, terms: _bayes_savings(rows, rows.probability, terms),
    "uncorrected_bayes_savings": lambda rows, terms: _bayes_savings(rows, rows.uncorrected, terms),
}


def measure(rows: Predicted, terms: Terms) -> dict[str, float]:
    """Return every measure of `MEASURES` by name.

    Parameters
    ----------
    rows : Predicted
        What is judged.
    terms : Terms
        What alerts cost, and which there are.

    Returns
    -------
    dict of str to float
        In the order of `MEASURES`.

    Raises
    ------
    ValueError
        If a probability is NaN or outside [0, 1], or an amount is negative.

    Examples
    --------
    >>> label, probability = np.array([0, 1], dtype=np.int8), np.array([0.2, 0.9])
    >>> measures = measure(Predicted(label, probability, probability), Terms(1, 0.1, 0.5))
    >>> measures["roc_auc"], measures["recall_at_alerts"], measures["savings"]
    (1.0, 1.0, 0.9)
    """
    wrong = ~((rows.probability >= 0.0) & (rows.probability <= 1.0))
    if wrong.any():
        raise ValueError(
            f"{int(wrong.sum())} of {len(wrong)} probabilities are NaN or outside [0, 1], "
            f"the first is {rows.probability[wrong][0]} in row {int(np.flatnonzero(wrong)[0])}"
        )
    return {name: function(rows, terms) for name, function in MEASURES.items()}
