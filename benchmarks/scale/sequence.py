"""LightGBM on a ``Sequence`` of chunks."""

from typing import Any

import chunks
import numpy as np
from measuring import RoundTimes
from training import OBJECTIVES, ROUNDS, THREADS, figures

TITLE = "LightGBM, a sequence of chunks"
ABOUT = (
    "`lgb.train` on a `Dataset` of a `Sequence` of 250,000-row chunks, 20 features, 6 rounds of 63 leaves, 2 threads. "
    "Labels (float32) and, for focal loss, `init_score` (float64) are arrays of the whole; they are counted."
)
ROWS = (100_000, 1_000_000, 10_000_000)
SLOPES = ("s/round", "GiB")


def cases(rows: int) -> list[dict[str, Any]]:
    """Return what is measured at one size."""
    return [{"rows": rows, "objective": objective} for objective in OBJECTIVES]


def run(rows: int, objective: str) -> dict[str, Any]:
    """Measure."""
    import lightgbm as lgb

    from focalboost import BinaryFocalLoss

    common = {"num_leaves": 63, "learning_rate": 0.1, "num_threads": THREADS, "verbosity": -1}
    common |= {"min_sum_hessian_in_leaf": 1.0, "force_col_wise": True}

    def build(rows: int = rows) -> tuple[Any, dict[str, Any]]:
        y = chunks.labels(rows)
        if objective == "built-in":
            return lgb.Dataset(chunks.sequence(rows), y, params=common).construct(), {"objective": "binary"}
        positives = float(np.count_nonzero(y))
        totals = [rows - positives, positives]
        loss = BinaryFocalLoss(2.0).scaled_to([0, 1], totals)
        start = np.full(rows, loss.fit_intercept_only([0, 1], totals))
        data = lgb.Dataset(chunks.sequence(rows), y, init_score=start, params=common)
        return data.construct(), loss.lightgbm_params()

    def train(data: tuple[Any, dict[str, Any]], times: RoundTimes) -> int:
        booster = lgb.train(common | data[1], data[0], ROUNDS, callbacks=[times.mark])
        return sum(tree["num_leaves"] for tree in booster.dump_model()["tree_info"])

    train(build(20_000), RoundTimes())
    return figures(objective, rows, build, train)
