"""Measures of a validation set on recovered probabilities, under the names that the boosters give their own."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalboost.estimators.link import FocalLink
from focalboost.objectives import metrics
from focalboost.objectives.arguments import read_arguments
from focalboost.objectives.metrics import Measure, Metric

_MEASURES: dict[str, tuple[Measure, bool]] = {
    **dict.fromkeys(("logloss", "mlogloss", "binary_logloss", "multi_logloss"), (metrics.log_loss, False)),
    **dict.fromkeys(("error", "merror", "binary_error", "multi_error"), (metrics.error_rate, False)),
    **dict.fromkeys(("aucpr", "average_precision"), (metrics.average_precision, True)),
    "auc": (metrics.roc_auc, True),
    "brier": (metrics.brier, False),
    "focal_loss": (metrics.mean_loss, False),
}
"""By name, the measure and whether more is better."""


def as_list(eval_metric: Any, default: str) -> list[str | Callable[..., Any]]:
    """Check the metrics that a user asks for.

    Parameters
    ----------
    eval_metric : None, str, callable, or sequence of these
        As in the estimators.
    default : str
        The metric that None stands for.

    Returns
    -------
    list of str or callable
        The last one decides about early stopping.

    Raises
    ------
    ValueError
        If a name is unknown.
    TypeError
        If an entry is of another type, or a metric of raw scores.
    """
    if eval_metric is None:
        return [default]
    single = isinstance(eval_metric, str) or callable(eval_metric) or not isinstance(eval_metric, Sequence)
    chosen: list[Any] = [eval_metric] if single else list(eval_metric)
    for metric in chosen:
        if isinstance(metric, Metric):
            raise TypeError(
                f"eval_metric={metric.name!r} measures raw scores; the estimators hand over probabilities: "
                f"give a name instead, one of {sorted(_MEASURES)}"
            )
        if not callable(metric) and not isinstance(metric, str):
            raise TypeError(f"eval_metric must be a name, a callable or a list of these; it has {metric!r}")
        if isinstance(metric, str) and metric not in _MEASURES:
            raise ValueError(
                f"eval_metric={metric!r}: allowed are {sorted(_MEASURES)}, measured on the recovered probabilities, "
                "and callables of labels and probabilities"
            )
    return chosen


class XGBoostMetrics:
    """All metrics of a validation set, as ``xgboost.train`` takes them.

    Parameters
    ----------
    link : FocalLink
        Loss and start.
    chosen : list of str or callable
        What ``as_list`` returned; a callable is called as ``metric(y_true, probability)``, with ``sample_weight=``
        where there are weights.
    """

    def __init__(self, link: FocalLink, chosen: list[str | Callable[..., Any]]) -> None:
        self.link = link
        self.chosen = chosen

    def __call__(self, raw: NDArray[Any], data: Any) -> list[tuple[str, float]]:
        """Measure.

        Parameters
        ----------
        raw : array
            Raw scores.
        data : xgboost.DMatrix
            Labels and weights.

        Returns
        -------
        list of (str, float)
            Names and values.
        """
        y_true, scores, weight, _ = read_arguments(self.link.scores(raw), data, None)
        results = []
        for metric in self.chosen:
            if isinstance(metric, str):
                value = _MEASURES[metric][0](self.link.loss, y_true, scores, weight)
                results.append((metric, value))
            else:
                weights = {} if weight is None else {"sample_weight": weight}
                value = metric(y_true, _as_booster_returns(self.link, scores), **weights)
                results.append((getattr(metric, "__name__", type(metric).__name__), float(value)))
        return results


class LightGBMMetric:
    """One metric of a validation set, as ``LGBMClassifier.fit`` takes it.

    Parameters
    ----------
    link : FocalLink
        Loss and start.
    metric : str or callable
        One of what ``as_list`` returned; a callable is called as LightGBM calls it, with probabilities:
        ``metric(y_true, probability[, weight[, group]])``.
    """

    def __init__(self, link: FocalLink, metric: str | Callable[..., Any]) -> None:
        self.link = link
        self.metric = metric

    def __call__(self, y_true: NDArray[Any], y_pred: NDArray[Any], weight: NDArray[Any] | None = None) -> Any:
        """Measure.

        Parameters
        ----------
        y_true, y_pred, weight : array
            Codes of the labels, raw scores and weights.

        Returns
        -------
        (str, float, bool), or a list of these
            Name, value, and whether more is better.
        """
        scores = self.link.scores(y_pred)
        if isinstance(self.metric, str):
            measure, is_higher_better = _MEASURES[self.metric]
            return self.metric, measure(self.link.loss, y_true, scores, weight), is_higher_better
        arguments = (y_true, _as_booster_returns(self.link, scores), weight, None)
        return self.metric(*arguments[: len(inspect.signature(self.metric).parameters)])


def _as_booster_returns(link: FocalLink, scores: NDArray[Any]) -> NDArray[np.float64]:
    """Probabilities in the shape in which the boosters' own objectives predict: of two classes, the second's."""
    proba = link.probabilities(scores)
    return proba[:, 1] if link.classes is not None and link.classes.size == 2 else proba
