import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from focalboost.evaluation.calibration import expected_calibration_error
from focalboost.evaluation.curves import precision_recall_on_grid, reliability


@st.composite
def predictions(draw):
    n = draw(st.integers(1, 40))
    y = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    y[draw(st.integers(0, n - 1))] = 1
    level = st.one_of(st.sampled_from([0.0, 0.2, 0.7, 1.0]), st.floats(0, 1))
    return y, np.array(draw(st.lists(level, min_size=n, max_size=n)))


@settings(deadline=None)
@given(predictions(), st.lists(st.floats(0, 1), max_size=5))
def test_precision_is_that_of_the_highest_threshold_that_reaches_the_recall(sample, grid):
    y, p = sample
    grid = [*grid, 0.0, 1.0]
    for recall, precision in zip(grid, precision_recall_on_grid(y, p, grid), strict=True):
        first = max(t for t in p if y[p >= t].sum() / y.sum() >= recall - 1e-9)
        assert precision == pytest.approx(y[p >= first].mean())


def test_a_grid_point_that_rounding_put_above_a_recall_is_that_recall():
    p = np.linspace(1, 0, 20)
    y = np.arange(20) % 2 == 0
    grid = np.linspace(0, 1, 11)
    assert grid[3] > 0.3
    assert precision_recall_on_grid(y, p, grid)[3] == pytest.approx(3 / 5)


def test_the_curve_may_rise_with_recall():
    assert precision_recall_on_grid([0, 1, 1], [0.9, 0.8, 0.7], [0, 0.5, 1]) == pytest.approx([0, 1 / 2, 2 / 3])


@settings(deadline=None)
@given(predictions(), st.integers(1, 20))
def test_bins_hold_each_row_once_and_never_part_ties(sample, n_bins):
    y, p = sample
    curve = reliability(y, p, n_bins)
    assert curve.count.sum() == len(p)
    assert len(curve.count) <= n_bins
    order, begin = np.argsort(p, kind="stable"), 0
    for i, count in enumerate(curve.count):
        rows = order[begin : begin + count]
        begin += count
        assert curve.probability[i] == pytest.approx(p[rows].mean(), abs=1e-12)
        assert curve.share[i] == pytest.approx(y[rows].mean())
        assert begin == len(p) or p[order[begin]] > p[rows].max()
        wilson = binomtest(int(y[rows].sum()), int(count)).proportion_ci(method="wilson")
        assert (curve.low[i], curve.high[i]) == pytest.approx((wilson.low, wilson.high), abs=1e-12)
        assert 0 <= curve.low[i] <= curve.share[i] + 1e-12
        assert curve.share[i] - 1e-12 <= curve.high[i] <= 1


@settings(deadline=None)
@given(st.integers(0, 1000), st.integers(1, 50), st.integers(1, 20))
def test_without_ties_the_bins_are_those_of_the_expected_calibration_error(seed, n, n_bins):
    rng = np.random.default_rng(seed)
    y, p = rng.integers(0, 2, n), rng.permutation(n) / n
    curve = reliability(y, p, n_bins)
    gap = np.abs(curve.probability - curve.share) @ curve.count / n
    assert gap == pytest.approx(expected_calibration_error(y, p, n_bins), abs=1e-12)
    assert np.ptp(curve.count) <= 1


def test_ties_go_where_their_middle_falls():
    # Three of the four tied rows are in the second half.
    curve = reliability([0, 0, 0, 1, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.4, 0.4, 0.4, 0.5], n_bins=2)
    assert curve.count.tolist() == [3, 5]


@given(predictions())
def test_a_constant_predictor_has_one_bin(sample):
    y, p = sample
    curve = reliability(y, np.full(len(p), 0.3))
    assert (curve.count.tolist(), curve.share.tolist()) == ([len(y)], [y.mean()])


def test_nonsense_is_refused():
    for arguments, message in [
        (([0, 0], [0.1, 0.2], [0.5]), "no positive"),
        (([0, 1], [0.1, 0.2], [1.5]), r"in \[0, 1\]"),
        (([0, 1], [0.1, 0.2], [np.nan]), r"in \[0, 1\]"),
        (([0, 1], [0.1], [0.5]), r"must have shape \(2,\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            precision_recall_on_grid(*arguments)
    with pytest.raises(ValueError, match="n_bins is 0"):
        reliability([0, 1], [0.1, 0.2], n_bins=0)
