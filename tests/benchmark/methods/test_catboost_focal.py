from dataclasses import replace

import numpy as np
import pytest

from focalboost import BinaryFocalLoss
from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.methods import METHODS
from focalboost.benchmark.settings import Trees

catboost = pytest.importorskip("catboost")


def test_it_is_the_library_s_own_focal_loss_with_our_posterior(sample):
    # Codes as numbers, as the oracle is easier to feed with them.
    fit, test = (replace(rows, features=replace(rows.features, categorical=())) for rows in (sample(), sample(seed=1)))
    trained = METHODS["catboost_focal"].train(BOOSTERS["catboost"], fit, Trees(rounds=15, threads=1))
    direct = catboost.CatBoostClassifier(
        loss_function="Focal:focal_alpha=0.5;focal_gamma=2",
        iterations=15,
        learning_rate=0.1,
        depth=6,
        l2_leaf_reg=1.0,
        bootstrap_type="No",
        random_seed=0,
        thread_count=1,
        verbose=False,
        allow_writing_files=False,
    ).fit(fit.features.values, fit.target)
    (scores,) = trained.model.staged_scores(test.features, (15,))
    np.testing.assert_allclose(scores, direct.predict(test.features.values, prediction_type="RawFormulaVal"), atol=1e-6)
    np.testing.assert_allclose(trained.link.probabilities(scores), BinaryFocalLoss(gamma=2.0).predict_proba(scores))
