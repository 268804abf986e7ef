"""The draws that scenarios share: episodes, drift, labels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focalboost.datasets.simulator.drift import draw_kinds, early_and_late
from focalboost.datasets.simulator.episodes import before, draw_episodes
from focalboost.datasets.simulator.labels import count_frauds, find_frauds


@given(st.integers(1, 200), st.floats(1.0, 20.0), st.integers(0, 5))
def test_episodes_are_runs_that_are_counted_from_0(n_rows, mean_rows, seed):
    episode, position = draw_episodes(n_rows, mean_rows, np.random.default_rng(seed))
    assert episode[0] == 0
    runs = np.split(position, np.flatnonzero(np.diff(episode)) + 1)
    assert len(runs) == episode[-1] + 1
    for run in runs:
        assert list(run) == list(range(len(run)))


def test_episodes_have_their_mean_length():
    episode, _ = draw_episodes(100_000, 4.0, np.random.default_rng(0))
    assert 100_000 / (episode[-1] + 1) == pytest.approx(4.0, rel=0.03)


@given(st.integers(0, 999), st.lists(st.floats(0.0, 1e5), min_size=1, max_size=20).map(sorted))
def test_times_keep_their_order_and_end_in_time(begin, length):
    seconds = before(1000, np.full(len(length), float(begin)), np.array(length))
    assert (np.diff(seconds) >= 0).all()
    assert ((begin <= seconds) & (seconds < 1000)).all()
    assert (seconds - begin <= length).all()


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_early_and_late_ways_share_the_same_total(elapsed, drift):
    early, late = early_and_late(np.array([elapsed]), drift)
    assert early + late == pytest.approx(2.0)
    assert min(early, late) >= 0.0
    assert early - late == pytest.approx(2.0 * drift * (1.0 - 2.0 * elapsed))


@pytest.mark.parametrize("drift", [0.0, 1.0])
@pytest.mark.parametrize("elapsed", [0.0, 0.5, 1.0])
def test_kinds_are_drawn_in_their_shares(drift, elapsed):
    early, late = {3: 0.2, 1: 0.3}, {2: 0.5}
    kinds = draw_kinds(np.full(50_000, elapsed), early, late, drift, np.random.default_rng(0))
    lean = drift * (1.0 - 2.0 * elapsed)
    expected = [0.3 * (1 + lean), 0.5 * (1 - lean), 0.2 * (1 + lean)]
    np.testing.assert_allclose(np.bincount(kinds, minlength=4)[1:] / 50_000, expected, atol=0.01)


@given(st.integers(1000, 100_000), st.floats(0.0005, 0.1), st.floats(0.0, 0.99))
def test_labels_and_undetected_frauds_add_up(n_rows, prevalence, undetected):
    found = round(prevalence * n_rows)
    frauds = count_frauds(n_rows, prevalence, undetected)
    assert abs((1 - undetected) * frauds - found) <= 0.5


def test_found_frauds_are_frauds_and_any_of_them_may_be_found():
    fraud = np.arange(1000) % 10 == 0
    labels = np.array([find_frauds(fraud, 70, np.random.default_rng(seed)) for seed in range(200)])
    assert (labels.sum(axis=1) == 70).all()
    assert not labels[:, ~fraud].any()
    np.testing.assert_allclose(labels[:, fraud].mean(axis=0), 0.7, atol=0.15)
