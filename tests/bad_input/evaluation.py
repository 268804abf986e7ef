"""What the measures are given."""

import numpy as np
from bad_input.case import Case

from focalboost import BinaryFocalLoss, GradientBudget
from focalboost.evaluation import alerts, bootstrap, calibration, curves, metrics, money

Y, P, AMOUNT = [0, 1, 0, 1], [0.1, 0.9, 0.8, 0.7], [5.0, 20.0, 5.0, 10.0]
ALERT = np.array([False, True, False, False])


def case(given, message, function, *arguments, **more):
    return Case(given, function.__name__, ValueError, message, lambda _: function(*arguments, **more))


def budget(given, message, *record, groups=None):
    return Case(
        given,
        "GradientBudget",
        ValueError,
        message,
        lambda _: GradientBudget(BinaryFocalLoss(), groups).record(*record),
    )


CASES = [
    case("labels 1 and 2", "neither 0 nor 1, the first is 2 in row 1", metrics.average_precision, [1, 2, 1, 2], P),
    case("labels -1 and 1", "neither 0 nor 1, the first is -1", metrics.roc_auc, [-1, 1, -1, 1], P),
    case("soft labels", "neither 0 nor 1, the first is 0.3", metrics.brier, [0.3, 1, 0, 1], P),
    case("a NaN label", "neither 0 nor 1, the first is nan", metrics.log_loss, [np.nan, 1, 0, 1], P),
    case("text labels", "neither 0 nor 1", metrics.average_precision, ["no", "yes", "no", "yes"], P),
    case("no rows", "n of 1 or more", metrics.average_precision, [], []),
    case("one-hot labels", r"shape \(n,\)", metrics.average_precision, np.eye(4), P),
    case("a NaN probability", "NaN or infinite, the first is nan in row 0", metrics.average_precision, Y, [np.nan] * 4),
    case("an infinite score", "NaN or infinite", metrics.roc_auc, Y, [np.inf, 0, 0, 0]),
    case("two columns of probabilities", r"shape \(4,\)", metrics.average_precision, Y, np.ones((4, 2)) / 2),
    case("three probabilities for four rows", r"shape \(4,\)", metrics.log_loss, Y, P[:3]),
    case("raw scores", r"outside \[0, 1\].* give no raw scores", metrics.log_loss, Y, [-3.0, 2.0, -1.0, 5.0]),
    case("probabilities of text", "must be numbers", metrics.brier, Y, ["a", "b", "c", "d"]),
    case("probabilities of dates", "must be numbers", metrics.brier, Y, np.array(["2024-01-31"] * 4, "datetime64[D]")),
    case("max_fpr=1.5", r"share in \[0, 1\]", metrics.recall_at_fpr, Y, P, 1.5),
    case("max_fpr=NaN", r"share in \[0, 1\]", metrics.recall_at_fpr, Y, P, np.nan),
    case("labels 1 and 2", "neither 0 nor 1", calibration.expected_calibration_error, [1, 2, 1, 2], P),
    case("raw scores", r"outside \[0, 1\]", calibration.expected_calibration_error, Y, [-3.0, 2.0, -1.0, 5.0]),
    case("three probabilities for four rows", r"shape \(4,\)", calibration.expected_calibration_error, Y, P[:3]),
    case("n_bins=0", "must be 1 or more", calibration.expected_calibration_error, Y, P, 0),
    case("n_bins=0", "must be 1 or more", curves.reliability, Y, P, 0),
    case("no positives", "no positive", curves.precision_recall_on_grid, [0] * 4, P, [0.5]),
    case("a recall of 2", r"must lie in \[0, 1\], but are \[2.0\]", curves.precision_recall_on_grid, Y, P, [2.0]),
    case("alerts_per_period=0", "a number above 0", alerts.alert_share, P, 0),
    case("alerts_per_period=NaN", "a number above 0", alerts.alert_share, P, np.nan),
    case(
        "a period of dates", "give the days' numbers", alerts.alert_share, P, 1, np.array(["2024-01-31"] * 4, "M8[D]")
    ),
    case("three periods for four rows", r"shape \(4,\)", alerts.alert_share, P, 1, [1, 1, 2]),
    case("shares above 1", "make it with alert_share", alerts.precision_at_alerts, Y, [2.0, 0, 0, 0]),
    case("shares of text", "share must be numbers", alerts.precision_at_alerts, Y, ["a"] * 4),
    case("a negative amount", "If these rows are refunds", alerts.recall_at_alerts, Y, P, [-5.0, 1, 1, 1]),
    case("a NaN amount", "amounts are NaN or infinite", money.savings, Y, ALERT, [np.nan, 1, 1, 1], 1.0),
    case("amounts of text", "amounts must be numbers", money.savings, Y, ALERT, ["5 EUR"] * 4, 1.0),
    case("a negative amount", "amounts are negative", money.savings, Y, ALERT, [-5.0, 1, 1, 1], 1.0),
    case("probabilities as alerts", "probability >= threshold", money.savings, Y, P, AMOUNT, 1.0),
    case("alert_cost=-1", "from 0 to 1e.100, in the unit of the amounts", money.savings, Y, ALERT, AMOUNT, -1.0),
    case("alert_cost=NaN", "from 0 to 1e.100, in the unit of the amounts", money.best_threshold, Y, P, AMOUNT, np.nan),
    Case(
        "alert_cost='five'",
        "bayes_alerts",
        TypeError,
        "alert_cost must be a number; it is 'five'",
        lambda _: money.bayes_alerts(P, AMOUNT, "five"),
    ),
    case("raw scores", "give no raw scores", money.bayes_alerts, [-3.0, 2.0, -1.0, 5.0], AMOUNT, 1.0),
    case("a negative budget", "0 or more", money.money_by_budget, Y, P, AMOUNT, None, [-1], 1.0),
    case("no positives", "no positive", bootstrap.bootstrap_average_precision, [0] * 4, [P]),
    case("n_resamples=0", "must be 1 or more", bootstrap.bootstrap_average_precision, Y, [P], 0),
    case("one method's probabilities", "a row for each method", bootstrap.bootstrap_average_precision, Y, P),
    case("three groups for four rows", r"shape \(4,\)", bootstrap.bootstrap_average_precision, Y, [P], 9, [1, 2, 3]),
    case("confidence=95", "between 0 and 1, such as 0.95", bootstrap.interval, np.ones(9), 95),
    Case(
        "the name of a loss",
        "GradientBudget",
        TypeError,
        "loss must be a BinaryFocalLoss or MulticlassFocalLoss; it is 'focal'",
        lambda _: GradientBudget("focal"),
    ),
    budget("groups in two columns", "groups has 2 dimensions", groups=np.ones((4, 2))),
    budget("groups of text and None", "cannot be told apart by order .* give text", groups=["a", None, "b", "c"]),
    budget("three groups for four rows", "3 labels, but there are 4 rows", 1, Y, np.zeros(4), groups=[1, 2, 3]),
    budget("several labels a row", "one label for each row", 1, np.eye(4), np.zeros((4, 4))),
    budget("three scores for four rows", r"must have \(3,\)", 1, Y, np.zeros(3)),
    budget("a NaN score", "must be not NaN; row 0 has nan", 1, Y, [np.nan] * 4),
    budget("labels 1 and 2", "must be 0 or 1; row 1 has 2", 1, [1, 2, 1, 2], np.zeros(4)),
    Case(
        "nothing recorded",
        "GradientBudget.plot",
        ValueError,
        "give a callback of this budget to the training",
        lambda _: GradientBudget(BinaryFocalLoss()).plot(),
    ),
]
