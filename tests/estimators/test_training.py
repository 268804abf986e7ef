"""An estimator is the low-level training with the right start, and cross-entropy is the parent's own training."""

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb

from focalboost import BinaryFocalLoss, FocalLGBMClassifier, FocalXGBClassifier, MulticlassFocalLoss

REGULARISED = {"lambda_l2": 1.0, "min_sum_hessian_in_leaf": 1.0}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("scaled", [False, True])
def test_xgboost_equals_train(data, weighted, scaled):
    y, weight = (data.y == "fraud").astype(int), data.weight if weighted else None
    loss = BinaryFocalLoss(1.5, alpha=0.7)
    loss = loss.scaled_to(y, weight) if scaled else loss
    matrix = xgb.DMatrix(data.X, y, weight=weight)
    params = {"max_depth": 3, "eta": 0.3, "nthread": 1, "tree_method": "hist", **loss.xgboost_params(y, weight)}
    raw = xgb.train(params, matrix, 15, obj=loss).predict(matrix, output_margin=True)
    model = FocalXGBClassifier(gamma=1.5, alpha=0.7, scaled=scaled, n_estimators=15, max_depth=3, n_jobs=1)
    model.fit(data.X, data.y, sample_weight=weight)
    np.testing.assert_array_equal(model.decision_function(data.X), raw)
    model = model.set_params(match_prevalence=False).fit(data.X, data.y, sample_weight=weight)
    np.testing.assert_array_equal(model.predict_proba(data.X), loss.predict_proba(raw))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("scaled", [False, True])
def test_lightgbm_equals_train(data, weighted, scaled):
    y, weight = (data.y == "fraud").astype(int), data.weight if weighted else None
    loss = BinaryFocalLoss(1.5, alpha=0.7)
    loss = loss.scaled_to(y, weight) if scaled else loss
    dataset = lgb.Dataset(data.X, y, weight=weight, init_score=loss.init_score(y, weight))
    params = {"num_leaves": 7, **REGULARISED, "verbosity": -1, "num_threads": 1, **loss.lightgbm_params()}
    booster = lgb.train(params, dataset, 15)
    raw = booster.predict(data.X, raw_score=True) + loss.fit_intercept_only(y, weight)
    model = FocalLGBMClassifier(
        gamma=1.5, alpha=0.7, scaled=scaled, n_estimators=15, num_leaves=7, verbosity=-1, n_jobs=1
    )
    model.fit(data.X, data.y, sample_weight=weight)
    np.testing.assert_allclose(model.decision_function(data.X), raw, rtol=0, atol=1e-6)


def test_several_classes_equal_train(data):
    codes = np.searchsorted([-5, 5, 15], data.many)
    loss = MulticlassFocalLoss(3, 2.0).scaled_to(codes)
    dataset = lgb.Dataset(data.X, codes, init_score=loss.init_score(codes))
    params = {"num_leaves": 7, **REGULARISED, "verbosity": -1, "num_threads": 1, **loss.lightgbm_params()}
    raw = lgb.train(params, dataset, 10).predict(data.X, raw_score=True) + loss.fit_intercept_only(codes)
    model = FocalLGBMClassifier(n_estimators=10, num_leaves=7, verbosity=-1, n_jobs=1).fit(data.X, data.many)
    np.testing.assert_allclose(model.decision_function(data.X), raw, rtol=0, atol=1e-6)
    assert model.classes_.tolist() == [-5, 5, 15]

    matrix = xgb.DMatrix(data.X, codes, base_margin=loss.init_score(codes))
    params = {"max_depth": 3, "nthread": 1, "tree_method": "hist", **loss.xgboost_params(codes)}
    raw = xgb.train(params, matrix, 10, obj=loss).predict(matrix, output_margin=True)
    model = FocalXGBClassifier(n_estimators=10, max_depth=3, n_jobs=1, match_prevalence=False).fit(data.X, data.many)
    np.testing.assert_allclose(model.predict_proba(data.X), loss.predict_proba(raw), rtol=0, atol=2e-5)


def test_gamma_zero_is_the_parents_cross_entropy(case, data):
    model = case(gamma=0.0, scaled=False).fit(data.X, data.y)
    start = {"base_score": (data.y == "fraud").mean()} if case.parent is xgb.XGBClassifier else {}
    parent = case.parent(**case.settings, **start).fit(data.X, (data.y == "fraud").astype(int))
    np.testing.assert_allclose(model.predict_proba(data.X), parent.predict_proba(data.X), rtol=0, atol=1e-6)


def test_scale_keeps_cross_entropy_as_it_is(case, data):
    scaled, plain = (case(gamma=0.0, scaled=scaled).fit(data.X, data.y) for scaled in (True, False))
    assert scaled.loss_.scale == pytest.approx(1, rel=1e-12)
    np.testing.assert_allclose(scaled.predict_proba(data.X), plain.predict_proba(data.X), rtol=0, atol=1e-6)


def test_several_labels_are_columns_of_their_own(data):
    both = np.column_stack([data.y == "fraud", data.many == 5]).astype(int)
    model = FocalXGBClassifier(n_estimators=8, max_depth=3, n_jobs=1).fit(data.X, both)
    proba = model.predict_proba(data.X)
    assert proba.shape == both.shape
    assert model.predict(data.X).shape == both.shape
    np.testing.assert_array_equal(model.predict(data.X), proba > 0.5)
    np.testing.assert_allclose(proba.mean(axis=0), both.mean(axis=0), atol=0.03)
    alone = FocalXGBClassifier(n_estimators=8, max_depth=3, n_jobs=1, scaled=False).fit(data.X, both[:, 0])
    beside = FocalXGBClassifier(n_estimators=8, max_depth=3, n_jobs=1, scaled=False).fit(data.X, both)
    np.testing.assert_allclose(
        beside.predict_proba(data.X)[:, 0], alone.predict_proba(data.X)[:, 1], rtol=1e-4
    )  # without the common scale, each label trains as it does alone


def test_lightgbm_refuses_several_labels(data):
    with pytest.raises(ValueError, match="MultiOutputClassifier"):
        FocalLGBMClassifier().fit(data.X, np.column_stack([data.y == "fraud", data.many == 5]).astype(int))


def test_balanced_weights_are_undone(case, data):
    plain = case(n_estimators=60, learning_rate=0.1).fit(data.X, data.y).predict_proba(data.X)[:, 1]
    balanced = case(n_estimators=60, learning_rate=0.1, class_weight="balanced").fit(data.X, data.y)
    assert balanced.loss_.class_weight[1] > 5 * balanced.loss_.class_weight[0]
    assert abs(balanced.predict_proba(data.X)[:, 1].mean() / plain.mean() - 1) < 0.2


def test_class_weight_by_label_is_alpha(case, data):
    by_label = case(class_weight={"fraud": 0.8, "fine": 0.2}).fit(data.X, data.y)
    by_alpha = case(alpha=0.8).fit(data.X, data.y)
    np.testing.assert_allclose(by_label.predict_proba(data.X), by_alpha.predict_proba(data.X), rtol=1e-5)


def test_training_goes_on_from_a_model(case, data):
    """Ten rounds and ten more are twenty."""
    whole = case(n_estimators=20, scaled=False).fit(data.X, data.many)
    half = case(n_estimators=10, scaled=False).fit(data.X, data.many)
    name = "xgb_model" if case.parent is xgb.XGBClassifier else "init_model"
    twice = case(n_estimators=10, scaled=False).fit(data.X, data.many, **{name: half})
    np.testing.assert_allclose(twice.decision_function(data.X), whole.decision_function(data.X), rtol=0, atol=1e-4)


def test_a_start_of_the_users_own(case, data):
    offset = np.where(data.X[:, 0] > 0, -1.0, -3.0)
    name = "base_margin" if case.parent is xgb.XGBClassifier else "init_score"
    model = case(n_estimators=3).fit(data.X, data.y, **{name: offset})
    with_start = model.decision_function(data.X, **{name: offset})
    other = model.decision_function(data.X, **{name: offset + 1})
    np.testing.assert_allclose(other - with_start, 1, atol=1e-5)


def test_lightgbm_needs_its_init_score_again(data):
    model = FocalLGBMClassifier(n_estimators=2, verbosity=-1, n_jobs=1)
    model.fit(data.X, data.y, init_score=model.fit(data.X, data.y).loss_.init_score(data.y == "fraud"))
    with pytest.raises(ValueError, match="trained with init_score"):
        model.predict(data.X)
    with pytest.raises(ValueError, match="without init_score"):
        model.fit(data.X, data.y).predict_proba(data.X, init_score=np.zeros(1500))


def test_linear_trees_keep_their_start_outside(data):
    model = FocalLGBMClassifier(n_estimators=10, linear_tree=True, verbosity=-1, n_jobs=1).fit(data.X, data.y)
    assert model.link_.start
    assert abs(model.predict_proba(data.X)[:, 1].mean() / (data.y == "fraud").mean() - 1) < 0.2
    more = FocalLGBMClassifier(n_estimators=5, linear_tree=True, verbosity=-1, n_jobs=1)
    more.fit(data.X, data.y, init_model=model)
    assert abs(more.predict_proba(data.X)[:, 1].mean() / (data.y == "fraud").mean() - 1) < 0.2


def test_rows_too_few_to_split_give_the_prevalence(data):
    model = FocalLGBMClassifier(n_estimators=3, verbosity=-1, n_jobs=1).fit(data.X[:30], [0] * 24 + [1] * 6)
    np.testing.assert_allclose(model.predict_proba(data.X[:2]), [[0.8, 0.2]] * 2, rtol=1e-12)


def test_nothing_of_the_training_data_stays(case, data):
    model = case().fit(data.X, data.y, sample_weight=data.weight)
    arrays = [value for value in vars(model).values() if isinstance(value, np.ndarray)]
    assert all(array.size < 10 for array in arrays)
