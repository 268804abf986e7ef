"""Print a comparison of many tasks in a few tables, as Markdown: ``python overview.py FOLDER [PROTOCOL]``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from focalboost.benchmark import Results
from focalboost.benchmark.comparison import compare_methods
from focalboost.benchmark.ranking import compare_over_tasks, rank_methods

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

FOCAL, REFERENCES = "focal_chosen", ("cross_entropy", "class_weight_chosen")
WORDS = {"better": "better", "worse": "worse", "no difference shown": "-"}


def main(folder: str, protocol: str = "stopped") -> None:
    """Print the tables of one protocol."""
    results = Results(folder)
    for booster in [name for name in results.table["booster"].unique() if name != "none"]:
        table = results.table
        rows = table[(table["booster"] == booster) & (table["protocol"] == protocol)]
        if rows.empty:
            continue
        print(f"\n## {booster}, {protocol}\n")
        show(("method", "mean rank", "AP / cross-entropy", "log-loss / cross-entropy", "savings less"), by_method(rows))
        if FOCAL in set(rows["method"]):
            print()
            show(
                ("against", "measure", "better on", "worse on", "median difference", "relative", "p (Holm)"),
                over_tasks(rows),
            )
            print()
            show(
                ("task", "positives a test", "AP of cross-entropy", *(f"focal less {name}" for name in REFERENCES)),
                by_task(rows),
            )
        print("\nThe same trainings, their rounds chosen by the log-loss of the validation rows; medians over tasks:\n")
        curves = results.curves
        curves = curves[(curves["booster"] == booster) & (curves["protocol"] == protocol)]
        show(
            (
                "method",
                "AP / cross-entropy",
                "log-loss / cross-entropy",
                "AP / chosen by AP",
                "log-loss / chosen by AP",
            ),
            by_log_loss(curves),
        )


def by_log_loss(curves: pd.DataFrame) -> Iterable[Sequence[str]]:
    """Yield each method's medians over tasks with rounds chosen by log-loss, against two others."""
    chosen_by_precision = means_of_best(curves, curves["validation_average_precision"])
    means = means_of_best(curves, -curves["validation_log_loss"])
    for method in means.index.unique("method"):
        references = means.loc["cross_entropy"], chosen_by_precision.loc[method]
        ratios = [(means.loc[method] / reference).median() for reference in references]
        yield method, *(f"{ratio[name]:.3f}" for ratio in ratios for name in ("average_precision", "log_loss"))


def means_of_best(curves: pd.DataFrame, score: pd.Series) -> pd.DataFrame:
    """Return the means over folds of each method's test measures on each task, after the rounds of the best score."""
    best = score.groupby([curves[name] for name in ("task", "fold", "method")]).idxmax()
    return curves.loc[best].groupby(["method", "task"])[["average_precision", "log_loss"]].mean()


def over_tasks(rows: pd.DataFrame) -> Iterable[Sequence[str]]:
    """Yield the tests of the chosen focal method across tasks."""
    for measure in ("average_precision", "log_loss", "savings"):
        for c in compare_over_tasks(rows, FOCAL, list(REFERENCES), measure):
            yield (
                c.reference,
                measure,
                f"{c.better} of {c.n_tasks}",
                str(c.worse),
                f"{c.median_difference:+.4f}",
                f"{c.median_relative_difference:+.1%}",
                f"{c.p_value:.3f}",
            )


def by_method(rows: pd.DataFrame) -> Iterable[Sequence[str]]:
    """Yield each method's rank by average precision, and its medians over tasks against cross-entropy."""
    ranking = rank_methods(rows)
    means = rows.groupby(["method", "task"])[["average_precision", "log_loss", "savings"]].mean()
    reference = means.loc["cross_entropy"]
    for method, rank in zip(ranking.methods, ranking.mean_ranks, strict=True):
        ratio = (means.loc[method] / reference).median()
        savings = (means.loc[method] - reference)["savings"].median()
        yield method, f"{rank:.1f}", f"{ratio['average_precision']:.3f}", f"{ratio['log_loss']:.3f}", f"{savings:+.3f}"


def by_task(rows: pd.DataFrame) -> Iterable[Sequence[str]]:
    """Yield each task's differences of average precision, their intervals, verdicts and what could have been shown."""
    differences = {(c.task, c.reference): c for c in compare_methods(rows, [FOCAL], list(REFERENCES))}
    for task, of_task in rows[rows["method"] == "cross_entropy"].groupby("task", sort=False):
        cells = []
        for reference in REFERENCES:
            c = differences[(task, reference)]
            cells.append(f"{c.mean:+.3f} [{c.low:+.3f}, {c.high:+.3f}] {WORDS[c.verdict]} ({c.detectable:.3f})")
        positives, precision = of_task["test_positives"].mean(), of_task["average_precision"].mean()
        yield str(task), f"{positives:.0f}", f"{precision:.3f}", *cells


def show(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a Markdown table."""
    print(f"| {' | '.join(columns)} |")
    print(f"|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
