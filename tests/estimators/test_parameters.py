"""A parameter or a label that cannot be used is named, with its value and the mend."""

import numpy as np
import pytest
import xgboost as xgb
from estimators.conftest import LGBM, XGB

from focalboost import BinaryFocalLoss

REFUSED = [
    (XGB, {"scale_pos_weight": 99}, r"FocalXGBClassifier\(scale_pos_weight=99\): .*class_weight="),
    (XGB, {"objective": "binary:hinge"}, "objective='binary:hinge'.*XGBClassifier"),
    (XGB, {"base_score": 0.3}, "base_score=0.3"),
    (XGB, {"num_class": 3}, "num_class=3"),
    (LGBM, {"scale_pos_weight": 99}, r"FocalLGBMClassifier\(scale_pos_weight=99\): .*class_weight"),
    (LGBM, {"is_unbalance": True}, "is_unbalance=True.*class_weight"),
    (LGBM, {"unbalance": True}, "unbalance=True"),
    (LGBM, {"objective": "binary"}, "objective='binary'.*LGBMClassifier"),
    (LGBM, {"application": "binary"}, "application='binary'"),
    (LGBM, {"boost_from_average": False}, "boost_from_average=False"),
    (LGBM, {"pos_bagging_fraction": 0.5}, "deployment_prevalence"),
]
EVERYWHERE = [
    ({"gamma": -1}, "gamma must be finite and >= 0; it is -1"),
    ({"gamma": float("nan")}, "gamma must be finite"),
    ({"gamma": "automatic"}, "gamma='automatic': allowed"),
    ({"curvature": "newton"}, "curvature='newton': allowed"),
    ({"alpha": 1.5}, r"alpha must be in \(0, 1\); it is 1.5"),
    ({"alpha": 0.5, "class_weight": "balanced"}, "alpha or class_weight"),
    ({"class_weight": "sqrt"}, "class_weight='sqrt'"),
    ({"class_weight": {"fraud": 3, "theft": 2}}, r"\['theft'\], which y has not; its classes are \['fine', 'fraud'\]"),
    ({"class_weight": {"fraud": -3}}, "positive finite weights"),
]


@pytest.mark.parametrize(("case", "parameters", "message"), REFUSED)
def test_a_contradiction_is_refused(case, parameters, message, data):
    with pytest.raises(ValueError, match=message):
        case(**parameters).fit(data.X, data.y)


@pytest.mark.parametrize(("parameters", "message"), EVERYWHERE)
def test_a_value_out_of_range_is_refused(case, parameters, message, data):
    with pytest.raises(ValueError, match=message):
        case(**parameters).fit(data.X, data.y)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.zeros(1500), "one class alone"),
        (np.where(np.arange(1500) == 7, np.nan, np.arange(1500) % 2), "1 missing labels.*row 7"),
        (np.array(["a", None] * 750, dtype=object), "750 missing labels.*row 1"),
        (np.linspace(0, 1, 1500), "continuous"),
        (np.arange(1500) % 2 + 0.5, "continuous"),
        (np.tile([0, 2], (1500, 1)), "0 or 1"),
    ],
)
def test_labels_that_no_classifier_can_use_are_refused(case, y, message, data):
    with pytest.raises(ValueError, match=message):
        case().fit(data.X, y)


def test_weights_that_leave_a_class_out_are_refused(case, data):
    with pytest.raises(ValueError, match=r"weights of \['fraud'\] are all zero"):
        case().fit(data.X, data.y, sample_weight=(data.y != "fraud").astype(float))
    with pytest.raises(ValueError, match="sample_weight"):
        case().fit(data.X, data.y, sample_weight=np.ones(3))
    with pytest.raises(ValueError, match="sample_weight"):
        case().fit(data.X, data.y, sample_weight=np.where(np.arange(1500) == 4, -1.0, 1.0))


def test_alpha_is_for_two_classes(case, data):
    with pytest.raises(ValueError, match=r"alpha=0\.3 is for two classes; there are 3"):
        case(alpha=0.3).fit(data.X, data.many)


def test_xgboosts_own_gamma_has_another_name(data):
    pruned = XGB(min_split_loss=1e6).fit(data.X, data.y)
    assert pruned.get_booster().get_score() == {}
    assert XGB(gamma=3.0).fit(data.X, data.y).get_xgb_params()["gamma"] is None
    assert pruned.get_xgb_params()["gamma"] == 1e6


def test_parameters_of_a_fitted_model_can_be_set(case, data):
    """XGBoost hands them to the booster, which must not learn of ours."""
    for y in (data.y, data.many):
        model = case().fit(data.X, y)
        before = model.predict_proba(data.X)
        model.set_params(gamma=1.0, curvature="fisher", class_weight="balanced", learning_rate=0.5)
        np.testing.assert_array_equal(model.predict_proba(data.X), before)


def test_fit_leaves_parameters_as_they_were(case, data):
    model = case(class_weight={"fraud": 2.0})
    before = model.get_params()
    model.fit(data.X, data.y)
    assert {name: value for name, value in model.get_params().items() if name != "missing"} == {
        name: value for name, value in before.items() if name != "missing"
    }


@pytest.mark.parametrize("metric", ["rmse", 3, ["auc", "ndcg"], BinaryFocalLoss().metric])
def test_a_metric_that_is_not_known_is_refused(case, data, metric):
    in_xgboost = case.parent is xgb.XGBClassifier
    model, arguments = (case(eval_metric=metric), {}) if in_xgboost else (case(), {"eval_metric": metric})
    with pytest.raises((ValueError, TypeError), match="eval_metric"):
        model.fit(data.X, data.y, **arguments)
