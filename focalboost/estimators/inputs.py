"""What a fit is given beside labels: refused here where the libraries would crash on it, take it, or print a trace."""

import os
from collections.abc import Sequence
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalboost.estimators.columns import Library, check_order, check_types, names_of
from focalboost.estimators.labels import codes_of
from focalboost.losses.arrays import refuse_masked

_NUMBERS = (
    *("n_estimators", "learning_rate", "max_depth", "num_leaves", "min_child_weight", "min_child_samples"),
    *("reg_alpha", "reg_lambda", "subsample", "colsample_bytree", "min_split_loss", "min_split_gain"),
)


def check_features(X: Any, n_rows: int, library: Library) -> None:
    """Raise a ValueError for features that no library takes for numbers; the libraries check the rest.

    Parameters
    ----------
    X : array-like of shape (n, n_features)
        Features.
    n_rows : int
        Number of labels.
    library : {"xgboost", "lightgbm"}
        Who gets them.

    Raises
    ------
    ValueError
        If an array holds text, dates or complex numbers or masks values, a pandas table has columns of dates, an Arrow
        or Polars table has columns of a type that the library does not take, or there are not as many rows as labels.
    """
    refuse_masked(X, "X")
    check_types(X, library)
    if isinstance(X, np.ndarray) and X.dtype.kind not in "fiubO":
        reason = "Complex data not supported: " if X.dtype.kind == "c" else ""
        raise ValueError(
            f"{reason}X holds {X.dtype}: give numbers; text can be a column of categories in a pandas table"
        )
    if hasattr(X, "select_dtypes"):
        dates = X.select_dtypes(["datetime", "datetimetz", "timedelta"]).columns.tolist()
        if dates:
            raise ValueError(f"X has dates in the columns {dates}: give numbers, such as days since the first date")
    shape = getattr(X, "shape", None)
    if shape and shape[0] != n_rows:
        raise ValueError(f"X has {shape[0]} rows, y has {n_rows}: give one label for each row")


def check_start(name: str, start: Any, n_rows: int) -> None:
    """Raise a ValueError for scores to start from that are no numbers, or not one or more for each row.

    Parameters
    ----------
    name : str
        The argument's name, for the error.
    start : array-like, or None
        Raw scores.
    n_rows : int
        Number of rows.

    Raises
    ------
    ValueError
        With what is wrong.
    """
    if start is None or hasattr(start, "__cuda_array_interface__"):
        return
    try:
        scores = np.asarray(start, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must hold raw scores, which are numbers: {error}") from error
    if scores.size == 0 or scores.size % n_rows:
        raise ValueError(f"{name} must hold a raw score for each of the {n_rows} rows; it has the shape {scores.shape}")
    if not np.isfinite(scores).all():
        raise ValueError(f"{name} has {int((~np.isfinite(scores)).sum())} raw scores that are NaN or infinite")


def check_eval_set(eval_set: Any, X: Any, classes: NDArray[Any] | None, library: Library) -> None:
    """Raise a ValueError for validation sets that are no pairs, or do not fit the training data.

    Parameters
    ----------
    eval_set : list of (X, y), or None
        Validation sets.
    X : array-like
        Training features.
    classes : array, or None
        As in ``Labels``.
    library : {"xgboost", "lightgbm"}
        Who gets them.

    Raises
    ------
    ValueError
        With the set and what is wrong.
    """
    if eval_set is None:
        return
    if not isinstance(eval_set, Sequence) or not all(
        isinstance(pair, tuple | list) and len(pair) == 2 for pair in eval_set
    ):
        raise ValueError(f"eval_set must be a list of pairs (X, y); it is {_outline(eval_set)}")
    for number, (rows, target) in enumerate(eval_set):
        try:
            codes = codes_of(target, classes)
            if not len(codes):
                raise ValueError("it has no rows: leave it out, or give some")
            check_features(rows, len(codes), library)
            check_order(rows, names_of(X))
        except ValueError as error:
            raise ValueError(f"eval_set[{number}]: {error}") from error
        ours, theirs = _columns(X), _columns(rows)
        if ours != theirs and None not in (ours, theirs):
            raise ValueError(f"eval_set[{number}] has {theirs} columns of features; the training data has {ours}")


def check_model(name: str, model: Any) -> None:
    """Raise a FileNotFoundError for the path of a model to go on from, if there is no such file.

    Parameters
    ----------
    name : str
        The argument's name, for the error.
    model : object
        Path or model.

    Raises
    ------
    FileNotFoundError
        With the path.
    """
    if isinstance(model, str | os.PathLike) and not Path(model).is_file():
        raise FileNotFoundError(f"{name}={os.fspath(model)!r}: there is no such file")


def check_parameters(estimator: Any) -> None:
    """Raise an error for parameters of ours, and numbers of rounds, that the libraries would not refuse.

    Parameters
    ----------
    estimator : object
        The estimator.

    Raises
    ------
    TypeError
        If a switch is neither True nor False, or a number is text.
    ValueError
        If there are no rounds.
    """
    for name in ("scaled", "match_prevalence"):
        value = getattr(estimator, name)
        if not isinstance(value, bool | np.bool_):
            raise TypeError(f"{name} must be True or False; it is {value!r}")
    for name in _NUMBERS:
        value = getattr(estimator, name, None)
        if isinstance(value, str):
            raise TypeError(f"{name} must be a number; it is {value!r}")
    rounds = estimator.n_estimators
    if isinstance(rounds, Integral) and rounds < 1:
        raise ValueError(f"n_estimators must be at least 1; it is {rounds}")


def _columns(rows: Any) -> int | None:
    shape = getattr(rows, "shape", None)
    return int(shape[1]) if shape is not None and len(shape) == 2 else None


def _outline(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"a {type(value).__name__} of {', '.join(dict.fromkeys(type(entry).__name__ for entry in value))}"
    return f"a {type(value).__name__}"
