"""Every measure of the comparison, by the name of its column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.evaluation.calibration import expected_calibration_error
from focalboost.evaluation.metrics import average_precision, brier, log_loss, recall_at_fpr, roc_auc

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

MEASURES: dict[str, Callable[[ArrayLike, ArrayLike], float]] = {
    "average_precision": average_precision,
    "roc_auc": roc_auc,
    "log_loss": log_loss,
    "brier": brier,
    "expected_calibration_error": expected_calibration_error,
    "recall_at_1pct_fpr": recall_at_fpr,
}


def measure(y_true: NDArray[np.integer], probability: NDArray[np.floating]) -> dict[str, float]:
    """Return every measure of `MEASURES` by name.

    Parameters
    ----------
    y_true : ndarray of shape (n,)
        0 or 1, both present.
    probability : ndarray of shape (n,)
        The positive class's probability, in [0, 1].

    Returns
    -------
    dict of str to float
        In the order of `MEASURES`.

    Raises
    ------
    ImportError
        If scikit-learn is not installed.
    ValueError
        If a probability is NaN or outside [0, 1].

    Examples
    --------
    >>> import numpy as np
    >>> measure(np.array([0, 1]), np.array([0.2, 0.9]))["roc_auc"]
    1.0
    """
    wrong = ~((probability >= 0.0) & (probability <= 1.0))
    if wrong.any():
        raise ValueError(
            f"{int(wrong.sum())} of {len(probability)} probabilities are NaN or outside [0, 1], "
            f"the first is {probability[wrong][0]} in row {int(np.flatnonzero(wrong)[0])}"
        )
    return {name: function(y_true, probability) for name, function in MEASURES.items()}
