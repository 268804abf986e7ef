"""A training that starts, or is set, where it would fail: said once, with the mend."""

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from focalboost.losses.device import on_host

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
        best = np.asarray(loss.fit_intercept_only(on_host(data.y_true), on_host(data.sample_weight)))
    except ValueError:  # one class alone, in a fold or on a worker: nothing to compare with
        return
    if best.shape != raw.shape[1:]:  # another number of classes: the derivatives refuse it
        return
    if starts_badly(loss, raw[0].astype(np.float64), best, data.from_lightgbm):
        warnings.warn(
            f"training does not start at the best constant score, {np.round(best, 3).tolist()}, and may be slow or "
            "grow no tree. XGBoost: {**params, **loss.xgboost_params(y)}, or base_margin=loss.init_score(y); LightGBM: "
            "init_score=loss.init_score(y).",
            FocalStartWarning,
            stacklevel=4,
        )


def starts_badly(loss: "FocalLoss", start: NDArray[np.float64], best: NDArray[np.float64], from_lightgbm: bool) -> bool:
    """Say whether training can fail from a constant start, going by ``benchmarks/curvature``.

    LightGBM keeps nothing of a round in which it finds no split, and with an L2 penalty it finds none while the
    gradient that all rows share outweighs their differences: any distant start can fail. XGBoost moves the root as
    well, so that it recovers, unless a class has negative curvature at the start, which some policies do not survive.

    Parameters
    ----------
    loss : FocalLoss
        The objective.
    start, best : array of shape () or (K,)
        Constant raw scores: those that training starts from, and the best ones.
    from_lightgbm : bool
        Whether LightGBM trains.

    Returns
    -------
    bool
        True where the scores differ by more than one unit of log-odds and, in XGBoost, curvature is negative.
    """
    softmax = hasattr(loss, "n_classes")
    distance = (start - start.mean()) - (best - best.mean()) if softmax else start - best
    far = np.abs(distance) > 1.0
    if from_lightgbm or not far.any():
        return bool(far.any())
    if softmax:
        classes = np.arange(best.size)
        return bool((np.diag(_unweighted(loss).exact_hessian(classes, np.tile(start, (best.size, 1)))) < 0).any())
    hessian = [_unweighted(loss).exact_hessian(np.full(start.shape, label).ravel(), start.ravel()) for label in (0, 1)]
    return bool((far.ravel() & (np.minimum(*hessian) < 0)).any())


def _unweighted(loss: "FocalLoss") -> Any:
    """Leave out class weights, which do not change a curvature's sign."""
    return replace(loss, class_weight=None)  # type: ignore[type-var]


def _all_rows_equal(raw: NDArray[np.floating]) -> bool:
    """Whether every row has the same scores; settled by a few rows where it is not so."""
    few = raw[:: max(1, raw.shape[0] // 64)]
    return bool((few == raw[0]).all() and (raw == raw[0]).all())
