"""Arrays on a CUDA device: what a caller's must be, and where they are made.

Labels and weights may lie on either side; scores decide where is computed.
"""

from typing import Any

import numpy as np

from focalboost.losses.arrays import as_labels, as_weights


def is_on_device(array: Any) -> bool:
    """Say whether an array lies on a CUDA device.

    Parameters
    ----------
    array : object
        Of any library.

    Returns
    -------
    bool
        True for CuPy's, Numba's, PyTorch's and all others with ``__cuda_array_interface__``.
    """
    # The second is Numba's own mark: the arrays of its simulator lack the interface.
    return hasattr(array, "__cuda_array_interface__") or getattr(array, "__cuda_ndarray__", False)


def device_scores(raw_prediction: Any) -> Any:
    """Return raw scores as a Numba device array, without a copy.

    Parameters
    ----------
    raw_prediction : device array of float32 or float64, shape (n,) or (n, K)
        Raw scores.

    Returns
    -------
    device array
        The same memory.

    Raises
    ------
    ValueError
        If they are of another type or shape.
    ImportError, RuntimeError
        If CUDA cannot be used here.
    """
    from focalboost.kernels.cuda.support import require_cuda

    require_cuda()
    from focalboost.kernels.cuda.launch import to_device

    raw = to_device(raw_prediction)
    if raw.dtype not in (np.float32, np.float64) or raw.ndim not in (1, 2):
        raise ValueError(
            "raw_prediction on a device must be float32 or float64 and have the shape (n,) or (n, K); "
            f"it is {raw.dtype} and has {raw.shape}"
        )
    return raw


def device_labels(y_true: Any, shape: tuple[int, ...]) -> Any:
    """Return labels as a device array, uploaded if they are on the host.

    Parameters
    ----------
    y_true : device array or array-like of bool or numbers
        Labels.
    shape : tuple of int
        The shape that goes with the raw scores.

    Returns
    -------
    device array
        Their values are checked where they are used.

    Raises
    ------
    ValueError
        If they are not numbers or of another shape.
    """
    from focalboost.kernels.cuda.launch import to_device

    labels = to_device(y_true if is_on_device(y_true) else as_labels(y_true, shape))
    return _checked(labels, "y_true", shape)


def device_weights(sample_weight: Any, n_rows: int) -> Any:
    """Return sample weights as a device array, uploaded if they are on the host, or None where there are none.

    Parameters
    ----------
    sample_weight : device array or array-like of shape (n,), or None
        Weights of the rows.
    n_rows : int
        Number of rows.

    Returns
    -------
    device array or None
        Their values are checked where they are used.

    Raises
    ------
    ValueError
        If they are not numbers or of another shape.
    """
    from focalboost.kernels.cuda.launch import to_device

    if sample_weight is None:
        return None
    weight = to_device(sample_weight if is_on_device(sample_weight) else as_weights(sample_weight, n_rows))
    return _checked(weight, "sample_weight", (n_rows,))


def device_output(out: Any, raw: Any, name: str) -> Any:
    """Return a caller's device array to write to, or a new one like ``raw``.

    Parameters
    ----------
    out : device array of float32 or float64, or None
        The caller's array.
    raw : device array
        The scores.
    name : str
        The parameter's name, for the error.

    Returns
    -------
    device array
        To be filled.

    Raises
    ------
    ValueError
        If ``out`` is on the host, or of another shape or type.
    """
    from focalboost.kernels.cuda.launch import empty_like, to_device

    if out is None:
        return empty_like(raw, raw.dtype)
    if not is_on_device(out):
        raise ValueError(f"{name} must be on the device, as raw_prediction is; it is a {type(out).__name__}")
    array = to_device(out)
    if array.shape != raw.shape or array.dtype not in (np.float32, np.float64):
        raise ValueError(
            f"{name} must be float32 or float64 and of the shape {raw.shape}; "
            f"it is {array.dtype} and has the shape {array.shape}"
        )
    return array


def on_host(array: Any) -> Any:
    """Return an array of either side on the host.

    Parameters
    ----------
    array : device array or array-like
        Of any library.

    Returns
    -------
    array-like
        A host array's is itself.
    """
    if not is_on_device(array):
        return array
    if hasattr(array, "get"):  # CuPy's
        return array.get()
    from focalboost.kernels.cuda.support import require_cuda

    require_cuda()
    from focalboost.kernels.cuda.launch import to_device

    return to_device(array).copy_to_host()


def _checked(array: Any, name: str, shape: tuple[int, ...]) -> Any:
    if array.dtype.kind not in "fiub" or array.dtype == np.float16 or array.shape != shape:
        raise ValueError(
            f"{name} on a device must hold bools, integers, float32 or float64 and have the shape {shape}; "
            f"it is {array.dtype} and has {array.shape}"
        )
    return array
