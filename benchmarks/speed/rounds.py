"""Where a round with a custom objective spends what the built-in one does not, in ms of 1e6 rows x 20.

gamma 2, all threads. The callable is focalboost's; what surrounds it, the libraries': the scores that they hand over,
and all else, which is the tree and the reading of the gradients, less a whole round of the built-in objective (whose
own gradients cost time as well, so this can be negative). "new pages" is what the kernel takes in the callable, beyond
what it takes with arrays that were used before.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import perf_counter
from typing import Any
from unittest.mock import patch

import numpy as np
from boosting import LIBRARIES, table, trainings
from children import in_child
from pairs import paired

from focalboost.losses.focal import FocalLoss
from focalboost.objectives import focal

ROWS, QUICK_ROWS = 1_000_000, 100_000


@contextmanager
def stopwatch(places: dict[str, tuple[Any, str]]) -> Iterator[dict[str, list[float]]]:
    """Record the seconds of each call of some functions, given by their owner and name."""
    seconds: dict[str, list[float]] = defaultdict(list)

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            start = perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                seconds[name].append(perf_counter() - start)

        return call

    with ExitStack() as stack:
        for name, (owner, attribute) in places.items():
            stack.enter_context(patch.object(owner, attribute, timed(name, getattr(owner, attribute))))
        yield seconds


def measure(quick: bool) -> list[dict[str, Any]]:
    """Measure both libraries."""
    tables = {library: in_child("rounds:milliseconds", library, quick) for library in LIBRARIES}
    places = list(dict.fromkeys(place for table in tables.values() for place in table))
    return [{"where": place} | {name: tables[name].get(place, "") for name in tables} for place in places]


def milliseconds(library: str, quick: bool) -> dict[str, str]:
    """Measure one library on all threads."""
    x, y = table(QUICK_ROWS if quick else ROWS, 20)
    running = trainings(library, x, y)
    running.pop("gamma 0")
    booster = type(running["gamma 2"].booster)
    if library == "XGBoost":
        import xgboost as xgb

        scores, sets = "predict", xgb.DMatrix
    else:
        import lightgbm as lgb

        scores, sets = "_Booster__inner_predict", lgb.Dataset
    places = {
        "scores handed over": (booster, scores),
        "callable": (type(running["gamma 2"].custom), "__call__"),
        "- reading of the labels": (sets, "get_label"),
        "- reading of the weights": (sets, "get_weight"),
        "- test for a bad start": (focal, "warn_of_first_round"),
        "- kernel": (FocalLoss, "gradient_hessian"),
    }
    with stopwatch(places) as seconds:
        functions = {name: training.round for name, training in running.items()}
        times = paired(functions, 2.0 if quick else 6.0, 10, 100, 3, repeat=False)
    spent = {place: float(np.median(seconds[place])) for place in places}
    spent["- of it, new pages"] = spent["- kernel"] - _kernel_alone(running["gamma 2"].custom, y, library)
    built_in, ours = times.median("built-in"), times.median("gamma 2")
    rest = ours - spent["callable"] - spent["scores handed over"] - built_in
    shown = {"round, built-in": built_in, "round, gamma 2": ours, **spent, "all else, less the built-in round": rest}
    return {place: f"{value * 1e3:.2f}" for place, value in shown.items()}


def _kernel_alone(loss: Any, y: np.ndarray, library: str) -> float:
    """Return the seconds of the kernel on arrays that were used before, with the types of a library."""
    scores = np.random.default_rng(0).normal(-2, 2, len(y)).astype(np.float32 if library == "XGBoost" else np.float64)
    gradient, hessian = np.empty((2, len(y)), np.float32)
    kernel = paired({"": lambda: loss.gradient_hessian(y, scores, None, gradient, hessian)}, 0.5)
    return kernel.median("")
