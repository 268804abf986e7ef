"""What a caller's arrays and numbers must be, and which row is wrong when one is not."""

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focalboost.kernels.limits import LARGEST_WEIGHT

Floats = NDArray[np.float32] | NDArray[np.float64]


def as_number(value: Any, name: str) -> float:
    """Return one real number as a float.

    Parameters
    ----------
    value : number
        Of Python or NumPy, or an array without dimensions.
    name : str
        The parameter's name, for the error.

    Returns
    -------
    float
        Its value.

    Raises
    ------
    TypeError
        If it is anything else, a string that reads as a number included.
    ValueError
        If it is too large for a float.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if not isinstance(value, Real | np.bool_):
        raise TypeError(f"{name} must be a number; it is {value!r}")
    try:
        return float(value)
    except OverflowError:  # an integer or a fraction of more than 308 digits
        raise ValueError(f"{name} must be finite; it is {value!r}") from None


def refuse_masked(values: Any, name: str) -> None:
    """Raise a ValueError for an array some of whose values are masked, which NumPy would uncover.

    Parameters
    ----------
    values : array-like
        What a caller gave.
    name : str
        The parameter's name, for the error.

    Raises
    ------
    ValueError
        If there is such a value.
    """
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        count = int(np.ma.getmaskarray(values).sum())
        raise ValueError(f"{name} has {count} masked values: leave those rows out, or fill them")


def as_given(labels: Any) -> NDArray[Any]:
    """Return labels as an array, in which numbers of a list do not become text beside text.

    Parameters
    ----------
    labels : array-like
        Of any type.

    Returns
    -------
    array
        Of Python objects, where a list or a tuple mixes text with something else.

    Raises
    ------
    ValueError
        If rows have different lengths.
    """
    array = np.asarray(labels)
    became_text = array.dtype.kind in "SU" and isinstance(labels, list | tuple)
    if became_text and not all(isinstance(label, str | bytes) for label in labels):
        return np.asarray(labels, dtype=object)
    return array


def as_array(values: Any, name: str) -> NDArray[Any]:
    """Return what a caller gave as an array of numbers or bools.

    Parameters
    ----------
    values : array-like
        Labels, scores or weights.
    name : str
        The parameter's name, for the error.

    Returns
    -------
    array
        Of a boolean, integer or floating type, without a copy where it is one.

    Raises
    ------
    ValueError
        If its rows have different lengths, values are masked, or it holds something else.
    """
    refuse_masked(values, name)
    try:
        array = np.asarray(values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be an array of numbers, with rows of one length: {error}") from error
    if array.dtype.kind not in "fiub":
        hint = ". Encode the classes as 0, 1, ..." if name == "y_true" else ""
        raise ValueError(f"{name} must hold numbers or bools; its dtype is {array.dtype}{hint}")
    return array


def as_scores(raw_prediction: ArrayLike) -> Floats:
    """Return raw scores as a contiguous float32 or float64 array, without a copy where they are one.

    Parameters
    ----------
    raw_prediction : array-like of numbers, shape (n,) or (n, K)
        Raw scores.

    Returns
    -------
    array of float32 or float64
        In C or Fortran order; types other than these two become float64.

    Raises
    ------
    ValueError
        If they are not numbers, or have not one or two dimensions.
    """
    raw = as_array(raw_prediction, "raw_prediction")
    if raw.ndim not in (1, 2):
        raise ValueError(f"raw_prediction must have the shape (n,) or (n, K); it has {raw.shape}")
    if raw.dtype not in (np.float32, np.float64):
        raw = _as_float64(raw)
    return raw if raw.flags.c_contiguous or raw.flags.f_contiguous else np.ascontiguousarray(raw)


def as_labels(y_true: ArrayLike, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return labels as a contiguous array of numbers of a given shape; their values are checked where they are used.

    Parameters
    ----------
    y_true : array-like of bool or numbers
        Labels.
    shape : tuple of int
        The shape that goes with the raw scores.

    Returns
    -------
    array
        In C order, bools as uint8.

    Raises
    ------
    ValueError
        If they are not numbers or of another shape.
    """
    labels = as_array(y_true, "y_true")
    if labels.shape != shape:
        raise ValueError(f"y_true has the shape {labels.shape}; beside these raw scores it must have {shape}")
    if labels.dtype.kind == "f" and labels.dtype not in (np.float32, np.float64):
        labels = _as_float64(labels)
    elif not labels.dtype.isnative:
        labels = labels.astype(labels.dtype.newbyteorder("="))
    return np.ascontiguousarray(labels.view(np.uint8) if labels.dtype == bool else labels)


def as_weights(sample_weight: ArrayLike | None, n_rows: int) -> Floats | None:
    """Return sample weights as a contiguous float array, or None where there are none.

    Parameters
    ----------
    sample_weight : array-like of shape (n,), or None
        Weights of the rows.
    n_rows : int
        Number of rows.

    Returns
    -------
    array of float32 or float64, or None
        The weights; their values are checked where they are used.

    Raises
    ------
    ValueError
        If they are not numbers or of another shape.
    """
    if sample_weight is None:
        return None
    weight = as_array(sample_weight, "sample_weight")
    if weight.shape != (n_rows,):
        raise ValueError(f"sample_weight must hold {n_rows} numbers, one for each row; it has the shape {weight.shape}")
    return np.ascontiguousarray(weight if weight.dtype in (np.float32, np.float64) else _as_float64(weight))


def as_output(out: Floats | None, raw: Floats, name: str) -> Floats:
    """Return ``out`` if a kernel can write to it, or a new array like ``raw``.

    Parameters
    ----------
    out : array of float32 or float64, or None
        The caller's array.
    raw : array
        The scores, whose shape and order it must have.
    name : str
        The parameter's name, for the error.

    Returns
    -------
    array
        To be filled.

    Raises
    ------
    TypeError
        If ``out`` is no NumPy array.
    ValueError
        If it has another shape, type or order.
    """
    if out is None:
        return np.empty_like(raw)
    if not isinstance(out, np.ndarray):
        raise TypeError(f"{name} must be an array to write to; it is a {type(out).__name__}")
    same_order = out.flags.f_contiguous if raw.flags.f_contiguous else out.flags.c_contiguous
    if out.shape != raw.shape or out.dtype not in (np.float32, np.float64) or not same_order or not out.flags.writeable:
        raise ValueError(
            f"{name} must be a writeable float32 or float64 array of the shape {raw.shape} and in the same order as "
            f"raw_prediction; it has the shape {out.shape} and dtype {out.dtype}"
        )
    return out


def raise_for_invalid(
    labels: NDArray[Any], raw: NDArray[Any] | None, weight: NDArray[Any] | None, n_classes: int
) -> None:
    """Raise a ValueError that names the first invalid row, if there is one.

    Parameters
    ----------
    labels : array of shape (n,) or (n, K)
        Valid are 0, ..., n_classes - 1.
    raw : array of shape (n,) or (n, K), or None
        Valid is all but NaN.
    weight : array of shape (n,), or None
        Valid are those from 0 to ``LARGEST_WEIGHT``.
    n_classes : int
        Number of classes.

    Raises
    ------
    ValueError
        With the row, its value and what is allowed.
    """
    if raw is not None:
        _raise_for_row("raw_prediction", raw, np.isnan(raw), "not NaN")
    known = (labels >= 0) & (labels < n_classes)
    if labels.dtype.kind == "f":
        known &= np.floor(labels) == labels
    allowed = "0 or 1" if n_classes == 2 else f"one of 0, ..., {n_classes - 1}"
    _raise_for_row("y_true", labels, ~known, allowed)
    if weight is not None:
        invalid = ~((weight >= 0) & (weight <= LARGEST_WEIGHT))
        _raise_for_row("sample_weight", weight, invalid, f"from 0 to {LARGEST_WEIGHT:g}")


def _as_float64(values: NDArray[Any]) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):  # a wider type's largest numbers become infinite, as float64 has them
        return values.astype(np.float64)


def _raise_for_row(name: str, values: NDArray[Any], invalid: NDArray[np.bool_], allowed: str) -> None:
    if invalid.any():
        position = np.unravel_index(int(np.argmax(invalid)), invalid.shape)
        count = int(np.count_nonzero(invalid))
        column = f", column {position[1]}" if len(position) > 1 else ""
        raise ValueError(
            f"{name} must be {allowed}; row {position[0]}{column} has {values[position].item()!r} "
            f"({count} of {values.size} values are invalid)"
        )
