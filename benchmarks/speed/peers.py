"""Other packages' focal losses, called as a booster calls them, 1e6 rows of float32, gamma 2.

How many times longer than focalboost, called the same way in the same process. Three classes have a third of the rows.
Goal: at least 10.
"""

import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
from children import in_child, thread_counts
from pairs import paired

from focalboost import BinaryFocalLoss, MulticlassFocalLoss
from focalboost.benchmark.methods.peers import PEERS

GAMMA = 2.0
ROWS = 1_000_000
N_CLASSES = 3
Objective = Callable[[np.ndarray, Any], Any]


class _Data:
    """As much of a booster's data set as the objectives ask for."""

    def __init__(self, labels: np.ndarray) -> None:
        self._labels = labels

    def get_label(self) -> np.ndarray:
        return self._labels

    def get_weight(self) -> None:
        return None

    def num_row(self) -> int:
        return len(self._labels)


def _gbdtcbl() -> Objective:
    loss = import_module("gbdtCBL.xgbmulti").XGBFLMulti(GAMMA)
    return lambda scores, data: loss(data.get_label(), scores)


def _imlightgbm() -> Objective:
    loss = import_module("imlightgbm.objective").multiclass_focal_lgb_objective
    return partial(loss, gamma=GAMMA, num_class=N_CLASSES)


def _jaxboost() -> Objective:
    loss = import_module("jaxboost.objective").focal_multiclass(N_CLASSES, gamma=GAMMA)
    return lambda scores, data: loss.grad_hess(scores, data.get_label())


MULTICLASS: dict[str, Callable[[], Objective]] = {
    "gbdtCBL": _gbdtcbl,
    "imlightgbm": _imlightgbm,
    "jaxboost": _jaxboost,
}
BINARY: dict[str, Callable[[], Objective]] = {peer.package: peer.objective for peer in PEERS}


def measure(quick: bool) -> list[dict[str, Any]]:
    """Measure every package, on one thread and on all; a package that cannot run is a row that says so."""
    table = []
    for kind, packages in (("binary", BINARY), ("3 classes", MULTICLASS)):
        for package in packages:
            row = {"package": package, "loss": kind}
            for threads in thread_counts():
                row[f"/ focalboost, {threads} thread{'s' * (threads > 1)}"] = in_child(
                    "peers:ratio", package, kind == "binary", quick, threads=threads, OMP_WAIT_POLICY="passive"
                )
            table.append(row)
    return table


def ratio(package: str, binary: bool, quick: bool) -> str:
    """Measure one package on the threads of this process."""
    try:
        theirs = (BINARY if binary else MULTICLASS)[package]()
    except ImportError as error:
        return f"not installed ({error.name})"
    generator = np.random.default_rng(0)
    n_rows = ROWS if binary else ROWS // 3
    scores = generator.normal(-2, 2, n_rows if binary else (n_rows, N_CLASSES)).astype(np.float32)
    data = _Data(generator.integers(0, 2 if binary else N_CLASSES, n_rows).astype(np.float32))
    ours = BinaryFocalLoss(GAMMA) if binary else MulticlassFocalLoss(N_CLASSES, GAMMA)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            times = paired(
                {"ours": lambda: ours(scores, data), "theirs": lambda: theirs(scores, data)}, 1.0 if quick else 2.0
            )
        except Exception as error:  # a package that fails is a row, too
            return f"{type(error).__name__}: {error}"
    return str(times.ratio("theirs", "ours"))
