"""One fit: a method trained on a fold's fit rows, stopped on its validation rows, judged on its test rows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from focalboost.benchmark.gradients import gradient_shares
from focalboost.benchmark.peak_memory import PeakMemory
from focalboost.evaluation.measures import Predicted, Terms, measure
from focalboost.evaluation.metrics import average_precision, log_loss
from focalboost.evaluation.money import best_threshold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.methods.method import Method, Trained
    from focalboost.benchmark.parts import Part, Sample
    from focalboost.benchmark.settings import Select, Trees
    from focalboost.benchmark.task import Costs

Protocol = Literal["fixed", "stopped", "tuned"]

_DEFAULT_ALERT_RATE = 0.01
_DEFAULT_COST_SHARE = 0.1


@dataclass(frozen=True, eq=False)
class Fit:
    """What one training gives under one protocol.

    Attributes
    ----------
    protocol : {"fixed", "stopped", "tuned"}
        How its rounds were chosen, and its trees' parameters.
    rounds : int
        The rounds that are used.
    validation_score : float
        On the validation rows; larger is better.
    validation, test : Predicted
        What it says of the rows.
    terms : Terms
        Of the alerts that it raises.
    measures : dict of str to float
        Of the test rows.
    """

    protocol: Protocol
    rounds: int
    validation_score: float
    validation: Predicted
    test: Predicted
    terms: Terms
    measures: dict[str, float]


@dataclass(frozen=True)
class Stage:
    """Test and validation measures after some rounds, and the share of the gradient that each group of fit rows has."""

    rounds: int
    average_precision: float
    log_loss: float
    validation_average_precision: float
    validation_log_loss: float
    gradient_shares: dict[str, float]


@dataclass(frozen=True, eq=False)
class Outcome:
    """All that one training gives."""

    fits: tuple[Fit, ...]
    stages: tuple[Stage, ...]
    note: str
    train_seconds: float
    predict_seconds: float
    peak_memory_mib: float


def train_and_judge(
    method: Method,
    booster: Booster,
    part: Part,
    trees: Trees,
    select: Select,
    costs: Costs,
    protocols: Sequence[Protocol],
) -> Outcome:
    """Train once, look at the trees after each of ``trees.stops()``, and judge them under each protocol.

    Parameters
    ----------
    method, booster : Method, Booster
        What is trained, and in which library.
    part : Part
        The rows.
    trees : Trees
        The trees' parameters.
    select : {"average_precision", "log_loss"}
        What decides on the validation rows.
    costs : Costs
        Of the task.
    protocols : sequence of str
        "fixed" takes all rounds, the others those that are best on the validation rows.

    Returns
    -------
    Outcome
        The fits in the order of the protocols.
    """
    memory, begun = PeakMemory(), time.perf_counter()
    trained = method.train(booster, part.fit, trees)
    train_seconds, peak_memory_mib = time.perf_counter() - begun, memory.mib()
    watch = _Watch()
    stages: list[Stage] = []
    kept: dict[str, _Stop] = {}
    best = -np.inf
    for rounds, fit_scores, validation_scores, test_scores in _staged(trained, part, trees, watch):
        link = trained.matched_link(fit_scores)
        validation, test = (link.probabilities(scores)[:, 1] for scores in (validation_scores, test_scores))
        stage = Stage(
            rounds,
            average_precision(part.test.target, test),
            log_loss(part.test.target, test),
            average_precision(part.validation.target, validation),
            log_loss(part.validation.target, validation),
            gradient_shares(method.family, link.loss, part.fit.target, fit_scores),
        )
        stages.append(stage)
        score = stage.validation_average_precision if select == "average_precision" else -stage.validation_log_loss
        kept["last"] = _Stop(rounds, score, validation, validation_scores, test, test_scores)
        if score > best:
            best, kept["best"] = score, kept["last"]
    chosen = [kept["last" if protocol == "fixed" else "best"] for protocol in protocols]
    judged = cache(lambda stop: _judged(stop, part, costs))  # once, where the last stop is the best
    return Outcome(
        fits=tuple(
            Fit(protocol, stop.rounds, stop.score, *judged(stop))
            for protocol, stop in zip(protocols, chosen, strict=True)
        ),
        stages=tuple(stages),
        note=trained.note,
        train_seconds=train_seconds,
        predict_seconds=watch.seconds,
        peak_memory_mib=peak_memory_mib,
    )


class _Watch:
    """The seconds that an iterator takes."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def timed(self, scores: Iterator[NDArray[np.float64]]) -> Iterator[NDArray[np.float64]]:
        while True:
            begun = time.perf_counter()
            following = next(scores, None)
            self.seconds += time.perf_counter() - begun
            if following is None:
                return
            yield following


def _staged(
    trained: Trained, part: Part, trees: Trees, watch: _Watch
) -> Iterator[tuple[int, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]:
    stops = trees.stops()
    fit, validation, test = (
        trained.model.staged_scores(sample.features, stops) for sample in (part.fit, part.validation, part.test)
    )
    yield from zip(stops, fit, validation, watch.timed(test), strict=True)


@dataclass(frozen=True, eq=False)
class _Stop:
    """The trees after some rounds: their validation score, and probabilities and raw scores of the rows."""

    rounds: int
    score: float
    validation: NDArray[np.float64]
    validation_scores: NDArray[np.float64]
    test: NDArray[np.float64]
    test_scores: NDArray[np.float64]


def _judged(stop: _Stop, part: Part, costs: Costs) -> tuple[Predicted, Predicted, Terms, dict[str, float]]:
    validation = _predicted(part.validation, stop.validation, stop.validation_scores)
    test = _predicted(part.test, stop.test, stop.test_scores)
    alert_cost, alerts_per_period = costs.alert_cost, costs.alerts_per_day
    if alert_cost is None:
        money = np.ones(len(part.fit.target)) if part.fit.amount is None else part.fit.amount
        alert_cost = _DEFAULT_COST_SHARE * float(money[part.fit.target == 1].mean())
    if alerts_per_period is None:
        n_periods = 1 if test.period is None else len(np.unique(test.period))
        alerts_per_period = max(1.0, _DEFAULT_ALERT_RATE * len(test.label) / n_periods)
    threshold = best_threshold(validation.label, validation.probability, validation.money(), alert_cost)
    terms = Terms(alerts_per_period, alert_cost, threshold)
    return validation, test, terms, measure(test, terms)


def _predicted(sample: Sample, probability: NDArray[np.float64], scores: NDArray[np.float64]) -> Predicted:
    uncorrected = np.exp(-np.logaddexp(0.0, -scores))
    return Predicted(sample.target, probability, uncorrected, sample.amount, sample.period)
