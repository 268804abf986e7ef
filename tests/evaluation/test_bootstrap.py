import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from focalboost.evaluation import bootstrap
from focalboost.evaluation.bootstrap import bootstrap_average_precision, interval


@st.composite
def samples(draw):
    n = draw(st.integers(1, 40))
    y = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    y[draw(st.integers(0, n - 1))] = 1
    level = st.one_of(st.sampled_from([0.0, 0.2, 0.7, 1.0]), st.floats(0, 1))
    scores = np.array(draw(st.lists(level, min_size=3 * n, max_size=3 * n))).reshape(3, n)
    group = np.array(draw(st.lists(st.integers(5, 9), min_size=n, max_size=n)))
    return y, scores, draw(st.sampled_from([None, group]))


@settings(deadline=None, max_examples=40)
@given(samples(), st.integers(0, 5))
def test_replicates_are_scikit_learns_with_the_counts_as_weights(sample, seed):
    y, scores, group = sample
    found = bootstrap_average_precision(y, scores, 5, group, random_state=seed)
    code = None if group is None else np.unique(group, return_inverse=True)[1]
    draws = bootstrap._draws(y == 1, code, np.random.default_rng(seed))
    for replicate, count in zip(found, draws, strict=False):
        expected = [average_precision_score(y, score, sample_weight=count) for score in scores]
        assert replicate == pytest.approx(expected, abs=1e-12)


@settings(deadline=None)
@given(samples())
def test_draws_keep_the_classes_or_the_groups(sample):
    y, _, group = sample
    code = None if group is None else np.unique(group, return_inverse=True)[1]
    draws = bootstrap._draws(y == 1, code, np.random.default_rng(0))
    for count in [next(draws) for _ in range(5)]:
        assert count[y == 1].any()
        if group is None:
            assert (count[y == 1].sum(), count[y == 0].sum()) == (y.sum(), (1 - y).sum())
        else:
            of_group = [set(count[group == g]) for g in np.unique(group)]
            assert all(len(counts) == 1 for counts in of_group)
            assert sum(counts.pop() for counts in of_group) == len(of_group)


def test_replicates_scatter_as_other_samples_do():
    rng = np.random.default_rng(0)
    y = np.arange(2000) < 100

    def scores():
        return rng.normal(size=len(y)) + 2 * y

    others = [average_precision_score(y, scores()) for _ in range(300)]
    replicates = bootstrap_average_precision(y, [scores()], 300)
    assert replicates.std() == pytest.approx(np.std(others), rel=0.25)


def test_groups_of_alike_rows_widen_the_interval():
    rng = np.random.default_rng(0)
    y, score = (np.repeat(values, 20) for values in (np.arange(100) < 20, rng.normal(size=100)))
    by_row = bootstrap_average_precision(y, [score], 300)
    by_group = bootstrap_average_precision(y, [score], 300, group=np.repeat(np.arange(100), 20))
    assert by_group.std() > 2.5 * by_row.std()


def test_methods_are_paired_and_the_seed_decides():
    rng = np.random.default_rng(0)
    y, a, b = np.arange(100) < 10, rng.random(100), rng.random(100)
    both = bootstrap_average_precision(y, [a, b], 20, random_state=3)
    assert (both[:, :1] == bootstrap_average_precision(y, [a], 20, random_state=3)).all()
    assert (both[:, 1:] == bootstrap_average_precision(y, [b], 20, random_state=3)).all()
    assert (both != bootstrap_average_precision(y, [a, b], 20, random_state=4)).all()


def test_an_interval_leaves_out_its_quantiles():
    low, high = interval(np.column_stack([np.arange(101.0), np.arange(101.0) * 2]), 0.9)
    assert low == pytest.approx([5, 10])
    assert high == pytest.approx([95, 190])


def test_nonsense_is_refused():
    for arguments, message in [
        (([0, 0], [[0.1, 0.2]]), "no positive"),
        (([0, 1], [0.1, 0.2]), r"must have shape \(m, 2\)"),
        (([0, 1], [[0.1, 0.2, 0.3]]), r"probabilities must have shape \(2,\)"),
        (([0, 1], [[0.1, np.inf]]), "NaN or infinite"),
        (([0, 1], [[0.1, 0.2]], 5, [1]), r"group must have shape \(2,\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            bootstrap_average_precision(*arguments)
    with pytest.raises(ValueError, match="confidence is 95"):
        interval(np.zeros(3), 95)
