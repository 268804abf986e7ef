"""Measure which curvature, scale and start focal loss trains best with.

    python benchmarks/curvature/study.py --data FOLDER --target NAME --output FOLDER

takes every CSV or parquet file of a folder (``--only`` some of them) and trains, for each booster, policy of curvature,
scale (the loss as it is, or ``scaled_to``), gamma and start (the best constant score z0, 0, and the class prior), on
each of five stratified folds; a fifth of the training part decides when to stop early. Cross-entropy under the same
settings is the reference. Settings are the same for all: 100 rounds, learning rate 0.1, depth 4 or 15 leaves, L2
penalty 1, least sum of curvature in a leaf 1 (LightGBM: 15 rows a leaf too), nothing tuned.

``rows.parquet`` holds one row a fit and way to stop; it grows file by file, so that an interrupted study continues. The
tables are printed by ``tables.py``.
"""

import argparse
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import lightgbm as lgb
import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import StratifiedKFold, train_test_split

from focalboost import BinaryFocalLoss
from focalboost.benchmark.matrix import Matrix, to_matrix
from focalboost.datasets.files import find_files, read_file
from focalboost.datasets.roles import Roles

ROUNDS = 100
GAMMAS = (0.5, 1.0, 2.0)
CURVATURES = ("exact", "absolute", "fisher", "truncated")
STARTS = ("z0", "0", "class prior")


def configurations() -> Iterator[dict[str, Any]]:
    """Yield every combination; cross-entropy once, from the class prior, which is its z0."""
    yield {"curvature": "exact", "scaled": False, "gamma": 0.0, "start": "z0"}
    for curvature, scaled, gamma, start in product(CURVATURES, (False, True), GAMMAS, STARTS):
        yield {"curvature": curvature, "scaled": scaled, "gamma": gamma, "start": start}


def start_score(loss: BinaryFocalLoss, y: np.ndarray, start: str) -> float:
    """Return the constant raw score that training starts from."""
    if start == "z0":
        return float(loss.fit_intercept_only(y))
    return 0.0 if start == "0" else float(np.log(y.mean() / (1 - y.mean())))


def train_xgboost(loss: BinaryFocalLoss, parts: dict[str, tuple[Matrix, np.ndarray]], z: float) -> tuple[Any, int, Any]:
    """Train with XGBoost; return a function (part, rounds) -> scores, the best number of rounds, and the booster."""
    kinds = ["c" if i in parts["train"][0].categorical else "q" for i in range(parts["train"][0].values.shape[1])]
    data = {
        name: xgb.DMatrix(
            x.values, y, base_margin=np.full(len(y), z), feature_types=kinds, enable_categorical=True, nthread=1
        )
        for name, (x, y) in parts.items()
    }
    history: dict[str, Any] = {}
    booster = xgb.train(
        {"objective": "binary:logistic", "disable_default_eval_metric": True, "eta": 0.1, "max_depth": 4, "lambda": 1.0,
         "min_child_weight": 1.0, "tree_method": "hist", "nthread": 1},
        data["train"], ROUNDS, obj=loss, custom_metric=loss.log_loss_metric, evals=[(data["stop"], "stop")],
        evals_result=history, verbose_eval=False,
    )  # fmt: skip
    best = int(np.argmin(history["stop"]["posterior_log_loss"])) + 1
    return lambda part, n: booster.predict(data[part], output_margin=True, iteration_range=(0, n)), best, booster


def train_lightgbm(
    loss: BinaryFocalLoss, parts: dict[str, tuple[Matrix, np.ndarray]], z: float
) -> tuple[Any, int, Any]:
    """Train with LightGBM; return as ``train_xgboost``."""
    params = {
        **loss.lightgbm_params(), "learning_rate": 0.1, "num_leaves": 15, "lambda_l2": 1.0, "verbosity": -1,
        "min_sum_hessian_in_leaf": 1.0, "min_data_in_leaf": 15, "num_threads": 1, "seed": 0, "deterministic": True,
    }  # fmt: skip
    x, y = parts["train"]
    train = lgb.Dataset(
        x.values, y, init_score=np.full(len(y), z), categorical_feature=list(x.categorical), free_raw_data=False
    )
    x_stop, y_stop = parts["stop"]
    stop = lgb.Dataset(x_stop.values, y_stop, init_score=np.full(len(y_stop), z), reference=train)
    history: dict[str, Any] = {}
    booster = lgb.train(
        params, train, ROUNDS, feval=loss.log_loss_metric, valid_sets=[stop], valid_names=["stop"],
        callbacks=[lgb.record_evaluation(history)],
    )  # fmt: skip
    best = int(np.argmin(history["stop"]["posterior_log_loss"])) + 1
    return lambda part, n: booster.predict(parts[part][0].values, raw_score=True, num_iteration=n) + z, best, booster


BOOSTERS = {"xgboost": train_xgboost, "lightgbm": train_lightgbm}


def one_fit(
    booster: str, configuration: dict[str, Any], parts: dict[str, tuple[Matrix, np.ndarray]]
) -> Iterator[dict[str, Any]]:
    """Train once and yield a row for all rounds and a row for early stopping."""
    y = parts["train"][1]
    plain = BinaryFocalLoss(configuration["gamma"], curvature=configuration["curvature"])
    loss = plain.scaled_to(y) if configuration["scaled"] else plain
    scores, best, _ = BOOSTERS[booster](loss, parts, start_score(loss, y, configuration["start"]))
    for stopping, rounds in (("fixed", ROUNDS), ("early", best)):
        test, train = scores("test", rounds), scores("train", rounds)
        target = parts["test"][1]
        yield {
            "stopping": stopping,
            "rounds": rounds,
            "average_precision": average_precision_score(target, test),
            "log_loss": log_loss(target, loss.predict_proba(test)[:, 1], labels=[0, 1]),
            "training_loss": float(plain.loss(y, train.astype(np.float64)).mean()),
            "largest_score": float(np.abs(np.concatenate([test, train])).max()),
        }


def one_fold(path: Path, target: str, fold: int) -> pd.DataFrame:
    """Train every configuration on one fold of one file."""
    dataset = read_file(path, Roles(target))
    matrix, y = to_matrix(dataset.features), dataset.target
    rest, test = list(StratifiedKFold(5, shuffle=True, random_state=0).split(y, y))[fold]
    train, stop = train_test_split(rest, test_size=0.2, stratify=y[rest], random_state=fold)
    parts = {name: (matrix.rows(rows), y[rows]) for name, rows in (("train", train), ("stop", stop), ("test", test))}
    rows = [
        {"task": path.stem, "fold": fold, "booster": booster} | configuration | row
        for booster, configuration in product(BOOSTERS, configurations())
        for row in one_fit(booster, configuration, parts)
    ]
    return pd.DataFrame(rows)


def main() -> None:
    """Run what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("--only", nargs="*", help="names of files, without their ending")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    files = [path for path in find_files(arguments.data)[0] if not arguments.only or path.stem in arguments.only]
    missing = [
        (path, fold, part)
        for fold, path in product(range(5), files)
        if not (part := arguments.output / f"{path.stem}-{fold}.parquet").exists()
    ]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        futures = [(pool.submit(one_fold, path, arguments.target, fold), part) for path, fold, part in missing]
        for number, (future, part) in enumerate(futures, 1):
            rows = future.result()
            temporary = part.with_suffix(".unfinished")
            rows.to_parquet(temporary)
            temporary.replace(part)
            print(f"{number} of {len(futures)}: {part.stem}", flush=True)


if __name__ == "__main__":
    main()
