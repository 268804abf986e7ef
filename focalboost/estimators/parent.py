"""How an estimator works through the class that it extends."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from focalboost.estimators.forks import survives_fork


def as_parent(estimator: Any, parent: type, **changes: Any) -> Any:
    """Return a shallow copy of an estimator that is of its parent's class and knows nothing of focal parameters.

    The parents hand every parameter of theirs that they find to the booster; so a fit, or a prediction, in the parent's
    own way needs an object without the others.

    Parameters
    ----------
    estimator : object
        The estimator, whose ``_state`` is what a copy takes with it.
    parent : type
        The class it extends.
    **changes
        Attributes with other values.

    Returns
    -------
    parent
        The copy; what the estimator has learned is shared.
    """
    twin: Any = object.__new__(parent)
    vars(twin).update(estimator._state() | changes)
    return twin


@contextmanager
def library_errors(library: Any, error_type: type[Exception]) -> Iterator[None]:
    """Turn a library's own errors into a ValueError that holds what they say without their traces.

    Parameters
    ----------
    library : module
        XGBoost or LightGBM.
    error_type : type
        Its error.

    Raises
    ------
    ValueError
        In its place.
    """
    try:
        yield
    except error_type as error:
        said = str(error).partition("\nStack trace")[0].strip()
        said = re.sub(r"^\[[\d:]+\] \S+:\d+: ", "", said)
        raise ValueError(f"{library.__name__} cannot use these data or parameters: {said}") from error


def adopt(estimator: Any, fitted: Any) -> None:
    """Take over what a fit has learned.

    Parameters
    ----------
    estimator : object
        The estimator.
    fitted : object
        What ``as_parent`` made of it, fitted.
    """
    parameters = {*estimator.get_params(deep=False), "kwargs", "_other_params"}
    vars(estimator).update({name: value for name, value in vars(fitted).items() if name not in parameters})


def with_booster_written(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an estimator's pickle holds: in place of the booster, what the booster's own would hold.

    Parameters
    ----------
    state : mapping
        The estimator's attributes.

    Returns
    -------
    dict
        The same; `with_booster_read` undoes it. Both write and read after a fork as well, where the booster's own
        pickle hangs.
    """
    booster = state.get("_Booster")
    return dict(state) if booster is None else {**state, "_Booster": survives_fork(booster.__getstate__)()}


def with_booster_read(state: Mapping[str, Any], booster_type: type) -> dict[str, Any]:
    """Return an estimator's attributes from what its pickle holds.

    Parameters
    ----------
    state : mapping
        As `with_booster_written` returns it.
    booster_type : type
        The library's booster.

    Returns
    -------
    dict
        With the booster, if there is one.
    """
    written = state.get("_Booster")
    if written is None:
        return dict(state)
    booster: Any = object.__new__(booster_type)
    survives_fork(booster.__setstate__)(dict(written))  # which it changes
    return {**state, "_Booster": booster}
