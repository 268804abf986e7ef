from dataclasses import replace

import numpy as np
import pytest

from focalboost import BinaryFocalLoss, FocalLGBMClassifier, FocalXGBClassifier
from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.matrix import Matrix
from focalboost.benchmark.methods import METHODS
from focalboost.benchmark.settings import Trees

TREES = Trees(
    rounds=25,
    learning_rate=0.2,
    max_depth=4,
    num_leaves=9,
    reg_lambda=2.0,
    min_child_weight=0.5,
    subsample=0.8,
    colsample=0.7,
    seed=3,
    threads=1,
)


def informative(rows):
    """Leave out the columns that do not vary: the estimator lets LightGBM draw among them, the benchmark does not."""
    return replace(rows, features=Matrix(rows.features.values[:, :3], (2,), rows.features.names[:3]))


def classifier(library, fit, gamma):
    """The package's own estimator with the same parameters."""
    common = {
        "gamma": gamma,
        "n_estimators": 25,
        "learning_rate": 0.2,
        "reg_lambda": 2.0,
        "min_child_weight": 0.5,
        "subsample": 0.8,
        "colsample_bytree": 0.7,
        "random_state": 3,
        "n_jobs": 1,
    }
    if library == "xgboost":
        types = ["q", "q", "c"]
        estimator = FocalXGBClassifier(**common, max_depth=4, feature_types=types, enable_categorical=True)
        return estimator.fit(fit.features.values, fit.target)
    estimator = FocalLGBMClassifier(
        **common, num_leaves=9, subsample_freq=1, deterministic=True, force_row_wise=True, verbosity=-1
    )
    return estimator.fit(fit.features.values, fit.target, categorical_feature=[2])


def probabilities(trained, fit, test):
    (fit_scores,) = trained.model.staged_scores(fit.features, (25,))
    (scores,) = trained.model.staged_scores(test.features, (25,))
    return trained.matched_link(fit_scores).probabilities(scores)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_it_is_the_estimator_of_the_package(library, gamma, sample):
    fit, test = informative(sample()), informative(sample(seed=1))
    trained = METHODS[f"focal_gamma_{gamma:g}"].train(BOOSTERS[library], fit, TREES)
    expected = classifier(library, fit, gamma).predict_proba(test.features.values)
    np.testing.assert_allclose(probabilities(trained, fit, test), expected, atol=1e-6)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_auto_is_the_gamma_that_the_estimator_chooses(library, sample):
    fit, test = informative(sample()), informative(sample(seed=1))
    trained = METHODS["focal_auto"].train(BOOSTERS[library], fit, TREES)
    estimator = classifier(library, fit, "auto")
    assert trained.note == f"gamma {estimator.gamma_:g}"
    expected = estimator.predict_proba(test.features.values)
    np.testing.assert_allclose(probabilities(trained, fit, test), expected, atol=1e-6)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0, 3.0, 5.0])
def test_the_loss_is_scaled_to_the_fit_rows_and_the_posterior_is_its_own(gamma, recorder, sample):
    library, fit = recorder(), sample()
    trained = METHODS[f"focal_gamma_{gamma:g}"].train(library, fit, TREES)
    ((_, _, training, _),) = library.asked
    loss = BinaryFocalLoss(gamma=gamma).scaled_to(fit.target)
    assert training.loss == loss
    assert training.regularised
    assert training.sample_weight is None
    scores = np.linspace(-9, 9, 50)
    np.testing.assert_allclose(trained.link.probabilities(scores), loss.predict_proba(scores))
    # What is matched has the fit rows' share of positives on average.
    matched = trained.matched_link(scores).probabilities(scores)[:, 1]
    assert matched.mean() == pytest.approx(fit.target.mean())
