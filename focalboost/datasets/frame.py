"""A table in memory as a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.datasets._tables import pd
from focalboost.datasets.columns import as_features
from focalboost.datasets.dataset import Dataset
from focalboost.datasets.errors import DataError
from focalboost.datasets.roles import read_amounts, read_groups
from focalboost.datasets.target import binary_target
from focalboost.datasets.times import read_times

if TYPE_CHECKING:
    from focalboost.datasets.roles import Roles


def read_frame(frame: object, roles: Roles) -> Dataset:
    """Read a table in memory as features and a target.

    Parameters
    ----------
    frame : pandas.DataFrame of shape (n, d)
        The table, or one with a method `to_pandas`, such as Polars' and Arrow's. It is not changed.
    roles : Roles
        The column to predict (see `binary_target`), those of time (see `read_times`), group, amount and categories, and
        those to drop.

    Returns
    -------
    Dataset
        All other columns, and the amount, as features (see `as_features`); the rows sorted by time, if there is one,
        and by their place in the table where it is the same.

    Raises
    ------
    DataError
        If it is no table, or its columns cannot be used.

    Examples
    --------
    >>> from focalboost.datasets.roles import Roles
    >>> frame = pd.DataFrame({"shop": [7, 8, 7], "paid": [1.5, 2.0, 9.0], "fraud": [0, 0, 1]})
    >>> data = read_frame(frame, Roles("fraud", categorical=("shop",)))
    >>> data.target, data.notes
    (array([0, 0, 1], dtype=int8), ("categories: 'shop' (named as such)",))
    """
    table = _table(frame)
    roles.check(table)
    if table.empty:
        raise DataError("has a header but no rows")
    target, notes = binary_target(table[roles.target])
    timestamp = customer = amount = None
    if roles.time is not None:
        timestamp, note = read_times(table[roles.time])
        notes += (note,)
    if roles.group is not None:
        customer, note = read_groups(table[roles.group])
        notes += (note,)
    if roles.amount is not None:
        amount = read_amounts(table[roles.amount])
    if roles.drop:
        notes += (f"dropped: {', '.join(map(repr, roles.drop))}",)
    features, feature_notes = as_features(roles.features_of(table), roles.categorical)
    data = Dataset(features, target, timestamp, customer, amount, notes + feature_notes)
    return data if timestamp is None else data.rows(np.argsort(timestamp, kind="stable"))


def _table(frame: object) -> pd.DataFrame:
    """Return the table with columns named by text, each once, and rows named by their place."""
    if not isinstance(frame, pd.DataFrame) and hasattr(frame, "to_pandas"):
        frame = frame.to_pandas()
    if not isinstance(frame, pd.DataFrame):
        raise DataError(f"the data are a {type(frame).__name__}: give a pandas, Polars or Arrow table")
    table = frame.set_axis(frame.columns.map(str), axis="columns").reset_index(drop=True)
    repeated = table.columns[table.columns.duplicated()]
    if len(repeated):
        raise DataError(f"has more than one column named {repeated[0]!r}: rename one")
    return table
