"""Describe what the fraud simulator gives: how many frauds of what kind, and how hard they are to find.

    python benchmarks/simulator/describe.py > benchmarks/simulator/statistics.md

prints two tables as Markdown. A model is trained on the rows of the first 60 % of the time and tested on those of the
last 30 %: 100 trees of depth 4 (LightGBM: up to 15 leaves), learning rate 0.1, nothing tuned; "best column" is XGBoost
with 30 such trees on one column, the best of all on the test. It takes some minutes.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from lightgbm import LGBMClassifier
from sklearn.metrics import average_precision_score, roc_auc_score
from xgboost import XGBClassifier

from focalboost.datasets.dataset import Dataset
from focalboost.datasets.simulator import SCENARIOS

SEEDS = (0, 1, 2)
# What makes a scenario harder or easier, one at a time.
VARIANTS: tuple[dict[str, float], ...] = (
    {},
    {"prevalence": 0.0005},
    {"prevalence": 0.005},
    {"prevalence": 0.02},
    {"prevalence": 0.1},
    {"drift": 0.5},
    {"drift": 1.0},
    {"undetected": 0.3},
    {"label_delay_days": 30},
)


def split(data: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows to train on and those to test on."""
    elapsed = (data.timestamp - data.timestamp[0]) / (data.timestamp[-1] - data.timestamp[0])
    return np.flatnonzero(elapsed < 0.6), np.flatnonzero(elapsed > 0.7)


def future_scores(data: Dataset, columns: list[str], model: Any) -> dict[str, float]:
    """Train on the past; return the AP and the ROC-AUC of the future."""
    train, test = (data.rows(rows) for rows in split(data))
    model.fit(train.features[columns], train.target)
    score = model.predict_proba(test.features[columns])[:, 1]
    return {"AP": average_precision_score(test.target, score), "AUC": roc_auc_score(test.target, score)}


def xgboost(rounds: int = 100) -> XGBClassifier:
    """Return XGBoost as in the tables."""
    return XGBClassifier(n_estimators=rounds, max_depth=4, learning_rate=0.1, enable_categorical=True, n_jobs=1)


def lightgbm() -> LGBMClassifier:
    """Return LightGBM as in the tables."""
    return LGBMClassifier(n_estimators=100, num_leaves=15, learning_rate=0.1, reg_lambda=1.0, n_jobs=1, verbosity=-1)


def description(data: Dataset) -> dict[str, Any]:
    """Return the facts of one data set, by name."""
    columns = list(data.features)
    fraud = data.target == 1
    sizes = [len(data.features[name].cat.categories) for name in data.features.select_dtypes("category")]
    alone = pd.Series({name: future_scores(data, [name], xgboost(30))["AP"] for name in columns})
    models = {"XGBoost": future_scores(data, columns, xgboost()), "LightGBM": future_scores(data, columns, lightgbm())}
    train, test = split(data)
    return {
        "rows": f"{len(fraud):,}",
        "days": int((data.timestamp[-1] - data.timestamp[0]) / np.timedelta64(1, "D")) + 1,
        "customers": f"{len(np.unique(data.customer)):,}",
        "prevalence": f"{fraud.mean():.2%}",
        "frauds by kind": data.notes[0].removeprefix("frauds by kind: "),
        "frauds to train on, to test on": f"{fraud[train].sum()}, {fraud[test].sum()}",
        "columns": len(columns),
        "columns of categories": f"{len(sizes)} of {min(sizes)} to {max(sizes)} values",
        "values missing": f"{data.features.isna().to_numpy().mean():.1%}",
        "median amount, fraud": f"{np.median(data.amount[fraud]):.0f}",
        "median amount, honest": f"{np.median(data.amount[~fraud]):.0f}",
        "best column": f"{alone.idxmax()}: AP {alone.max():.3f}",
        **{name: f"AP {scores['AP']:.3f}, ROC-AUC {scores['AUC']:.3f}" for name, scores in models.items()},
    }


def difficulty(variant: dict[str, float]) -> Iterator[str]:
    """Yield XGBoost's AP and ROC-AUC in each scenario, the mean over the seeds."""
    for simulate in SCENARIOS.values():
        runs = [simulate(**variant, random_state=seed) for seed in SEEDS]
        mean = pd.DataFrame([future_scores(data, list(data.features), xgboost()) for data in runs]).mean()
        yield f"{mean['AP']:.3f}, {mean['AUC']:.3f}"


def print_table(head: list[str], rows: list[list[Any]]) -> None:
    """Print a table as Markdown."""
    for row in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join(map(str, row)) + " |")
    print()


def main() -> None:
    """Print both tables."""
    print("# The simulator's scenarios in figures\n\nPrinted by `describe.py`, which says how models are trained.\n")
    print("## As they come, with default arguments\n")
    facts = pd.DataFrame({name: description(simulate()) for name, simulate in SCENARIOS.items()})
    print_table(["", *facts], facts.reset_index().to_numpy().tolist())
    print(f"## XGBoost's AP and ROC-AUC on the test, mean of seeds {', '.join(map(str, SEEDS))}\n")
    print_table(
        ["arguments", *SCENARIOS],
        [
            [", ".join(f"{k}={v}" for k, v in variant.items()) or "defaults", *difficulty(variant)]
            for variant in VARIANTS
        ],
    )


if __name__ == "__main__":
    main()
