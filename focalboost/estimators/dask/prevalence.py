"""``match_prevalence`` on a Dask cluster: the scores stay on the workers, sums over their rows come back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalboost._optional import optional_import
from focalboost.estimators.dask.predict import row_parts
from focalboost.estimators.link import FocalLink
from focalboost.estimators.prevalence import Array, matching_shift, moments_of

delayed = optional_import("dask", "Training on a cluster").delayed


def cluster_matched(
    client: Any, link: FocalLink, raw_scores: Callable[[Any], NDArray[Any]], X: Any, sample_weight: Any
) -> FocalLink:
    """Do what ``FocalLink.matched`` does, for training rows in partitions.

    Parameters
    ----------
    client : distributed.Client
        The cluster.
    link : FocalLink
        Link of the trained booster.
    raw_scores : callable
        From features in memory to the booster's raw scores.
    X : dask DataFrame or Array
        Training features.
    sample_weight : dask Series or Array, or None
        Weights of the rows, in the same partitions.

    Returns
    -------
    FocalLink
        With ``shift``.
    """
    if link.is_cross_entropy:
        return link
    parts, _ = row_parts(X)
    weights = [None] * len(parts) if sample_weight is None else list(np.ravel(sample_weight.to_delayed()))
    shipped = delayed((link, raw_scores), traverse=False)
    tasks = [delayed(_log_proba)(shipped, *rows) for rows in zip(parts, weights, strict=True)]
    on_workers = client.compute(tasks)

    def moments(shift: Array) -> tuple[float, Array, Array]:
        found = client.gather(client.map(_moments, on_workers, shift=shift, pure=False))
        total = sum(weight for weight, _ in found)
        value, mean, spread = (sum(weight * part[i] for weight, part in found if weight > 0) / total for i in range(3))
        return float(value), mean, spread

    return replace(link, shift=tuple(matching_shift(moments, np.array(link.prevalence)).tolist()))


def _log_proba(shipped: tuple[FocalLink, Callable[[Any], NDArray[Any]]], X: Any, weight: Any) -> tuple[Array, Array]:
    """Log-probabilities and weights of one partition."""
    link, raw_scores = shipped
    weights = np.ones(len(X)) if weight is None else np.asarray(weight, dtype=np.float64)
    if not len(X):
        return np.empty((0, len(link.prevalence))), weights
    return link.loss.predict_log_proba(link.scores(raw_scores(X))), weights


def _moments(part: tuple[Array, Array], shift: Array) -> tuple[float, Any]:
    """Total weight of a partition and, where there is some, its means."""
    log_proba, weight = part
    total = float(weight.sum())
    return total, moments_of(log_proba, weight)(shift) if total > 0 else None
