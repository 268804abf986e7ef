"""XGBoost's external memory: the bins lie on disk too."""

import resource
import tempfile
from pathlib import Path
from typing import Any

import chunks
from measuring import GIB, RoundTimes
from training import OBJECTIVES, figures, trained, xgboost_leaves

TITLE = "XGBoost, external memory"
ABOUT = (
    "The same training on an `ExtMemQuantileDMatrix`, whose bins lie in a cache file and are mapped a page at a time. "
    "The process may not have more private memory than the raw float32 data would take (RLIMIT_DATA; 4 GiB at least): "
    '"limit, GiB". "without files" is the peak without the pages of the mapped cache file, which the system may take '
    "back."
)
ROWS = (1_000_000, 10_000_000, 100_000_000)
SLOPES = ("s/round", "GiB")


def cases(rows: int) -> list[dict[str, Any]]:
    """Return what is measured at one size."""
    return [{"rows": rows, "objective": objective} for objective in OBJECTIVES]


def run(rows: int, objective: str) -> dict[str, Any]:
    """Measure."""
    import xgboost as xgb

    limit = max(4 * GIB, 80 * rows)
    with tempfile.TemporaryDirectory() as folder:

        def build(rows: int = rows, name: str = "cache") -> tuple[Any, Any]:
            source = chunks.data_iter(rows, cache_prefix=str(Path(folder) / name))
            return xgb.ExtMemQuantileDMatrix(source, nthread=2), source.totals

        def train(data: tuple[Any, Any], times: RoundTimes) -> int:
            return xgboost_leaves(trained(*data, objective, times))

        train(build(1000, "warm"), RoundTimes())
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        return figures(objective, rows, build, train) | {"limit, GiB": limit / GIB}
