"""What single functions of the package hold for each row while they run."""

import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

TITLE = "Single functions"
ABOUT = (
    "Bytes a row of the arrays that a call makes, at its peak (`tracemalloc`), and of those that it returns; float32 "
    "scores and labels, two classes, where nothing else is said. The time is the better of two calls without "
    "`tracemalloc`."
)
ROWS = (1_000_000, 10_000_000)
SLOPES = ()


def cases(rows: int) -> list[dict[str, Any]]:
    """Return what is measured at one size."""
    return [{"rows": rows}]


def run(rows: int) -> list[dict[str, Any]]:
    """Measure all functions; what one leaves behind is not counted to the next."""
    for make in _functions(1000).values():
        make()()  # imports and compiles
    return [_measured(name, rows, make()) for name, make in _functions(rows).items()]


def _measured(name: str, rows: int, call: Callable[[], Any]) -> dict[str, Any]:
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    tracemalloc.start()
    returned = call()
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del returned
    return {
        "case": name,
        "rows": rows,
        "ns/row": 1e9 * min(seconds) / rows,
        "peak, bytes/row": peak / rows,
        "returned, bytes/row": round(held / rows, 1),
    }


class _Matrix:
    """What the objective and the metrics ask of a DMatrix."""

    def __init__(self, y: np.ndarray) -> None:
        self._y = y

    def get_label(self) -> np.ndarray:
        return self._y.copy()  # as XGBoost does

    def get_weight(self) -> np.ndarray:
        return np.empty(0, np.float32)

    def num_row(self) -> int:
        return self._y.size


def _functions(rows: int) -> dict[str, Callable[[], Callable[[], Any]]]:
    """By name, what makes the arrays of a call and returns the call."""
    from focalboost import BinaryFocalLoss, MulticlassFocalLoss
    from focalboost.estimators.labels import encode
    from focalboost.estimators.link import FocalLink

    y = (np.arange(rows) % 64 == 0).astype(np.float32)
    scores = np.linspace(-8, 4, rows, dtype=np.float32)
    loss = BinaryFocalLoss(2.0).scaled_to(y[:1000])
    softmax = MulticlassFocalLoss(3, 2.0)
    link = FocalLink(loss, np.arange(2), (63 / 64, 1 / 64))
    data = _Matrix(y)

    def on(function: Callable[..., Any], make: Callable[[], Any]) -> Callable[[], Callable[[], Any]]:
        return lambda: partial(function, make())

    return {
        "objective, an XGBoost round": lambda: partial(loss, scores, data),
        "fit_intercept_only": lambda: partial(loss.fit_intercept_only, y),
        "fit_intercept_only, int64 labels": on(loss.fit_intercept_only, lambda: y.astype(np.int64)),
        "scaled_to": lambda: partial(loss.scaled_to, y),
        "init_score": lambda: partial(loss.init_score, y),
        "predict_proba": lambda: partial(loss.predict_proba, scores),
        "predict_proba, three classes": on(softmax.predict_proba, lambda: np.stack([scores, -scores, 0 * scores], 1)),
        "metric: focal loss": lambda: partial(loss.metric, scores, data),
        "metric: log-loss": lambda: partial(loss.log_loss_metric, scores, data),
        "metric: Brier score": lambda: partial(loss.brier_metric, scores, data),
        "metric: average precision": lambda: partial(loss.average_precision_metric, scores, data),
        "labels encoded, int64": on(encode, lambda: y.astype(np.int64)),
        "labels encoded, strings": on(encode, lambda: np.where(y == 1, "fraud", "fine")),
        "prevalence matched": lambda: partial(link.matched, scores),
    }
