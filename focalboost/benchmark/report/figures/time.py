"""What a method costs and what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focalboost.benchmark.report.rows import best_protocol, measured, rows_of
from focalboost.benchmark.report.summary import method_order
from focalboost.evaluation.style import drawing, legend_below, looks, plain_log_ticks

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from focalboost.benchmark.results import Results


def plot_time(results: Results, task: str, booster: str, protocol: str | None = None) -> Figure:
    """Draw average precision against the seconds of training, one point for each method.

    At stated defaults, a family's chosen member costs what all its members cost.

    Parameters
    ----------
    results : Results
        Of a comparison.
    task, booster : str
        Which part of it.
    protocol : {"fixed", "stopped", "tuned"}, optional
        By default the fairest that there is: tuned, else stopped.

    Returns
    -------
    Figure
        Average precisions are means over folds, seconds medians.

    Raises
    ------
    NothingToDraw
        If there are no fits of this part.
    """
    protocol = protocol or best_protocol(results, task, booster)
    fits = measured(results)
    groups = rows_of(fits[fits["protocol"] == protocol], task, booster, f"{protocol} fits").groupby("method")
    seconds, precision = groups["train_seconds"].median(), groups["average_precision"].mean()
    with drawing(height=5.0) as figure:
        axes = figure.subplots()
        for method, look in looks(method_order(results)).items():
            if method in seconds:
                axes.plot(
                    seconds[method],
                    precision[method],
                    color=look.color,
                    label=method,
                    linestyle="none",
                    marker=look.marker,
                    markersize=8,
                )
        axes.set_xscale("log")
        plain_log_ticks(axes.xaxis)
        axes.set_xlabel("Seconds of training")
        axes.set_ylabel("Average precision")
        legend_below(figure, axes)
    return figure
