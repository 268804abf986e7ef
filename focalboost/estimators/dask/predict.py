"""Predictions for Dask collections, lazily: what the estimator without Dask predicts for each partition."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from focalboost._optional import optional_import

da = optional_import("dask.array", "Predicting on a cluster")
dd = optional_import("dask.dataframe", "Predicting on a cluster")
delayed = optional_import("dask", "Predicting on a cluster").delayed


def predicted(model: Any, method: str, X: Any, columns: int | None, dtype: DTypeLike) -> Any:
    """Apply a method to every partition.

    Parameters
    ----------
    model : object
        A fitted estimator of the single-machine class.
    method : str
        Name of its method, which takes features.
    X : dask DataFrame or two-dimensional dask Array
        Features.
    columns : int or None
        Number of columns of the result; None for a one-dimensional one.
    dtype : dtype
        Type of the result.

    Returns
    -------
    dask Array
        In the partitions of ``X``, in their order.

    Raises
    ------
    TypeError
        If ``X`` is no such collection.
    """
    parts, lengths = row_parts(X)
    tail = () if columns is None else (columns,)
    shipped = delayed(model)  # once, not with every partition
    results = [
        da.from_delayed(delayed(_of_part)(shipped, method, part, tail, dtype), (length, *tail), dtype=dtype)
        for part, length in zip(parts, lengths, strict=True)
    ]
    return da.concatenate(results)


def row_parts(X: Any) -> tuple[list[Any], list[float]]:
    """Return the partitions of features.

    Parameters
    ----------
    X : dask DataFrame or two-dimensional dask Array
        Features.

    Returns
    -------
    parts : list of Delayed
        Whole rows.
    lengths : list of float
        Their numbers of rows, NaN where they are not known.

    Raises
    ------
    TypeError
        If ``X`` is no such collection.
    """
    if isinstance(X, dd.DataFrame):
        return list(X.to_delayed()), [np.nan] * X.npartitions
    if not isinstance(X, da.Array) or X.ndim != 2:
        raise TypeError(
            f"X must be a dask DataFrame or a two-dimensional dask Array; it is {type(X).__name__}. Data in memory is "
            "for the model that to_local() returns."
        )
    whole_rows = X.rechunk({1: -1})
    return list(whole_rows.to_delayed()[:, 0]), list(whole_rows.chunks[0])


def _of_part(model: Any, method: str, part: Any, tail: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    if not len(part):
        return np.empty((0, *tail), dtype)
    return np.asarray(getattr(model, method)(part), dtype)
