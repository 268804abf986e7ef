"""What a fixed number of alerts a day finds: precision and recall at what investigators can check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.evaluation._checks import as_amounts, as_any_array, as_numbers, as_positive, as_scores
from focalboost.losses.arrays import as_number

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def alert_share(
    probability: ArrayLike, alerts_per_period: float, period: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Return the share of an alert that each row gets when only so many rows of each period can be checked.

    In each period the rows of highest probability are alerts. Rows of one probability that compete for the
    last alerts share them equally, as they would on average in random order: the measures do not depend on the order
    of rows, and a constant predictor's precision in a period is the period's share of positives. A period with fewer
    rows than alerts has only alerts.

    Parameters
    ----------
    probability : array-like of shape (n,)
        The positive class's probability, or any score by which rows are put in line, such as probability times
        amount.
    alerts_per_period : float
        Number of rows that are checked in each period, more than 0; 0.5 says one in two periods, on average.
    period : array-like of int, shape (n,), optional
        The row's period, such as its day's number. All rows are in one period if it is not given.

    Returns
    -------
    ndarray of float64, shape (n,)
        In [0, 1]; 1 is an alert, 0 is none.

    Raises
    ------
    TypeError
        If the number of alerts is none.
    ValueError
        If a probability is NaN or infinite, periods are not integers, one for each row, or there are no alerts.

    Examples
    --------
    >>> alert_share([0.9, 0.2, 0.2, 0.1, 0.3], 2)
    array([1., 0., 0., 0., 1.])
    >>> alert_share([0.9, 0.2, 0.2, 0.1, 0.3], 2, period=[1, 1, 1, 1, 2])
    array([1. , 0.5, 0.5, 0. , 1. ])
    """
    budget = as_number(alerts_per_period, "alerts_per_period")
    if not 0.0 < budget < np.inf:
        raise ValueError(f"alerts_per_period is {alerts_per_period}, but must be a number above 0")
    ahead, tied = place_in_period(probability, period)
    return np.asarray(np.clip((budget - ahead) / tied, 0.0, 1.0), dtype=np.float64)


def place_in_period(
    probability: ArrayLike, period: ArrayLike | None = None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return each row's place in the line of its period, by falling probability.

    Parameters, errors: as for `alert_share`.

    Returns
    -------
    ahead : ndarray of intp, shape (n,)
        How many rows of the period have a larger probability.
    tied : ndarray of intp, shape (n,)
        How many rows of the period have this very probability, the row itself among them.

    Examples
    --------
    >>> ahead, tied = place_in_period([0.9, 0.2, 0.2, 0.1])
    >>> ahead.tolist(), tied.tolist()
    ([0, 1, 1, 3], [1, 2, 2, 1])
    """
    score = as_scores(probability)
    n = len(score)
    day = np.zeros(n, dtype=np.int8) if period is None else as_any_array(period, "period")
    if day.shape != (n,) or day.dtype.kind not in "iu":
        raise ValueError(
            f"period has shape {day.shape} and dtype {day.dtype}, but must have shape ({n},) and hold integers: "
            "give the days' numbers, such as (time - time.min()).dt.days of a pandas column of times"
        )
    order = np.lexsort((-score, day))
    score, day = score[order], day[order]
    new_day = np.append(True, day[1:] != day[:-1])
    new_score = np.append(True, score[1:] != score[:-1])
    tie_begins = np.flatnonzero(new_day | new_score)
    day_begins = np.maximum.accumulate(np.where(new_day, np.arange(n), 0))
    size = np.diff(tie_begins, append=n)
    ahead, tied = np.empty(n, dtype=np.intp), np.empty(n, dtype=np.intp)
    ahead[order] = np.repeat(tie_begins - day_begins[tie_begins], size)
    tied[order] = np.repeat(size, size)
    return ahead, tied


def precision_at_alerts(y_true: ArrayLike, share: ArrayLike) -> float:
    """Return the share of the alerts that are positives.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        0 or 1.
    share : array-like of shape (n,)
        Of an alert, see `alert_share`.

    Returns
    -------
    float
        In [0, 1]; NaN if there are no alerts.

    Raises
    ------
    ValueError
        If labels or shares are wrong.

    Examples
    --------
    >>> precision_at_alerts([0, 1, 0, 1], alert_share([0.9, 0.2, 0.2, 0.1], 2))
    0.25
    """
    positive, alerts = _checked(y_true, share)
    total = float(alerts.sum())
    return float(alerts[positive].sum()) / total if total else np.nan


def recall_at_alerts(y_true: ArrayLike, share: ArrayLike, amount: ArrayLike | None = None) -> float:
    """Return the share of the positives, or of their amount, that is among the alerts.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        0 or 1.
    share : array-like of shape (n,)
        Of an alert, see `alert_share`.
    amount : array-like of shape (n,), optional
        Each row's amount of money, 0 or more. Each positive counts alike if it is not given.

    Returns
    -------
    float
        In [0, 1]; NaN if there are no positives, or none with an amount.

    Raises
    ------
    ValueError
        If labels or shares are wrong, or an amount is NaN, infinite or negative.

    Examples
    --------
    >>> share = alert_share([0.9, 0.2, 0.2, 0.1], 2)
    >>> recall_at_alerts([0, 1, 0, 1], share)
    0.25
    >>> recall_at_alerts([0, 1, 0, 1], share, amount=[5, 30, 5, 10])
    0.375
    """
    positive, alerts = _checked(y_true, share)
    weight = np.ones(len(alerts)) if amount is None else as_amounts(amount, len(alerts))
    total = float(weight[positive].sum())
    return float((weight * alerts)[positive].sum()) / total if total else np.nan


def _checked(y_true: ArrayLike, share: ArrayLike) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    positive = as_positive(y_true)
    alerts = as_numbers(share, "share")
    if alerts.shape != positive.shape or not ((alerts >= 0.0) & (alerts <= 1.0)).all():
        raise ValueError(f"share must have shape {positive.shape} and values in [0, 1]: make it with alert_share")
    return positive, alerts
