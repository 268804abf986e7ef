"""Class labels of any type, and the codes 0, ..., K - 1 that the losses take."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalboost._optional import optional_import
from focalboost.losses.arrays import as_given, refuse_masked


@dataclass(frozen=True)
class Labels:
    """Training labels.

    Attributes
    ----------
    codes : array of int8 or int32, shape (n,) or (n, L)
        0, ..., K - 1; or 0 and 1 in a column for each of L labels. Short, because each parent searches them for
        classes once more, which takes it ten times longer with 8 bytes a row.
    classes : array of shape (K,), or None
        The label that each code stands for, sorted; None where there are several labels a row.
    """

    codes: NDArray[np.integer]
    classes: NDArray[Any] | None


def encode(y: Any) -> Labels:
    """Find the classes of training labels.

    Parameters
    ----------
    y : array-like of shape (n,) or (n, L)
        Labels; in two or more columns they are 0 and 1.

    Returns
    -------
    Labels
        Codes and classes.

    Raises
    ------
    ValueError
        If labels are missing, continuous or of a type that no model file keeps, or if there is one class alone.
    """
    if y is None:
        raise ValueError("a classifier requires y to be passed, but the target y is None")
    refuse_masked(y, "y")
    values = np.asarray(y)
    if values.ndim not in (1, 2):
        raise ValueError(f"y must have the shape (n,), or (n, L) for several labels a row; it has {values.shape}")
    if values.dtype.kind in "cmMSV":
        reason = "Complex data not supported: " if values.dtype.kind == "c" else ""
        raise ValueError(
            f"{reason}y holds {values.dtype}: labels are real numbers, bools or strings; give y.astype(str)"
        )
    if not len(values):
        raise ValueError("y has no rows")
    if values.ndim == 2 and values.shape[1] > 1:
        return Labels(_checked_indicator(values), None)
    column = _column(y)
    others = {type(label).__name__ for label in column if not isinstance(label, str)} if column.dtype == object else ()
    if others:
        raise ValueError(
            f"Unknown label type: y is an array of Python objects, {', '.join(sorted(others))} among them: labels are "
            "numbers, bools or strings; give y.astype(int), y.astype(bool) or y.astype(str)"
        )
    optional_import("sklearn.utils.multiclass", "A classifier").check_classification_targets(column)
    classes = np.unique(column)
    strange = {type(label).__name__ for label in classes.tolist() if not isinstance(label, bool | int | float | str)}
    if strange:
        raise ValueError(f"y holds objects of the type {min(strange)}: labels are numbers, bools or strings")
    if classes.size < 2:
        raise ValueError(f"y has one class alone, {classes.tolist()}: a classifier needs at least two")
    return Labels(_codes(column, classes), classes)


def codes_of(y: Any, classes: NDArray[Any] | None) -> NDArray[np.integer]:
    """Return the codes of other labels than the training ones.

    Parameters
    ----------
    y : array-like
        Labels, of a validation set.
    classes : array of shape (K,), or None
        As in ``Labels``.

    Returns
    -------
    array of int
        Their codes.

    Raises
    ------
    ValueError
        If a label is no class of the training data.
    """
    if classes is None:
        return _checked_indicator(np.asarray(y))
    refuse_masked(y, "y")
    column = _column(y)
    unknown = ~np.isin(column, classes)
    if unknown.any():
        raise ValueError(
            f"y has labels that the training data has not: {np.unique(column[unknown]).tolist()}; "
            f"the classes are {classes.tolist()}"
        )
    return _codes(column, classes)


def _column(y: Any) -> NDArray[Any]:
    given = as_given(y) if isinstance(y, list | tuple) else y
    column: NDArray[Any] = optional_import("sklearn.utils", "A classifier").column_or_1d(given, warn=True)
    if column.dtype.kind == "O":
        missing = np.array([value is None or value != value for value in column.tolist()], dtype=bool)
    else:
        missing = column != column
    if missing.any():
        raise ValueError(
            f"y has {int(missing.sum())} missing labels (NaN or None), the first in row {int(missing.argmax())}: "
            "leave such rows out"
        )
    return column


def _checked_indicator(values: NDArray[Any]) -> NDArray[np.integer]:
    if not np.isin(values, (0, 1)).all():
        raise ValueError(
            f"y of the shape {values.shape} holds several labels a row, which must be 0 or 1; it has other values"
        )
    return values.astype(np.int8)


def _codes(column: NDArray[Any], classes: NDArray[Any]) -> NDArray[np.integer]:
    """Search each label in the classes, which is faster than ``np.unique``'s inverse of a sort."""
    return np.searchsorted(classes, column).astype(np.int8 if classes.size <= 128 else np.int32)
