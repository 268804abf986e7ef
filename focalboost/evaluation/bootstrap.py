"""How far average precision varies from one sample of test rows to another: the bootstrap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.evaluation._checks import as_any_array, as_count, as_positive, as_scores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray


def bootstrap_average_precision(
    y_true: ArrayLike,
    probabilities: ArrayLike,
    n_resamples: int = 1000,
    group: ArrayLike | None = None,
    random_state: int = 0,
) -> NDArray[np.float64]:
    """Return the average precision of several methods on rows drawn again and again with replacement.

    Each resample is one for all methods, so that their replicates are paired: those of a difference are the
    differences of columns. Without groups, positives and negatives are drawn apart, as many as there are of each: the
    share of positives, on which average precision depends, stays. With groups, such as customers, whose rows are
    alike, whole groups are drawn, as many as there are; a draw without positives is drawn again.

    The replicates say what other test rows would do to these fitted models, not what other training rows would.

    Parameters
    ----------
    y_true : array-like of shape (n,)
        0 or 1, 1 at least once.
    probabilities : array-like of shape (m, n)
        Of each method, the positive class's probability, or any score that grows with it.
    n_resamples : int
        How often rows are drawn.
    group : array-like of shape (n,), optional
        The row's group.
    random_state : int
        Seed; one seed gives the same resamples for any methods.

    Returns
    -------
    ndarray of float64, shape (n_resamples, m)
        Equal to scikit-learn's `average_precision_score` with the counts of the rows drawn as `sample_weight`.

    Raises
    ------
    TypeError
        If the number of resamples is no integer.
    ValueError
        If there are no positives or no resamples, or labels, probabilities or groups are wrong.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = np.arange(200) < 40
    >>> good, poor = rng.normal(size=(2, 200)) + np.outer([2.0, 0.5], y)
    >>> replicates = bootstrap_average_precision(y, [good, poor], n_resamples=200)
    >>> replicates.shape
    (200, 2)
    >>> low, high = interval(replicates[:, 0] - replicates[:, 1])
    >>> bool(low > 0)
    True
    """
    positive = as_positive(y_true)
    n = len(positive)
    if not positive.any():
        raise ValueError("there is no positive among the rows: average precision needs one at least")
    scores = as_any_array(probabilities, "probabilities")
    if scores.ndim != 2:
        raise ValueError(f"probabilities must have shape (m, {n}), a row for each method: [probability] for one")
    methods = [_Ranking(positive, as_scores(probability, n)) for probability in scores]
    code = None if group is None else _group_codes(group, n)
    draws = _draws(positive, code, np.random.default_rng(random_state))
    replicates = np.empty((as_count(n_resamples, "n_resamples", ", such as 1000"), len(methods)))
    for replicate, count in zip(replicates, draws, strict=False):  # the draws never end
        replicate[:] = [method.average_precision(count) for method in methods]
    return replicates


def interval(
    replicates: NDArray[np.float64], confidence: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the percentile interval of bootstrap replicates (Efron 1979).

    Parameters
    ----------
    replicates : ndarray of float64, shape (n_resamples, ...)
        See `bootstrap_average_precision`.
    confidence : float
        In (0, 1).

    Returns
    -------
    low, high : ndarray of float64, shape (...)
        The quantiles that leave out (1 - confidence) / 2 of the replicates on either side.

    Raises
    ------
    ValueError
        If the confidence is not in (0, 1).

    Examples
    --------
    >>> low, high = interval(np.linspace(0.0, 1.0, 1001), confidence=0.9)
    >>> round(float(low), 3), round(float(high), 3)
    (0.05, 0.95)
    """
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence is {confidence}, but must be between 0 and 1, such as 0.95")
    low, high = np.quantile(replicates, [(1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0], axis=0)
    return low, high


class _Ranking:
    """One method's rows in line: what average precision needs of them.

    Average precision is the sum over the distinct scores v of positives of (positives of score v) / (all positives) *
    precision(score >= v). So rows between two such scores only need counting, and no resample needs sorting.
    """

    def __init__(self, positive: NDArray[np.bool_], score: NDArray[np.float64]) -> None:
        thresholds = np.unique(-score[positive])
        # The first threshold, from the highest score down, that the row reaches; their number if it reaches none.
        place = np.searchsorted(thresholds, -score)
        self._reaches = np.flatnonzero(place < len(thresholds))
        self._place = place[self._reaches]
        self._positive = np.flatnonzero(positive)
        self._place_of_positive = place[self._positive]

    def average_precision(self, count: NDArray[np.float64]) -> float:
        at_score = np.bincount(self._place_of_positive, weights=count[self._positive])
        alerts = np.cumsum(np.bincount(self._place, weights=count[self._reaches]))
        # Where no row is drawn down to a score, none of that score is: 0 / 1 adds nothing.
        precision = np.cumsum(at_score) / np.maximum(alerts, 1.0)
        return float(at_score @ precision / at_score.sum())


def _draws(
    positive: NDArray[np.bool_], group: NDArray[np.intp] | None, rng: np.random.Generator
) -> Iterator[NDArray[np.float64]]:
    """How often each row is drawn, without end."""
    classes = [np.flatnonzero(positive), np.flatnonzero(~positive)]
    while True:
        if group is None:
            count = np.empty(len(positive))
            for rows in classes:
                count[rows] = _drawn(len(rows), rng)
        else:
            count = _drawn(int(group.max()) + 1, rng)[group]
        if count[positive].any():
            yield count


def _drawn(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """How often each of n is drawn in n draws with replacement."""
    return np.bincount(rng.integers(n, size=n), minlength=n).astype(np.float64) if n else np.empty(0)


def _group_codes(group: ArrayLike, n: int) -> NDArray[np.intp]:
    groups = as_any_array(group, "group")
    if groups.shape != (n,):
        raise ValueError(f"group must have shape ({n},), one for each row, but has shape {groups.shape}")
    try:
        return np.unique(groups, return_inverse=True)[1].astype(np.intp)
    except TypeError as error:
        raise ValueError(f"group must hold values that sort with each other: {error}") from error
