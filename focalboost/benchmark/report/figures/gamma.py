"""Average precision against gamma."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.benchmark.report.rows import NothingToDraw, measured, rows_of
from focalboost.datasets._tables import pd
from focalboost.evaluation.style import PROTOCOL_COLOURS, drawing, legend_below

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from focalboost.benchmark.results import Results

_PREFIX = "focal_gamma_"


def plot_gamma(results: Results, task: str, booster: str) -> Figure:
    """Draw average precision against gamma, for each protocol that has several; gamma 0 is cross-entropy.

    The bars reach from the lowest to the highest fold.

    Parameters
    ----------
    results : Results
        Of a comparison.
    task, booster : str
        Which part of it.

    Returns
    -------
    Figure
        One line for each protocol.

    Raises
    ------
    NothingToDraw
        If fewer than two gammas have results.
    """
    rows = rows_of(measured(results), task, booster, "successful fits")
    rows = rows[rows["method"].str.startswith(_PREFIX) | (rows["method"] == "cross_entropy")]
    named = rows["method"].str.removeprefix(_PREFIX).replace("cross_entropy", "0")
    gamma: pd.Series[float] = pd.to_numeric(named, errors="coerce")
    # A user's own method may begin alike, and say no gamma.
    known = np.isfinite(gamma)
    rows, gamma = rows[known], gamma[known]
    spread = rows.groupby(["protocol", gamma.rename("gamma")])["average_precision"].agg(["mean", "min", "max"])
    if gamma.nunique() < 2:
        raise NothingToDraw(f"task {task!r} with booster {booster!r} has fewer than two gammas")
    with drawing() as figure:
        axes = figure.subplots()
        for shift, (protocol, colour) in enumerate(PROTOCOL_COLOURS.items(), start=-1):
            line = spread[spread.index.get_level_values("protocol") == protocol].droplevel("protocol")
            if len(line) > 1:
                # Beside each other, not one on the other.
                x = line.index + 0.012 * shift * gamma.max()
                axes.plot(x, line["mean"], color=colour, marker="o", label=protocol)
                axes.vlines(x, line["min"], line["max"], color=colour, alpha=0.5)
        axes.set_xticks(sorted(gamma.unique()), [f"{value:g}" for value in sorted(gamma.unique())])
        axes.set_xlabel("gamma (0 is cross-entropy)")
        axes.set_ylabel("Average precision")
        legend_below(figure, axes, columns=3)
    return figure
