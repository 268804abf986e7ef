import numpy as np
import pytest

from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.methods import METHODS
from focalboost.benchmark.settings import Trees


@pytest.mark.parametrize(
    ("name", "library", "parameters"),
    [
        *(("scale_pos_weight", library, None) for library in ("xgboost", "lightgbm", "catboost")),
        ("is_unbalance", "lightgbm", {"is_unbalance": True}),
        ("auto_class_weights", "catboost", {"auto_class_weights": "Balanced"}),
        ("hist_class_weight", "hist_gradient_boosting", {"class_weight": "balanced"}),
    ],
)
def test_parameters_are_as_users_type_them_and_probabilities_as_they_come(name, library, parameters, recorder, sample):
    method, fake, fit = METHODS[name], recorder(library), sample()
    assert method.runs_in(fake)
    trained = method.train(fake, fit, Trees(threads=1))
    ((_, _, training, _),) = fake.asked
    ratio = (fit.target == 0).sum() / (fit.target == 1).sum()
    assert training.parameters == (parameters or {"scale_pos_weight": ratio})
    assert not training.regularised
    assert training.sample_weight is training.loss is None
    scores = np.linspace(-5, 5, 20)
    probability = trained.matched_link(scores).probabilities(scores)[:, 1]
    np.testing.assert_allclose(probability, 1 / (1 + np.exp(-scores)))


def scores(name, library, fit):
    model = METHODS[name].train(BOOSTERS[library], fit, Trees(rounds=15, threads=1)).model
    return next(model.staged_scores(fit.features, (15,)))


def test_lightgbm_s_two_ways_are_one(sample):
    fit = sample()
    np.testing.assert_allclose(
        scores("is_unbalance", "lightgbm", fit), scores("scale_pos_weight", "lightgbm", fit), rtol=1e-9
    )


def test_catboost_s_two_ways_are_one(sample):
    pytest.importorskip("catboost")
    fit = sample()
    np.testing.assert_allclose(
        scores("auto_class_weights", "catboost", fit), scores("scale_pos_weight", "catboost", fit), atol=1e-5
    )


@pytest.mark.parametrize("name", ["scale_pos_weight", "is_unbalance"])
def test_it_reaches_the_trees(name, sample):
    fit = sample()
    inflated, plain = (1 / (1 + np.exp(-scores(method, "lightgbm", fit))) for method in (name, "library_defaults"))
    assert inflated.mean() > 1.2 * plain.mean()
