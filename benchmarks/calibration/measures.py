"""How well probabilities are calibrated on one test part."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from focalboost import BinaryFocalLoss
from focalboost.evaluation.calibration import expected_calibration_error
from focalboost.evaluation.metrics import average_precision, brier, log_loss

Array = NDArray[np.floating]

EDGES = np.arange(-9.0, 5.0)
"""Log-odds that bound the bins of the reliability figure; the first and the last bin are open."""


def log_odds(loss: BinaryFocalLoss, raw: Array) -> NDArray[np.float64]:
    """Return the log-odds of the recovered posterior."""
    log_proba = loss.predict_log_proba(raw)
    return log_proba[:, 1] - log_proba[:, 0]


def calibration_slope(y: NDArray[np.integer], logit: Array) -> float:
    """Return the slope of an unpenalised logistic regression of the label on the predicted log-odds.

    Below 1 the probabilities are too extreme, above 1 they are too timid.
    """
    spread = logit.std()
    if spread == 0:
        return float("nan")
    model = LogisticRegression(C=np.inf, max_iter=1000).fit(((logit - logit.mean()) / spread)[:, None], y)
    return float(model.coef_[0, 0] / spread)


def measure(y: NDArray[np.integer], logit: Array, probability: Array | None = None) -> dict[str, Any]:
    """Return all measures of log-odds, or of probabilities that some calibration made of them.

    Parameters
    ----------
    y : ndarray of int
        0 or 1.
    logit : ndarray
        Log-odds of 1.
    probability : ndarray, optional
        Calibrated probabilities, which have no slope here since some of them are 0 or 1.

    Returns
    -------
    dict
        Measures, and for the reliability figure each bin's rows, sum of probabilities and number of positives.
    """
    p = expit(logit) if probability is None else probability
    place = np.digitize(logit, EDGES)
    return {
        "average_precision": average_precision(y, logit if probability is None else p),
        "log_loss": log_loss(y, p),
        "brier": brier(y, p),
        "ece": expected_calibration_error(y, p),
        "slope": calibration_slope(y, logit) if probability is None else float("nan"),
        "predicted": float(p.sum()),
        "positives": int(y.sum()),
        "rows": len(y),
        "bin_rows": np.bincount(place, minlength=len(EDGES) + 1),
        "bin_predicted": np.bincount(place, weights=p, minlength=len(EDGES) + 1),
        "bin_positives": np.bincount(place, weights=y, minlength=len(EDGES) + 1),
    }
