from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, rankdata, wilcoxon

from focalboost.benchmark.significance import friedman_p_value, holm, signed_rank_p_value, smallest_p_value


@given(st.lists(st.floats(0, 1), max_size=6))
def test_holm_is_the_closure_of_bonferroni(p_values):
    """A hypothesis falls when all intersections that contain it fall, each by Bonferroni (Marcus et al. 1976)."""
    places = range(len(p_values))
    families = list(chain.from_iterable(combinations(places, size) for size in range(1, len(p_values) + 1)))
    bonferroni = {f: min(len(f) * min(p_values[i] for i in f), 1.0) for f in families}
    expected = [max(bonferroni[f] for f in families if i in f) for i in places]
    assert holm(p_values) == pytest.approx(expected)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(-6, 6), min_size=1, max_size=8))
def test_signed_ranks_are_tried_under_all_signs(differences):
    d = np.array(differences, dtype=float)
    ranks = rankdata(np.abs(d[d != 0]))
    observed = abs(np.sign(d[d != 0]) @ ranks)
    extreme = [abs(np.array(signs) @ ranks) >= observed - 1e-9 for signs in product([-1, 1], repeat=len(ranks))]
    assert signed_rank_p_value(d) == pytest.approx(np.mean(extreme))


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 50))
def test_without_equal_sizes_it_is_scipys(seed, n):
    d = np.random.default_rng(seed).normal(0.3, 1, n)
    assert signed_rank_p_value(d) == pytest.approx(wilcoxon(d).pvalue, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_with_many_equal_sizes_it_is_near_scipys_approximation(seed):
    d = np.random.default_rng(seed).integers(-6, 7, 200).astype(float)
    assert signed_rank_p_value(d) == pytest.approx(wilcoxon(d).pvalue, abs=0.005)


@pytest.mark.parametrize("n", [1, 2, 5, 6, 12])
def test_no_p_value_is_smaller_than_the_smallest(n):
    assert signed_rank_p_value(np.arange(1.0, n + 1)) == pytest.approx(smallest_p_value(n))


def test_friedman_by_the_sum_of_squared_ranks():
    values = np.random.default_rng(0).random((10, 4))
    mean_ranks = rankdata(values, axis=1).mean(axis=0)
    statistic = 12 * 10 / (4 * 5) * ((mean_ranks - 2.5) ** 2).sum()
    assert friedman_p_value(values) == pytest.approx(chi2.sf(statistic, 3))


def test_what_has_no_test_is_nan_and_level_methods_are_alike():
    assert np.isnan(friedman_p_value(np.empty((0, 4))))
    assert np.isnan(friedman_p_value(np.ones((5, 2))))
    assert friedman_p_value(np.tile([[0.1], [0.3]], 3)) == 1
    assert signed_rank_p_value(np.zeros(9)) == 1
