import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.matrix import Matrix
from focalboost.benchmark.methods import METHODS
from focalboost.benchmark.methods.sanity import NoTrees
from focalboost.benchmark.parts import Sample
from focalboost.benchmark.settings import Trees
from focalboost.evaluation.metrics import average_precision, roc_auc

NONE, TREES = NoTrees(), Trees(rounds=3, threads=1)


def with_column(sample, column, categorical=False):
    """The rows with one more column, "leak"."""
    data = sample.features
    values = np.column_stack([data.values, column]).astype(np.float32)
    kinds = (*data.categorical, *([data.values.shape[1]] if categorical else []))
    return Sample(Matrix(values, kinds, (*data.names, "leak")), sample.target, sample.source_row)


def single_feature(fit):
    return METHODS["single_feature"].train(NONE, fit, TREES)


def test_the_constant_predicts_the_prevalence_at_every_stop(sample):
    fit, test = sample(), sample(seed=1)
    trained = METHODS["constant"].train(NONE, fit, TREES)
    for scores in trained.model.staged_scores(test.features, (1, 3)):
        probability = trained.link.probabilities(scores)[:, 1]
        np.testing.assert_allclose(probability, fit.target.mean())
        assert average_precision(test.target, probability) == pytest.approx(test.target.mean())
        assert roc_auc(test.target, probability) == 0.5


def test_a_leaked_number_is_found_and_named(sample):
    def leaking(some, seed):
        return with_column(some, some.target + 0.1 * np.random.default_rng(seed).normal(size=len(some.target)))

    fit, test = leaking(sample(), 5), leaking(sample(seed=1), 6)
    trained = single_feature(fit)
    assert trained.note == "leak"
    (scores,) = trained.model.staged_scores(test.features, (3,))
    assert average_precision(test.target, scores) > 0.99


def test_a_leaked_category_is_found_and_named(sample):
    def leaking(some, seed):
        # Of six states of a case two are given once it has turned out a fraud.
        rng, n = np.random.default_rng(seed), len(some.target)
        return with_column(some, np.where(some.target, rng.choice([1, 4], n), rng.choice([0, 2, 3, 5], n)), True)

    fit, test = leaking(sample(), 5), leaking(sample(seed=1), 6)
    trained = single_feature(fit)
    assert trained.note == "leak"
    (scores,) = trained.model.staged_scores(test.features, (3,))
    assert average_precision(test.target, scores) > 0.99


def test_a_column_of_many_categories_does_not_win_by_heart(sample):
    fit = sample()
    fit = with_column(fit, np.arange(len(fit.target)), categorical=True)
    assert single_feature(fit).note in {"signal", "shop"}


@pytest.mark.parametrize("seed", [0, 2])
def test_a_weak_column_is_found_among_many_that_fit_by_chance(seed):
    rng = np.random.default_rng(seed)
    target = (rng.random(300) < 0.3).astype(np.int8)
    values = rng.normal(size=(300, 200)).astype(np.float32)
    values[:, 0] += 0.9 * target
    names = ("weak", *(f"noise {column}" for column in range(1, 200)))
    assert single_feature(Sample(Matrix(values, (), names), target, np.arange(300))).note == "weak"


def test_what_is_missing_may_be_the_leak(sample):
    fit = sample()
    column = np.where(fit.target == 1, np.nan, np.random.default_rng(0).normal(size=len(fit.target)))
    assert single_feature(with_column(fit, column)).note == "leak"


def test_it_is_a_tree_of_eight_leaves_on_that_column_alone(sample):
    fit, test = sample(), sample(seed=1)
    trained = single_feature(fit)
    column = fit.features.names.index(trained.note)
    direct = DecisionTreeClassifier(max_leaf_nodes=8, min_samples_leaf=20, random_state=0)
    direct.fit(fit.features.values[:, [column]], fit.target)
    expected = direct.predict_proba(test.features.values[:, [column]])[:, 1]
    (scores,) = trained.model.staged_scores(test.features, (3,))
    np.testing.assert_allclose(trained.link.probabilities(scores)[:, 1], expected.clip(0.5 / 600, 1), rtol=1e-6)


def test_a_row_s_score_does_not_depend_on_the_rows_beside_it(sample):
    fit = sample()
    trained = single_feature(with_column(fit, fit.target))
    rows = np.arange(10)
    features = with_column(fit, fit.target).features
    (many,), (few,) = (trained.model.staged_scores(data, (1,)) for data in (features, features.rows(rows)))
    np.testing.assert_array_equal(many[rows], few)
    assert np.isfinite(many).all()


def test_all_rows_of_a_large_table_train_the_tree(sample):
    fit = sample(120_000)
    trained = single_feature(fit)
    assert trained.model.tree.tree_.n_node_samples[0] == 120_000


def test_no_method_of_trees_trains_in_the_library_of_the_sanity_rows(sample):
    fit = sample()
    with pytest.raises(BenchmarkError, match="has no trees: train in another"):
        METHODS["cross_entropy"].train(NONE, fit, TREES)
    assert not METHODS["cross_entropy"].runs_in(NONE)
