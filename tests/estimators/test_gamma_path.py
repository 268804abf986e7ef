"""gamma="auto" cross-validates a short path and takes cross-entropy unless another gamma is clearly better."""

import numpy as np
import pytest
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from focalboost import FocalXGBClassifier, GammaPath
from focalboost.estimators.gamma_path import GammaSearch


def test_scores_are_those_of_cross_validation(case, data):
    path = GammaPath(gammas=(1.0,), cv=3)
    search = case(gamma=path).fit(data.X, data.y).gamma_search_
    assert search.gammas == (0.0, 1.0)
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    for gamma, scores in zip(search.gammas, search.scores, strict=True):
        proba = cross_val_predict(case(gamma=gamma), data.X, data.y, cv=folds, method="predict_proba")
        expected = [log_loss(data.y[test], proba[test]) for _, test in folds.split(data.X, data.y)]
        np.testing.assert_allclose(scores, expected, rtol=1e-6)


def test_the_final_model_has_the_chosen_gamma(case, data):
    model = case(gamma=GammaPath(gammas=(0.0, 2.0), cv=2)).fit(data.X, data.y)
    same = case(gamma=model.gamma_search_.gamma).fit(data.X, data.y)
    assert model.gamma_ == model.gamma_search_.gamma
    np.testing.assert_array_equal(model.predict_proba(data.X), same.predict_proba(data.X))


def test_a_later_fit_forgets_the_search(case, data):
    model = case(gamma=GammaPath(gammas=(1.0,), cv=2), n_estimators=2).fit(data.X, data.y)
    assert not hasattr(model.set_params(gamma=1.0).fit(data.X, data.y), "gamma_search_")


def test_several_labels(data):
    both = np.column_stack([data.y == "fraud", data.many == 5]).astype(int)
    for scoring in ("log_loss", "average_precision"):
        path = GammaPath(gammas=(2.0,), cv=2, scoring=scoring)
        search = FocalXGBClassifier(gamma=path, n_estimators=3, n_jobs=1).fit(data.X, both).gamma_search_
        assert np.isfinite(search.scores).all()


@pytest.mark.parametrize("scoring", ["log_loss", "average_precision"])
def test_several_classes_and_weights(case, data, scoring):
    path = GammaPath(gammas=(0.0, 1.0), cv=2, scoring=scoring)
    search = case(gamma=path, n_estimators=3).fit(data.X, data.many, sample_weight=data.weight).gamma_search_
    assert search.scores.shape == (2, 2)
    assert np.isfinite(search.scores).all()


def test_auto_is_the_default_path(case, data):
    model = case(gamma="auto", n_estimators=2).fit(data.X[:300], data.many[:300])
    assert model.gamma_search_.scores.shape == (4, 5)


@pytest.mark.parametrize(
    ("scores", "choice", "said"),
    [
        ([[0.30, 0.31, 0.32], [0.20, 0.21, 0.22]], 1.0, "gamma 1: the best focal loss, gamma 1, changes"),
        ([[0.30, 0.31, 0.32], [0.40, 0.20, 0.30]], 0.0, "gamma 0, cross-entropy: the best focal loss, gamma 1"),
        ([[0.30, 0.31, 0.32], [0.40, 0.41, 0.42]], 0.0, "gamma 0, cross-entropy: no other"),
    ],
)
def test_cross_entropy_stays_unless_another_is_clearly_better(scores, choice, said):
    search = GammaSearch.of((0.0, 1.0), np.array(scores), "log_loss")
    assert search.gamma == choice
    assert str(search).startswith(said)


def test_choice_and_reason_are_logged(case, data, caplog):
    with caplog.at_level("INFO", logger="focalboost"):
        model = case(gamma=GammaPath(gammas=(2.0,), cv=2), n_estimators=2).fit(data.X, data.y)
    assert str(model.gamma_search_) in caplog.text


def test_wrong_paths_are_refused(case, data):
    with pytest.raises(ValueError, match="scoring='f1'"):
        GammaPath(scoring="f1")
    with pytest.raises(ValueError, match="at least 2 folds"):
        GammaPath(cv=1)
    few = np.where(np.arange(1500) < 3, "fraud", "fine")
    with pytest.raises(ValueError, match=r"'fraud' has 3: give gamma a number"):
        case(gamma="auto").fit(data.X, few)
