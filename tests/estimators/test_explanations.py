"""SHAP values explain the raw score, from the boosters and from the shap package alike."""

import numpy as np
import pytest
import xgboost as xgb


def test_the_boosters_own_contributions(case, data):
    model = case().fit(data.X, data.y)
    if case.parent is xgb.XGBClassifier:
        contributions = model.get_booster().predict(xgb.DMatrix(data.X), pred_contribs=True)
    else:
        contributions = model.predict(data.X, pred_contrib=True)
    assert contributions.shape == (1500, 5)
    np.testing.assert_allclose(contributions.sum(axis=1), model.decision_function(data.X), atol=1e-4)


@pytest.mark.filterwarnings("ignore")  # shap reads attributes that newer versions of its dependencies warn of
def test_the_shap_package(case, data):
    shap = pytest.importorskip("shap")
    model = case().fit(data.X, data.y)
    explanation = shap.TreeExplainer(model)(data.X[:50])
    values = explanation.values[..., -1] if explanation.values.ndim == 3 else explanation.values
    base = np.asarray(explanation.base_values)
    base = base[..., -1] if base.ndim == 2 else base
    np.testing.assert_allclose(values.sum(axis=1) + base, model.decision_function(data.X[:50]), atol=1e-4)
