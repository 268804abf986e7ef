"""Whether probabilities mean what they say, before and after they are corrected."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost.benchmark.report.rows import best_protocol, main_methods, measured, predictions_of
from focalboost.benchmark.report.summary import method_order
from focalboost.evaluation.curves import reliability
from focalboost.evaluation.style import MUTED, drawing, legend_below, looks, plain_log_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from focalboost.benchmark.results import Results

_BINS = 10


def plot_reliability(
    results: Results, task: str, booster: str, methods: Sequence[str] | None = None, protocol: str | None = None
) -> Figure:
    """Draw the observed share of positives against the predicted probability, on logarithmic axes.

    The rows of all folds are sorted by probability and cut into bins of which each has twice the rows of the one
    above it: where positives are rare, all that matters is in the highest few rows. Bins without
    positives are left out.

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
        Two lines for each method: the probabilities (solid, with 95 % intervals), and the raw score's sigmoid (dotted)
        before focal loss's posterior is recovered or weights are undone.

    Raises
    ------
    NothingToDraw
        If there are no fits of this part, or their predictions are not saved.
    """
    protocol = protocol or best_protocol(results, task, booster)
    look = looks(method_order(results))
    with drawing(height=4.4) as figure:
        axes = figure.subplots()
        for method in methods or main_methods(measured(results), task, booster, protocol):
            predictions = predictions_of(results, task, booster, method, protocol)
            style: dict[str, Any] = {"color": look[method].color, "marker": look[method].marker, "markersize": 4}
            before = _points(predictions, "uncorrected")
            axes.plot(before[:, 0], before[:, 1], **style, linestyle=":", fillstyle="none")
            after = _points(predictions, "probability")
            axes.plot(after[:, 0], after[:, 1], **style, label=method)
            axes.vlines(after[:, 0], after[:, 2], after[:, 3], color=look[method].color, alpha=0.4, linewidth=1.2)
        axes.plot([], [], color=MUTED, linestyle=":", marker="o", fillstyle="none", label="before correction")
        axes.set(xscale="log", yscale="log", xlabel="Predicted probability", ylabel="Share of positives")
        axes.axline((0.1, 0.1), (1, 1), color=MUTED, linewidth=1, zorder=1)
        plain_log_ticks(axes.xaxis)
        plain_log_ticks(axes.yaxis)
        legend_below(figure, axes)
    return figure


def _points(predictions: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Mean probability, share of positives and the ends of its interval, one line a bin that has positives."""
    order = np.argsort(-predictions[column].to_numpy(), kind="stable")
    label, probability = (predictions[name].to_numpy()[order] for name in ("label", column))
    edges = np.append(0, np.ceil(len(order) * 0.5 ** np.arange(_BINS - 1, -1, -1)).astype(int))
    bins = [
        reliability(label[begin:end], probability[begin:end], n_bins=1)
        for begin, end in pairwise(edges)
        if label[begin:end].any()
    ]
    return np.array([np.concatenate((part.probability, part.share, part.low, part.high)) for part in bins])
