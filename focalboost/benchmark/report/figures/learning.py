"""Learning curves: whether a method wins, or only takes smaller steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.benchmark.report.rows import rows_of
from focalboost.benchmark.report.summary import method_order
from focalboost.evaluation.style import drawing, legend_below, looks, plain_log_ticks

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from focalboost.benchmark.results import Results

# Times the best method's log-loss.
_FAR = 3.0
_MEASURES = {"average_precision": "Average precision", "log_loss": "Log-loss"}


def plot_learning(results: Results, task: str, booster: str, protocol: str = "stopped") -> Figure:
    """Draw average precision and log-loss of the test rows against rounds, for every method.

    Lines are means over folds; a marker is at the mean of the rounds that the validation rows chose. Methods that
    differ before it and agree there differ in the size of their steps only.

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
        One panel for each measure.

    Raises
    ------
    NothingToDraw
        If there are no curves of this part.
    """
    curves = rows_of(results.curves[results.curves["protocol"] == protocol], task, booster, f"{protocol} curves")
    chosen = rows_of(results.table[results.table["protocol"] == protocol], task, booster, "fits")
    stop = chosen.groupby("method")["rounds"].mean()
    mean = curves.groupby(["method", "rounds"])[list(_MEASURES)].mean().dropna()
    look = looks(method_order(results))
    with drawing(height=7.0) as figure:
        panels = figure.subplots(2, sharex=True)
        for panel, (measure, label) in zip(panels, _MEASURES.items(), strict=True):
            for method in [name for name in look if name in mean.index]:
                line = mean[measure].xs(method)
                panel.plot(line.index, line, label=method, color=look[method].color, linestyle=look[method].linestyle)
                panel.plot(
                    stop[method],
                    np.interp(stop[method], line.index, line),
                    color=look[method].color,
                    marker=look[method].marker,
                )
            panel.set_ylabel(label)
        panels[1].set_yscale("log")
        _keep_in_sight(panels[1], mean["log_loss"])
        panels[1].set_xlabel("Rounds (marker: chosen on the validation rows)")
        plain_log_ticks(panels[1].yaxis)
        legend_below(figure, panels[0])
    return figure


def _keep_in_sight(panel: Axes, loss: pd.Series) -> None:
    """Give the room to the methods whose probabilities are of use; say which are off the panel."""
    best = loss.groupby("method").min()
    far = best.index[best > _FAR * best.min()]
    if far.empty:
        return
    near = loss[~loss.index.get_level_values("method").isin(far)]
    panel.set_ylim(near.min() / 1.03, near.max() * 1.1)
    told = "\n".join(f"{method}: {best[method]:.2g} at best" for method in far)
    panel.text(0.98, 0.96, f"above this panel:\n{told}", transform=panel.transAxes, ha="right", va="top", fontsize=9)
