"""Where the gradient goes: which rows the trees are grown for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from focalboost.benchmark.report.rows import rows_of
from focalboost.benchmark.report.summary import method_order
from focalboost.evaluation.style import GRADIENT_COLOURS, drawing, legend_below

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from focalboost.benchmark.results import Results


def plot_gradients(results: Results, task: str, booster: str, protocol: str = "stopped") -> Figure:
    """Draw each group's share of the total absolute gradient over the rounds, one panel for each method.

    A row is hard where its true class has a probability below 1/2. Shares are means over folds.

    Parameters
    ----------
    results : Results
        Of a comparison.
    task, booster : str
        Which part of it.
    protocol : {"stopped", "tuned"}
        Whose parameters.

    Returns
    -------
    Figure
        Areas that add up to 1.

    Raises
    ------
    NothingToDraw
        If there are no gradients of this part.
    """
    gradients = results.gradients
    rows = rows_of(gradients[gradients["protocol"] == protocol], task, booster, f"{protocol} gradients")
    share = rows.groupby(["method", "rounds", "group"])["share"].mean().unstack("group")
    methods = [name for name in method_order(results) if name in share.index]
    height = math.ceil(len(methods) / 2)
    with drawing(height=1.0 + 1.7 * height) as figure:
        panels = figure.subplots(height, 2, sharex=True, sharey=True, squeeze=False).ravel()
        for panel, method in zip(panels, methods, strict=False):
            area = share.loc[[method]].droplevel("method").reindex(columns=list(GRADIENT_COLOURS)).fillna(0.0)
            panel.stackplot(area.index, area.T, labels=area.columns, colors=list(GRADIENT_COLOURS.values()))
            panel.set_title(method)
            panel.set_ylim(0, 1)
            panel.margins(x=0)
            panel.grid(visible=False)
        for panel in panels[len(methods) :]:
            panel.remove()
        for panel in panels[max(len(methods) - 2, 0) : len(methods)]:
            panel.set_xlabel("Rounds")
            panel.tick_params(labelbottom=True)
        figure.supylabel("Share of total |gradient|", fontsize=11)
        legend_below(figure, panels[0])
    return figure
