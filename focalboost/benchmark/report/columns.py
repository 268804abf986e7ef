"""The measures that a report shows: their headings, what they mean, and which way is better."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Column:
    """A measure in the tables of a report.

    Attributes
    ----------
    name : str
        The column of the results.
    heading : str
        What heads it in a report.
    digits : int
        Decimal places.
    better : {"larger", "smaller"}, optional
        Which is better; without it, neither.
    meaning : str
        One sentence.
    """

    name: str
    heading: str
    digits: int
    better: Literal["larger", "smaller"] | None
    meaning: str

    def show(self, value: float) -> str:
        """Write a value; a dash where there is none.

        Examples
        --------
        >>> RANKING[0].show(0.51239)
        '0.512'
        """
        return "-" if math.isnan(value) else f"{value:,.{self.digits}f}"


RANKING = (
    Column(
        "average_precision",
        "AP",
        3,
        "larger",
        "Average precision: the mean precision over all recalls, that is the area under the precision-recall "
        "curve. Chance gives the share of positives, perfection 1.",
    ),
    Column("roc_auc", "ROC-AUC", 3, "larger", "How often a positive is ranked above a negative. Chance gives 0.5."),
    Column(
        "recall_at_0.1pct_fpr",
        "Recall @0.1% FPR",
        3,
        "larger",
        "Positives caught while 1 in 1000 negatives is alerted.",
    ),
    Column(
        "recall_at_1pct_fpr", "Recall @1% FPR", 3, "larger", "Positives caught while 1 in 100 negatives is alerted."
    ),
    Column(
        "precision_at_alerts",
        "Precision @k",
        3,
        "larger",
        "Share of true positives among the k highest scores of each day, k being what investigators can check.",
    ),
    Column("recall_at_alerts", "Recall @k", 3, "larger", "Positives that are among the k alerts of their day."),
    Column(
        "amount_recall_at_alerts", "Amount @k", 3, "larger", "Share of the positives' amount among the k alerts a day."
    ),
)
MONEY = (
    Column(
        "savings",
        "Savings",
        3,
        "larger",
        "Amount of the alerted positives less the alerts' cost, over the amount of all positives, at the threshold "
        "that was best on the validation rows. No alerts give 0. Without amounts each row counts 1.",
    ),
    Column("alert_rate", "Alert rate", 4, None, "Share of rows that are alerted at that threshold."),
    Column("amount_recall", "Amount caught", 3, "larger", "Share of the positives' amount caught at that threshold."),
    Column(
        "bayes_savings",
        "Bayes savings",
        3,
        "larger",
        "Savings where a row is alerted if its probability times its amount exceeds the cost of an alert: only "
        "probabilities that mean what they say do well.",
    ),
    Column(
        "uncorrected_bayes_savings",
        "Bayes savings uncorrected",
        3,
        "larger",
        "The same with sigmoid(raw score): before the posterior is recovered or weights are undone.",
    ),
)
PROBABILITIES = (
    Column("log_loss", "Log-loss", 5, "smaller", "Mean negative log-likelihood of the labels; judges probabilities."),
    Column("brier", "Brier", 5, "smaller", "Mean squared error of the probabilities."),
    Column(
        "expected_calibration_error",
        "ECE",
        5,
        "smaller",
        "Expected calibration error: the mean gap between predicted and observed share of positives over 15 bins.",
    ),
    Column(
        "uncorrected_log_loss",
        "Log-loss uncorrected",
        5,
        "smaller",
        "Log-loss of sigmoid(raw score): before focal loss's posterior is recovered or weights are undone.",
    ),
    Column("uncorrected_brier", "Brier uncorrected", 5, "smaller", "Brier score of the same uncorrected scores."),
    Column(
        "uncorrected_expected_calibration_error", "ECE uncorrected", 5, "smaller", "ECE of the same uncorrected scores."
    ),
)
EFFORT = (
    Column("rounds", "Rounds", 0, None, "Trees that were used, the mean over folds."),
    Column("train_seconds", "Train s", 2, "smaller", "Seconds of one training of all rounds, the median over folds."),
    Column("predict_seconds", "Predict s", 3, "smaller", "Seconds to score the test rows, the median over folds."),
    Column("peak_memory_mib", "Peak MiB", 0, "smaller", "Memory that the training added at its peak, in MiB."),
)
COLUMNS = RANKING + MONEY + PROBABILITIES + EFFORT
