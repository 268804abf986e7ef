"""What a search needs of each library: its space, and a fit whose rounds early stopping finds."""

import inspect
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from numpy.typing import NDArray

from focalboost._optional import optional_import
from focalboost.estimators.tuning.folds import Rows
from focalboost.estimators.tuning.space import Space, lightgbm_space, xgboost_space

_ROUNDS = (
    *("early_stopping_rounds", "early_stopping_round", "early_stopping", "n_iter_no_change", "num_iterations"),
    *("num_iteration", "n_iter", "num_tree", "num_trees", "num_round", "num_rounds", "nrounds", "num_boost_round"),
    "max_iter",
)
"""Parameters of either library, and LightGBM's aliases, beside ``n_estimators``."""


class Library(NamedTuple):
    """The default space, and the fit: (estimator, training rows, validation rows, patience) -> (rounds, raw scores)."""

    space: Space
    fit: Callable[[Any, Rows, Rows, int], tuple[int, NDArray[Any]]]


def library_of(estimator: Any) -> Library:
    """Find the library of an estimator.

    Parameters
    ----------
    estimator : FocalXGBClassifier or FocalLGBMClassifier
        The estimator.

    Returns
    -------
    Library
        What the search needs of it.

    Raises
    ------
    TypeError
        If it is of another class.
    ValueError
        If it says by another name than ``n_estimators`` how many rounds there are.
    """
    for module, name, library in (
        ("focalboost.estimators.xgboost", "FocalXGBClassifier", Library(xgboost_space, _fit_xgboost)),
        ("focalboost.estimators.lightgbm", "FocalLGBMClassifier", Library(lightgbm_space, _fit_lightgbm)),
    ):
        # An instance can only come from a module that is loaded; the other library may not be installed.
        if module in sys.modules and isinstance(estimator, getattr(sys.modules[module], name)):
            given = estimator.get_params()
            for rounds in _ROUNDS:
                if given.get(rounds) is not None:
                    raise ValueError(
                        f"{name}({rounds}={given[rounds]!r}): tune finds the number of rounds by early stopping; leave "
                        "it out, and give max_rounds= and early_stopping_rounds= to tune"
                    )
            return library
    raise TypeError(
        f"estimator must be a FocalXGBClassifier or a FocalLGBMClassifier (an instance); it is {estimator!r}"
    )


def _fit_xgboost(model: Any, train: Rows, valid: Rows, patience: int) -> tuple[int, NDArray[Any]]:
    model.set_params(early_stopping_rounds=patience, eval_metric="logloss")
    model.fit(
        train.X,
        train.codes,
        sample_weight=train.weight,
        eval_set=[(valid.X, valid.codes)],
        sample_weight_eval_set=None if valid.weight is None else [valid.weight],
        verbose=False,
    )
    rounds = model.best_iteration + 1
    return rounds, model.decision_function(valid.X, iteration_range=(0, rounds))


def _fit_lightgbm(model: Any, train: Rows, valid: Rows, patience: int) -> tuple[int, NDArray[Any]]:
    lgb = optional_import("lightgbm", "tune")
    if not {"verbose", "verbosity"} & set(model.get_params()):
        model.set_params(verbosity=-1)
    in_parts = "eval_X" in inspect.signature(lgb.LGBMClassifier.fit).parameters  # eval_set is deprecated there
    validation: dict[str, Any] = (
        {"eval_X": (valid.X,), "eval_y": (valid.codes,)} if in_parts else {"eval_set": [(valid.X, valid.codes)]}
    )
    model.fit(
        train.X,
        train.codes,
        sample_weight=train.weight,
        eval_sample_weight=None if valid.weight is None else [valid.weight],
        eval_metric="binary_logloss",
        callbacks=[lgb.early_stopping(patience, first_metric_only=True, verbose=False)],
        **validation,
    )
    rounds = model.best_iteration_
    if not rounds:
        raise ValueError(f"no early stopping with boosting_type={model.boosting_type!r}: use 'gbdt'")
    return rounds, model.decision_function(valid.X, num_iteration=rounds)
