"""Mean ranks over tasks, and which of them cannot be told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focalboost.benchmark.ranking import rank_methods
from focalboost.benchmark.report.rows import NothingToDraw, common_protocol, family_member, members_of
from focalboost.benchmark.report.summary import method_order
from focalboost.evaluation.style import TEXT, drawing, looks

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from focalboost.benchmark.results import Results


def plot_critical_difference(results: Results, booster: str, protocol: str | None = None) -> Figure:
    """Draw the critical-difference diagram (Demsar, JMLR 2006) of a library's methods over tasks.

    Methods stand at their mean rank by average precision, the best on the left; a bar joins those no two of which
    Wilcoxon's signed-rank test with Holm's correction tells apart (`rank_methods`). Of the families focal and
    class_weight only the chosen member takes part: each method more makes every difference harder to show.

    Parameters
    ----------
    results : Results
        Of a comparison.
    booster : str
        The library.
    protocol : {"fixed", "stopped", "tuned"}, optional
        By default the fairest that there is for every task.

    Returns
    -------
    Figure
        One point for each method.

    Raises
    ------
    NothingToDraw
        If there are fewer than two tasks, or than two methods that have all folds.
    """
    protocol = protocol or common_protocol(results, booster)
    rows = _without_members(
        results.table[(results.table["booster"] == booster) & (results.table["protocol"] == protocol)]
    )
    if rows["task"].nunique() < 2:
        raise NothingToDraw(f"booster {booster!r} has fewer than two tasks to rank methods over")
    ranking = rank_methods(rows)
    if len(ranking.methods) < 2:
        raise NothingToDraw(f"booster {booster!r} has fewer than two methods that have all folds")
    look = looks(method_order(results))
    n = len(ranking.methods)
    with drawing(height=1.1 + 0.3 * n) as figure:
        axes = figure.subplots()
        for place, (method, rank) in enumerate(zip(ranking.methods, ranking.mean_ranks, strict=True)):
            axes.plot(rank, place, color=look[method].color, marker=look[method].marker, markersize=8)
            axes.hlines(place, 0, rank, color=look[method].color, linewidth=1, alpha=0.35)
        for number, group in enumerate(ranking.groups):
            places = [ranking.methods.index(method) for method in group]
            axes.vlines(n + 0.35 + 0.25 * number, min(places) - 0.25, max(places) + 0.25, color=TEXT, linewidth=4)
        axes.set_yticks(range(n), ranking.methods)
        axes.set(xlim=(0.8, n + 0.6 + 0.25 * len(ranking.groups)), ylim=(n - 0.5, -0.5))
        axes.set_xticks(range(1, n + 1))
        axes.set_xlabel(f"Mean rank over {len(ranking.tasks)} tasks (1 is best)")
        axes.grid(visible=False, axis="y")
    return figure


def _without_members(rows: pd.DataFrame) -> pd.DataFrame:
    methods = list(rows["method"].unique())
    left_out = [
        name
        for family in ("focal", "class_weight")
        if family_member(methods, family) == f"{family}_chosen"
        for name in members_of(methods, family)
    ]
    return rows[~rows["method"].isin(left_out)]
