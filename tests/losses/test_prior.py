"""Elkan's formula against Bayes' rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from focalboost import shift_prior

SHARES = st.lists(st.floats(0.01, 1), min_size=2, max_size=5)


@given(SHARES, st.integers(0, 1000))
def test_is_bayes_rule_with_other_priors(weights, seed):
    rng = np.random.default_rng(seed)
    trained = np.array(weights) / np.sum(weights)
    used = rng.dirichlet(np.ones(len(weights))) * 0.9 + 0.1 / len(weights)
    likelihood = rng.uniform(0.01, 1, (20, len(weights)))
    posterior = likelihood * trained / (likelihood * trained).sum(axis=1, keepdims=True)
    expected = likelihood * used / (likelihood * used).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shift_prior(posterior, trained, used), expected, rtol=1e-9)
    np.testing.assert_allclose(shift_prior(shift_prior(posterior, trained, used), used, trained), posterior, rtol=1e-9)


@pytest.mark.parametrize("shares", [[0.5, 0.6], [1.0, 0.0], [0.2, 0.3, 0.5], 0.5])
def test_refuses_what_is_no_share(shares):
    with pytest.raises(ValueError, match="prevalence must be 2 positive shares"):
        shift_prior([[0.5, 0.5]], [0.5, 0.5], shares)


def test_refuses_one_column():
    with pytest.raises(ValueError, match="a column for each class"):
        shift_prior([0.5, 0.5], [0.5, 0.5], [0.1, 0.9])
