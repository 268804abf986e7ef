"""What the losses are given."""

from functools import partial

import numpy as np
from bad_input.case import Case

from focalboost import BinaryFocalLoss, MulticlassFocalLoss, class_weights, shift_prior

Y, Z = [0, 1, 0], [0.0, 0.0, 0.0]
MASKED = np.ma.masked_array([0, 1, 0], mask=[True, False, False])
THREE = [[0.0, 0.0, 0.0]] * 3
BINARY, SOFTMAX = BinaryFocalLoss(), MulticlassFocalLoss(3)


def parameter(given, error, message, loss=BinaryFocalLoss, **arguments):
    return Case(given, loss.__name__, error, message, lambda _: loss(**arguments))


def labels(given, y, message, loss=BINARY, scores=Z):
    where = f"{type(loss).__name__}.gradient_hessian, y_true"
    return Case(given, where, ValueError, message, lambda _: loss.gradient_hessian(y, scores))


def scores(given, z, message, loss=BINARY, y=tuple(Y)):
    where = f"{type(loss).__name__}.gradient_hessian, raw_prediction"
    return Case(given, where, ValueError, message, lambda _: loss.gradient_hessian(list(y), z))


def weights(given, weight, message):
    where = "BinaryFocalLoss.gradient_hessian, sample_weight"
    return Case(given, where, ValueError, message, lambda _: BINARY.gradient_hessian(Y, Z, weight))


def output(given, out, message, name="gradient_out", error=ValueError):
    where = f"BinaryFocalLoss.gradient_hessian, {name}"
    return Case(given, where, error, message, lambda _: BINARY.gradient_hessian(Y, np.array(Z), **{name: out}))


def start(given, y, message, loss=BINARY, weight=None):
    where = f"{type(loss).__name__}.fit_intercept_only"
    return Case(given, where, ValueError, message, lambda _: loss.fit_intercept_only(y, weight))


def read_only():
    array = np.zeros(3)
    array.flags.writeable = False
    return array


softmax = partial(parameter, loss=MulticlassFocalLoss)

CASES = [
    parameter("gamma=-1", ValueError, "gamma must be finite and >= 0", gamma=-1),
    parameter("gamma=NaN", ValueError, "gamma must be finite and >= 0", gamma=float("nan")),
    parameter("gamma=inf", ValueError, "gamma must be finite and >= 0", gamma=float("inf")),
    parameter("gamma='two'", TypeError, "gamma must be a number; it is 'two'", gamma="two"),
    parameter("gamma=None", TypeError, "gamma must be a number; it is None", gamma=None),
    parameter("gamma=[1.0, 2.0]", TypeError, "gamma must be a number", gamma=[1.0, 2.0]),
    parameter("gamma=2+1j", TypeError, "gamma must be a number", gamma=2 + 1j),
    parameter("scale=0", ValueError, "scale must be finite and > 0", scale=0),
    parameter("alpha=0", ValueError, r"alpha must be in \(0, 1\)", alpha=0),
    parameter("alpha=1.5", ValueError, r"alpha must be in \(0, 1\); it is 1.5", alpha=1.5),
    parameter("alpha=NaN", ValueError, r"alpha must be in \(0, 1\); it is nan", alpha=float("nan")),
    parameter("alpha='quarter'", TypeError, "alpha must be a number", alpha="quarter"),
    parameter("alpha with class_weight", ValueError, "not both", alpha=0.25, class_weight={0: 1, 1: 2}),
    parameter("class_weight='sqrt'", ValueError, "allowed are None, 'balanced'", class_weight="sqrt"),
    parameter("class_weight={1: 2.0}", ValueError, "exactly one for each class", class_weight={1: 2.0}),
    parameter("class_weight={0: 1, 1: -2}", ValueError, "positive finite weights", class_weight={0: 1, 1: -2}),
    parameter("class_weight={0: 1, 1: NaN}", ValueError, "positive finite", class_weight={0: 1, 1: float("nan")}),
    parameter(
        "class_weight={0: 1, 1: 'two'}", TypeError, "class's weight must be a number", class_weight={0: 1, 1: "two"}
    ),
    parameter("class_weight=(1, 2, 3)", ValueError, "2 positive finite weights", class_weight=(1, 2, 3)),
    parameter("class_weight=5", TypeError, "class_weight", class_weight=5),
    parameter("curvature='newton'", ValueError, "allowed are 'auto', 'exact'", curvature="newton"),
    parameter("curvature=None", ValueError, "curvature=None: allowed are", curvature=None),
    parameter("device='gpu'", ValueError, "device", device="gpu"),
    softmax("n_classes=1", ValueError, "integer of at least 2", n_classes=1),
    softmax("n_classes=2.5", ValueError, "integer of at least 2", n_classes=2.5),
    softmax("n_classes=True", ValueError, "integer of at least 2", n_classes=True),
    softmax("3 classes, 2 weights", ValueError, "3 positive finite weights", n_classes=3, class_weight=(1, 2)),
    labels("a masked label", MASKED, "y_true has 1 masked values"),
    labels("labels 1 and 2", [1, 2, 1], "y_true must be 0 or 1"),
    labels("labels -1 and 1", [-1, 1, -1], "y_true must be 0 or 1; row 0 has -1"),
    labels("soft labels", [0.3, 1.0, 0.0], "y_true must be 0 or 1; row 0 has 0.3"),
    labels("a NaN label", [0.0, np.nan, 1.0], "row 1 has nan"),
    labels("an infinite label", [0.0, np.inf, 1.0], "row 1 has inf"),
    labels("strings", ["no", "yes", "no"], "Encode the classes as 0, 1"),
    labels("objects", np.array([0, None, 1], dtype=object), "y_true must hold numbers or bools"),
    labels("dates", np.array(["2024-01-31"] * 3, dtype="datetime64[D]"), "y_true must hold numbers or bools"),
    labels("complex numbers", [0j, 1j, 0j], "y_true must hold numbers or bools"),
    labels("two labels for three scores", [0, 1], r"shape \(2,\)"),
    labels("lists of different lengths", [[0], [1, 0], [0]], "y_true"),
    labels("class 3 of three classes", [0, 1, 3], "row 2 has 3", SOFTMAX, THREE),
    labels("class -1", [0, 1, -1], "row 2 has -1", SOFTMAX, THREE),
    labels("one-hot labels", [[1, 0, 0], [0, 1, 0], [0, 0, 1]], r"shape \(3, 3\)", SOFTMAX, THREE),
    scores("a NaN score", [0.0, np.nan, 0.0], "raw_prediction must be not NaN; row 1"),
    scores("strings", ["a", "b", "c"], "raw_prediction must hold numbers"),
    scores("complex numbers", [0j, 1j, 0j], "raw_prediction must hold numbers"),
    scores("three dimensions", np.zeros((3, 1, 1)), r"\(n,\) or \(n, K\)"),
    scores("one number", 0.0, r"\(n,\) or \(n, K\)"),
    scores("two columns for three classes", [[0.0, 0.0]] * 3, "3", SOFTMAX),
    scores("no columns for three classes", Z, "3", SOFTMAX),
    weights("a negative weight", [1.0, -1.0, 1.0], r"from 0 to 1e\+18; row 1 has -1.0"),
    weights("a NaN weight", [1.0, np.nan, 1.0], r"from 0 to 1e\+18; row 1 has nan"),
    weights("an infinite weight", [1.0, np.inf, 1.0], r"from 0 to 1e\+18; row 1 has inf"),
    weights("two weights for three rows", [1.0, 1.0], "sample_weight must hold 3 numbers"),
    weights("one weight for all", 2.0, "sample_weight must hold 3 numbers"),
    weights("strings", ["a", "b", "c"], "sample_weight must hold numbers"),
    output("another shape", np.zeros(2), r"shape \(3,\)"),
    output("whole numbers", np.zeros(3, dtype=np.int64), "writeable float32 or float64"),
    output("a read-only array", read_only(), "writeable"),
    output("a list", [0.0, 0.0, 0.0], "an array to write to; it is a list", error=TypeError),
    output("float16", np.zeros(3, dtype=np.float16), "writeable float32 or float64", "hessian_out"),
    output("a strided array", np.zeros(6)[::2], "order", "hessian_out"),
    start("one class alone", [0, 0, 0], r"class \[1\] has none"),
    start("no rows", [], "needs a row"),
    start("all weights zero", Y, "positive weight", weight=[0, 0, 0]),
    start("a class of three missing", [0, 1, 0], r"class \[2\] has none", SOFTMAX),
    Case(
        '"balanced" weights, no training labels',
        "BinaryFocalLoss.predict_proba",
        ValueError,
        "resolve_class_weight",
        lambda _: BinaryFocalLoss(class_weight="balanced").predict_proba(Z),
    ),
    Case("NaN", "BinaryFocalLoss.predict_proba", ValueError, "NaN", lambda _: BINARY.predict_proba([np.nan])),
    Case(
        "NaN", "MulticlassFocalLoss.predict_proba", ValueError, "NaN", lambda _: SOFTMAX.predict_proba([[np.nan] * 3])
    ),
    Case(
        "an unknown scheme", "class_weights", ValueError, "'balanced' or 'effective'", lambda _: class_weights(Y, "x")
    ),
    Case("beta=1", "class_weights", ValueError, "beta must be in", lambda _: class_weights(Y, "effective", beta=1)),
    Case("a masked label", "class_weights", ValueError, "1 masked values", lambda _: class_weights(MASKED)),
    Case("NaN among texts", "class_weights", TypeError, "sort with each other", lambda _: class_weights(["a", np.nan])),
    Case(
        "a missing date",
        "class_weights",
        ValueError,
        "another missing value",
        lambda _: class_weights(np.array(["2024-01-01", "NaT"], dtype="datetime64[D]")),
    ),
    Case("no labels", "class_weights", ValueError, "not empty", lambda _: class_weights([])),
    Case(
        "shares that do not sum to one",
        "shift_prior",
        ValueError,
        "sum to one",
        lambda _: shift_prior([[0.5, 0.5]], [0.5, 0.5], [0.5, 0.9]),
    ),
    Case(
        "a share of zero",
        "shift_prior",
        ValueError,
        "positive shares",
        lambda _: shift_prior([[0.5, 0.5]], [0.5, 0.5], [0.0, 1.0]),
    ),
    Case(
        "probabilities of one column",
        "shift_prior",
        ValueError,
        "column for each class",
        lambda _: shift_prior([0.5, 0.5], [0.5, 0.5], [0.9, 0.1]),
    ),
    Case(
        "probabilities that do not sum to one",
        "shift_prior",
        ValueError,
        r"each row sum to one; row 1 has \[0.5, 0.1\]",
        lambda _: shift_prior([[0.5, 0.5], [0.5, 0.1]], [0.5, 0.5], [0.9, 0.1]),
    ),
    Case(
        "a NaN probability",
        "shift_prior",
        ValueError,
        "(?i)nan",
        lambda _: shift_prior([[np.nan, 0.5]], [0.5, 0.5], [0.9, 0.1]),
    ),
]
