"""A Dask cluster of one and two worker processes, one thread each."""

import time
from typing import Any

import chunks
import numpy as np
from measuring import GIB, forget_peak, memory

TITLE = "Dask"
ABOUT = (
    "A `LocalCluster`, one thread a worker, the rows spread over the workers in 250,000-row chunks before the clock "
    "starts; 20 rounds of depth 6, the making of the matrix included. Memory is the workers' beyond their rows and the "
    'imports, added up. "train" is `xgboost.dask.train` on a `DaskQuantileDMatrix`, "estimator" is '
    "`DaskFocalXGBClassifier.fit`, which reads the labels for the classes and the rows again for `match_prevalence`."
)
ROWS = (500_000, 1_000_000, 2_000_000)
SLOPES = ("s", "GiB")
WORKERS = (1, 2)
ROUNDS = 20
METHODS = ("train, focal", "train, built-in", "estimator, focal")


def cases(rows: int) -> list[dict[str, Any]]:
    """Return what is measured at one size."""
    return [{"rows": rows, "workers": n, "method": method} for method in METHODS for n in WORKERS]


def run(rows: int, workers: int, method: str) -> dict[str, Any]:
    """Measure."""
    import dask
    import distributed

    options = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None, "memory_limit": 0}
    with (
        dask.config.set({"logging.distributed": "error"}),
        distributed.LocalCluster(**options) as cluster,
        distributed.Client(cluster) as client,
    ):
        warm = _on_workers(client, 1000 * workers, workers)
        _fit(client, *warm, method, 2)
        X, y = _on_workers(client, rows, workers)
        before = client.run(forget_peak)
        start = time.perf_counter()
        _fit(client, X, y, method, ROUNDS)
        seconds = time.perf_counter() - start
        peaks = client.run(memory, "VmHWM")
    beyond = sum(peaks[worker] - before[worker] for worker in before)
    return {
        "case": f"{method}, {workers} worker{'s' if workers > 1 else ''}",
        "rows": rows,
        "s": seconds,
        "ns/row/round": 1e9 * seconds / rows / ROUNDS,
        "peak of a worker, GiB": max(peaks.values()) / GIB,
        "GiB": beyond / GIB,
        "bytes/row": beyond / rows,
    }


def _on_workers(client: Any, rows: int, workers: int) -> tuple[Any, Any]:
    """Make the rows where they stay, in as many chunks on each worker."""
    import dask.array as da
    import distributed
    from dask import delayed

    addresses = sorted(client.scheduler_info()["workers"])
    sizes = chunks.chunk_rows(rows) if rows >= workers * chunks.CHUNK_ROWS else [rows // workers] * workers
    made = [
        client.submit(chunks.chunk, index, size, workers=addresses[index % workers], pure=False)
        for index, size in enumerate(sizes)
    ]
    distributed.wait(made)

    def column(which: int, *tail: int) -> Any:
        parts = [client.submit(_item, both, which, pure=False) for both in made]
        return da.concatenate(
            [
                da.from_delayed(delayed(part), (size, *tail), dtype=np.float32)
                for part, size in zip(parts, sizes, strict=True)
            ]
        )

    X, y = client.persist([column(0, chunks.FEATURES), column(1)])
    distributed.wait([X, y])
    return X, y


def _item(both: tuple[np.ndarray, np.ndarray], which: int) -> np.ndarray:
    return both[which]


def _fit(client: Any, X: Any, y: Any, method: str, rounds: int) -> None:
    from xgboost import dask as xgb_dask

    from focalboost import BinaryFocalLoss, DaskFocalXGBClassifier

    common = {"tree_method": "hist", "max_depth": 6}
    if method == "estimator, focal":
        DaskFocalXGBClassifier(client=client, n_estimators=rounds, learning_rate=0.1, **common).fit(X, y)
        return
    positives = float(y.sum().compute())
    totals = [y.size - positives, positives]
    data = xgb_dask.DaskQuantileDMatrix(client, X, y)
    params = common | {"eta": 0.1}
    if method == "train, focal":
        loss = BinaryFocalLoss(2.0).scaled_to([0, 1], totals)
        xgb_dask.train(client, params | loss.xgboost_params([0, 1], totals), data, rounds, obj=loss)
    else:
        start = {"objective": "binary:logistic", "base_score": positives / y.size, "disable_default_eval_metric": True}
        xgb_dask.train(client, params | start, data, rounds)
