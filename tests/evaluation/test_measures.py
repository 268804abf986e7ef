from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from focalboost.evaluation.calibration import expected_calibration_error
from focalboost.evaluation.measures import MEASURES, Predicted, Terms, measure

NAMES = [
    "average_precision",
    "roc_auc",
    "recall_at_0.1pct_fpr",
    "recall_at_1pct_fpr",
    "log_loss",
    "brier",
    "expected_calibration_error",
    "uncorrected_log_loss",
    "uncorrected_brier",
    "uncorrected_expected_calibration_error",
    "precision_at_alerts",
    "recall_at_alerts",
    "amount_recall_at_alerts",
    "savings",
    "alert_rate",
    "amount_recall",
    "bayes_savings",
    "uncorrected_bayes_savings",
]
TERMS = Terms(alerts_per_period=5, alert_cost=3.0, threshold=0.4)


def predicted(seed=0, n=3000):
    rng = np.random.default_rng(seed)
    truth = rng.beta(0.3, 4.0, n)
    return Predicted(
        (rng.random(n) < truth).astype(np.int8),
        np.clip(truth + rng.normal(0, 0.05, n), 0.0, 1.0),
        np.sqrt(truth),
        rng.lognormal(3, 1, n),
        rng.integers(0, 20, n),
    )


def recall_at(y, p, max_fpr):
    """By brute force, over all thresholds."""
    counts = [(((p >= t) & (y == 0)).sum(), ((p >= t) & (y == 1)).sum()) for t in np.unique(p)]
    return max([0.0, *(caught / (y == 1).sum() for false, caught in counts if false / (y == 0).sum() <= max_fpr)])


def alerted(rows, k):
    """The k rows of each day that are most probable."""
    chosen = np.zeros(len(rows.label), dtype=bool)
    for day in np.unique(rows.period):
        of_day = np.flatnonzero(rows.period == day)
        chosen[of_day[np.argsort(-rows.probability[of_day])][:k]] = True
    return chosen


def net(rows, alerts, cost):
    """Net of some alerts over the amount of all frauds, row by row."""
    pairs = list(zip(rows.label.tolist(), rows.amount.tolist(), alerts.tolist(), strict=True))
    saved = sum((amount if label else 0.0) - cost for label, amount, alert in pairs if alert)
    return saved / sum(amount for label, amount, _ in pairs if label)


def test_each_measure_is_what_its_name_says():
    rows = predicted()
    # No ties, so that the most probable rows of a day are told apart.
    rows = replace(rows, probability=np.clip(rows.probability, 0, 1 - 1e-3) + 1e-3 * np.linspace(0, 1, 3000))
    y, p, raw, amount = rows.label, rows.probability, rows.uncorrected, rows.amount
    checked, over = alerted(rows, 5), p >= 0.4
    fraud = y == 1
    expected = {
        "average_precision": metrics.average_precision_score(y, p),
        "roc_auc": metrics.roc_auc_score(y, p),
        "recall_at_0.1pct_fpr": recall_at(y, p, 0.001),
        "recall_at_1pct_fpr": recall_at(y, p, 0.01),
        "log_loss": -np.mean(np.log(np.where(fraud, p, 1 - p))),
        "brier": np.mean((p - y) ** 2),
        "expected_calibration_error": expected_calibration_error(y, p),
        "uncorrected_log_loss": -np.mean(np.log(np.where(fraud, raw, 1 - raw))),
        "uncorrected_brier": np.mean((raw - y) ** 2),
        "uncorrected_expected_calibration_error": expected_calibration_error(y, raw),
        "precision_at_alerts": metrics.precision_score(y, checked),
        "recall_at_alerts": metrics.recall_score(y, checked),
        "amount_recall_at_alerts": metrics.recall_score(y, checked, sample_weight=amount),
        "savings": net(rows, over, 3.0),
        "alert_rate": over.mean(),
        "amount_recall": metrics.recall_score(y, over, sample_weight=amount),
        "bayes_savings": net(rows, p * amount > 3.0, 3.0),
        "uncorrected_bayes_savings": net(rows, raw * amount > 3.0, 3.0),
    }
    found = measure(rows, TERMS)
    assert list(found) == list(MEASURES) == list(expected) == NAMES
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-9), name
    # None of them says nothing, and no two of them say the same.
    assert all(0 < value < 1 for value in found.values())
    assert len(set(found.values())) == len(NAMES)


def test_without_amounts_every_row_counts_one_and_without_days_all_are_of_one():
    rows = predicted()
    bare = measure(replace(rows, amount=None, period=None), TERMS)
    ones = measure(replace(rows, amount=np.ones(3000), period=np.zeros(3000, dtype=np.int64)), TERMS)
    assert bare == ones
    assert bare["amount_recall_at_alerts"] == bare["recall_at_alerts"] <= 5 / rows.label.sum()


@settings(max_examples=20)
@given(st.integers(0, 50), st.sampled_from([-np.inf, 0.0, 0.5, np.inf]))
def test_the_order_of_rows_changes_nothing(seed, threshold):
    rows = predicted(seed, 200)
    # Many ties.
    rows = replace(rows, probability=rows.probability.round(1))
    order = np.random.default_rng(seed).permutation(200)
    shuffled = Predicted(*(column[order] for column in vars(rows).values()))
    terms = replace(TERMS, threshold=threshold)
    first, second = measure(rows, terms), measure(shuffled, terms)
    for name in NAMES:
        assert first[name] == pytest.approx(second[name], rel=1e-9, abs=1e-12), name


def test_no_alerts_save_nothing_and_all_catch_everything():
    rows = predicted()
    none, every = (measure(rows, replace(TERMS, threshold=threshold)) for threshold in (np.inf, -np.inf))
    assert (none["savings"], none["alert_rate"], none["amount_recall"]) == (0.0, 0.0, 0.0)
    assert (every["alert_rate"], every["amount_recall"]) == (1.0, pytest.approx(1.0))
    assert every["savings"] == pytest.approx(net(rows, np.ones(3000, dtype=bool), 3.0))


@pytest.mark.parametrize("wrong", [np.nan, -0.1, 1.5, np.inf])
def test_what_is_no_probability_is_refused_with_its_row(wrong):
    probability = np.array([0.1, 0.2, wrong])
    with pytest.raises(ValueError, match=r"1 of 3 probabilities .* row 2"):
        measure(Predicted(np.array([0, 1, 0], dtype=np.int8), probability, probability), TERMS)
