"""What the comparison says of focal loss, in a few plain lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from focalboost.benchmark.comparison import Difference
    from focalboost.benchmark.summary import FocalComparison

_VERDICTS = ("better", "no difference shown", "worse")
_PICKED = "the best gamma of each task, picked on its same folds, which flatters it"
_FOOTNOTE = (
    "[low, high]: 95 % interval of the mean difference over folds (corrected resampled t-test), "
    "not corrected for the number of comparisons."
)


def verdict(comparisons: Sequence[FocalComparison]) -> list[str]:
    """Say whether focal loss beats the references.

    Parameters
    ----------
    comparisons : sequence of FocalComparison
        All of them; the best focal method of a task is said to have been picked on the same folds.

    Returns
    -------
    list of str
        Lines; none if there is nothing to compare.
    """
    if not comparisons:
        return []
    tasks = {c.task for c in comparisons}
    lines = ["Verdict on focal loss, by average precision"]
    lines += _of_one_task(comparisons) if len(tasks) == 1 else _of_many_tasks(comparisons)
    return [*lines, _FOOTNOTE]


def show(difference: Difference, before_verdict: str = " ") -> str:
    """Write a difference with its interval and, after a space or a line break, what it says."""
    if difference.n_folds < 2:
        return f"{difference.mean:+.3f} (one fold, no interval)"
    interval = f"[{difference.low:+.3f}, {difference.high:+.3f}]"
    return f"{difference.mean:+.3f} {interval}{before_verdict}{difference.verdict}"


def _of_one_task(comparisons: Sequence[FocalComparison]) -> list[str]:
    lines = []
    for booster in dict.fromkeys(c.booster for c in comparisons):
        best = [c for c in comparisons if c.booster == booster and c.best_of]
        lines.append(f"{booster}: {best[0].method}{_flattered(best[0])}")
        lines += [f"  against {c.reference}: {show(c.difference)}" for c in best]
    return lines


def _of_many_tasks(comparisons: Sequence[FocalComparison]) -> list[str]:
    lines = []
    for booster, reference in dict.fromkeys((c.booster, c.reference) for c in comparisons):
        lines.append(f"{booster}, against {reference}:")
        here = [c for c in comparisons if (c.booster, c.reference) == (booster, reference)]
        methods = dict.fromkeys(c.method for c in here)
        lines += [f"  {method}: {_count([c for c in here if c.method == method])}" for method in methods]
        if len(methods) > 1:
            lines.append(f"  {_PICKED}: {_count([c for c in here if c.best_of])}")
    return lines


def _flattered(comparison: FocalComparison) -> str:
    if comparison.best_of == 1:
        return ""
    return f" (the best of {comparison.best_of} gammas, picked on these same folds, which flatters it)"


def _count(comparisons: Sequence[FocalComparison]) -> str:
    # A single fold has no interval, so no verdict.
    judged = [c.difference for c in comparisons if c.difference.n_folds > 1]
    counts = Counter(difference.verdict for difference in judged)
    mean = sum(c.difference.mean for c in comparisons) / len(comparisons)
    told = ", ".join(f"{name} on {counts[name]}" for name in _VERDICTS)
    return f"{told} of {len(comparisons)} tasks; mean difference {mean:+.3f}"
