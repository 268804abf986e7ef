import numpy as np
import pandas as pd
import pytest

from focalboost.benchmark.boosters.booster import Training
from focalboost.benchmark.boosters.catboost import CatBoost
from focalboost.benchmark.matrix import Matrix
from focalboost.benchmark.settings import Trees

catboost = pytest.importorskip("catboost")


def frame(sample):
    """The features as a user of CatBoost would give them: categories as text."""
    table = pd.DataFrame(sample.features.values, columns=list(sample.features.names))
    table["shop"] = table["shop"].fillna(-1).astype(int).astype(str)
    return table


def direct(sample, **parameters):
    """The library's own classifier."""
    classifier = catboost.CatBoostClassifier(
        iterations=15, learning_rate=0.2, thread_count=1, verbose=False, allow_writing_files=False, **parameters
    )
    return classifier.fit(frame(sample), sample.target, cat_features=["shop"])


@pytest.mark.parametrize("regularised", [True, False])
def test_it_is_the_classifier_with_the_stated_parameters_at_every_stop(sample, regularised):
    train, test = sample(), sample(seed=1)
    trees = Trees(
        rounds=15, learning_rate=0.2, max_depth=4, reg_lambda=5.0, subsample=0.8, colsample=0.7, seed=5, threads=1
    )
    model = CatBoost().train(train.features, train.target, Training(regularised=regularised), trees)
    stated = {"l2_leaf_reg": 5.0} if regularised else {}
    classifier = direct(
        train,
        depth=4,
        bootstrap_type="Bernoulli",
        subsample=0.8,
        rsm=0.7,
        boost_from_average=True,
        random_seed=5,
        **stated,
    )
    stops = (1, 4, 15)
    for stop, scores in zip(stops, model.staged_scores(test.features, stops), strict=True):
        expected = classifier.predict(frame(test), prediction_type="RawFormulaVal", ntree_end=stop)
        np.testing.assert_allclose(scores, expected, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(scores, classifier.predict(frame(test), prediction_type="RawFormulaVal"), atol=1e-6)


def test_a_table_of_numbers_alone_is_taken_as_it_is():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(300, 2)).astype(np.float32)
    target = (values[:, 0] > 0.5).astype(np.int8)
    model = CatBoost().train(Matrix(values, (), ("x", "y")), target, Training(), Trees(rounds=10, threads=1))
    (scores,) = model.staged_scores(Matrix(values, (), ("x", "y")), (10,))
    assert ((scores > 0) == target).mean() > 0.95


def test_no_more_threads_are_used_than_were_asked_for(sample, monkeypatch):
    asked = []
    pool, predict = catboost.Pool, catboost.CatBoost.predict

    def spied_pool(*data, thread_count=-1, **columns):
        asked.append(thread_count)
        return pool(*data, thread_count=thread_count, **columns)

    def spied_predict(self, *data, thread_count=-1, **how):
        asked.append(thread_count)
        return predict(self, *data, thread_count=thread_count, **how)

    monkeypatch.setattr(catboost, "Pool", spied_pool)
    monkeypatch.setattr(catboost.CatBoost, "predict", spied_predict)
    train = sample()
    model = CatBoost().train(train.features, train.target, Training(), Trees(rounds=2, threads=1))
    list(model.staged_scores(train.features, (1, 2)))
    assert asked == [1, 1, 1, 1]
    assert model.model.get_params()["thread_count"] == 1
