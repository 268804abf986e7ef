"""What is refused at the boundary of the measures: labels, scores and amounts that cannot be meant."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost.losses.arrays import as_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LARGEST_AMOUNT = 1e100
"""Sums of more stay finite, for any number of rows."""

LEAST_AMOUNT = 1e-100
"""A total of less is none: shares of it could be infinite."""


def as_positive(y_true: ArrayLike) -> NDArray[np.bool_]:
    """Return where the label is 1; labels other than 0 and 1, or no rows at all, are a ValueError."""
    y = as_any_array(y_true, "labels")
    if y.ndim != 1 or not len(y):
        raise ValueError(f"labels must have shape (n,) with n of 1 or more, but have shape {y.shape}")
    try:
        positive, negative = y == 1, y == 0
    except TypeError as error:  # pandas.NA, which equals nothing and differs from nothing
        raise ValueError(f"labels are neither 0 nor 1: {error}") from error
    _refuse(~(positive | negative), y, "labels are neither 0 nor 1")
    return np.asarray(positive, dtype=np.bool_)


def as_scores(probability: ArrayLike, n: int | None = None) -> NDArray[np.float64]:
    """Return probabilities, or other scores, as float64 of shape (n,); NaN and infinity are a ValueError."""
    return _as_column(probability, n, "probabilities")


def as_probabilities(probability: ArrayLike, n: int | None = None) -> NDArray[np.float64]:
    """Return probabilities as float64 of shape (n,); NaN and what is outside [0, 1] are a ValueError."""
    p = as_scores(probability, n)
    _refuse((p < 0.0) | (p > 1.0), p, "probabilities are outside [0, 1]", "give no raw scores")
    return p


def as_amounts(amount: ArrayLike, n: int) -> NDArray[np.float64]:
    """Return amounts as float64 of shape (n,); NaN, and what is not in [0, ``LARGEST_AMOUNT``], are a ValueError."""
    value = _as_column(amount, n, "amounts")
    _refuse(value > LARGEST_AMOUNT, value, f"amounts are above {LARGEST_AMOUNT:g}")
    _refuse(
        value < 0.0,
        value,
        "amounts are negative",
        "An amount is what is lost if the row is a fraud and no one looks. If these rows are refunds: set their amount "
        "to 0 if no money is lost by them, to its absolute value if the refund itself may be the fraud, or leave "
        "the rows out if they are never checked",
    )
    return value


def as_alert_cost(alert_cost: float) -> float:
    """Return the cost of an alert; TypeError for no number, ValueError for one not in [0, ``LARGEST_AMOUNT``]."""
    cost = as_number(alert_cost, "alert_cost")
    if not 0.0 <= cost <= LARGEST_AMOUNT:
        raise ValueError(f"alert_cost is {cost}, but must be from 0 to {LARGEST_AMOUNT:g}, in the unit of the amounts")
    return cost


def as_count(value: Any, name: str, example: str = "") -> int:
    """Return a number of things; TypeError for no integer, ValueError for one below 1."""
    if not isinstance(value, Integral):
        raise TypeError(f"{name} must be an integer; it is {value!r}")
    if value < 1:
        raise ValueError(f"{name} is {value}, but must be 1 or more{example}")
    return int(value)


def as_any_array(values: ArrayLike, what: str) -> NDArray[Any]:
    """Return an array of any type and shape; rows of different lengths are a ValueError."""
    try:
        return np.asarray(values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what} must be an array, with rows of one length: {error}") from error


def as_numbers(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """Return numbers as float64 of any shape; text, dates and the like are a ValueError."""
    given = as_any_array(values, what)
    if given.dtype.kind in "fiub":
        return given.astype(np.float64, copy=False)
    try:
        # Objects may be numbers; text that could be read as such was not meant.
        if given.dtype.kind == "O":
            return given.astype(np.float64)
    except (OverflowError, TypeError, ValueError):
        pass
    raise ValueError(f"{what} must be numbers, but are of {given.dtype}")


def _as_column(values: ArrayLike, n: int | None, what: str) -> NDArray[np.float64]:
    column = as_numbers(values, what)
    if column.ndim != 1 or not len(column) or len(column) != (n or len(column)):
        raise ValueError(f"{what} must have shape ({n or 'n'},), one for each row, but have shape {column.shape}")
    _refuse(~np.isfinite(column), column, f"{what} are NaN or infinite")
    return column


def _refuse(wrong: NDArray[np.bool_], values: NDArray[np.generic], what: str, mend: str = "") -> None:
    if wrong.any():
        row = int(np.argmax(wrong))
        message = f"{int(wrong.sum())} of {len(values)} {what}, the first is {values[row]} in row {row}"
        raise ValueError(f"{message}. {mend}" if mend else message)
