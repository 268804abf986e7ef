import numpy as np
import pytest
import threadpoolctl
from sklearn.ensemble import HistGradientBoostingClassifier

from focalboost.benchmark.boosters.booster import Training
from focalboost.benchmark.boosters.hist_gradient_boosting import HistGradientBoosting
from focalboost.benchmark.matrix import Matrix
from focalboost.benchmark.settings import Trees


@pytest.mark.parametrize("regularised", [True, False])
def test_it_is_the_classifier_with_the_stated_parameters_at_every_stop(sample, regularised):
    train, test = sample(), sample(seed=1)
    trees = Trees(rounds=15, learning_rate=0.2, num_leaves=9, reg_lambda=3.0, colsample=0.7, seed=5, threads=1)
    model = HistGradientBoosting().train(train.features, train.target, Training(regularised=regularised), trees)
    stated = {"l2_regularization": 3.0} if regularised else {}
    direct = HistGradientBoostingClassifier(
        max_iter=15,
        learning_rate=0.2,
        max_leaf_nodes=9,
        max_features=0.7,
        random_state=5,
        early_stopping=False,
        categorical_features=[2],
        **stated,
    )
    # It does not take the column of which nothing is known.
    values = train.features.values.copy()
    values[:, 4] = 0.0
    direct.fit(values, train.target)
    stages = list(direct.staged_decision_function(test.features.values))
    stops = (1, 4, 15)
    for stop, scores in zip(stops, model.staged_scores(test.features, stops), strict=True):
        np.testing.assert_array_equal(scores, stages[stop - 1])
    np.testing.assert_array_equal(scores, direct.decision_function(test.features.values))


def test_training_without_splits_has_scores_at_every_stop(sample):
    some = sample()
    training = Training(parameters={"min_samples_leaf": 500})
    model = HistGradientBoosting().train(some.features, some.target, training, Trees(rounds=5, threads=1))
    for scores in model.staged_scores(some.features, (1, 5)):
        np.testing.assert_allclose(1 / (1 + np.exp(-scores)), some.target.mean(), rtol=1e-6)


@pytest.mark.parametrize(("n_categories", "as_categories"), [(255, True), (256, False)])
def test_columns_of_more_categories_than_it_takes_are_numbers(n_categories, as_categories):
    rng = np.random.default_rng(0)
    codes = np.arange(4000) % n_categories
    matrix = Matrix(np.column_stack([codes, rng.random(4000)]).astype(np.float32), (0,), ("code", "x"))
    trees = Trees(rounds=3, threads=1)
    model = HistGradientBoosting().train(matrix, (codes % 2).astype(np.int8), Training(), trees)
    assert (model.model.is_categorical_ is not None) == as_categories
    # Later rows may have categories that no row had in training.
    later = Matrix(np.array([[400, 0.5], [np.nan, 0.5]], dtype=np.float32), (0,), ("code", "x"))
    (scores,) = model.staged_scores(later, (3,))
    assert np.isfinite(scores).all()


def test_a_column_of_categories_of_which_nothing_is_known_is_taken(sample):
    some = sample()
    values = some.features.values.copy()
    values[:, 2] = np.nan
    matrix = Matrix(values, (2,), some.features.names)
    model = HistGradientBoosting().train(matrix, some.target, Training(), Trees(rounds=3, threads=1))
    (scores,) = model.staged_scores(some.features, (3,))
    assert np.isfinite(scores).all()


def test_no_more_threads_are_used_than_were_asked_for(sample, monkeypatch):
    def openmp():
        return {
            library["num_threads"] for library in threadpoolctl.threadpool_info() if library["user_api"] == "openmp"
        }

    seen = []
    for name in ("fit", "staged_decision_function"):
        original = getattr(HistGradientBoostingClassifier, name)

        def spied(self, *data, original=original, **weights):
            seen.append(openmp())
            return original(self, *data, **weights)

        monkeypatch.setattr(HistGradientBoostingClassifier, name, spied)
    some = sample()
    with threadpoolctl.threadpool_limits(2, "openmp"):
        model = HistGradientBoosting().train(some.features, some.target, Training(), Trees(rounds=2, threads=1))
        list(model.staged_scores(some.features, (1, 2)))
        assert openmp() == {2}
    assert seen == [{1}, {1}]
