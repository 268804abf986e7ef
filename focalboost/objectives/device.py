"""The objective on a GPU: XGBoost's scores up, gradients left where its trees are grown.

XGBoost hands scores to an objective on the host, whatever its own device, and takes gradients from either side. Labels
and weights are uploaded with the scores in each round: a data set's can be changed at any time, and to notice that
costs as much.
"""

import re
from typing import TYPE_CHECKING, Any

from focalboost.objectives.xgboost import require_device_arrays

if TYPE_CHECKING:
    from focalboost.losses.focal import FocalLoss
    from focalboost.objectives.arguments import RoundData


def checked_device(device: str) -> None:
    """Raise a ValueError unless ``device`` names one.

    Parameters
    ----------
    device : str
        The name given.

    Raises
    ------
    ValueError
        With the allowed names.
    """
    if not isinstance(device, str) or not re.fullmatch(r"cpu|cuda(:\d+)?", device):
        raise ValueError(f"device={device!r}: allowed are 'cpu', 'cuda' and 'cuda:0', 'cuda:1', ...")


def device_gradient_hessian(loss: "FocalLoss", device: str, data: "RoundData") -> tuple[Any, Any]:
    """Compute gradient and curvature of a round on a CUDA device, and leave them there.

    Parameters
    ----------
    loss : FocalLoss
        The objective.
    device : str
        "cuda", or "cuda:1" and so on.
    data : RoundData
        What XGBoost handed over; labels and weights may be device arrays.

    Returns
    -------
    gradient, curvature : device array
        Of the scores' type and shape.

    Raises
    ------
    ValueError
        If the caller is LightGBM, if there is no such device, or as ``gradient_hessian``.
    RuntimeError
        If this XGBoost takes no device arrays, or no GPU is found.
    ImportError
        If numba-cuda is not installed.
    """
    if data.from_lightgbm:
        raise ValueError(
            f"device={device!r} is for XGBoost: LightGBM takes gradients on the host only, also where it trains on a "
            "GPU. Give it the loss with device='cpu'"
        )
    require_device_arrays()
    from focalboost.kernels.cuda.support import require_cuda

    require_cuda()
    from focalboost.kernels.cuda.launch import to_device, use_device

    with use_device(device):
        return loss.gradient_hessian(data.y_true, to_device(data.raw_prediction), data.sample_weight)
