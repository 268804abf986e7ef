"""Gradient and second-order term of each package, against 50 digits."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from calling import GAMMA, WEIGHT, Derivatives, Package
from focal_reference import binary, multiclass

_FAR = 30.0
_SMALL = 1e-8  # no booster notices smaller gradients
_LEAST = 4 * float(np.finfo(np.float32).tiny)  # smaller ones are no normal numbers of float32
_SCORES = np.concatenate([np.arange(-100, -_FAR), np.arange(-_FAR, _FAR + 0.1, 0.25), np.arange(_FAR + 1, 101)])


def cell(measure: Callable[..., Any], *args: Any) -> Any:
    """Return what is measured, or the name of the exception."""
    try:
        return measure(*args)
    except Exception as error:  # a package that fails is a cell, too
        return type(error).__name__


@cache
def _truth(dtype: type[np.floating]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return labels, scores and gradients of the grid."""
    labels, scores = np.repeat([0, 1], len(_SCORES)), np.tile(_SCORES, 2).astype(dtype)
    return labels, scores, np.array([float(binary(y, z, GAMMA).gradient) for y, z in zip(labels, scores, strict=True)])


def exact() -> dict[str, Any]:
    """Return the one cell of the loss itself that says something."""
    near = [score for score in _SCORES if abs(score) <= _FAR]
    negative = [binary(y, z, GAMMA).hessian <= 0 for y in (0, 1) for z in near]
    return {"not positive": f"{100 * np.mean(negative):.0f} %"}


def two_classes(package: Package) -> dict[str, Any]:
    """Return the cells of the two-class loss; a row is hard where its score has the wrong sign."""
    labels, scores, truth = _truth(package.dtype)
    try:
        gradient, second = (np.asarray(a, np.float64) for a in package.derivatives(labels, scores))
    except Exception as error:
        return {"gradient, hard rows": type(error).__name__}
    hard = (2 * labels - 1) * scores < 0
    truth, size = package.alike * truth, np.abs(scores)
    near, normal = size <= _FAR, np.abs(truth) > _LEAST
    error = np.abs(gradient / truth - 1)
    faults = {"NaN": np.isnan(gradient), "0": (gradient == 0) & normal, "wrong sign": (gradient * truth < 0) & normal}
    return {
        "gradient, hard rows": _figure(error[hard & near]),
        "easy rows": _figure(error[~hard & near & (np.abs(truth) > _SMALL)]),
        "its faults up to 100": _first(faults, size, hard),
        "second-order term": _first({"NaN": np.isnan(second) & near}, size, hard),
        "not positive": f"{100 * np.mean(~(second[near] > 0)):.0f} %",
    }


def _figure(errors: np.ndarray) -> str:
    return "NaN" if np.isnan(errors).any() else f"{errors.max():.0e}"


def _first(faults: dict[str, np.ndarray], size: np.ndarray, hard: np.ndarray) -> str:
    """Say from which absolute score on something is at fault."""
    found = [
        f"{name} from {size[at & side].min():g} ({kind})"
        for kind, side in (("hard", hard), ("easy", ~hard))
        for name, at in faults.items()
        if (at & side).any()
    ]
    return ", ".join(found) or "none"


def weighting(derivatives: Derivatives) -> str:
    """Say how much heavier positives are than negatives where three times is asked for."""
    gradient, _ = derivatives(np.array([0, 1]), np.array([1.0, -1.0], np.float32))  # alike by symmetry
    ratio = -float(gradient[1]) / float(gradient[0])
    return "yes" if np.isclose(ratio, WEIGHT, rtol=1e-4) else f"{ratio:.2f} times for {WEIGHT:g}"


@cache
def _three_truth() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    scores = np.random.default_rng(0).uniform(-8, 8, (60, 3)).astype(np.float32)
    labels = np.arange(len(scores)) % 3
    rows = zip(labels, scores, strict=True)
    truth = [[float(multiclass(y, list(z), GAMMA, j)[0]) for j in range(3)] for y, z in rows]
    return labels, scores, np.array(truth)


def three_classes(package: Package) -> str:
    """Return the softmax gradient's largest error, relative to the row's largest component: hard rows, easy rows."""
    labels, scores, truth = _three_truth()
    gradient, _ = (package.three_classes or package.derivatives)(labels, scores.astype(package.dtype))
    gradient = np.asarray(gradient, np.float64).reshape(truth.shape)
    size = np.abs(truth).max(axis=1)
    error = np.abs(gradient - truth).max(axis=1) / size
    hard = scores[np.arange(len(labels)), labels] < scores.max(axis=1)
    return f"{_figure(error[hard])}, {_figure(error[~hard & (size > _SMALL)])}"
