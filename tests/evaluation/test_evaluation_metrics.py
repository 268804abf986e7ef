import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle

from focalboost.evaluation import metrics


@st.composite
def predictions(draw):
    n = draw(st.integers(2, 40))
    y = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    y[:2] = 0, 1
    # Few values, so that there are ties; 0 and 1 among them.
    levels = st.sampled_from([0.0, 0.01, 0.2, 0.5, 0.7, 0.99, 1.0])
    return y, np.array(draw(st.lists(levels, min_size=n, max_size=n)))


@settings(deadline=None)
@given(predictions())
def test_recall_is_the_best_over_all_thresholds(sample):
    y, p = sample
    best = 0.0
    for threshold in [*np.unique(p), 2.0]:
        alarm = p >= threshold
        if alarm[y == 0].mean() <= 0.3:
            best = max(best, alarm[y == 1].mean())
    assert metrics.recall_at_fpr(y, p, max_fpr=0.3) == pytest.approx(best)


def test_recall_takes_a_threshold_on_a_straight_piece_of_the_curve():
    # 1 of 100 negatives is above every positive but the first: exactly 1 % is allowed, and reached.
    y = np.array([1, 0, 1] + [0] * 99 + [1])
    p = np.linspace(1.0, 0.0, len(y))
    assert metrics.recall_at_fpr(y, p) == pytest.approx(2 / 3)


@settings(deadline=None)
@given(predictions())
def test_ranking_measures_count_pairs_and_precisions(sample):
    y, p = sample
    above = p[y == 1][:, None] - p[y == 0][None, :]
    assert metrics.roc_auc(y, p) == pytest.approx(((above > 0) + 0.5 * (above == 0)).mean())
    precision = [y[p >= level].mean() * (y[p == level]).sum() for level in np.unique(p)]
    assert metrics.average_precision(y, p) == pytest.approx(sum(precision) / y.sum())


@settings(deadline=None)
@given(predictions())
def test_brier_and_log_loss_are_means_over_rows(sample):
    y, p = sample
    assert metrics.brier(y, p) == pytest.approx(((p - y) ** 2).mean())
    given_to_truth = np.where(y == 1, p, 1 - p)
    expected = [-math.log(q) if q > 0 else -math.log(2**-52) for q in given_to_truth]
    assert metrics.log_loss(y, p) == pytest.approx(np.mean(expected), abs=1e-12)


@settings(deadline=None)
@given(predictions(), st.sampled_from([0.0, 0.01, 0.3, 1.0]))
def test_they_are_scikit_learns(sample, max_fpr):
    y, p = sample
    assert metrics.average_precision(y, p) == pytest.approx(oracle.average_precision_score(y, p), rel=1e-14)
    assert metrics.roc_auc(y, p) == pytest.approx(oracle.roc_auc_score(y, p), rel=1e-14)
    assert metrics.log_loss(y, p) == pytest.approx(oracle.log_loss(y, p), rel=1e-13, abs=1e-13)
    assert metrics.brier(y, p) == pytest.approx(oracle.brier_score_loss(y, p), rel=1e-14)
    fpr, recall, _ = oracle.roc_curve(y, p, drop_intermediate=False)
    assert metrics.recall_at_fpr(y, p, max_fpr) == recall[fpr <= max_fpr].max()


@settings(deadline=None)
@given(predictions(), st.randoms(use_true_random=False))
def test_equal_ranks_of_positives_give_equal_bits(sample, random):
    # What stop is best must not be decided by rounding.
    y, p = sample
    order = random.sample(range(len(p)), len(p))
    for ranking in (metrics.average_precision, metrics.roc_auc):
        assert ranking(y, p) == ranking(y[order], p[order]) == ranking(y, p**3 - 5.0)


def test_without_a_class_there_is_no_ranking():
    for labels in ([0, 0], [1, 1]):
        assert math.isnan(metrics.roc_auc(labels, [0.1, 0.2]))
        assert math.isnan(metrics.recall_at_fpr(labels, [0.1, 0.2]))
    assert math.isnan(metrics.average_precision([0, 0], [0.1, 0.2]))
    assert metrics.average_precision([1, 1], [0.1, 0.2]) == 1.0


@pytest.mark.parametrize(
    "measure", [metrics.average_precision, metrics.roc_auc, metrics.recall_at_fpr, metrics.log_loss, metrics.brier]
)
def test_nonsense_is_refused(measure):
    for arguments, message in [
        (([0, 2], [0.1, 0.2]), "neither 0 nor 1"),
        (([0, 1], [0.1, np.nan]), "NaN or infinite"),
        (([0, 1], [0.1]), r"shape \(2,\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            measure(*arguments)
    if measure in (metrics.log_loss, metrics.brier):
        with pytest.raises(ValueError, match="1 of 2 probabilities are outside"):
            measure([0, 1], [0.1, 1.2])


def test_certain_and_wrong_costs_36_and_is_not_infinite():
    assert metrics.log_loss([0, 1], [1.0, 1.0]) == pytest.approx(36.0437 / 2, abs=1e-3)
