"""Precision against recall, with bands over folds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.benchmark.report.rows import best_protocol, main_methods, measured, predictions_of
from focalboost.benchmark.report.summary import method_order
from focalboost.evaluation.curves import precision_recall_on_grid
from focalboost.evaluation.style import MUTED, drawing, legend_below, looks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from focalboost.benchmark.results import Results

_RECALLS = np.linspace(0.0, 1.0, 51)[1:]


def plot_precision_recall(
    results: Results, task: str, booster: str, methods: Sequence[str] | None = None, protocol: str | None = None
) -> Figure:
    """Draw precision against recall.

    Lines are means over folds, bands reach from the lowest to the highest fold.

    Parameters
    ----------
    results : Results
        Of a comparison.
    task, booster : str
        Which part of it.
    methods : sequence of str, optional
        By default those that the verdict is about, see `main_methods`.
    protocol : {"fixed", "stopped", "tuned"}, optional
        By default the fairest that there is: tuned, else stopped.

    Returns
    -------
    Figure
        One line and one band for each method.

    Raises
    ------
    NothingToDraw
        If there are no fits of this part, or their predictions are not saved.
    """
    protocol = protocol or best_protocol(results, task, booster)
    look = looks(method_order(results))
    share = np.nan
    with drawing(height=3.9) as figure:
        axes = figure.subplots()
        for method in methods or main_methods(measured(results), task, booster, protocol):
            predictions = predictions_of(results, task, booster, method, protocol)
            share = predictions["label"].mean()
            curves = np.array(
                [
                    precision_recall_on_grid(fold["label"], fold["probability"], _RECALLS)
                    for _, fold in predictions.groupby("fold")
                ]
            )
            colour = look[method].color
            axes.plot(_RECALLS, curves.mean(axis=0), color=colour, linestyle=look[method].linestyle, label=method)
            axes.fill_between(_RECALLS, curves.min(axis=0), curves.max(axis=0), color=colour, alpha=0.15, linewidth=0)
        axes.axhline(share, color=MUTED, linewidth=1, linestyle=":", label="chance")
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="Recall", ylabel="Precision")
        legend_below(figure, axes)
    return figure
