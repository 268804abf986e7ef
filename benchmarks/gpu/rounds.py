"""What the parts of a round of ``xgboost.train(obj=)`` cost."""

import argparse
from collections.abc import Iterator
from typing import Any

import numpy as np
import xgboost as xgb
from numba import cuda
from row import Row, seconds
from training import boost, data_of, params_of, to_booster

from focalboost import BinaryFocalLoss


def parts_of_a_round(n_rows: int, options: argparse.Namespace) -> Iterator[Row]:
    """Measure the way of the scores, labels and gradients, and a round with gradients from either side."""
    X, y = data_of(n_rows, options.features)
    data = xgb.QuantileDMatrix(X, y)
    loss = BinaryFocalLoss()
    booster = xgb.train(params_of(loss, y, options), data, 2, obj=loss)

    def row(what: str, work: Any, n_bytes: int = 4 * n_rows) -> Row:
        time = seconds(work)
        return Row(f"round: {what}", n_rows, 1e3 * time, n_bytes / time / 1e9 if n_bytes else None)

    raw = booster.predict(data, output_margin=True)
    yield row("scores to the host (XGBoost)", lambda: booster.predict(data, output_margin=True))
    yield row("labels on the host (get_label)", data.get_label)
    yield row("upload, pageable", lambda: cuda.to_device(raw))
    staging, target = cuda.pinned_array(n_rows, np.float32), cuda.device_array(n_rows, np.float32)
    yield row("upload, pinned", lambda: target.copy_to_device(staging))

    def staged() -> None:
        np.copyto(staging, raw)
        target.copy_to_device(staging)

    yield row("copy to a pinned buffer, upload", staged)
    labels, scores = cuda.to_device(data.get_label()), cuda.to_device(raw)
    on_device = loss.gradient_hessian(labels, scores)
    yield row("allocate two arrays, compute", lambda: loss.gradient_hessian(labels, scores), 16 * n_rows)
    yield row("compute", lambda: loss.gradient_hessian(labels, scores, None, *on_device), 16 * n_rows)
    on_host = loss.gradient_hessian(y, raw)
    yield row("compute on the CPU", lambda: loss.gradient_hessian(y, raw, None, *on_host), 16 * n_rows)
    for side, gradients in (("host", on_host), ("device", tuple(map(to_booster, on_device)))):
        yield row(f"boost, gradients on the {side}", lambda: boost(booster, data, 2, gradients), 0)  # noqa: B023
