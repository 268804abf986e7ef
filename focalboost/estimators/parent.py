"""How an estimator works through the class that it extends."""

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def as_parent(estimator: Any, parent: type, **changes: Any) -> Any:
    """Return a shallow copy of an estimator that is of its parent's class and knows nothing of focal parameters.

    The parents hand every parameter of theirs that they find to the booster; so a fit, or a prediction, in the parent's
    own way needs an object without the others.

    Parameters
    ----------
    estimator : object
        The estimator.
    parent : type
        The class it extends.
    **changes
        Attributes with other values.

    Returns
    -------
    parent
        The copy; what the estimator has learned is shared.
    """
    twin = copy.copy(estimator)
    twin.__class__ = parent
    vars(twin).update(changes)
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
