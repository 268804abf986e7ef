"""The classifiers against those that they extend, on rows in memory."""

import time
from typing import Any

import chunks
from measuring import GIB, forget_peak, memory

TITLE = "Estimators, rows in memory"
ABOUT = (
    "`fit` (10 rounds, 2 threads, the libraries' other defaults) and `predict_proba` on a float32 array and int64 "
    "labels. Memory beyond these arrays, the imports and a fit to 1,000 rows; `predict_proba`'s result is 8 bytes a "
    "row in XGBoost's class and 16 in the others."
)
ROWS = (1_000_000, 10_000_000)
SLOPES = ("fit, s", "fit, GiB")
CLASSES = ("XGBClassifier", "FocalXGBClassifier", "LGBMClassifier", "FocalLGBMClassifier")


def cases(rows: int) -> list[dict[str, Any]]:
    """Return what is measured at one size."""
    return [{"rows": rows, "name": name} for name in CLASSES]


def run(rows: int, name: str) -> dict[str, Any]:
    """Measure."""
    import lightgbm as lgb
    import xgboost as xgb

    import focalboost

    found = {"XGBClassifier": xgb.XGBClassifier, "LGBMClassifier": lgb.LGBMClassifier}.get(name)
    model = (found or getattr(focalboost, name))(n_estimators=10, n_jobs=2, verbosity=-1 if "LGBM" in name else 0)
    X, y = chunks.table(rows)
    model.fit(X[:1000], y[:1000]).predict_proba(X[:1000])
    before, start = forget_peak(), time.perf_counter()
    model.fit(X, y)
    fit_seconds, fit_bytes = time.perf_counter() - start, memory("VmHWM") - before
    before, start = forget_peak(), time.perf_counter()
    model.predict_proba(X)
    seconds, predict_bytes = time.perf_counter() - start, memory("VmHWM") - before
    return {
        "case": name,
        "rows": rows,
        "fit, s": fit_seconds,
        "fit, GiB": fit_bytes / GIB,
        "fit, bytes/row": fit_bytes / rows,
        "predict_proba, ns/row": 1e9 * seconds / rows,
        "predict_proba, bytes/row": predict_bytes / rows,
    }
