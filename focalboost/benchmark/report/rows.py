"""The part of the results that a figure or a verdict is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focalboost.benchmark.errors import BenchmarkError

if TYPE_CHECKING:
    import pandas as pd

    from focalboost.benchmark.results import Results

PROTOCOLS = ("tuned", "stopped", "fixed")
"""The fairest first."""

SANITY = "none"
"""The booster of the rows that no method should fall behind."""

_FAMILIES = {"class_weight": "class_weight_", "focal": "focal_gamma_"}


class NothingToDraw(BenchmarkError):  # noqa: N818 (no error to a report, which draws what there is)
    """The results hold nothing that the figure could show."""


def boosters_of(table: pd.DataFrame) -> list[str]:
    """Return the libraries of a table of results, in its order, without that of the sanity rows."""
    return [str(name) for name in table["booster"].unique() if name != SANITY]


def rows_of(table: pd.DataFrame, task: str, booster: str, what: str) -> pd.DataFrame:
    """Return the rows of one task and booster.

    Parameters
    ----------
    table : pandas.DataFrame
        With columns ``task`` and ``booster``.
    task, booster : str
        Which rows.
    what : str
        What they are, for the error.

    Raises
    ------
    NothingToDraw
        If there are none.
    """
    rows = table[(table["task"] == task) & (table["booster"] == booster)]
    if rows.empty:
        raise NothingToDraw(f"there are no {what} of task {task!r} with booster {booster!r}")
    return rows


def measured(results: Results) -> pd.DataFrame:
    """Return the rows of the fits that did not fail."""
    return results.table.dropna(subset="average_precision")


def fairest(protocols: set[str]) -> str:
    """Return the fairest of some protocols: tuned, else stopped, else fixed."""
    return next(name for name in PROTOCOLS if name in protocols)


def best_protocol(results: Results, task: str, booster: str) -> str:
    """Return the fairest protocol that has a fit of this task and booster.

    Raises
    ------
    NothingToDraw
        If none has.
    """
    return fairest(set(rows_of(measured(results), task, booster, "successful fits")["protocol"]))


def main_methods(fits: pd.DataFrame, task: str, booster: str, protocol: str) -> list[str]:
    """Return the methods that the verdict is about: cross-entropy, class weights and focal loss.

    Of the two families the member that is chosen on validation rows, or the only one.
    """
    here = (fits["task"] == task) & (fits["booster"] == booster) & (fits["protocol"] == protocol)
    methods = list(fits.loc[here, "method"].unique())
    members = [family_member(methods, family) for family in _FAMILIES]
    return [name for name in ("cross_entropy", *members) if name is not None and name in methods]


def family_member(methods: list[str], family: str) -> str | None:
    """Return the family's chosen member, or its only one; None if it has several and none is chosen, or no one.

    Examples
    --------
    >>> family_member(["focal_gamma_1", "focal_gamma_2", "focal_chosen"], "focal")
    'focal_chosen'
    >>> family_member(["class_weight_sqrt", "focal_gamma_2"], "class_weight")
    'class_weight_sqrt'
    """
    chosen = f"{family}_chosen"
    if chosen in methods:
        return chosen
    members = members_of(methods, family)
    return members[0] if len(members) == 1 else None


def members_of(methods: list[str], family: str) -> list[str]:
    """Return the fitted members of the family "focal" or "class_weight"."""
    return [name for name in methods if name.startswith(_FAMILIES[family]) and name != f"{family}_chosen"]


def common_protocol(results: Results, booster: str) -> str | None:
    """Return the fairest protocol in which the library has a fit on each of its tasks; None if there is none."""
    rows = measured(results)
    rows = rows[rows["booster"] == booster]
    tasks = rows.groupby("protocol")["task"].nunique()
    return next((name for name in PROTOCOLS if tasks.get(name, 0) == rows["task"].nunique() > 0), None)


def predictions_of(results: Results, task: str, booster: str, method: str, protocol: str) -> pd.DataFrame:
    """Return a method's predictions.

    Raises
    ------
    NothingToDraw
        If none are saved.
    """
    predictions = results.predictions(task, booster, method, protocol)
    if predictions.empty:
        raise NothingToDraw(f"no predictions of {method!r} are saved of task {task!r} with booster {booster!r}")
    return predictions
