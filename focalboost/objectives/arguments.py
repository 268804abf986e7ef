"""What a booster hands to an objective or a metric, in each of its calling conventions."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from focalboost.losses.arrays import Floats, as_array, as_scores
from focalboost.losses.device import is_on_device, on_host


class RoundData(NamedTuple):
    """Labels, raw scores and weights of one call.

    Attributes
    ----------
    y_true : array of shape (n,) or (n, K)
        Labels; on a device only where that was asked for.
    raw_prediction : array of float32 or float64, shape (n,) or (n, K)
        Raw scores; XGBoost's are float32, LightGBM's float64.
    sample_weight : array of shape (n,), or None
        Weights of the rows.
    data : object
        XGBoost's ``DMatrix`` or LightGBM's ``Dataset``, None in the scikit-learn convention.
    """

    y_true: NDArray[Any]
    raw_prediction: Floats
    sample_weight: NDArray[Any] | None
    data: Any

    @property
    def from_lightgbm(self) -> bool:
        """Whether LightGBM calls: in the scikit-learn convention its scores are float64, XGBoost's float32."""
        return self.raw_prediction.dtype == np.float64 if self.data is None else not hasattr(self.data, "num_row")


def read_arguments(first: Any, second: Any, sample_weight: Any, keep_on_device: bool = False) -> RoundData:
    """Tell the boosters' conventions apart.

    Parameters
    ----------
    first, second : object
        Scores and a data set (``xgboost.train``, ``lightgbm.train``), or labels and scores (the scikit-learn classes).
    sample_weight : array-like or None
        Weights in the scikit-learn convention.
    keep_on_device : bool, default False
        Whether labels and weights that lie on a device stay there: XGBoost's do where the data set was made from such.

    Returns
    -------
    RoundData
        The same in one form.

    Raises
    ------
    TypeError
        If the data set comes first.
    ValueError
        If there are no labels, or what should be an array of numbers is none.
    """
    if hasattr(first, "get_label"):
        raise TypeError(f"give the scores first, then the data set; the first argument is a {type(first).__name__}")
    if not hasattr(second, "get_label"):
        if first is None:
            raise ValueError("y_true is None: the loss needs labels")
        raw = as_scores(second)
        labels, weight = (
            _placed(first, "y_true", keep_on_device),
            _placed(sample_weight, "sample_weight", keep_on_device),
        )
        return RoundData(_shaped(labels, raw), raw, _weight_or_none(weight), None)
    raw = as_scores(first)
    labels = _placed(second.get_label(), "y_true", keep_on_device)
    weight = _placed(second.get_weight(), "sample_weight", keep_on_device)
    if labels is None or labels.size == 0 != raw.size:
        raise ValueError("the data set has no labels: give it some (label=...), the loss needs them")
    return RoundData(_shaped(labels, raw), raw, _weight_or_none(weight), second)


def _placed(array: Any, name: str, keep_on_device: bool) -> Any:
    if array is None or (keep_on_device and is_on_device(array)):
        return array
    return as_array(on_host(array), name)


def _shaped(labels: Any, raw: NDArray[Any]) -> Any:
    """Give several labels a row, which XGBoost 2.0 hands over flat, the shape of the scores."""
    return labels.reshape(raw.shape) if labels.ndim == 1 and labels.size == raw.size else labels


def _weight_or_none(weight: Any) -> Any:
    return None if weight is None or weight.size == 0 else weight  # XGBoost's "no weights" is an empty array
