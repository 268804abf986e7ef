"""Labels in partitions on a Dask cluster: their classes, how much each class weighs in all, and their codes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalboost._optional import optional_import
from focalboost.estimators.labels import codes_of

da = optional_import("dask.array", "Training on a cluster")
dd = optional_import("dask.dataframe", "Training on a cluster")
delayed = optional_import("dask", "Training on a cluster").delayed


@dataclass(frozen=True)
class ClassTotals:
    """What a loss needs to know of all labels together.

    Attributes
    ----------
    classes : array of shape (K,)
        Class labels, sorted.
    counts : array of int, shape (K,)
        Number of rows of each class.
    weights : array of float64, shape (K,)
        Their total weight.
    """

    classes: NDArray[Any]
    counts: NDArray[np.int64]
    weights: NDArray[np.float64]


def class_totals(client: Any, y: Any, sample_weight: Any = None) -> ClassTotals:
    """Count the classes over all partitions.

    Parameters
    ----------
    client : distributed.Client
        Where to count.
    y : dask Series or one-dimensional dask Array
        Labels.
    sample_weight : dask Series or one-dimensional dask Array, optional
        Weights, in the same partitions.

    Returns
    -------
    ClassTotals
        Totals over all rows.

    Raises
    ------
    TypeError
        If one of them is no such collection.
    ValueError
        If labels are missing or continuous, if there is one class alone, or if the weights do not fit.
    """
    parts = _parts(y, "y")
    weights = [None] * len(parts) if sample_weight is None else _parts(sample_weight, "sample_weight")
    if len(weights) != len(parts):
        raise ValueError(
            f"sample_weight has {len(weights)} partitions, y {len(parts)}: repartition or rechunk one of them"
        )
    tasks = [delayed(_totals_of_part)(part, weight) for part, weight in zip(parts, weights, strict=True)]
    totals = [found for found in client.gather(client.compute(tasks)) if found[0].size]
    if not totals:
        raise ValueError("y has no rows")
    names, counts, sums = (np.concatenate(arrays) for arrays in zip(*totals, strict=True))
    classes, codes = np.unique(names, return_inverse=True)
    if classes.size < 2:
        raise ValueError(f"y has one class alone, {classes.tolist()}: a classifier needs at least two")
    in_all = [np.bincount(codes, column) for column in (counts, sums)]
    return ClassTotals(classes, in_all[0].astype(np.int64), in_all[1].astype(np.float64))


def encoded(y: Any, classes: NDArray[Any]) -> Any:
    """Return the codes 0, ..., K - 1 of labels, lazily.

    Parameters
    ----------
    y : dask Series or one-dimensional dask Array
        Labels.
    classes : array of shape (K,)
        Class labels, sorted.

    Returns
    -------
    dask Series or Array
        In the partitions of ``y``; computing it is a ValueError where a label is no class.

    Raises
    ------
    TypeError
        If ``y`` is no such collection.
    """
    _parts(y, "eval_set's y")
    if isinstance(y, dd.Series):
        return y.map_partitions(_codes_like, classes, meta=(y.name, np.intp))
    return y.map_blocks(codes_of, classes=classes, dtype=np.intp, meta=np.empty(0, dtype=np.intp))


def _parts(column: Any, name: str) -> list[Any]:
    """Partitions of a column."""
    if not isinstance(column, dd.Series) and not (isinstance(column, da.Array) and column.ndim == 1):
        raise TypeError(
            f"{name} must be a dask Series or a one-dimensional dask Array; it is {type(column).__name__}"
            f"{f' of the shape {column.shape}' if isinstance(column, da.Array) else ''}. Data in memory is for the "
            "estimator without Dask; of several labels a row, train on one column after the other."
        )
    return list(np.ravel(column.to_delayed()))


def _totals_of_part(y: Any, weight: Any) -> tuple[NDArray[Any], NDArray[np.integer[Any]], NDArray[np.float64]]:
    """Classes of one partition, unsorted, with their rows and weights."""
    column = optional_import("sklearn.utils", "A classifier").column_or_1d(y)
    codes, names = optional_import("pandas", "Training on a cluster").factorize(column)
    if (codes < 0).any():
        raise ValueError(f"y has {int((codes < 0).sum())} missing labels (NaN or None) in a partition: leave them out")
    if codes.size:
        optional_import("sklearn.utils.multiclass", "A classifier").check_classification_targets(column)
    weights = np.ones(codes.size) if weight is None else np.asarray(weight, dtype=np.float64)
    if weights.shape != codes.shape:
        raise ValueError(f"a partition of sample_weight has {weights.size} rows, that of y {codes.size}")
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise ValueError("sample_weight must be finite and >= 0 in every row")
    counts, sums = np.bincount(codes, minlength=len(names)), np.bincount(codes, weights, minlength=len(names))
    return names, counts, sums.astype(np.float64)


def _codes_like(y: Any, classes: NDArray[Any]) -> Any:
    """Codes of a pandas Series, with its index."""
    return type(y)(codes_of(y, classes), index=y.index, name=y.name)
