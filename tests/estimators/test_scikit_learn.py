"""scikit-learn's tools around the classifiers: search, calibration, thresholds, pipelines, routing."""

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.inspection import permutation_importance
from sklearn.metrics import fbeta_score, make_scorer
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    TunedThresholdClassifierCV,
    cross_val_predict,
    cross_val_score,
    cross_validate,
)
from sklearn.multioutput import MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def test_clone_and_parameters(case):
    model = case(gamma=1.0, class_weight={"fraud": 3.0}, subsample=0.5)
    twin = clone(model)
    assert type(twin) is type(model)
    assert twin.get_params()["gamma"] == 1.0
    assert twin.get_params()["class_weight"] == {"fraud": 3.0}
    assert twin.get_params()["subsample"] == 0.5
    names = set(case.parent().get_params())
    assert names <= set(model.get_params())


def test_grid_search(case, data):
    grid = {"gamma": [0.0, 2.0], "learning_rate": [0.1, 0.3]}
    search = GridSearchCV(case(n_estimators=5), grid, scoring="average_precision", cv=2)
    search.fit(data.X, data.y == "fraud")
    assert set(search.best_params_) == set(grid)
    assert 0.2 < search.best_score_ <= 1


def test_cross_validation(case, data):
    proba = cross_val_predict(case(), data.X, data.y, cv=3, method="predict_proba")
    assert proba.shape == (1500, 2)
    assert (cross_val_score(case(), data.X, data.y, cv=3, scoring="neg_log_loss") > -0.35).all()


def test_pipeline_with_pandas_output(case, data):
    pd = pytest.importorskip("pandas")
    X = pd.DataFrame(data.X, columns=list("abcd"))
    scaler = make_column_transformer((StandardScaler(), ["a", "b"]), remainder="passthrough")
    pipeline = make_pipeline(scaler, case()).set_output(transform="pandas")
    pipeline.fit(X, data.y)
    names = pipeline[-1].get_booster().feature_names if hasattr(pipeline[-1], "get_booster") else None
    assert (names or pipeline[-1].feature_name_)[0].endswith("a")
    assert pipeline.predict_proba(X).shape == (1500, 2)


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_calibration_on_top(case, data, method):
    calibrated = CalibratedClassifierCV(case(n_estimators=5), method=method, cv=3).fit(data.X, data.y)
    assert abs(calibrated.predict_proba(data.X)[:, 1].mean() - (data.y == "fraud").mean()) < 0.01


def test_threshold_by_cost(case, data):
    scorer = make_scorer(fbeta_score, beta=3, pos_label="fraud")
    tuned = TunedThresholdClassifierCV(case(), scoring=scorer, cv=3).fit(data.X, data.y)
    plain = case().fit(data.X, data.y)
    assert tuned.best_threshold_ < 0.5
    assert (tuned.predict(data.X) == "fraud").sum() > (plain.predict(data.X) == "fraud").sum()
    fixed = FixedThresholdClassifier(plain, threshold=0.1, pos_label="fraud").fit(data.X, data.y)
    np.testing.assert_array_equal(fixed.predict(data.X) == "fraud", fixed.predict_proba(data.X)[:, 1] >= 0.1)


def test_metadata_routing(case, data):
    with sklearn.config_context(enable_metadata_routing=True):
        routed = case().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        weighted = cross_validate(routed, data.X, data.y, params={"sample_weight": data.weight}, cv=2)
        plain = cross_validate(routed.set_fit_request(sample_weight=False), data.X, data.y, cv=2)
    assert not np.allclose(weighted["test_score"], plain["test_score"])


def test_several_outputs(case, data):
    both = np.column_stack([data.y == "fraud", data.many == 5]).astype(int)
    model = MultiOutputClassifier(case(n_estimators=3)).fit(data.X, both)
    assert model.predict(data.X).shape == both.shape


def test_permutation_importance(case, data):
    model = case().fit(data.X, data.y)
    found = permutation_importance(model, data.X, data.y, scoring="neg_log_loss", n_repeats=2, random_state=0)
    assert found.importances_mean.argmax() == 0
