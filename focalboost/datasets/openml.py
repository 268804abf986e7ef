"""Data sets of OpenML.org, downloaded when first asked for, and kept."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from focalboost._optional import optional_import
from focalboost.datasets.errors import DataError
from focalboost.datasets.frame import read_frame

if TYPE_CHECKING:
    from pathlib import Path

    from focalboost.datasets.dataset import Dataset
    from focalboost.datasets.roles import Roles


def read_openml(data_id: int, roles: Roles, cache: Path | None = None) -> Dataset:
    """Read a data set of OpenML.org.

    It is downloaded once. Its MD5 is compared with the one that OpenML states, each time it is read.

    Parameters
    ----------
    data_id : int
        Its number: https://www.openml.org/d/42175 is 42175. Versions of one name have a number each.
    roles : Roles
        What the columns say, see `read_frame`.
    cache : Path, optional
        Folder of downloads. By default scikit-learn's: ``~/scikit_learn_data``, or ``SCIKIT_LEARN_DATA`` if it is set.

    Returns
    -------
    Dataset
        As from `read_frame`; what OpenML warns of is in the notes.

    Raises
    ------
    DataError
        If it is neither in the cache nor can be downloaded, is damaged, is no table of columns, or its columns cannot
        be used.
    """
    bunch, notes = _fetch(data_id, cache)
    try:
        data = read_frame(bunch.frame, roles)
    except DataError as error:
        raise DataError(f"OpenML data set {data_id}: {error}") from error
    return data.with_notes(notes)


def openml_digest(data_id: int, cache: Path | None = None) -> str:
    """Return the MD5 of a data set's file, which OpenML states and which the file is checked against.

    Parameters and errors are those of `read_openml`: the file is downloaded if it is not in the cache.
    """
    bunch, _ = _fetch(data_id, cache)
    return str(bunch.details["md5_checksum"])


def _fetch(data_id: int, cache: Path | None) -> tuple[Any, tuple[str, ...]]:
    datasets = optional_import("sklearn.datasets", "Reading a data set of OpenML")
    name = f"OpenML data set {data_id}"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            bunch = datasets.fetch_openml(
                data_id=data_id, as_frame=True, parser="auto", data_home=None if cache is None else str(cache)
            )
        except ImportError:
            raise
        # Without network, or with a server that fails.
        except OSError as error:
            raise DataError(
                f"{name} cannot be downloaded ({error}): run once with network, after which it is read from the "
                f"cache{'' if cache is None else f' {cache}'}, or give the data as a file"
            ) from error
        # Of scikit-learn and OpenML: no such data set, sparse data, a checksum that differs, half a download.
        except Exception as error:
            raise DataError(f"{name} cannot be used: {error}") from error
    return bunch, tuple(dict.fromkeys(f"{name}: {warning.message}" for warning in caught))
