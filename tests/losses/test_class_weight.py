"""Class weights."""

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_class_weight

from focalboost import BinaryFocalLoss, MulticlassFocalLoss, class_weights


def test_balanced_is_scikit_learns():
    y = np.array(["b"] * 7 + ["a"] * 2 + ["c"])
    expected = compute_class_weight("balanced", classes=np.array(["a", "b", "c"]), y=y)
    assert class_weights(y) == pytest.approx(dict(zip("abc", expected, strict=True)))


def test_effective_number():
    beta, counts = 0.99, np.array([500, 20])
    weights = class_weights([0] * 500 + [1] * 20, "effective", beta=beta)
    raw = (1 - beta) / (1 - beta**counts)
    assert list(weights.values()) == pytest.approx(list(raw / raw.sum() * 2), rel=1e-12)
    assert class_weights([0, 0, 1], "effective", beta=0.0) == {0: 1.0, 1: 1.0}


@pytest.mark.parametrize("scheme", ["balanced", "effective"])
def test_scheme_is_computed_from_the_labels_of_the_call(scheme):
    y, z = np.array([0] * 9 + [1]), np.linspace(-1, 1, 10)
    by_name = BinaryFocalLoss(class_weight=scheme)
    by_number = BinaryFocalLoss(class_weight=class_weights(y, scheme))
    np.testing.assert_allclose(by_name.gradient_hessian(y, z), by_number.gradient_hessian(y, z))
    assert by_name.resolve_class_weight(y) == by_number
    assert by_name.fit_intercept_only(y) == by_number.fit_intercept_only(y)


@pytest.mark.parametrize("call", [
    lambda loss: loss.predict_proba([0.0]),
    lambda loss: loss.metric(np.array([0, 1]), np.array([0.0, 1.0])),
])  # fmt: skip
def test_scheme_without_training_labels_is_an_error_with_the_mend(call):
    with pytest.raises(ValueError, match=r"resolve_class_weight\(y_train\)"):
        call(BinaryFocalLoss(class_weight="balanced"))


def test_forms():
    assert BinaryFocalLoss(alpha=0.25).class_weight == (0.75, 0.25)
    assert BinaryFocalLoss(class_weight={0: 1, 1: 3}) == BinaryFocalLoss(class_weight=[1, 3])
    assert MulticlassFocalLoss(3, class_weight={0: 1, 1: 2, 2: 3}).class_weight == (1.0, 2.0, 3.0)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"class_weight": {0: 1}}, "keys"),
    ({"class_weight": {0: 1, 2: 1}}, "keys"),
    ({"class_weight": (1, -1)}, "positive"),
    ({"class_weight": (1, np.nan)}, "positive"),
    ({"class_weight": (1, 2, 3)}, "2 positive"),
    ({"class_weight": "weighted"}, "'balanced'"),
    ({"alpha": 0.25, "class_weight": (1, 1)}, "not both"),
    ({"alpha": 1.0}, r"\(0, 1\)"),
])  # fmt: skip
def test_bad_weights(arguments, message):
    with pytest.raises(ValueError, match=message):
        BinaryFocalLoss(**arguments)


@pytest.mark.parametrize(("arguments", "message"), [
    (([],), "not empty"), (([[0, 1]],), "one-dimensional"), (([0, 1], "sqrt"), "'balanced'"),
])  # fmt: skip
def test_bad_arguments_of_class_weights(arguments, message):
    with pytest.raises(ValueError, match=message):
        class_weights(*arguments)


def test_bad_beta():
    with pytest.raises(ValueError, match=r"\[0, 1\)"):
        class_weights([0, 1], "effective", beta=1.0)
