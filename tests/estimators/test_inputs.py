"""Features in the forms that the parents take, and their constraints, names and categories."""

import lightgbm as lgb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse
import xgboost as xgb

NAMES = ["amount", "hour", "age", "country"]
LIGHTGBM_HAS_POLARS = tuple(map(int, lgb.__version__.split(".")[:2])) >= (4, 7)
XGBOOST_HAS_ARROW = tuple(map(int, xgb.__version__.split(".")[:2])) >= (3, 0)


def table(data, kind):
    columns = {name: data.X[:, i] for i, name in enumerate(NAMES)}
    if kind == "pandas":
        return pd.DataFrame(columns), pd.Series(data.y)
    if kind == "polars":
        return pl.DataFrame(columns), pl.Series(data.y)
    if kind == "pyarrow":
        return pa.table(columns), pa.array(data.y)
    return scipy.sparse.csr_matrix(data.X), data.y.tolist()


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "sparse"])
def test_forms_of_a_table(case, data, kind):
    X, y = table(data, kind)
    if kind == "polars" and case.parent is lgb.LGBMClassifier and not LIGHTGBM_HAS_POLARS:
        pytest.skip("LightGBM takes polars from 4.7 on")
    if kind in ("polars", "pyarrow") and case.parent is xgb.XGBClassifier and not XGBOOST_HAS_ARROW:
        pytest.skip("XGBoost takes this form from 3.0 on")
    model = case().fit(X, y)
    reference = case().fit(data.X, data.y)
    np.testing.assert_allclose(model.predict_proba(X), reference.predict_proba(data.X), rtol=1e-5)
    assert model.n_features_in_ == 4
    assert model.predict(X).dtype.kind in "OUT"


def test_feature_names_and_importances(case, data):
    X, y = table(data, "pandas")
    model = case().fit(X, y)
    assert list(model.get_booster().feature_names if hasattr(model, "get_booster") else model.feature_name_) == NAMES
    assert model.feature_importances_.shape == (4,)
    assert model.feature_importances_.argmax() == 0


def test_categories_and_missing_values(case, data):
    X, y = table(data, "pandas")
    X["country"] = pd.Categorical(np.where(data.y == "fraud", "xx", np.where(data.X[:, 3] > 0, "no", "se")))
    X.loc[X["hour"] > 1, "hour"] = np.nan
    model = case(**({"enable_categorical": True} if case.parent is xgb.XGBClassifier else {})).fit(X, y)
    proba = model.predict_proba(X)[:, 1]
    assert proba[data.y == "fraud"].min() > proba[data.y == "fine"].max()


def test_monotone_constraints(case, data):
    constraints = (1, 0, 0, 0) if case.parent is xgb.XGBClassifier else [1, 0, 0, 0]
    model = case(monotone_constraints=constraints, n_estimators=40).fit(data.X, data.y)
    grid = np.tile(data.X[:50, None], (1, 30, 1))
    grid[..., 0] = np.linspace(-3, 3, 30)
    proba = model.predict_proba(grid.reshape(-1, 4))[:, 1].reshape(50, 30)
    assert (np.diff(proba, axis=1) >= -1e-9).all()


def test_weights_in_any_form(case, data):
    reference = case().fit(data.X, data.y, sample_weight=data.weight).predict_proba(data.X)
    for weight in (pd.Series(data.weight), data.weight.tolist(), data.weight.astype(np.float32)):
        proba = case().fit(data.X, data.y, sample_weight=weight).predict_proba(data.X)
        np.testing.assert_allclose(proba, reference, rtol=1e-4)


def test_weights_are_used(case, data):
    """A row of weight two is a row that is there twice."""
    double = np.where(data.y == "fraud", 2.0, 1.0)
    twice = np.repeat(np.arange(1500), double.astype(int))
    weighted = case(n_estimators=1).fit(data.X, data.y, sample_weight=double)
    repeated = case(n_estimators=1).fit(data.X[twice], data.y[twice])
    assert weighted.link_.prevalence == pytest.approx(repeated.link_.prevalence)
    assert weighted.loss_.scale == pytest.approx(repeated.loss_.scale)
