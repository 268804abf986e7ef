"""What other test rows would have done to a comparison: bootstrap intervals from the saved predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.evaluation.bootstrap import bootstrap_average_precision, interval

if TYPE_CHECKING:
    from focalboost.benchmark.comparison import Comparison
    from focalboost.benchmark.results import Results


def bootstrap_interval(results: Results, comparison: Comparison, n_resamples: int = 400) -> tuple[float, float] | None:
    """Return the 95 % bootstrap interval of a mean difference of average precision.

    In each fold the test rows are drawn again, the same for both methods: positives and negatives apart or, where the
    rows have groups, whole groups. It says what other test rows would do to these fits; the interval over folds says
    more, what other training rows would do as well, but needs several folds.

    Parameters
    ----------
    results : Results
        With the predictions of both methods.
    comparison : Comparison
        Which methods, on what.
    n_resamples : int
        How often the rows are drawn.

    Returns
    -------
    low, high : float
        Positive: the method is better. None if no fold has the predictions of both.
    """
    ours, theirs = (
        results.predictions(comparison.task, comparison.booster, name, comparison.protocol)
        for name in (comparison.method, comparison.reference)
    )
    paired = ours.merge(theirs[["fold", "row", "probability"]], on=["fold", "row"], suffixes=("", "_of_reference"))
    differences = []
    for fold, (_, rows) in enumerate(paired.groupby("fold")):
        replicates = bootstrap_average_precision(
            rows["label"],
            rows[["probability", "probability_of_reference"]].to_numpy().T,
            n_resamples,
            rows.get("group"),
            random_state=fold,
        )
        differences.append(replicates[:, 0] - replicates[:, 1])
    if not differences:
        return None
    low, high = interval(np.mean(differences, axis=0))
    return float(low), float(high)
