"""Layouts and types that are taken, and the errors that name a row."""

import copy
import pickle

import cloudpickle
import numpy as np
import pandas as pd
import pytest

from focalboost import BinaryFocalLoss, MulticlassFocalLoss

Y = np.array([0, 1, 1, 0, 1, 0, 0, 1])
Z = np.linspace(-3, 3, 8)


@pytest.mark.parametrize(
    "dtype", [bool, np.int8, np.uint8, np.int32, np.int64, np.uint64, np.float16, np.float32, ">i4", ">f8"]
)
def test_labels_of_any_type(dtype):
    expected = BinaryFocalLoss().gradient_hessian(Y, Z)
    np.testing.assert_array_equal(BinaryFocalLoss().gradient_hessian(Y.astype(dtype), Z), expected)


def test_layouts():
    expected = BinaryFocalLoss(2.3).gradient_hessian(Y, Z, np.arange(8.0))
    wide = np.zeros((8, 3))
    wide[:, 1] = Z
    readonly = Z.copy()
    readonly.flags.writeable = False
    for z in (wide[:, 1], readonly, Z.tolist(), pd.Series(Z, index=range(8, 16)), Z[::-1][::-1]):
        np.testing.assert_array_equal(BinaryFocalLoss(2.3).gradient_hessian(pd.Series(Y), z, range(8)), expected)


def test_types_of_the_result():
    for dtype in (np.float32, np.float64):
        assert all(a.dtype == dtype for a in BinaryFocalLoss().gradient_hessian(Y, Z.astype(dtype)))
    assert BinaryFocalLoss().loss(Y, [0] * 8).dtype == np.float64


def test_empty():
    gradient, curvature = BinaryFocalLoss().gradient_hessian([], np.empty(0, np.float32))
    assert gradient.shape == curvature.shape == (0,)
    assert MulticlassFocalLoss(3).gradient_hessian([], np.empty((0, 3)))[0].shape == (0, 3)


def test_output_arrays_are_filled():
    gradient, curvature = np.empty(8, np.float32), np.empty(8, np.float64)
    result = BinaryFocalLoss().gradient_hessian(Y, Z, gradient_out=gradient, hessian_out=curvature)
    assert result[0] is gradient
    assert result[1] is curvature
    expected = BinaryFocalLoss().gradient_hessian(Y, Z)
    np.testing.assert_array_equal(gradient, expected[0].astype(np.float32))
    np.testing.assert_array_equal(curvature, expected[1])


@pytest.mark.parametrize("out", [np.empty(7), np.empty(8, int), np.empty(16)[::2]])
def test_unfit_output_arrays(out):
    with pytest.raises(ValueError, match="gradient_out must be a writeable"):
        BinaryFocalLoss().gradient_hessian(Y, Z, gradient_out=out)


@pytest.mark.parametrize("n", [8, 200_000])
@pytest.mark.parametrize(("name", "value", "message"), [
    ("z", np.nan, "raw_prediction must be not NaN; row 5"),
    ("y", 2, "y_true must be 0 or 1; row 5 has 2"),
    ("y", np.nan, "y_true must be 0 or 1; row 5"),
    ("y", 0.5, "y_true must be 0 or 1; row 5"),
    ("w", np.nan, "sample_weight must be from 0 to 1e\\+18; row 5"),
    ("w", -1, "sample_weight must be from 0 to 1e\\+18; row 5 has -1"),
    ("w", np.inf, "sample_weight must be from 0 to 1e\\+18; row 5"),
])  # fmt: skip
def test_an_invalid_row_is_named(n, name, value, message):
    arrays = {"y": np.resize(Y, n).astype(float), "z": np.resize(Z, n), "w": np.ones(n)}
    arrays[name][5] = value
    for loss, z in ((BinaryFocalLoss(), arrays["z"]), (MulticlassFocalLoss(2), np.stack([arrays["z"]] * 2, axis=1))):
        for method in (loss.gradient_hessian, loss.loss):
            with pytest.raises(ValueError, match=message):
                method(arrays["y"], z, arrays["w"])


@pytest.mark.parametrize(("arguments", "message"), [
    (([0, 1], [0.0]), "shape"),
    (([0, 1], [[0.0], [1.0]]), "shape"),
    ((["a", "b"], [0.0, 1.0]), "Encode the classes"),
    (([0, 1], ["a", "b"]), "must hold numbers"),
    (([0, 1], [0.0, 1.0], [1.0]), "sample_weight must hold 2"),
    ((0, 0.0), "shape"),
])  # fmt: skip
def test_shapes_and_types_that_do_not_agree(arguments, message):
    with pytest.raises(ValueError, match=message):
        BinaryFocalLoss().gradient_hessian(*arguments)


@pytest.mark.parametrize("z", [[0.0, 1.0], [[0.0, 1.0]] * 2])
def test_multiclass_scores_need_a_column_for_each_class(z):
    with pytest.raises(ValueError, match=r"\(n, 3\)"):
        MulticlassFocalLoss(3).gradient_hessian([0, 1], z)


@pytest.mark.parametrize("y", [[1, 1, 1], [0, 0]])
def test_one_class_has_no_intercept(y):
    with pytest.raises(ValueError, match="every class"):
        BinaryFocalLoss().fit_intercept_only(y)
    with pytest.raises(ValueError, match="every class"):
        BinaryFocalLoss(class_weight="balanced").gradient_hessian(y, np.zeros(len(y)))


@pytest.mark.parametrize(("arguments", "error", "message"), [
    ({"gamma": -1}, ValueError, "gamma must be finite and >= 0; it is -1"),
    ({"gamma": np.nan}, ValueError, "gamma"),
    ({"gamma": 101}, ValueError, "gamma must be at most 100; it is 101"),
    ({"gamma": "high"}, TypeError, "gamma must be a number"),
    ({"scale": 0}, ValueError, "scale must be finite and > 0"),
    ({"curvature": "gauss-newton"}, ValueError, "'truncated'"),
])  # fmt: skip
def test_bad_parameters(arguments, error, message):
    with pytest.raises(error, match=message):
        BinaryFocalLoss(**arguments)


@pytest.mark.parametrize("n_classes", [1, 2.5, True, "3"])
def test_bad_number_of_classes(n_classes):
    with pytest.raises(ValueError, match="n_classes"):
        MulticlassFocalLoss(n_classes)


@pytest.mark.parametrize(
    "loss", [BinaryFocalLoss(2.3, alpha=0.3), MulticlassFocalLoss(4, 1.0, class_weight="balanced")]
)
def test_a_loss_is_a_value(loss):
    for other in (pickle.loads(pickle.dumps(loss)), cloudpickle.loads(cloudpickle.dumps(loss)), copy.deepcopy(loss)):
        assert other == loss
        assert hash(other) == hash(loss)
    assert loss == eval(repr(loss))
    with pytest.raises(AttributeError):
        loss.gamma = 3.0
    assert loss.metric == copy.deepcopy(loss).metric
