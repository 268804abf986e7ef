"""Weights of the classes: computed from labels, or given."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focalboost.losses.arrays import as_given, as_number, refuse_masked

Scheme = Literal["balanced", "effective"]
ClassWeight = Scheme | Mapping[int, float] | Sequence[float] | None

_EFFECTIVE_BETA = 0.9999


def class_weights(y: ArrayLike, scheme: Scheme = "balanced", *, beta: float = _EFFECTIVE_BETA) -> dict[Any, float]:
    """Compute weights that make up for the classes' different sizes.

    With n rows, K classes and n_k rows of class k:

    * ``"balanced"``: ``n / (K n_k)``, so that every class has the same total weight (King and Zeng 2001);
    * ``"effective"``: proportional to ``(1 - beta) / (1 - beta**n_k)``, the inverse of the effective number of
      samples (Cui et al., "Class-Balanced Loss Based on Effective Number of Samples", CVPR 2019), scaled so that
      the weights sum to K.

    Parameters
    ----------
    y : array-like of shape (n,)
        Labels of any type that sorts.
    scheme : {"balanced", "effective"}, default "balanced"
        How the weights are computed.
    beta : float, default 0.9999
        For ``"effective"``, in [0, 1): 0 gives equal weights; towards 1 they become those of ``"balanced"`` up to a
        factor.

    Returns
    -------
    dict
        The weight of each class found in ``y``.

    Raises
    ------
    ValueError
        If ``y`` is empty, not one-dimensional or holds NaN or masked values, if ``scheme`` is unknown or ``beta``
        outside [0, 1).
    TypeError
        If labels of ``y`` cannot be compared with each other, or ``beta`` is no number.

    Examples
    --------
    >>> from focalboost import class_weights
    >>> class_weights([0, 0, 0, 1])
    {0: 0.6666666666666666, 1: 2.0}
    """
    refuse_masked(y, "y")
    try:
        labels = as_given(y)
    except ValueError as error:
        raise ValueError(f"y must be one-dimensional: {error}") from error
    if labels.ndim != 1 or labels.size == 0:
        raise ValueError(f"y must be one-dimensional and not empty; it has the shape {labels.shape}")
    try:
        classes, counts = np.unique(labels, return_counts=True)
    except (OverflowError, TypeError, ValueError) as error:
        raise TypeError(f"labels of y must be of types that sort with each other: {error}") from error
    if not all(isinstance(label, Hashable) for label in classes.tolist()):
        raise TypeError("labels of y must be hashable: they are the keys of the result")
    missing = classes.dtype.kind in "mM" and np.isnat(classes).any()
    if missing or not all(isinstance(same := label == label, bool | np.bool_) and same for label in classes.tolist()):
        raise ValueError("y holds NaN or another missing value, which is no class: leave those rows out")
    return dict(zip(classes.tolist(), weights_of_counts(counts, scheme, beta).tolist(), strict=True))


def weights_of_counts(
    counts: NDArray[np.integer[Any]], scheme: str, beta: float = _EFFECTIVE_BETA
) -> NDArray[np.float64]:
    """Compute the weights of classes from their numbers of rows, as ``class_weights`` does.

    Parameters
    ----------
    counts : array of int, shape (K,)
        Number of rows of each class, all positive.
    scheme : str
        "balanced" or "effective".
    beta : float
        As in ``class_weights``.

    Returns
    -------
    array of float64, shape (K,)
        The weights.

    Raises
    ------
    ValueError
        If ``scheme`` is unknown or ``beta`` is outside [0, 1).
    TypeError
        If ``beta`` is no number.
    """
    if isinstance(scheme, str) and scheme == "balanced":
        return np.asarray(counts.sum() / (counts.size * counts))
    if isinstance(scheme, str) and scheme == "effective":
        beta = as_number(beta, "beta")
        if not 0 <= beta < 1:
            raise ValueError(f"beta must be in [0, 1); it is {beta!r}")
        effective = -np.expm1(counts * np.log(beta)) / (1 - beta) if beta > 0 else np.ones(counts.size)
        return np.asarray(counts.size / effective / np.sum(1 / effective))
    raise ValueError(f"scheme must be 'balanced' or 'effective'; it is {scheme!r}")


def normalised_class_weight(class_weight: ClassWeight, n_classes: int) -> Scheme | tuple[float, ...] | None:
    """Check a ``class_weight`` and bring it to a form that hashes.

    Parameters
    ----------
    class_weight : None, "balanced", "effective", mapping or sequence
        A mapping has exactly the keys 0, ..., n_classes - 1, a sequence one weight a class.
    n_classes : int
        Number of classes.

    Returns
    -------
    None, str or tuple of float
        The scheme's name, or one weight a class.

    Raises
    ------
    ValueError
        If it has not one weight for each class, or a weight is not positive and finite.
    TypeError
        If it is of another form, or a weight is no number.
    """
    if class_weight is None:
        return None
    if isinstance(class_weight, str):
        if class_weight not in ("balanced", "effective"):
            raise ValueError(
                f"class_weight={class_weight!r}: allowed are None, 'balanced', 'effective', or a weight for each class"
            )
        return class_weight
    if isinstance(class_weight, Mapping):
        if len(class_weight) != n_classes or not all(k in class_weight for k in range(n_classes)):
            raise ValueError(
                f"class_weight has the keys {sorted(class_weight, key=str)}; "
                f"it must have exactly one for each class: 0, ..., {n_classes - 1}"
            )
        given: Any = [class_weight[k] for k in range(n_classes)]
    else:
        given = class_weight.tolist() if hasattr(class_weight, "tolist") else class_weight
    if not isinstance(given, Sequence) or isinstance(given, bytes):
        raise TypeError(
            f"class_weight={class_weight!r}: allowed are None, 'balanced', 'effective', or a dict, list, tuple or "
            "array with a weight for each class"
        )
    weights = tuple(as_number(weight, "a class's weight") for weight in given)
    if len(weights) != n_classes or not all(0 < weight < np.inf for weight in weights):
        raise ValueError(f"class_weight={weights}: {n_classes} positive finite weights are needed, one for each class")
    return weights
