import numpy as np
import pytest

from focalboost.benchmark.methods import METHODS
from focalboost.benchmark.methods.undersampled import Undersampled
from focalboost.benchmark.settings import Trees


def train(method, recorder, fit, seed=0):
    library = recorder()
    trained = method.train(library, fit, Trees(seed=seed, threads=1))
    ((data, target, training, _),) = library.asked
    assert training.regularised
    assert training.loss is training.sample_weight is None
    return trained, data, target


@pytest.mark.parametrize("ratio", [1, 2, 3])
def test_all_positives_are_kept_and_so_many_negatives_for_each(ratio, recorder, sample):
    fit = sample(1000)
    _, data, target = train(Undersampled(ratio), recorder, fit)
    positives = int(fit.target.sum())
    assert target.sum() == positives
    assert len(target) == (1 + ratio) * positives
    # The noise of a row is its own, and tells which rows these are.
    rows = np.flatnonzero(np.isin(fit.features.values[:, 1], data.values[:, 1]))
    np.testing.assert_array_equal(fit.features.rows(rows).values, data.values)
    np.testing.assert_array_equal(fit.target[rows], target)


def test_the_negatives_are_drawn_by_the_seed(recorder, sample):
    fit = sample()
    first, again, other = (train(Undersampled(1), recorder, fit, seed)[1].values for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other, equal_nan=True)


def test_the_prior_is_corrected_as_elkan_says(recorder, sample):
    fit = sample()
    trained, _, target = train(Undersampled(2), recorder, fit)
    scores = np.linspace(-6, 6, 30)
    # Theorem 2: the probability at base rate b', from that at base rate b.
    p, b, base = 1 / (1 + np.exp(-scores)), target.mean(), fit.target.mean()
    expected = base * (p - p * b) / (b - p * b + base * p - b * base)
    np.testing.assert_allclose(trained.link.probabilities(scores)[:, 1], expected, rtol=1e-12)


def test_where_negatives_are_few_all_rows_are_kept_as_they_are(recorder, sample):
    fit = sample()
    trained, data, _ = train(Undersampled(1000), recorder, fit)
    np.testing.assert_array_equal(data.values, fit.features.values)
    scores = np.linspace(-6, 6, 30)
    probability = trained.matched_link(np.array([-1.0, 5.0])).probabilities(scores)[:, 1]
    np.testing.assert_allclose(probability, 1 / (1 + np.exp(-scores)))


def test_the_method_of_the_tables_keeps_ten_negatives_for_each_positive():
    assert METHODS["undersampled"] == Undersampled(10)
