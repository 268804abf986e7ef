"""What a search draws: focusing parameter, class weights and the trees' own parameters."""

from collections.abc import Callable, Mapping
from typing import Any

from numpy.typing import NDArray

from focalboost._optional import optional_import
from focalboost.losses.class_weight import class_weights

Space = Callable[[Any], Mapping[str, Any]]

SQRT_BALANCED = "sqrt_balanced"
"""A value of ``class_weight`` that a space may return: square roots of the balanced weights of each training set."""

_ROUNDS = "early stopping finds the number of rounds; give max_rounds= and early_stopping_rounds= to tune"
_OBJECTIVE = "focal loss is the objective"
NOT_SEARCHED: Mapping[str, str] = {
    **dict.fromkeys(("n_estimators", "early_stopping_rounds", "callbacks", "eval_metric"), _ROUNDS),
    **dict.fromkeys(("objective", "num_class"), _OBJECTIVE),
    "base_score": "training starts at the loss's best constant score",
    "scale_pos_weight": "it has no effect with focal loss; return class_weight instead",
    "deployment_prevalence": "the score is measured with the shares of the data at hand",
}
"""By parameter, why a space cannot return it."""


def focal_space(trial: Any) -> dict[str, Any]:
    """Draw the focusing parameter and the class weights.

    Whether to focus at all is a choice of its own: a continuous draw would never hit gamma = 0, which is cross-entropy,
    and so half of the first draws are cross-entropy, and the search can come to prefer it.

    Parameters
    ----------
    trial : optuna.Trial
        What the parameters are drawn from.

    Returns
    -------
    dict
        ``gamma``: 0, or between 0.1 and 5; ``class_weight``: None, "sqrt_balanced" or "balanced".

    Examples
    --------
    >>> from optuna.trial import FixedTrial
    >>> from focalboost.estimators.tuning import focal_space
    >>> focal_space(FixedTrial({"focal": True, "gamma": 1.5, "class_weight": None}))
    {'gamma': 1.5, 'class_weight': None}
    """
    focal = trial.suggest_categorical("focal", [False, True])
    return {
        "gamma": trial.suggest_float("gamma", 0.1, 5.0) if focal else 0.0,
        "class_weight": trial.suggest_categorical("class_weight", [None, SQRT_BALANCED, "balanced"]),
    }


def xgboost_space(trial: Any) -> dict[str, Any]:
    """Draw what ``tune`` searches for a ``FocalXGBClassifier``.

    Parameters
    ----------
    trial : optuna.Trial
        What the parameters are drawn from.

    Returns
    -------
    dict
        Parameters of the estimator, those of ``focal_space`` among them.

    Examples
    --------
    >>> import optuna
    >>> from focalboost.estimators.tuning import xgboost_space
    >>> sorted(xgboost_space(optuna.create_study().ask()))[:3]
    ['class_weight', 'colsample_bytree', 'gamma']
    """
    return focal_space(trial) | {
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
        "max_depth": trial.suggest_int("max_depth", 2, 10),
        "min_child_weight": trial.suggest_float("min_child_weight", 1e-2, 100.0, log=True),
        "reg_lambda": trial.suggest_float("reg_lambda", 1e-3, 100.0, log=True),
        "subsample": trial.suggest_float("subsample", 0.5, 1.0),
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.4, 1.0),
    }


def lightgbm_space(trial: Any) -> dict[str, Any]:
    """Draw what ``tune`` searches for a ``FocalLGBMClassifier``.

    Parameters
    ----------
    trial : optuna.Trial
        What the parameters are drawn from.

    Returns
    -------
    dict
        Parameters of the estimator, those of ``focal_space`` among them.

    Examples
    --------
    >>> import optuna
    >>> from focalboost.estimators.tuning import lightgbm_space
    >>> sorted(lightgbm_space(optuna.create_study().ask()))[:3]
    ['class_weight', 'colsample_bytree', 'gamma']
    """
    return focal_space(trial) | {
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
        "num_leaves": trial.suggest_int("num_leaves", 4, 255, log=True),
        "min_child_samples": trial.suggest_int("min_child_samples", 5, 200, log=True),
        "min_child_weight": trial.suggest_float("min_child_weight", 1e-3, 100.0, log=True),
        "reg_lambda": trial.suggest_float("reg_lambda", 1e-3, 100.0, log=True),
        "subsample": trial.suggest_float("subsample", 0.5, 1.0),
        "subsample_freq": 1,  # without it subsample has no effect
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.4, 1.0),
    }


def checked(drawn: Any, estimator: Any) -> dict[str, Any]:
    """Check what a space has returned.

    Parameters
    ----------
    drawn : mapping
        Parameters by name.
    estimator : object
        The estimator that they are for.

    Returns
    -------
    dict
        With ``alpha`` reset where there is a ``class_weight``, of which it is the shorthand.

    Raises
    ------
    TypeError
        If it is no mapping.
    ValueError
        If a parameter is unknown, or contradicts focal loss or the search.
    """
    if not isinstance(drawn, Mapping):
        raise TypeError(f"space must return a dict of parameters; it returned {drawn!r}")
    known = estimator.get_params()
    for name, value in drawn.items():
        if name in NOT_SEARCHED:
            raise ValueError(f"space returned {name}={value!r}: {NOT_SEARCHED[name]}")
        if name not in known:
            raise ValueError(
                f"space returned {name}={value!r}, which {type(estimator).__name__} does not have; if the booster "
                "knows it, give it a value on the estimator first"
            )
    return {"alpha": None, **drawn} if "class_weight" in drawn else dict(drawn)


def made(estimator: Any, parameters: Mapping[str, Any], y: NDArray[Any]) -> Any:
    """Make an unfitted estimator with other parameters.

    Its constructor is called, because LightGBM's ``set_params`` hands what it sets to the booster as well.

    Parameters
    ----------
    estimator : FocalXGBClassifier or FocalLGBMClassifier
        Its parameters hold where there are no others.
    parameters : mapping
        Others, as ``checked`` returns them.
    y : array of shape (n,)
        The training labels, from which the weights "sqrt_balanced" follow.

    Returns
    -------
    estimator
        Of the same class.
    """
    merged = {**optional_import("sklearn.base", "tune").clone(estimator).get_params(), **parameters}
    weights = merged["class_weight"]
    if isinstance(weights, str) and weights == SQRT_BALANCED:
        merged["class_weight"] = {label: weight**0.5 for label, weight in class_weights(y).items()}
    return type(estimator)(**merged)
