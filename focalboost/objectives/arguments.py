"""What a booster hands to an objective or a metric, in each of its calling conventions."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class RoundData(NamedTuple):
    """Labels, raw scores and weights of one call.

    Attributes
    ----------
    y_true : array of shape (n,) or (n, K)
        Labels.
    raw_prediction : array of shape (n,) or (n, K)
        Raw scores; XGBoost's are float32, LightGBM's float64.
    sample_weight : array of shape (n,), or None
        Weights of the rows.
    data : object
        XGBoost's ``DMatrix`` or LightGBM's ``Dataset``, None in the scikit-learn convention.
    """

    y_true: NDArray[Any]
    raw_prediction: NDArray[Any]
    sample_weight: NDArray[Any] | None
    data: Any

    @property
    def from_lightgbm(self) -> bool:
        """Whether LightGBM calls: in the scikit-learn convention its scores are float64, XGBoost's float32."""
        return self.raw_prediction.dtype == np.float64 if self.data is None else not hasattr(self.data, "num_row")


def read_arguments(first: Any, second: Any, sample_weight: Any) -> RoundData:
    """Tell the boosters' conventions apart.

    Parameters
    ----------
    first, second : object
        Scores and a data set (``xgboost.train``, ``lightgbm.train``), or labels and scores (the scikit-learn classes).
    sample_weight : array-like or None
        Weights in the scikit-learn convention.

    Returns
    -------
    RoundData
        The same in one form.

    Raises
    ------
    ValueError
        If a data set has no labels.
    """
    if not hasattr(second, "get_label"):
        raw = np.asarray(second)
        return RoundData(_as_labels(first, raw), raw, _as_weight(sample_weight), None)
    raw = np.asarray(first)
    labels = second.get_label()
    if labels is None or np.size(_on_host(labels)) == 0 != raw.size:
        raise ValueError("the data set has no labels: give it some (label=...), the loss needs them")
    return RoundData(_as_labels(labels, raw), raw, _as_weight(second.get_weight()), second)


def _as_labels(labels: Any, raw: NDArray[Any]) -> NDArray[Any]:
    """Give several labels a row, which XGBoost 2.0 hands over flat, the shape of the scores."""
    labels = np.asarray(_on_host(labels))
    return np.reshape(labels, raw.shape) if labels.ndim == 1 and labels.size == raw.size else labels


def _as_weight(weight: Any) -> NDArray[Any] | None:
    if weight is None or np.size(_on_host(weight)) == 0:  # XGBoost's "no weights" is an empty array
        return None
    return np.asarray(_on_host(weight))


def _on_host(array: Any) -> Any:
    """XGBoost hands over CuPy arrays where the data set was made from them."""
    return array.get() if hasattr(array, "__cuda_array_interface__") else array
