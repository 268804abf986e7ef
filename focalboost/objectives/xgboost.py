"""XGBoost's side: the parameters that go with the objective, and what differs between its versions."""

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focalboost._optional import optional_import

if TYPE_CHECKING:
    from focalboost.losses.focal import FocalLoss

_VECTOR_INTERCEPT = (3, 1)
_TWO_DIMENSIONAL_GRADIENTS = (2, 1)
_DEVICE_GRADIENTS = (2, 1)


def booster_params(loss: "FocalLoss", y_true: ArrayLike, sample_weight: ArrayLike | None) -> dict[str, Any]:
    """Return the parameters that ``xgboost.train`` needs beside ``obj=loss``.

    Parameters
    ----------
    loss : FocalLoss
        The objective.
    y_true, sample_weight : array-like
        Training labels and weights.

    Returns
    -------
    dict
        See ``BinaryFocalLoss.xgboost_params``.

    Raises
    ------
    ValueError
        If XGBoost, which keeps the start as a float32 probability, cannot represent it.
    """
    z0 = np.asarray(loss.fit_intercept_only(y_true, sample_weight))
    params: dict[str, Any] = {"disable_default_eval_metric": True}
    n_classes = getattr(loss, "n_classes", None)
    if n_classes is not None:
        params |= {"objective": "multi:softprob", "num_class": n_classes}
        return params | _vector_base_score(z0)
    params["objective"] = "binary:logistic"
    with np.errstate(over="ignore"):
        probability = 1 / (1 + np.exp(-z0))
    if not np.all((np.float32(0) < probability.astype(np.float32)) & (probability.astype(np.float32) < np.float32(1))):
        raise ValueError(
            f"the best constant score {z0} has no float32 probability inside (0, 1), which base_score must be: "
            "give base_margin=loss.init_score(y) to the DMatrix instead"
        )
    if z0.ndim:
        return params | _vector_base_score(probability)
    return params | {"base_score": float(probability)}


def _vector_base_score(values: NDArray[np.float64]) -> dict[str, Any]:
    """One start a column exists from XGBoost 3.1; before, ``base_margin`` is the only way."""
    xgboost = optional_import("xgboost", "xgboost_params")
    return {"base_score": values.tolist()} if _version(xgboost) >= _VECTOR_INTERCEPT else {}


def expects_flat(gradient: NDArray[Any], raw_prediction: NDArray[Any]) -> bool:
    """Say whether XGBoost, if that is the caller, wants a flat array.

    Parameters
    ----------
    gradient : array
        What is to be returned.
    raw_prediction : array
        The scores; float32 ones come from XGBoost.

    Returns
    -------
    bool
        True for two-dimensional gradients in XGBoost 2.0, which would make a silent NaN model of them.
    """
    xgboost = sys.modules.get("xgboost")
    return (
        gradient.ndim == 2
        and raw_prediction.dtype == np.float32
        and xgboost is not None
        and _version(xgboost) < _TWO_DIMENSIONAL_GRADIENTS
    )


def require_device_arrays() -> None:
    """Return if XGBoost, where it is the caller, takes gradients that lie on a CUDA device.

    Raises
    ------
    RuntimeError
        If it is too old, or a build without CUDA, which would read the device's addresses as the host's.
    """
    xgboost = sys.modules.get("xgboost")
    if xgboost is None:
        return
    if _version(xgboost) < _DEVICE_GRADIENTS:
        raise RuntimeError(
            f"XGBoost takes gradients on a GPU from 2.1 on; this is {xgboost.__version__}. Upgrade it, or give the "
            "loss device='cpu', which trains on a GPU as well"
        )
    if not _built_with_cuda():
        raise RuntimeError("this build of XGBoost has no CUDA: install the full xgboost, or give the loss device='cpu'")


@cache
def _built_with_cuda() -> bool:
    return bool(optional_import("xgboost", "device='cuda'").build_info()["USE_CUDA"])


def _version(xgboost: Any) -> tuple[int, int]:
    major, minor, *_ = xgboost.__version__.split(".")
    return int(major), int(minor)
