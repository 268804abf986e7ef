"""What is refused at the boundary of the measures: labels, scores and amounts that cannot be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    y = np.asarray(y_true)
    if y.ndim != 1 or not len(y):
        raise ValueError(f"labels must have shape (n,) with n of 1 or more, but have shape {y.shape}")
    positive = y == 1
    _refuse(~(positive | (y == 0)), y, "labels are neither 0 nor 1")
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


def as_numbers(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """Return numbers as float64 of any shape; text, dates and the like are a ValueError."""
    given = np.asarray(values)
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
