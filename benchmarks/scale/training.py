"""What the trainings on chunks have in common: their settings, and the figures of one."""

import time
from collections.abc import Callable
from typing import Any

from measuring import GIB, AnonymousPeak, RoundTimes, forget_peak, memory

ROUNDS = 6
THREADS = 2
XGBOOST = {"tree_method": "hist", "max_depth": 6, "eta": 0.1, "nthread": THREADS}
OBJECTIVES = ("focal", "built-in")


def trained(data: Any, totals: Any, objective: str, times: RoundTimes) -> Any:
    """Train XGBoost on a matrix whose classes have these total weights."""
    import xgboost as xgb

    from focalboost import BinaryFocalLoss

    class Clock(xgb.callback.TrainingCallback):
        def after_iteration(self, *_: object) -> bool:
            return times.mark()

    if objective == "focal":
        loss = BinaryFocalLoss(2.0).scaled_to([0, 1], totals)
        params, options = loss.xgboost_params([0, 1], totals), {"obj": loss}
    else:
        start = float(totals[1] / totals.sum())
        params, options = {"objective": "binary:logistic", "base_score": start, "disable_default_eval_metric": True}, {}
    return xgb.train(XGBOOST | params, data, ROUNDS, callbacks=[Clock()], **options)


def figures(case: str, rows: int, build: Callable[[], Any], train: Callable[[Any, RoundTimes], int]) -> dict[str, Any]:
    """Measure the making of a data set and a training on it, which returns the number of its leaves."""
    before = forget_peak()
    start = time.perf_counter()
    times = RoundTimes()
    with AnonymousPeak() as anonymous:
        data = build()
        built, after_build = time.perf_counter() - start, memory("VmHWM")
        leaves = train(data, times)
    beyond = memory("VmHWM") - before
    return {
        "case": case,
        "rows": rows,
        "data set, s": built,
        "s/round": times.seconds(),
        "ns/row/round": 1e9 * times.seconds() / rows,
        "leaves": leaves,
        "peak, GiB": memory("VmHWM") / GIB,
        "without files": anonymous.bytes / GIB,
        "GiB": beyond / GIB,
        "bytes/row": beyond / rows,
        "of it, data set": (after_build - before) / rows,
        "raw float32, GiB": 80 * rows / GIB,
    }


def xgboost_leaves(booster: Any) -> int:
    """Count the leaves of all trees."""
    return sum(tree.count("leaf=") for tree in booster.get_dump())
