"""`fit` of the focal estimators, over that of their parents, all defaults but 50 rounds.

The parents minimise the logistic loss from its own best constant score; the focal ones (gamma 2) encode the labels,
compute start and scale, and match the prevalence at the end. "gamma 0" does the same with cross-entropy's trees.
"""

from typing import Any

from boosting import table
from children import CORES, in_child
from copying import threads_here
from pairs import paired

SIZES = (100_000, 1_000_000)
COLUMNS = 20


def measure(quick: bool) -> list[dict[str, Any]]:
    """Measure both estimators."""
    sizes = SIZES[:1] if quick else SIZES
    return [in_child("estimators:row", library, rows, quick) for library in ("XGBoost", "LightGBM") for rows in sizes]


def row(library: str, n_rows: int, quick: bool) -> dict[str, Any]:
    """Measure one estimator on all threads."""
    import focalboost

    options: dict[str, Any] = {"n_jobs": threads_here()}
    if library == "XGBoost":
        from xgboost import XGBClassifier as Parent

        focal: Any = focalboost.FocalXGBClassifier
    else:
        from lightgbm import LGBMClassifier as Parent

        focal = focalboost.FocalLGBMClassifier
        options |= {"verbosity": -1, "force_col_wise": True}
    options["n_estimators"] = 20 if quick else 50
    x, y = table(n_rows, COLUMNS)
    times = paired(
        {
            "parent": lambda: Parent(**options).fit(x, y),
            "gamma 0": lambda: focal(gamma=0.0, **options).fit(x, y),
            "gamma 2": lambda: focal(gamma=2.0, **options).fit(x, y),
        },
        4.0 if quick else 8.0,
        least=3,
        warm_up=1,
        repeat=False,
    )
    return {
        "estimator": focal.__name__,
        "rows": f"{n_rows:.0e}".replace("e+0", "e"),
        "threads": CORES,
        "parent, s": f"{times.median('parent'):.2f}",
        "gamma 0": times.ratio("gamma 0", "parent"),
        "gamma 2": times.ratio("gamma 2", "parent"),
        "pairs": times.rounds,
    }
