"""The report as one HTML file that loads nothing from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from focalboost.benchmark.report.content import content_of
from focalboost.benchmark.report.figures.critical_difference import plot_critical_difference
from focalboost.benchmark.report.figures.gamma import plot_gamma
from focalboost.benchmark.report.figures.gradients import plot_gradients
from focalboost.benchmark.report.figures.learning import plot_learning
from focalboost.benchmark.report.figures.money import plot_money
from focalboost.benchmark.report.figures.precision_recall import plot_precision_recall
from focalboost.benchmark.report.figures.reliability import plot_reliability
from focalboost.benchmark.report.figures.svg import colour_variables, inline_svg
from focalboost.benchmark.report.figures.time import plot_time
from focalboost.benchmark.report.rows import NothingToDraw, boosters_of
from focalboost.benchmark.report.templates import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from focalboost.benchmark.report.content import Finding
    from focalboost.benchmark.results import Results

_FIGURES: tuple[tuple[Callable[..., Any], str, str], ...] = (
    (
        plot_precision_recall,
        "Precision and recall",
        "Means over folds; bands from the lowest to the highest fold.",
    ),
    (
        plot_money,
        "Money against alert budget",
        "What the highest-ranked rows of each day save, less what checking them costs. Means over folds.",
    ),
    (
        plot_reliability,
        "Do the probabilities mean what they say?",
        "On the diagonal they do. Dotted: the raw scores' sigmoid, before the posterior is recovered or weights are "
        "undone. Bars: 95 % intervals.",
    ),
    (
        plot_gamma,
        "Average precision against gamma",
        "With all rounds, and with rounds chosen on the validation rows. Bars from the lowest to the highest fold.",
    ),
    (
        plot_learning,
        "Learning curves",
        "Where curves end alike and differ only on the way, the difference is the size of the steps.",
    ),
    (
        plot_gradients,
        "Where the gradient goes",
        "Each group's share of the total absolute gradient. Hard: the true class has a probability below 1/2.",
    ),
    (
        plot_time,
        "Time and average precision",
        "Up and to the left is better. At stated defaults, a chosen member costs what all its family cost.",
    ),
)


@dataclass(frozen=True)
class _Drawn:
    title: str
    caption: str
    svg: str


def to_html(results: Results, findings: Sequence[Finding]) -> str:
    """Write the report as a page.

    Parameters
    ----------
    results : Results
        Of a comparison.
    findings : sequence of Finding
        As of `findings_of`.

    Returns
    -------
    str
        The same for the same results; works offline, in light and dark, on any width. Whatever names, notes and errors
        hold is text in it; it has no script, and forbids the browser to run or load any.

    Raises
    ------
    ImportError
        If Jinja or Matplotlib is not installed.
    """
    content = content_of(results)
    ranks = [
        (plot_critical_difference, f"Ranks over tasks, {booster}", "Joined methods cannot be told apart.", (booster,))
        for booster in boosters_of(results.table)
    ]
    figures = {
        (part.task, of_library.booster): _drawn(
            ((*figure, (part.task, of_library.booster)) for figure in _FIGURES), results, f"f{number}x{place}"
        )
        for number, part in enumerate(content.tasks)
        for place, of_library in enumerate(part.boosters)
    }
    page = (
        environment(autoescape=True)
        .get_template("report.html.jinja")
        .render(
            content=content,
            findings=findings,
            figures=figures,
            ranks=_drawn(ranks, results, "ranks"),
            light=colour_variables(),
            dark=colour_variables(dark=True),
        )
    )
    return str(page)


def _drawn(
    figures: Iterable[tuple[Callable[..., Any], str, str, tuple[str, ...]]], results: Results, identifier: str
) -> list[_Drawn]:
    drawn = []
    for number, (plot, title, caption, arguments) in enumerate(figures):
        try:
            figure = plot(results, *arguments)
        except NothingToDraw:
            continue
        svg = inline_svg(figure, f"{identifier}x{number}", f"{title}. {caption}")
        drawn.append(_Drawn(title, caption, svg))
    return drawn
