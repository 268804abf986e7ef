"""Validation measures are those of the recovered probabilities, under the booster's names, and stop training."""

import inspect
import warnings

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb
from estimators.conftest import LGBM, XGB
from sklearn.metrics import accuracy_score, average_precision_score, brier_score_loss, log_loss, roc_auc_score

from focalboost import GammaPath

TRAIN, TEST = slice(0, 1000), slice(1000, 1500)


def fitted(case, data, metric, target="y", weight=None, stop=None, **parameters):
    """Train with a validation set; return the model and what was measured on it, round by round.

    The shift that matches the prevalence is found when training is over: measures know nothing of it.
    """
    parameters = {"match_prevalence": False} | parameters
    y = getattr(data, target)
    eval_set = [(data.X[TEST], y[TEST])]
    if case.parent is xgb.XGBClassifier:
        model = case(eval_metric=metric, early_stopping_rounds=stop, **parameters)
        weights = {} if weight is None else {"sample_weight_eval_set": [weight[TEST]]}
        model.fit(data.X[TRAIN], y[TRAIN], eval_set=eval_set, verbose=False, **weights)
        return model, model.evals_result()["validation_0"]
    callbacks = [] if stop is None else [lgb.early_stopping(stop, verbose=False)]
    weights = {} if weight is None else {"eval_sample_weight": [weight[TEST]]}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The argument 'eval_set' is deprecated")  # LightGBM 4.7; 4.2 knows no other
        model = case(**parameters).fit(
            data.X[TRAIN], y[TRAIN], eval_set=eval_set, eval_metric=metric, callbacks=callbacks, **weights
        )
    return model, model.evals_result_["valid_0"]


@pytest.mark.parametrize("weighted", [False, True])
def test_names_measure_probabilities(case, data, weighted):
    weight = data.weight if weighted else None
    names = ["logloss", "brier", "error", "auc", "aucpr", "focal_loss"]
    model, measured = fitted(case, data, names, weight=weight)
    assert list(measured) == names
    proba, w = model.predict_proba(data.X[TEST])[:, 1], None if weight is None else weight[TEST]
    y = data.y[TEST] == "fraud"
    expected = {
        "logloss": log_loss(y, proba, sample_weight=w),
        "brier": brier_score_loss(y, proba, sample_weight=w),
        "error": 1 - accuracy_score(y, proba > 0.5, sample_weight=w),
        "auc": roc_auc_score(y, proba, sample_weight=w),
        "aucpr": average_precision_score(y, proba, sample_weight=w),
        "focal_loss": np.average(model.loss_.loss(y, model.decision_function(data.X[TEST])), weights=w)
        / model.loss_.scale,
    }
    for name, value in expected.items():
        assert measured[name][-1] == pytest.approx(value, rel=1e-5), name


def test_names_for_several_classes(case, data):
    names = ["multi_logloss", "merror", "auc", "average_precision"]
    model, measured = fitted(case, data, names, target="many")
    proba, y = model.predict_proba(data.X[TEST]), data.many[TEST]
    expected = {
        "multi_logloss": log_loss(y, proba),
        "merror": 1 - accuracy_score(y, model.predict(data.X[TEST])),
        "auc": roc_auc_score(y, proba, multi_class="ovr", average="weighted"),
        "average_precision": average_precision_score(y[:, None] == model.classes_, proba),
    }
    for name, value in expected.items():
        assert measured[name][-1] == pytest.approx(value, rel=1e-5), name


def test_log_loss_is_the_default(case, data):
    names = ("logloss", "mlogloss") if case.parent is xgb.XGBClassifier else ("binary_logloss", "multi_logloss")
    assert list(fitted(case, data, None)[1]) == [names[0]]
    assert list(fitted(case, data, None, target="many")[1]) == [names[1]]


@pytest.mark.parametrize("metric", [None, "aucpr"])
def test_early_stopping_keeps_the_best_round(case, data, metric):
    model, measured = fitted(case, data, metric, stop=5, n_estimators=300, learning_rate=0.5)
    (values,) = measured.values()
    best = int(np.argmax(values) if metric else np.argmin(values))
    rounds = model.best_iteration + 1 if case.parent is xgb.XGBClassifier else model.best_iteration_
    assert rounds == best + 1 < 295
    proba = model.predict_proba(data.X[TEST])[:, 1]
    y = data.y[TEST] == "fraud"
    value = average_precision_score(y, proba) if metric else log_loss(y, proba)
    assert value == pytest.approx(values[best], rel=1e-5)


def test_the_last_metric_decides_in_xgboost(data):
    model, measured = fitted(XGB, data, ["aucpr", "logloss"], stop=5, n_estimators=300, learning_rate=0.5)
    assert model.best_iteration == int(np.argmin(measured["logloss"]))


def test_a_callable_gets_probabilities(case, data):
    seen = []

    def spread(_, y_pred):
        seen.append(np.shape(y_pred))
        value = float(np.max(y_pred) - np.min(y_pred))
        return value if case.parent is xgb.XGBClassifier else ("spread", value, True)

    model, measured = fitted(case, data, [spread, "logloss"])
    assert list(measured) == ["spread", "logloss"]
    proba = model.predict_proba(data.X[TEST])[:, 1]
    assert measured["spread"][-1] == pytest.approx(np.ptp(proba), rel=1e-5)
    assert set(seen) == {(500,)}
    fitted(case, data, spread, target="many")
    assert seen[-1] == (500, 3)


def test_a_callable_gets_weights(case, data):
    def weighted(_, y_pred, sample_weight=None):
        value = float(np.average(y_pred, weights=sample_weight))
        return value if case.parent is xgb.XGBClassifier else ("weighted", value, False)

    model, measured = fitted(case, data, weighted, weight=data.weight)
    expected = np.average(model.predict_proba(data.X[TEST])[:, 1], weights=data.weight[TEST])
    assert measured["weighted"][-1] == pytest.approx(expected, rel=1e-5)


def test_lightgbm_takes_a_metric_of_the_constructor(data):
    assert list(fitted(LGBM, data, None, metrics="auc")[1]) == ["auc"]
    assert list(fitted(LGBM, data, "brier", metrics=["auc"])[1]) == ["brier", "auc"]


@pytest.mark.skipif("eval_y" not in inspect.signature(lgb.LGBMClassifier.fit).parameters, reason="LightGBM before 4.7")
@pytest.mark.parametrize("alone", [False, True])
def test_lightgbms_newer_form_of_validation_sets(data, alone):
    path = GammaPath(gammas=(1.0,), cv=2)  # whose folds are measured on the same set
    X, y = data.X[TEST], data.y[TEST]
    sets = {"eval_X": X, "eval_y": y} if alone else {"eval_X": (X, X[:200]), "eval_y": (y, y[:200])}
    model = LGBM(gamma=path, match_prevalence=False).fit(data.X[TRAIN], data.y[TRAIN], **sets)
    expected = log_loss(y == "fraud", model.predict_proba(X)[:, 1])
    assert model.evals_result_["valid_0"]["binary_logloss"][-1] == pytest.approx(expected, rel=1e-5)


def test_a_validation_label_must_be_a_class(case, data):
    y = data.y.copy()
    y[1200] = "theft"
    with pytest.raises(ValueError, match="theft"):
        fitted(case, data._replace(y=y), None)
