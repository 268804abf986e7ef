"""What a package is here, and how its objective is called."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

Derivatives = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
GAMMA = 2.0
WEIGHT = 3.0  # of a positive, where class weights are tried
ALPHA = WEIGHT / (1 + WEIGHT)  # the same where negatives have 1 - alpha


class Rows(NamedTuple):
    """What to train on."""

    X: np.ndarray
    y: np.ndarray
    weight: np.ndarray | None = None


class Model(NamedTuple):
    """What training gives: the object itself, its raw scores, and what its documentation takes for probabilities."""

    fitted: Any
    scores: Callable[[np.ndarray], np.ndarray]
    probabilities: Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Way:
    """A way to train in one booster: how it is written, and a function of rows, trees and rounds."""

    booster: str
    call: str
    train: Callable[[Rows, dict[str, Any], int], Model]


@dataclass(frozen=True)
class Package:
    """A package. Its derivatives are functions of labels and scores.

    `weighted` has positives three times as heavy as negatives; `alike` is the factor of both classes elsewhere. Of the
    ways in one booster the first is the documented one, the next is for where that fails.
    """

    name: str
    objective: Callable[[], Any]
    derivatives: Derivatives
    weighted: Derivatives
    ways: tuple[Way, ...]
    three_classes: Derivatives | None = None
    alike: float = 1.0
    dtype: type[np.floating] = np.float32  # of the scores that its booster hands over


def made(path: str, *args: Any, **keywords: Any) -> Any:
    """Import ``module:name`` and call it."""
    module, name = path.split(":")
    return attrgetter(name)(import_module(module))(*args, **keywords)


def sigmoid(scores: np.ndarray) -> np.ndarray:
    """Return what users write where a package has no function for it."""
    return 1 / (1 + np.exp(-scores))


def on_data(objective: Callable[[], Any], data: str = "xgboost:DMatrix") -> Derivatives:
    """Call an objective of scores and the booster's own data set."""

    def derivatives(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return objective()(scores.copy(), made(data, np.zeros((len(labels), 1)), labels.astype(np.float32)))

    return derivatives


def on_labels(objective: Callable[[], Any]) -> Derivatives:
    """Call an objective of labels and scores."""
    return lambda labels, scores: objective()(labels.astype(np.float32), scores.copy())
