"""A training that starts, or is set, where it would fail: said once, with the mend."""

import warnings
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from focalboost.losses.focal import FocalLoss
    from focalboost.objectives.arguments import RoundData

_IGNORED = ("boost_from_average", "is_unbalance", "neg_bagging_fraction", "pos_bagging_fraction", "scale_pos_weight")
_DEFAULTS = {"boost_from_average": True, "is_unbalance": False}


class FocalStartWarning(UserWarning):
    """Training starts far from the best constant score."""


class IgnoredParameterWarning(UserWarning):
    """A parameter has no effect with a custom objective."""


def warn_of_first_round(loss: "FocalLoss", data: "RoundData") -> None:
    """Warn in the first round of a training of what would spoil it.

    The first round is known by its scores, which are all the same; so nothing has to be remembered, and Python's own
    filter shows the message, which does not change between rounds, once.

    Parameters
    ----------
    loss : FocalLoss
        The objective.
    data : RoundData
        What the booster handed over.
    """
    raw = data.raw_prediction
    if raw.shape[0] < 2 or not _all_rows_equal(raw):
        return
    given = getattr(data.data, "params", None) or {}
    ignored = [name for name in _IGNORED if name in given and given[name] != _DEFAULTS.get(name, 1)]
    if ignored:
        warnings.warn(
            f"{', '.join(ignored)}: no effect with a custom objective. Use the loss's class_weight or sample weights, "
            "and init_score=loss.init_score(y) for the start.",
            IgnoredParameterWarning,
            stacklevel=4,
        )
    try:
        best = np.asarray(loss.fit_intercept_only(data.y_true, data.sample_weight))
    except ValueError:  # one class alone, in a fold or on a worker: nothing to compare with
        return
    start = raw[0].astype(np.float64)
    if n_classes := getattr(loss, "n_classes", None):
        start = start - start.mean()
        best = best if n_classes > 2 else best - best.mean()
    if np.any(starts_badly(start, best)):
        warnings.warn(
            f"training does not start at the best constant score, {np.round(best, 3).tolist()}, where positives still "
            "have a curvature that trees can use; it may be slow or grow no tree. XGBoost: "
            "{**params, **loss.xgboost_params(y)}, or base_margin=loss.init_score(y); LightGBM: "
            "init_score=loss.init_score(y).",
            FocalStartWarning,
            stacklevel=4,
        )


def starts_badly(start: NDArray[np.float64], best: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say whether a constant start is on the far side of the best one, or far from it.

    Parameters
    ----------
    start : array
        Constant raw scores.
    best : array
        The best ones.

    Returns
    -------
    array of bool
        True where they differ by more than one unit of log-odds.
    """
    return np.abs(start - best) > 1.0


def _all_rows_equal(raw: NDArray[np.floating]) -> bool:
    """Whether every row has the same scores; settled by a few rows where it is not so."""
    few = raw[:: max(1, raw.shape[0] // 64)]
    return bool((few == raw[0]).all() and (raw == raw[0]).all())
