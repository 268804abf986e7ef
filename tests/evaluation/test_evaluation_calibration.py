import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalboost.evaluation.calibration import expected_calibration_error


@st.composite
def predictions(draw):
    n = draw(st.integers(1, 60))
    y = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    # Some are tied, some are not.
    level = st.one_of(st.sampled_from([0.0, 0.2, 0.7, 1.0]), st.floats(0, 1))
    return y, np.array(draw(st.lists(level, min_size=n, max_size=n)))


def by_the_definition(y, p, n_bins):
    """Average over all orders of tied rows, which is what sharing labels is, one row and bin at a time."""
    order = sorted(range(len(p)), key=lambda i: p[i])
    label = [np.mean([y[j] for j in order if p[j] == p[i]]) for i in order]
    smaller, larger = divmod(len(p), n_bins)
    total, begin = 0.0, 0
    for b in range(n_bins):
        end = begin + smaller + (b < larger)
        rows = range(begin, end)
        if rows:
            gap = np.mean([p[order[k]] for k in rows]) - np.mean([label[k] for k in rows])
            total += len(rows) / len(p) * abs(gap)
        begin = end
    return total


@settings(deadline=None)
@given(predictions(), st.integers(1, 20))
def test_it_is_what_its_definition_says(sample, n_bins):
    y, p = sample
    assert expected_calibration_error(y, p, n_bins) == pytest.approx(by_the_definition(y, p, n_bins), abs=1e-12)


@settings(deadline=None)
@given(predictions(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(sample, random):
    y, p = sample
    order = random.sample(range(len(p)), len(p))
    assert expected_calibration_error(y[order], p[order]) == expected_calibration_error(y, p)


@settings(deadline=None)
@given(predictions(), st.integers(1, 20))
def test_it_lies_between_the_gap_of_the_means_and_the_mean_gap_of_rows(sample, n_bins):
    y, p = sample
    error = expected_calibration_error(y, p, n_bins)
    assert abs(p.mean() - y.mean()) - 1e-12 <= error <= np.abs(p - y).mean() + 1e-12
    assert expected_calibration_error(y, p, 1) == pytest.approx(abs(p.mean() - y.mean()), abs=1e-12)


@settings(deadline=None)
@given(predictions())
def test_swapping_the_classes_changes_nothing_where_bins_are_of_one_size(sample):
    # Rounded, because 1 - p must not make ties that p has not.
    y, p = (np.tile(values.round(6), 15) for values in sample)
    assert expected_calibration_error(1 - y, 1 - p) == pytest.approx(expected_calibration_error(y, p), abs=1e-9)


@given(st.integers(1, 50), st.integers(0, 50))
def test_the_share_of_positives_as_everyones_probability_has_no_error(n, positives):
    y = (np.arange(n) < positives).astype(int)
    assert expected_calibration_error(y, np.full(n, y.mean())) == pytest.approx(0, abs=1e-12)


def test_true_probabilities_have_a_small_error_and_inflated_ones_that_of_the_inflation():
    rng = np.random.default_rng(0)
    p = rng.beta(0.5, 20, 200_000)
    y = rng.random(len(p)) < p
    assert expected_calibration_error(y, p) < 0.002
    assert expected_calibration_error(y, 2 * p / (1 + p)) == pytest.approx((2 * p / (1 + p) - p).mean(), abs=0.002)
