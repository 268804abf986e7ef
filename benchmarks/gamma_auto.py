"""What ``gamma="auto"`` chooses on real data, and what that does on rows it has not seen.

    python benchmarks/gamma_auto.py --data FOLDER --target NAME [--rows 20000]

takes every CSV or parquet file of a folder, keeps at most so many rows (stratified), trains on three quarters with
gamma 0, 2 and "auto", and measures on the fourth: log-loss and average precision as ratios to gamma 0. Nothing else is
tuned: 100 rounds at a learning rate of 0.1. Rows are printed as they come.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import train_test_split

from focalboost import FocalLGBMClassifier, FocalXGBClassifier
from focalboost.benchmark.matrix import to_matrix
from focalboost.datasets.files import find_files, read_file
from focalboost.datasets.roles import Roles

CLASSIFIERS = {
    "xgboost": FocalXGBClassifier(learning_rate=0.1, n_jobs=1),
    "lightgbm": FocalLGBMClassifier(learning_rate=0.1, n_jobs=1, verbosity=-1),
}
GAMMAS = (0.0, 2.0, "auto")


def measured(classifier: Any, data: list[np.ndarray]) -> dict[str, float]:
    """Return what "auto" chooses, and log-loss and average precision of the other gammas as ratios to gamma 0's."""
    train, test, y_train, y_test = data
    row, reference = {}, None
    for gamma in GAMMAS:
        model = classifier.set_params(gamma=gamma).fit(train, y_train)
        proba = model.predict_proba(test)[:, 1]
        values = np.array([log_loss(y_test, proba), average_precision_score(y_test, proba)])
        reference = values if reference is None else reference
        if gamma != 0:
            row |= dict(zip((f"log-loss, {gamma}", f"AP, {gamma}"), (values / reference).tolist(), strict=True))
    return {"chosen": model.gamma_} | row


def main() -> None:
    """Print one row a data set and library, and the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("--rows", type=int, default=20_000)
    arguments = parser.parse_args()
    rows = []
    for path in find_files(arguments.data)[0]:
        dataset = read_file(path, Roles(arguments.target))
        X, y = to_matrix(dataset.features).values, dataset.target
        if len(y) > arguments.rows:
            X, _, y, _ = train_test_split(X, y, train_size=arguments.rows, stratify=y, random_state=0)
        if np.bincount(y).min() < 20:  # five folds of three quarters, and some to measure
            continue
        data = train_test_split(X, y, test_size=0.25, stratify=y, random_state=0)
        for library, classifier in CLASSIFIERS.items():
            rows.append({"data": path.stem, "library": library} | measured(classifier, data))
            print(rows[-1], flush=True)
    table = pd.DataFrame(rows)
    print(table.to_string(float_format="%.3f"))
    print(table.drop(columns="data").groupby("library").median().to_string(float_format="%.3f"))


if __name__ == "__main__":
    main()
