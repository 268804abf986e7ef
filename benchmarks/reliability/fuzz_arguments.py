"""What the fuzzer tries: the public functions, arguments for them, and what an answer must be."""

from collections.abc import Callable, Sequence
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
    others_refuse: bool = False
    """Whether libraries underneath may speak for us."""


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


def given_as(values: np.ndarray) -> SearchStrategy[Any]:
    """Return the array in some form: right in four of five."""
    right = dressed(values)
    return st.one_of(right, right, right, right, spoilt(values))


@st.composite
def numbers(draw: Any, shape: tuple[int, ...], elements: SearchStrategy[Any]) -> Any:
    """Draw an array of floats of a shape, in some form."""
    size = int(np.prod(shape))
    return draw(given_as(np.array(draw(st.lists(elements, min_size=size, max_size=size)), float).reshape(shape)))


@st.composite
def labels(draw: Any, shape: tuple[int, ...], n_classes: int = 2) -> Any:
    """Draw labels of a shape, in some form."""
    size = int(np.prod(shape))
    drawn = draw(st.lists(st.integers(0, n_classes - 1), min_size=size, max_size=size))
    return draw(given_as(np.array(drawn, dtype=np.int64).reshape(shape)))


NOT_NEGATIVE = st.one_of(
    st.floats(0, 10), st.floats(0, allow_nan=False, allow_infinity=False), st.sampled_from(SPECIAL)
)
PROBABILITY = st.floats(0, 1)
SIZES = st.integers(0, 6)


def optional(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Leave it out half of the time."""
    return st.one_of(st.none(), strategy)


def mostly(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Mix something strange in."""
    return st.one_of(strategy, strategy, strategy, STRANGE)


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
def rows(draw: Any, weighted: bool = True) -> dict[str, Any]:
    """Draw a loss, and labels, scores and weights for it."""
    n, kind = draw(SIZES), draw(st.sampled_from(["binary", "multilabel", "softmax"]))
    k = draw(st.integers(2, 4))
    loss = draw(softmax_losses(k) if kind == "softmax" else binary_losses())
    shape = (n,) if kind == "binary" else (n, k)
    drawn = {
        "loss": loss,
        "y": draw(labels((n,), k) if kind == "softmax" else labels(shape)),
        "raw": draw(numbers(shape, st.one_of(st.floats(-30, 30), st.sampled_from(SPECIAL[:-1])))),
    }
    if weighted:
        drawn["weight"] = draw(optional(numbers((n,), NOT_NEGATIVE)))
    return drawn


@st.composite
def training_labels(draw: Any) -> dict[str, Any]:
    """Draw a loss, and labels and weights without scores."""
    drawn = draw(rows())
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


def check_loss(result: Any, loss: Any, raw: Any, **_: Any) -> None:
    """Each row's loss, not negative."""
    assert result.shape == (np.shape(raw)[:1] if isinstance(loss, MulticlassFocalLoss) else np.shape(raw))
    assert (result >= 0).all()


def check_hessian(result: Any, raw: Any, **_: Any) -> None:
    """Finite numbers of the scores' shape."""
    assert result.shape == np.shape(raw)
    assert np.isfinite(result).all()


def check_intercept(result: Any, loss: Any, y: Any, **_: Any) -> None:
    """Ask for a finite score for each column."""
    columns = (loss.n_classes,) if isinstance(loss, MulticlassFocalLoss) else np.shape(y)[1:]
    assert np.shape(result) == columns
    assert np.isfinite(result).all()


def check_start(result: Any, loss: Any, y: Any, **_: Any) -> None:
    """Ask for the same, once for each row."""
    columns = (loss.n_classes,) if isinstance(loss, MulticlassFocalLoss) else np.shape(y)[1:]
    assert result.shape == (np.shape(y)[0], *columns)
    assert np.isfinite(result).all()


def check_scaled(result: Any, loss: Any, **_: Any) -> None:
    """Ask for the same loss but for its scale."""
    assert type(result) is type(loss)
    assert result.gamma == loss.gamma
    assert 0 < result.scale < np.inf


def check_params(result: Any, **_: Any) -> None:
    """Parameters with a finite start."""
    assert np.isfinite(result.get("base_score", 0)).all()


def check_probabilities(result: Any, loss: Any, raw: Any, **_: Any) -> None:
    """Probabilities whose rows sum to one."""
    softmax, shape = isinstance(loss, MulticlassFocalLoss), np.shape(raw)
    assert result.shape == (shape if len(shape) == 2 else (*shape, 2))
    assert ((result >= 0) & (result <= 1)).all()
    if softmax or len(shape) == 1:
        np.testing.assert_allclose(result.sum(axis=1), 1, rtol=1e-12)


def check_measure(result: Any, **_: Any) -> None:
    """One number, which no row or one class alone may leave NaN."""
    value = result[1] if isinstance(result, tuple) else result
    assert isinstance(value, float)


def _without(names: Sequence[str], strategy: SearchStrategy[dict[str, Any]]) -> SearchStrategy[dict[str, Any]]:
    return strategy.map(lambda drawn: {name: value for name, value in drawn.items() if name not in names})


def _metric(name: str) -> Callable[..., Any]:
    return lambda loss, y, raw, weight: getattr(loss, name)(y, raw, weight)


def _anything(*_: Any, **__: Any) -> None:
    """Nothing is asked of the answer but that there is one."""


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
        st.fixed_dictionaries({"n_classes": mostly(st.integers(-1, 10**12))}, optional=PARAMETERS), check_made,
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
        check_scaled,
    ),
    Target(
        "predict_proba", lambda loss, raw: loss.predict_proba(raw), _without(["y"], rows(weighted=False)),
        check_probabilities,
    ),
    Target("metric", _metric("metric"), rows(), check_measure),
    Target("log_loss_metric", _metric("log_loss_metric"), rows(), check_measure),
    Target("brier_metric", _metric("brier_metric"), rows(), check_measure),
    Target("average_precision_metric", _metric("average_precision_metric"), rows(), check_measure, others_refuse=True),
]  # fmt: skip


# Weights of classes, priors -------------------------------------------------------------------------------------------


def check_class_weights(result: Any, y: Any, **_: Any) -> None:
    """Ask for a positive number for each class."""
    assert all(0 < weight < np.inf for weight in result.values())
    assert len(result) <= len(y)


def check_shifted(result: Any, probability: Any, **_: Any) -> None:
    """Probabilities whose rows sum to one."""
    assert result.shape == np.shape(probability)
    assert np.isfinite(result).all()
    np.testing.assert_allclose(result.sum(axis=1), 1, rtol=1e-9)


@st.composite
def priors(draw: Any) -> dict[str, Any]:
    """Draw probabilities, and two lists of shares."""
    n, k = draw(SIZES), draw(st.integers(1, 4))

    def shares() -> np.ndarray:
        drawn = np.array(draw(st.lists(st.floats(1e-9, 1), min_size=k, max_size=k)))
        return drawn / drawn.sum()

    return {
        "probability": draw(numbers((n, k), PROBABILITY)),
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
    return numbers((n,), st.one_of(st.floats(0, 1e4), st.sampled_from(SPECIAL)))


def _periods(n: int) -> SearchStrategy[Any]:
    return optional(labels((n,), 3))


def _costs(_: int) -> SearchStrategy[Any]:
    return mostly(st.one_of(st.floats(0, 100), FLOATS))


def _bins(_: int) -> SearchStrategy[Any]:
    return st.one_of(st.integers(-1, 20), st.none(), st.text(max_size=2), st.floats(-1, 20))


def _few(_: int) -> SearchStrategy[Any]:
    return st.one_of(st.integers(-1, 5), st.none(), st.text(max_size=2), st.floats(-1, 5))


def _rates(_: int) -> SearchStrategy[Any]:
    return mostly(st.one_of(PROBABILITY, FLOATS))


def _grid(_: int) -> SearchStrategy[Any]:
    return st.integers(0, 4).flatmap(lambda k: numbers((k,), PROBABILITY))


def _shares(n: int) -> SearchStrategy[Any]:
    return numbers((n,), PROBABILITY)


def _alerts(n: int) -> SearchStrategy[Any]:
    return st.one_of(st.lists(st.booleans(), min_size=n, max_size=n).map(np.array), labels((n,)))


def _measure(name: str, call: Callable[..., Any], check: Check = _anything, **more: Any) -> Target:
    return Target(name, call, scored(**more), check, others_refuse=True)


def check_unit(result: Any, **_: Any) -> None:
    """Ask for a number in [0, 1], or NaN where a class is missing."""
    assert np.isnan(result) or 0 <= result <= 1


def _no_score(strategy: SearchStrategy[dict[str, Any]]) -> SearchStrategy[dict[str, Any]]:
    return _without(["probability"], strategy)


EVALUATION = [
    _measure("average_precision", metrics.average_precision, check_unit),
    _measure("roc_auc", metrics.roc_auc, check_unit),
    _measure("log_loss", metrics.log_loss, check_measure),
    _measure("brier", metrics.brier, check_unit),
    _measure("recall_at_fpr", metrics.recall_at_fpr, check_unit, max_fpr=_rates),
    _measure("expected_calibration_error", calibration.expected_calibration_error, check_unit, n_bins=_bins),
    _measure("reliability", curves.reliability, n_bins=_bins),
    _measure("precision_recall_on_grid", curves.precision_recall_on_grid, grid=_grid),
    _measure("best_threshold", money.best_threshold, amount=_amounts, alert_cost=_costs),
    _measure(
        "money_by_budget", money.money_by_budget, amount=_amounts, period=_periods, budgets=_grid, alert_cost=_costs
    ),
    Target(
        "savings", money.savings, _no_score(scored(alert=_alerts, amount=_amounts, alert_cost=_costs)), _anything, True
    ),
    Target(
        "bayes_alerts", money.bayes_alerts,
        _without(["y_true"], scored(amount=_amounts, alert_cost=_costs)), _anything, True,
    ),
    Target(
        "alert_share", alerts.alert_share, _without(["y_true"], scored(alerts_per_period=_costs, period=_periods)),
        _anything, True,
    ),
    Target("place_in_period", alerts.place_in_period, _without(["y_true"], scored(period=_periods)), _anything, True),
    Target("precision_at_alerts", alerts.precision_at_alerts, _no_score(scored(share=_shares)), check_unit, True),
    Target(
        "recall_at_alerts", alerts.recall_at_alerts,
        _no_score(scored(share=_shares, amount=lambda n: optional(_amounts(n)))), check_unit, True,
    ),
    Target(
        "bootstrap_average_precision",
        lambda y_true, probability, n_resamples, group: bootstrap.bootstrap_average_precision(
            y_true, [probability], n_resamples, group
        ),
        scored(n_resamples=_few, group=_periods), _anything, True,
    ),
]  # fmt: skip

TARGETS = [
    target._replace(name=f"{part}/{target.name}")
    for part, targets in (("losses", LOSSES + CLASSES), ("evaluation", EVALUATION))
    for target in targets
]
