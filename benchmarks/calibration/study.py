"""Measure focal loss's scale at default parameters, and the calibration of its probabilities.

    python benchmarks/calibration/study.py --data FOLDER --target NAME --output FOLDER --part scale
    python benchmarks/calibration/study.py --data FOLDER --target NAME --output FOLDER --part calibration

takes every CSV or parquet file of a folder (``--only`` some of them) and runs a part of the study on stratified folds,
of which ``--folds`` says how many of the five. The parts say what they measure: ``scale.py`` and ``calibration.py``.
Of a larger file it takes 100,000 rows for the scale and 50,000 for calibration, a stratified sample.

Each fold of each file is saved as it is done, and the same command continues an interrupted run. The tables are printed
by ``tables.py``.
"""

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import calibration
import numpy as np
import pandas as pd
import scale
from sklearn.model_selection import StratifiedKFold, train_test_split

from focalboost.benchmark.matrix import to_matrix
from focalboost.datasets.files import find_files, read_file
from focalboost.datasets.roles import Roles

PARTS = {"scale": scale.one_fold, "calibration": calibration.one_fold}
LARGEST = {"scale": 100_000, "calibration": 50_000}
FOLDS = 5


def one_fold(part: str, path: Path, target: str, fold: int) -> pd.DataFrame:
    """Run a part of the study on one fold of one file."""
    dataset = read_file(path, Roles(target))
    matrix, y = to_matrix(dataset.features), dataset.target
    largest = LARGEST[part]
    if len(y) > largest:
        sample = np.sort(train_test_split(np.arange(len(y)), train_size=largest, stratify=y, random_state=0)[0])
        matrix, y = matrix.rows(sample), y[sample]
    train, test = list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(y, y))[fold]
    rows = PARTS[part]((matrix.rows(train), y[train]), (matrix.rows(test), y[test]), fold)
    return pd.DataFrame([{"task": path.stem, "fold": fold} | row for row in rows])


def main() -> None:
    """Run what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("--only", nargs="*", help="names of files, without their ending")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--part", choices=PARTS, required=True)
    parser.add_argument("--folds", type=int, choices=range(1, FOLDS + 1), default=FOLDS)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    output = arguments.output / arguments.part
    output.mkdir(parents=True, exist_ok=True)
    files = [path for path in find_files(arguments.data)[0] if not arguments.only or path.stem in arguments.only]
    missing = [
        (path, fold, saved)
        for fold, path in product(range(arguments.folds), files)
        if not (saved := output / f"{path.stem}-{fold}.parquet").exists()
    ]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        futures = [
            (pool.submit(one_fold, arguments.part, path, arguments.target, fold), saved)
            for path, fold, saved in missing
        ]
        for number, (future, saved) in enumerate(futures, 1):
            rows = future.result()
            temporary = saved.with_suffix(".unfinished")
            rows.to_parquet(temporary)
            temporary.replace(saved)
            print(f"{number} of {len(futures)}: {saved.stem}", flush=True)


if __name__ == "__main__":
    main()
