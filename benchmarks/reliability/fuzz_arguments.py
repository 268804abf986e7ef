"""What the fuzzer tries: the public functions, arguments for them, and what an answer must be."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from focalboost import BinaryFocalLoss, MulticlassFocalLoss, class_weights, shift_prior
from focalboost.evaluation import alerts, bootstrap, calibration, curves, metrics, money

Check = Callable[..., None]


class Target(NamedTuple):
    """A function under test."""

    name: str
    call: Callable[..., Any]
    arguments: SearchStrategy[dict[str, Any]]
    check: Check


# Values ---------------------------------------------------------------------------------------------------------------

SPECIAL = [
    0.0, -0.0, 1.0, 1e-310, 5e-324, 1e-40, 1e30, -1e30, 1e39, 1.7976931348623157e308, -1.7976931348623157e308,
    3.4028235e38, float("inf"), float("-inf"), float("nan"),
]  # fmt: skip
FLOATS = st.one_of(st.floats(-10, 10), st.floats(), st.sampled_from(SPECIAL))
STRANGE = st.one_of(
    st.none(), st.booleans(), st.text(max_size=3), st.binary(max_size=3), st.integers(), FLOATS,
    st.sampled_from([
        10**400, -(10**400), 1j, np.float16(1.5), np.int8(-3), np.bool_(True), np.datetime64("2020-01-01"), pd.NA,
        pd.NaT, Decimal("0.5"), Fraction(1, 3), object(), [], (), {}, set(), "2", "nan", [[1], [1, 2]], [1, "a"],
        [None], {0: 1.0}, np.array(0.5), np.array([0.5]), np.array("a"), np.array([object()]), np.longdouble(1) / 3,
        range(3), int, slice(2),
    ]),
)  # fmt: skip
# Once in so many times an argument is something else, and an array is of the wrong shape or has a strange value.
ODDS = 10
DTYPES = [bool, "i1", "u1", "i4", "i8", "u8", "f2", "f4", "f8", ">f8", ">i2", np.longdouble, object]


@st.composite
def dressed(draw: Any, values: np.ndarray) -> Any:
    """Give an array another type, layout or container; most of them hold the same."""
    with np.errstate(all="ignore"):
        array = values.astype(draw(st.sampled_from(DTYPES))) if draw(st.booleans()) else values
    kind = draw(st.sampled_from(["plain", "plain", "list", "series", "strided", "reversed", "fortran", "read-only"]))
    if kind == "list":
        return array.tolist()
    if kind == "series" and array.ndim == 1 and array.dtype.isnative and array.dtype not in (np.float16, np.longdouble):
        return pd.Series(array, index=range(len(array), 2 * len(array)))
    if kind == "series" and array.ndim == 2 and array.dtype.isnative and array.dtype not in (np.float16, np.longdouble):
        return pd.DataFrame(array)
    if kind == "strided":
        return np.repeat(array, 2, axis=0)[::2]
    if kind == "reversed":
        return array[::-1].copy()[::-1]
    if kind == "fortran":
        return np.asfortranarray(array)
    if kind == "read-only":
        array = array.copy()
        array.flags.writeable = False
    return array


@st.composite
def spoilt(draw: Any, values: np.ndarray) -> Any:
    """Break an array in one way: a value, the shape, or all of it."""
    way = draw(st.sampled_from(["value", "value", "shorter", "deeper", "column", "scalar", "strange", "table"]))
    if way == "value" and values.size:
        array = values.astype(object)
        array.flat[draw(st.integers(0, values.size - 1))] = draw(st.one_of(st.integers(-2, 9), FLOATS, STRANGE))
        return draw(st.sampled_from([array, array.tolist()]))
    if way == "shorter":
        return values[1:]
    if way == "deeper":
        return values[None]
    if way == "column":
        return values[..., None]
    if way == "scalar":
        return draw(FLOATS)
    if way == "table":
        return pd.DataFrame({"a": ["x", "y"], "b": [1.0, 2.0]})
    return draw(STRANGE)


@st.composite
def mostly(draw: Any, strategy: SearchStrategy[Any], otherwise: SearchStrategy[Any] = STRANGE, odds: int = ODDS) -> Any:
    """Mix something else in; ``one_of`` would choose among the kinds of strange things, which are many."""
    return draw(otherwise if draw(st.integers(1, odds)) == odds else strategy)


def given_as(values: np.ndarray) -> SearchStrategy[Any]:
    """Return the array in some form, mostly a right one."""
    return mostly(dressed(values), spoilt(values))


@st.composite
def numbers(draw: Any, shape: tuple[int, ...], elements: SearchStrategy[Any]) -> Any:
    """Draw an array of floats of a shape, in some form."""
    size = int(np.prod(shape))
    return draw(given_as(np.array(draw(st.lists(elements, min_size=size, max_size=size)), float).reshape(shape)))


@st.composite
def labels(draw: Any, shape: tuple[int, ...], n_classes: int = 2, every_class: bool = False) -> Any:
    """Draw labels of a shape, in some form; with ``every_class`` in the first rows of each column."""
    size = int(np.prod(shape))
    drawn = np.array(draw(st.lists(st.integers(0, n_classes - 1), min_size=size, max_size=size)), np.int64)
    drawn = drawn.reshape(shape)
    if every_class:
        drawn[:n_classes].T[...] = np.arange(n_classes)
    return draw(given_as(drawn))


NOT_NEGATIVE = mostly(
    st.one_of(st.floats(0, 10), st.sampled_from([0.0, 1e-310, 5e-324, 1e-40, 1e17])),
    st.one_of(st.floats(0, allow_nan=False, allow_infinity=False), st.sampled_from(SPECIAL)),
    odds=30,
)
PROBABILITY = st.floats(0, 1)
SIZES = st.integers(0, 6)


def optional(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Leave it out half of the time."""
    return st.one_of(st.none(), strategy)


# Losses ---------------------------------------------------------------------------------------------------------------

GAMMAS = st.one_of(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0, 100.0, 1e-310]), st.floats(0, 100))
POLICIES = st.sampled_from(["auto", "exact", "absolute", "fisher", "truncated"])
SCALES = st.one_of(st.just(1.0), st.sampled_from([1e-17, 1e17, 1e30, 1e-300]), st.floats(1e-6, 1e6))


def _weights_of(n_classes: int) -> SearchStrategy[Any]:
    numeric = st.lists(st.floats(1e-3, 1e3), min_size=n_classes, max_size=n_classes)
    return st.one_of(st.none(), st.none(), st.sampled_from(["balanced", "effective"]), numeric)


def binary_losses() -> SearchStrategy[BinaryFocalLoss]:
    """Return binary losses."""
    return st.builds(BinaryFocalLoss, GAMMAS, _weights_of(2), POLICIES, scale=SCALES)


def softmax_losses(n_classes: int) -> SearchStrategy[MulticlassFocalLoss]:
    """Return softmax losses of some classes."""
    return st.builds(MulticlassFocalLoss, st.just(n_classes), GAMMAS, _weights_of(n_classes), POLICIES, scale=SCALES)


@st.composite
def rows(draw: Any, weighted: bool = True, every_class: bool = False) -> dict[str, Any]:
    """Draw a loss, and labels, scores and weights for it."""
    kind, k = draw(st.sampled_from(["binary", "multilabel", "softmax"])), draw(st.integers(2, 4))
    n = draw(st.integers(k, 8) if every_class else SIZES)
    loss = draw(softmax_losses(k) if kind == "softmax" else binary_losses())
    shape = (n,) if kind == "binary" else (n, k)
    drawn = {
        "loss": loss,
        "y": draw(labels((n,), k, every_class) if kind == "softmax" else labels(shape, 2, every_class)),
        "raw": draw(numbers(shape, st.one_of(st.floats(-30, 30), st.sampled_from(SPECIAL[:-1])))),
    }
    if weighted:
        drawn["weight"] = draw(optional(numbers((n,), NOT_NEGATIVE)))
    return drawn


@st.composite
def training_labels(draw: Any) -> dict[str, Any]:
    """Draw a loss, and labels and weights without scores."""
    drawn = draw(rows(every_class=draw(st.sampled_from([True, True, True, False]))))
    del drawn["raw"]
    return drawn


@st.composite
def rows_and_outputs(draw: Any) -> dict[str, Any]:
    """Draw rows, and arrays to write to."""
    drawn = draw(rows())
    like = np.shape(drawn["raw"]) if isinstance(drawn["raw"], np.ndarray) else (3,)
    for name in ("gradient_out", "hessian_out"):
        out = st.sampled_from(["f4", "f8", "i4"]).map(lambda dtype, shape=like: np.zeros(shape, dtype))
        drawn[name] = draw(optional(mostly(out)))
    return drawn


def check_derivatives(result: Any, loss: Any, y: Any, raw: Any, weight: Any = None, **_: Any) -> None:
    """Shapes of the scores, the sign of each label's slope, curvature not negative; finite unless a weight is huge."""
    gradient, curvature = result
    shape = np.shape(raw)
    assert gradient.shape == curvature.shape == shape
    assert not np.isnan(gradient).any()
    assert not np.isnan(curvature).any()
    assert (curvature >= 0).all()
    if weight is None or np.max(np.asarray(weight, float), initial=0) < 1e15:
        assert np.isfinite(gradient).all()
        assert np.isfinite(curvature).all()
    true = np.asarray(y, float) == 1
    if true.size == gradient.size:
        true = true.reshape(gradient.shape)
    if isinstance(loss, MulticlassFocalLoss):
        true = np.asarray(y, float)[:, None] == np.arange(shape[1])
    assert (np.where(true, -gradient, gradient) >= 0).all()
    if weight is None:
        assert (curvature > 0).all() or loss.scale < 1e-10


def check_loss(result: Any, loss: Any, raw: Any, weight: Any = None, **_: Any) -> None:
    """Each row's loss, not negative, and 0 where the row has no weight."""
    assert result.shape == (np.shape(raw)[:1] if isinstance(loss, MulticlassFocalLoss) else np.shape(raw))
    assert (result >= 0).all()
    if weight is not None:
        assert (result[np.asarray(weight, float) == 0] == 0).all()


def check_hessian(result: Any, loss: Any, y: Any, raw: Any, **_: Any) -> None:
    """Finite numbers of the scores' shape, whose size is what the policy "absolute" gives."""
    assert result.shape == np.shape(raw)
    assert np.isfinite(result).all()
    _, absolute = replace(loss, curvature="absolute").gradient_hessian(y, raw)
    largest = np.max(absolute, initial=0)
    floor = 1e-16 * 1e4 * loss.scale  # times the class weights
    np.testing.assert_allclose(np.abs(result), absolute, rtol=1e-4, atol=floor + 1e-6 * float(largest))


def check_intercept(result: Any, loss: Any, y: Any, weight: Any, **_: Any) -> None:
    """Ask for a finite score for each column, where the posterior is the prevalence."""
    labels = np.asarray(y, float)
    columns = (loss.n_classes,) if isinstance(loss, MulticlassFocalLoss) else labels.shape[1:]
    assert np.shape(result) == columns
    assert np.isfinite(result).all()
    posterior = loss.resolve_class_weight(y).predict_proba(np.asarray(result, float)[None])
    expected = _average(_targets(loss, labels), weight)
    np.testing.assert_allclose(posterior.ravel()[-expected.size :], expected, rtol=1e-7, atol=1e-15)


def check_start(result: Any, loss: Any, y: Any, weight: Any, **_: Any) -> None:
    """Ask for the intercept, once for each row."""
    start = np.asarray(loss.fit_intercept_only(y, weight))
    assert result.shape == (np.shape(y)[0], *start.shape)
    assert (result == start).all()


def check_scaled(result: Any, loss: Any, y: Any, weight: Any, **_: Any) -> None:
    """Ask for the same loss but for its scale, whose mean curvature at the start is cross-entropy's."""
    assert type(result) is type(loss)
    assert result.gamma == loss.gamma
    assert 0 < result.scale < np.inf
    labels = np.asarray(y, float)
    prevalence = _average(_targets(loss, labels), weight)
    expected = float((prevalence * (1 - prevalence)).sum())
    if expected > 1e-6:
        _, curvature = result.gradient_hessian(labels, result.init_score(labels, weight))
        if curvature.min() / result.scale > 1e-14:  # above the floor
            np.testing.assert_allclose(_average(curvature.reshape(len(labels), -1), weight).sum(), expected, rtol=1e-5)


def check_resolved(result: Any, loss: Any, y: Any, **_: Any) -> None:
    """Ask for the loss itself, or with the weights that `class_weights` gives."""
    if not isinstance(loss.class_weight, str):
        assert result is loss
    else:
        weights = class_weights(np.asarray(y, float), loss.class_weight)
        assert result == replace(loss, class_weight=tuple(weights.values()))


def check_params(result: Any, loss: Any, y: Any, weight: Any, **_: Any) -> None:
    """Ask for the start, as the probability or the scores that XGBoost takes it for."""
    start = np.asarray(loss.fit_intercept_only(y, weight))
    if not isinstance(loss, MulticlassFocalLoss):
        start = 1 / (1 + np.exp(-start))
    assert result["objective"] == ("multi:softprob" if "num_class" in result else "binary:logistic")
    if start.ndim == 0 or "base_score" in result:  # XGBoost before 3.1 takes one number alone
        np.testing.assert_allclose(result["base_score"], start, rtol=1e-12)


def check_probabilities(result: Any, loss: Any, raw: Any, **_: Any) -> None:
    """Probabilities whose rows sum to one, and which rise with a binary score."""
    softmax, shape = isinstance(loss, MulticlassFocalLoss), np.shape(raw)
    assert result.shape == (shape if len(shape) == 2 else (*shape, 2))
    assert ((result >= 0) & (result <= 1)).all()
    if softmax or len(shape) == 1:
        np.testing.assert_allclose(result.sum(axis=1), 1, rtol=1e-12)
    if len(shape) == 1:
        assert (np.diff(result[np.argsort(np.asarray(raw, float)), 1]) >= 0).all()


def check_mean_loss(result: Any, loss: Any, y: Any, raw: Any, weight: Any) -> None:
    """Ask for the weighted mean of the rows' losses."""
    value = _measured(result, raw)
    if value is not None:
        rows_loss = np.asarray(loss.loss(_shaped(loss, y, raw), raw), float) / loss.scale
        _equal_or_infinite(value, _average(rows_loss.reshape(len(rows_loss), -1).mean(axis=1), weight))


def check_log_loss_metric(result: Any, loss: Any, y: Any, raw: Any, weight: Any) -> None:
    """-log of the true classes' probabilities, where these are numbers that have one."""
    value = _measured(result, raw)
    if value is None:
        return
    assert value >= 0
    proba, true = loss.predict_proba(raw), _targets(loss, _shaped(loss, y, raw))
    if not isinstance(loss, MulticlassFocalLoss):
        proba = proba if np.ndim(raw) == 2 else proba[:, 1:]
        # Of a label that is 0, the mirrored score's posterior: 1 - proba would lose its digits.
        mirrored = replace(loss, class_weight=loss.class_weight and loss.class_weight[::-1])
        others = mirrored.predict_proba(-np.asarray(raw, float)).reshape(len(true), -1)
        proba = np.where(true == 1, proba, others if np.ndim(raw) == 2 else others[:, 1:])
        true = np.ones_like(true) / true.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        if np.all((proba > 1e-300) | (true == 0)):
            lost = np.where(true > 0, -np.log(proba) * true, 0.0).sum(axis=1)
            np.testing.assert_allclose(value, _average(lost, weight), rtol=1e-9, atol=1e-12)


def check_brier_metric(result: Any, loss: Any, y: Any, raw: Any, weight: Any) -> None:
    """Ask for the mean squared error of the probabilities."""
    value = _measured(result, raw)
    if value is not None:
        proba, true = loss.predict_proba(raw), _targets(loss, _shaped(loss, y, raw))
        squared = (proba[:, -true.shape[1] :] - true) ** 2
        lost = squared.sum(axis=1) if isinstance(loss, MulticlassFocalLoss) else squared.mean(axis=1)
        np.testing.assert_allclose(value, _average(lost, weight), rtol=1e-9, atol=1e-15)


def check_ranking_metric(result: Any, raw: Any, **_: Any) -> None:
    """Ask for a number in [0, 1]."""
    value = _measured(result, raw)
    assert value is None or 0 <= value <= 1 + 1e-12


def _measured(result: Any, raw: Any) -> float | None:
    """Return a metric's value; None of no rows, of which it is NaN."""
    value = result[1] if isinstance(result, tuple) else result
    assert isinstance(value, float)
    assert np.isnan(value) == (np.size(raw) == 0)
    return None if np.isnan(value) else value


def _shaped(loss: Any, y: Any, raw: Any) -> np.ndarray:
    """Return labels in the shape of the scores: metrics take several a row flat too, as XGBoost 2.0 gives them."""
    labels = np.asarray(y, float)
    return labels if isinstance(loss, MulticlassFocalLoss) else labels.reshape(np.shape(raw))


def _targets(loss: Any, labels: np.ndarray) -> np.ndarray:
    """Return 0 and 1, a column a class of a softmax loss, or a label."""
    if isinstance(loss, MulticlassFocalLoss):
        return (labels[:, None] == np.arange(loss.n_classes)).astype(float)
    return labels if labels.ndim == 2 else labels[:, None]


def _average(values: np.ndarray, weight: Any) -> Any:
    """Average rows, where one of no weight counts for nothing; no weights are none, as XGBoost has it.

    The weights are brought to ordinary sizes, lest subnormal products lose their digits.
    """
    share = np.ones(len(values)) if weight is None or not np.size(weight) else np.asarray(weight, float)
    share = share / share.max()
    counts = share > 0
    return np.average(values[counts], axis=0, weights=share[counts])


def _equal_or_infinite(value: float, expected: float) -> None:
    np.testing.assert_allclose(value, expected, rtol=1e-5 if np.isfinite(expected) else 0, atol=1e-300)


def _without(names: Sequence[str], strategy: SearchStrategy[dict[str, Any]]) -> SearchStrategy[dict[str, Any]]:
    return strategy.map(lambda drawn: {name: value for name, value in drawn.items() if name not in names})


def _metric(name: str) -> Callable[..., Any]:
    return lambda loss, y, raw, weight: getattr(loss, name)(y, raw, weight)


def check_made(result: Any, **_: Any) -> None:
    """Ask for a loss that hashes and has numbers for parameters."""
    assert hash(result) == hash(result)
    assert 0 <= result.gamma < np.inf
    assert 0 < result.scale < np.inf


PARAMETERS = {
    "gamma": mostly(GAMMAS), "class_weight": mostly(_weights_of(2)), "curvature": mostly(POLICIES),
    "scale": mostly(SCALES), "device": mostly(st.sampled_from(["cpu", "cuda", "cuda:1"])),
}  # fmt: skip

LOSSES = [
    Target(
        "BinaryFocalLoss", BinaryFocalLoss,
        st.fixed_dictionaries({}, optional=PARAMETERS | {"alpha": mostly(PROBABILITY)}), check_made,
    ),
    Target(
        "MulticlassFocalLoss", MulticlassFocalLoss,
        st.fixed_dictionaries(
            {"n_classes": mostly(st.integers(2, 4), st.one_of(st.integers(-1, 10**12), STRANGE))}, optional=PARAMETERS
        ),
        check_made,
    ),
    Target("loss", lambda loss, y, raw, weight: loss.loss(y, raw, weight), rows(), check_loss),
    Target(
        "gradient_hessian",
        lambda loss, y, raw, weight, gradient_out, hessian_out: loss.gradient_hessian(
            y, raw, weight, gradient_out, hessian_out
        ),
        rows_and_outputs(), check_derivatives,
    ),
    Target("__call__", lambda loss, y, raw, weight: loss(y, raw, weight), rows(), check_derivatives),
    Target("exact_hessian", lambda loss, y, raw: loss.exact_hessian(y, raw), rows(weighted=False), check_hessian),
    Target(
        "fit_intercept_only", lambda loss, y, weight: loss.fit_intercept_only(y, weight), training_labels(),
        check_intercept,
    ),
    Target("init_score", lambda loss, y, weight: loss.init_score(y, weight), training_labels(), check_start),
    Target("scaled_to", lambda loss, y, weight: loss.scaled_to(y, weight), training_labels(), check_scaled),
    Target("xgboost_params", lambda loss, y, weight: loss.xgboost_params(y, weight), training_labels(), check_params),
    Target(
        "resolve_class_weight", lambda loss, y: loss.resolve_class_weight(y), _without(["weight"], training_labels()),
        check_resolved,
    ),
    Target(
        "predict_proba", lambda loss, raw: loss.predict_proba(raw), _without(["y"], rows(weighted=False)),
        check_probabilities,
    ),
    Target("metric", _metric("metric"), rows(), check_mean_loss),
    Target("log_loss_metric", _metric("log_loss_metric"), rows(), check_log_loss_metric),
    Target("brier_metric", _metric("brier_metric"), rows(), check_brier_metric),
    Target("average_precision_metric", _metric("average_precision_metric"), rows(), check_ranking_metric),
]  # fmt: skip


# Weights of classes, priors -------------------------------------------------------------------------------------------


def check_class_weights(result: Any, y: Any, scheme: Any, **_: Any) -> None:
    """Ask for a positive number for each class, which sum to what the scheme says."""
    assert all(0 < weight < np.inf for weight in result.values())
    counts = Counter(np.asarray(y).tolist())
    assert result.keys() == counts.keys()
    if scheme == "balanced":
        np.testing.assert_allclose([result[k] * counts[k] for k in counts], len(y) / len(counts), rtol=1e-12)
    else:
        np.testing.assert_allclose(sum(result.values()), len(counts), rtol=1e-12)
        assert sorted(counts, key=counts.get) == sorted(counts, key=lambda k: (counts[k], -result[k]))


def check_shifted(result: Any, probability: Any, training_prevalence: Any, prevalence: Any) -> None:
    """Probabilities whose rows sum to one, and which the shift back brings back."""
    assert result.shape == np.shape(probability)
    assert ((result >= 0) & (result <= 1 + 1e-12)).all()
    np.testing.assert_allclose(result.sum(axis=1), 1, rtol=1e-9)
    given = np.asarray(probability, float)
    if (result.max(axis=0, initial=0) <= 1).all() and ((result > 1e-200) | (given == 0)).all():
        back = shift_prior(result, prevalence, training_prevalence)
        np.testing.assert_allclose(back, given / given.sum(axis=1, keepdims=True), rtol=1e-9, atol=1e-15)


@st.composite
def priors(draw: Any) -> dict[str, Any]:
    """Draw probabilities, and two lists of shares."""
    n, k = draw(SIZES), draw(st.integers(1, 4))

    def shares() -> np.ndarray:
        drawn = np.array(draw(st.lists(st.floats(1e-9, 1), min_size=k, max_size=k)))
        return drawn / drawn.sum()

    rows = np.array(draw(st.lists(st.floats(0, 1), min_size=n * k, max_size=n * k))).reshape(n, k)
    summed = rows / np.maximum(rows.sum(axis=1, keepdims=True), 1e-300)
    return {
        "probability": draw(st.one_of(given_as(summed), numbers((n, k), PROBABILITY))),
        "training_prevalence": draw(given_as(shares())),
        "prevalence": draw(given_as(shares())),
    }


CLASSES = [
    Target(
        "class_weights", lambda y, scheme, beta: class_weights(y, scheme, beta=beta),
        SIZES.flatmap(lambda n: st.fixed_dictionaries({
            "y": st.one_of(labels((n,), 3), st.lists(st.text(max_size=1), max_size=5), st.lists(STRANGE, max_size=3)),
            "scheme": mostly(st.sampled_from(["balanced", "effective"])),
            "beta": mostly(st.sampled_from([0.0, 0.9999, 1 - 1e-16, 1e-320, 0.5])),
        })),
        check_class_weights,
    ),
    Target("shift_prior", shift_prior, priors(), check_shifted),
]  # fmt: skip


# Evaluation -----------------------------------------------------------------------------------------------------------


@st.composite
def scored(draw: Any, **more: Callable[[int], SearchStrategy[Any]]) -> dict[str, Any]:
    """Draw labels and probabilities, and what else a measure takes for that many rows."""
    n = draw(SIZES)
    drawn = {"y_true": draw(labels((n,))), "probability": draw(numbers((n,), PROBABILITY))}
    return drawn | {name: draw(strategy(n)) for name, strategy in more.items()}


def _amounts(n: int) -> SearchStrategy[Any]:
    usual = st.one_of(st.floats(0, 1e4), st.sampled_from([0.0, 1e-310, 5e-324, 1e100]))
    return numbers((n,), mostly(usual, st.sampled_from(SPECIAL), odds=30))


def _periods(n: int) -> SearchStrategy[Any]:
    return optional(labels((n,), 3))


def _costs(_: int) -> SearchStrategy[Any]:
    return mostly(st.floats(0, 100), st.one_of(FLOATS, STRANGE))


def _counts(_: int) -> SearchStrategy[Any]:
    return mostly(st.integers(1, 20), st.one_of(st.integers(-1, 0), STRANGE))


def _few(_: int) -> SearchStrategy[Any]:
    """As `_counts`, but none that would take for ever."""
    wrong = st.one_of(st.integers(-1, 0), st.none(), st.text(max_size=2), st.floats(-1, 5))
    return mostly(st.integers(1, 20), wrong)


def _rates(_: int) -> SearchStrategy[Any]:
    return mostly(PROBABILITY, st.one_of(FLOATS, STRANGE))


def _grid(_: int) -> SearchStrategy[Any]:
    return st.integers(0, 4).flatmap(lambda k: numbers((k,), PROBABILITY))


def _shares(n: int) -> SearchStrategy[Any]:
    return numbers((n,), PROBABILITY)


def _alerts(n: int) -> SearchStrategy[Any]:
    return mostly(st.lists(st.booleans(), min_size=n, max_size=n).map(np.array), labels((n,)))


def _columns(*given: Any) -> list[np.ndarray]:
    """Return labels and numbers as arrays."""
    return [np.asarray(values, float) for values in given]


def _equal(value: Any, expected: Any) -> None:
    """Ask for equal numbers; NaN where the expected one is 0 / 0."""
    np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-12)


def _ratio(part: float, total: float) -> float:
    return part / total if total else np.nan


def check_average_precision(result: Any, y_true: Any, probability: Any) -> None:
    """Ask for the mean over positives of the precision of the alarms down to each."""
    y, p = _columns(y_true, probability)
    alarms = p >= p[:, None]
    _equal(result, _ratio(y @ ((alarms @ y) / alarms.sum(axis=1)), y.sum()))


def check_roc_auc(result: Any, y_true: Any, probability: Any) -> None:
    """Ask for the share of pairs in the right order."""
    y, p = _columns(y_true, probability)
    ahead = (p[y == 1][:, None] > p[y == 0]) + 0.5 * (p[y == 1][:, None] == p[y == 0])
    _equal(result, _ratio(ahead.sum(), ahead.size))


def check_log_loss(result: Any, y_true: Any, probability: Any) -> None:
    """Ask for the mean of -log, a row at a time."""
    y, p = _columns(y_true, probability)
    true = [b if a else 1 - b for a, b in zip(y, p, strict=True)]
    _equal(result, -sum(np.log(min(max(b, 2**-52), 1 - 2**-52)) for b in true) / len(y))


def check_brier(result: Any, y_true: Any, probability: Any) -> None:
    """Ask for the mean of the squares, a row at a time."""
    y, p = _columns(y_true, probability)
    _equal(result, sum((a - b) ** 2 for a, b in zip(y, p, strict=True)) / len(y))


def check_recall_at_fpr(result: Any, y_true: Any, probability: Any, max_fpr: float) -> None:
    """Ask for the best of all thresholds."""
    y, p = _columns(y_true, probability)
    if 0 < y.sum() < len(y):
        alarms = [p >= t for t in (*p, np.inf)]
        _equal(result, max(y[a].sum() / y.sum() for a in alarms if (1 - y)[a].sum() / (1 - y).sum() <= max_fpr))
    else:
        assert np.isnan(result)


def check_calibration_error(result: Any, y_true: Any, probability: Any, n_bins: int) -> None:
    """In [0, 1], not below the gap of the means, which it is in one bin."""
    y, p = _columns(y_true, probability)
    gap = abs(p.mean() - y.mean())
    assert gap - 1e-12 <= result <= 1 + 1e-12
    if n_bins == 1:
        _equal(result, gap)


def check_reliability(result: Any, y_true: Any, probability: Any, n_bins: int) -> None:
    """Bins that hold all rows, with rising probabilities and the shares inside their intervals."""
    y, p = _columns(y_true, probability)
    assert 1 <= len(result.count) <= min(n_bins, len(y))
    assert result.count.sum() == len(y)
    assert (np.diff(result.probability) > -1e-12).all()
    _equal(result.count @ result.share, y.sum())
    if np.abs(p).max() <= 1:
        _equal(result.count @ result.probability, p.sum())
    for low, high in ((0, result.low), (result.low, result.share), (result.share, result.high), (result.high, 1)):
        assert (low <= np.asarray(high) + 1e-12).all()


def check_precisions(result: Any, y_true: Any, probability: Any, grid: Any) -> None:
    """For each recall the precision at the first threshold that reaches it."""
    y, p = _columns(y_true, probability)
    alarms = [p >= t for t in np.unique(p)[::-1]]
    recalls, precisions = np.array([(y[a].sum() / y.sum(), y[a].mean()) for a in alarms]).T
    _equal(result, [precisions[np.argmax(recalls >= r - 1e-9)] for r in np.asarray(grid, float)])


def check_threshold(result: Any, y_true: Any, probability: Any, amount: Any, alert_cost: float) -> None:
    """No other threshold has a larger net."""
    y, p, money = _columns(y_true, probability, amount)
    net = [((money * y)[p >= t]).sum() - float(alert_cost) * (p >= t).sum() for t in (result, *p, np.inf)]
    assert net[0] >= max(net) - 1e-9 * max(money.max(), float(alert_cost))


def check_budgets(
    result: Any, y_true: Any, probability: Any, amount: Any, period: Any, budgets: Any, alert_cost: float
) -> None:
    """For each budget what the measures of a fixed number of alerts say."""
    y, p, money = _columns(y_true, probability, amount)
    assert (result.budget == np.asarray(budgets, float)).all()
    total = money @ y
    for budget, recall, saved in zip(*result, strict=True):
        if total <= 1e-100:
            assert np.isnan(recall)
            assert np.isnan(saved)
            continue
        share = alerts.alert_share(p, budget, period) if budget > 0 else np.zeros(len(y))
        _equal(recall, alerts.recall_at_alerts(y, share, money))
        # Of a total that is next to nothing, savings are huge: as large as the share of it that an alert costs.
        np.testing.assert_allclose(saved, recall - float(alert_cost) * share.sum() / total, rtol=1e-9, atol=1e-12)


def check_savings(result: Any, y_true: Any, alert: Any, amount: Any, alert_cost: float) -> None:
    """Caught less paid over all, a row at a time."""
    y, alerted, money = _columns(y_true, alert, amount)
    total = sum(a for a, fraud in zip(money, y, strict=True) if fraud)
    net = sum(a * fraud - float(alert_cost) for a, fraud, is_alert in zip(money, y, alerted, strict=True) if is_alert)
    if total <= 1e-100:
        assert np.isnan(result)
    else:
        np.testing.assert_allclose(result, net / total, rtol=1e-9, atol=1e-9 * (1 + float(alert_cost) / total))


def check_bayes_alerts(result: Any, probability: Any, amount: Any, alert_cost: float) -> None:
    """Ask for an alert where what is expected to be lost is more than the cost, a row at a time."""
    p, money = _columns(probability, amount)
    assert result.dtype == bool
    assert result.tolist() == [a * b > float(alert_cost) for a, b in zip(p, money, strict=True)]


def check_alert_share(result: Any, probability: Any, alerts_per_period: float, period: Any) -> None:
    """In each period as many alerts as there may be, those of the highest probabilities."""
    (p,) = _columns(probability)
    day = np.zeros(len(p)) if period is None else np.asarray(period)
    assert ((result >= 0) & (result <= 1)).all()
    for of_day in (day == d for d in np.unique(day)):
        _equal(result[of_day].sum(), min(float(alerts_per_period), of_day.sum()))
        higher = p[of_day][:, None] > p[of_day]
        assert ((result[of_day] == 0)[None, :] | (result[of_day] == 1)[:, None])[higher].all()


def check_places(result: Any, probability: Any, period: Any) -> None:
    """Count row by row."""
    (p,) = _columns(probability)
    day = np.zeros(len(p)) if period is None else np.asarray(period)
    same_day = day == day[:, None]
    ahead, tied = result
    assert (ahead == (same_day & (p > p[:, None])).sum(axis=1)).all()
    assert (tied == (same_day & (p == p[:, None])).sum(axis=1)).all()


def check_precision_at_alerts(result: Any, y_true: Any, share: Any) -> None:
    """Alerts that are positives over all, where these are more than next to nothing."""
    y, s = _columns(y_true, share)
    assert np.isnan(result) == (s.sum() == 0)
    if s.sum() > 1e-300:
        _equal(result, y @ s / s.sum())


def check_recall_at_alerts(result: Any, y_true: Any, share: Any, amount: Any) -> None:
    """Positives, or their amount, among the alerts over all, where these are more than next to nothing."""
    y, s = _columns(y_true, share)
    money = y if amount is None else np.asarray(amount, float) * y
    assert np.isnan(result) == (money.sum() == 0)
    if money.sum() > 1e-300:
        _equal(result, money @ s / money.sum())


def check_replicates(result: Any, y_true: Any, probability: Any, n_resamples: int, group: Any) -> None:
    """In (0, 1], and the same for a second method that ranks alike: it gets the same resamples."""
    assert result.shape == (n_resamples, 1)
    assert ((result > 0) & (result <= 1 + 1e-12)).all()
    (p,) = _columns(probability)
    ranked = np.unique(p, return_inverse=True)[1]
    paired = bootstrap.bootstrap_average_precision(y_true, [p, ranked], n_resamples, group)
    _equal(paired, np.hstack([result, result]))


def _no_labels(**more: Callable[[int], SearchStrategy[Any]]) -> SearchStrategy[dict[str, Any]]:
    return _without(["y_true"], scored(**more))


def _no_score(**more: Callable[[int], SearchStrategy[Any]]) -> SearchStrategy[dict[str, Any]]:
    return _without(["probability"], scored(**more))


EVALUATION = [
    Target("average_precision", metrics.average_precision, scored(), check_average_precision),
    Target("roc_auc", metrics.roc_auc, scored(), check_roc_auc),
    Target("log_loss", metrics.log_loss, scored(), check_log_loss),
    Target("brier", metrics.brier, scored(), check_brier),
    Target("recall_at_fpr", metrics.recall_at_fpr, scored(max_fpr=_rates), check_recall_at_fpr),
    Target(
        "expected_calibration_error", calibration.expected_calibration_error, scored(n_bins=_counts),
        check_calibration_error,
    ),
    Target("reliability", curves.reliability, scored(n_bins=_counts), check_reliability),
    Target("precision_recall_on_grid", curves.precision_recall_on_grid, scored(grid=_grid), check_precisions),
    Target("best_threshold", money.best_threshold, scored(amount=_amounts, alert_cost=_costs), check_threshold),
    Target(
        "money_by_budget", money.money_by_budget,
        scored(amount=_amounts, period=_periods, budgets=_grid, alert_cost=_costs), check_budgets,
    ),
    Target("savings", money.savings, _no_score(alert=_alerts, amount=_amounts, alert_cost=_costs), check_savings),
    Target("bayes_alerts", money.bayes_alerts, _no_labels(amount=_amounts, alert_cost=_costs), check_bayes_alerts),
    Target("alert_share", alerts.alert_share, _no_labels(alerts_per_period=_costs, period=_periods), check_alert_share),
    Target("place_in_period", alerts.place_in_period, _no_labels(period=_periods), check_places),
    Target("precision_at_alerts", alerts.precision_at_alerts, _no_score(share=_shares), check_precision_at_alerts),
    Target(
        "recall_at_alerts", alerts.recall_at_alerts,
        _no_score(share=_shares, amount=lambda n: optional(_amounts(n))), check_recall_at_alerts,
    ),
    Target(
        "bootstrap_average_precision",
        lambda y_true, probability, n_resamples, group: bootstrap.bootstrap_average_precision(
            y_true, [probability], n_resamples, group
        ),
        scored(n_resamples=_few, group=_periods), check_replicates,
    ),
]  # fmt: skip

TARGETS = [
    target._replace(name=f"{part}/{target.name}")
    for part, targets in (("losses", LOSSES + CLASSES), ("evaluation", EVALUATION))
    for target in targets
]
