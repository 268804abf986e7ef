"""Money saved against what investigators can check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.benchmark.report.rows import (
    NothingToDraw,
    best_protocol,
    main_methods,
    measured,
    predictions_of,
    rows_of,
)
from focalboost.benchmark.report.summary import method_order
from focalboost.evaluation.money import money_by_budget
from focalboost.evaluation.style import MUTED, drawing, legend_below, looks, plain_log_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from focalboost.benchmark.results import Results

_POINTS = 30


def plot_money(
    results: Results, task: str, booster: str, methods: Sequence[str] | None = None, protocol: str | None = None
) -> Figure:
    """Draw the share of the frauds' amount that alerts save, net of their cost, against alerts a day.

    Lines are means over folds. Rows are checked by falling probability. Without amounts each row counts 1.

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
        For each method the net (solid) and what is caught (dotted), and a line at what investigators can check.

    Raises
    ------
    NothingToDraw
        If there are no fits of this part, or their predictions are not saved.
    """
    protocol = protocol or best_protocol(results, task, booster)
    fits = rows_of(results.table[results.table["protocol"] == protocol], task, booster, f"{protocol} fits")
    methods = methods or main_methods(measured(results), task, booster, protocol)
    if not methods:
        raise NothingToDraw(f"task {task!r} with booster {booster!r} has no method to draw")
    cost = fits.groupby("fold")["alert_cost"].first()
    look = looks(method_order(results))
    with drawing(height=4.4) as figure:
        axes = figure.subplots()
        for method in methods:
            predictions = predictions_of(results, task, booster, method, protocol)
            folds = dict(list(predictions.groupby("fold")))
            in_money, by_day = "amount" in predictions, "period" in predictions
            rows = [len(fold) / (fold["period"].nunique() if by_day else 1) for fold in folds.values()]
            budgets = np.geomspace(1.0, max(2.0, min(rows)), _POINTS)
            money = [
                money_by_budget(
                    fold["label"],
                    fold["probability"],
                    fold["amount"] if in_money else np.ones(len(fold)),
                    fold["period"] if by_day else None,
                    budgets,
                    cost[number],
                )
                for number, fold in folds.items()
            ]
            colour = look[method].color
            axes.plot(budgets, np.mean([m.savings for m in money], axis=0), color=colour, label=method)
            axes.plot(budgets, np.mean([m.amount_recall for m in money], axis=0), color=colour, linestyle=":")
        axes.plot([], [], color=MUTED, linestyle=":", label="caught, costs not taken off")
        axes.axvline(fits["alerts_per_period"].mean(), color=MUTED, linewidth=1, label="what can be checked")
        axes.set(xscale="log", xlabel="Alerts a day" if by_day else "Alerts in the test rows")
        # Checking nearly every row costs more than all frauds together: of no interest.
        axes.set(ylim=(-0.25, 1.02), ylabel="Share of the frauds' amount" if in_money else "Share of the frauds")
        plain_log_ticks(axes.xaxis)
        legend_below(figure, axes)
    return figure
