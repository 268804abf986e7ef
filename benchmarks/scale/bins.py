"""XGBoost on a ``QuantileDMatrix`` that chunks fill: bins of one byte stay in memory."""

from typing import Any

import chunks
from measuring import RoundTimes
from training import OBJECTIVES, figures, trained, xgboost_leaves

TITLE = "XGBoost, bins in memory"
ABOUT = (
    "`xgb.train` on a `QuantileDMatrix` filled by a `DataIter` of 250,000-row chunks, 20 features, 6 rounds of depth "
    "6, 2 threads. Memory is counted from after the imports and a training on 1,000 rows."
)
ROWS = (100_000, 1_000_000, 10_000_000, 100_000_000)
SLOPES = ("s/round", "GiB")


def cases(rows: int) -> list[dict[str, Any]]:
    """Return what is measured at one size."""
    return [{"rows": rows, "objective": objective} for objective in OBJECTIVES]


def run(rows: int, objective: str) -> dict[str, Any]:
    """Measure."""
    import xgboost as xgb

    def build(rows: int = rows) -> tuple[Any, Any]:
        source = chunks.data_iter(rows)
        return xgb.QuantileDMatrix(source, nthread=2), source.totals

    def train(data: tuple[Any, Any], times: RoundTimes) -> int:
        return xgboost_leaves(trained(*data, objective, times))

    train(build(1000), RoundTimes())
    return figures(objective, rows, build, train)
