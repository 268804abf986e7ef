"""Whether one method beats others across tasks: mean ranks, and signed-rank tests with Holm's correction."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from focalboost._optional import optional_import
from focalboost.benchmark.comparison import values_by_method
from focalboost.benchmark.significance import LEVEL, friedman_p_value, holm, signed_rank_p_value, smallest_p_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Ranking:
    """Methods over tasks, by one measure: what a critical-difference diagram shows, and the tests behind it."""

    measure: str
    methods: tuple[str, ...]
    """By mean rank, the best first."""
    mean_ranks: NDArray[np.float64]
    """Of each method, shape (m,); 1 is best on every task."""
    tasks: tuple[str, ...]
    left_out: tuple[str, ...]
    """Methods that lack a value in some fold in which another has one; the ranks are without them."""
    friedman_p_value: float
    """Of all methods being alike; NaN for fewer than three methods, or without tasks."""
    p_values: NDArray[np.float64]
    """Of each pair, corrected, shape (m, m); 1 on the diagonal."""
    smallest_p_value: float
    """What a corrected p-value is at least with so many tasks and pairs, even if one method wins on all tasks."""
    median_differences: NDArray[np.float64]
    """Over tasks, shape (m, m); positive where the row's method is better than the column's."""
    groups: tuple[tuple[str, ...], ...]
    """Methods next to each other in rank, no two of which can be told apart; as large as possible, of two or more."""

    @property
    def too_few_tasks(self) -> bool:
        """Whether no difference at all could have been shown at the 5 % level, with so many tasks and pairs."""
        return self.smallest_p_value > LEVEL


@dataclass(frozen=True)
class TaskComparison:
    """One method against one reference across tasks: positive differences say that the method is better."""

    method: str
    reference: str
    measure: str
    n_tasks: int
    better: int
    """Number of tasks on which the method's mean over folds is the better one."""
    worse: int
    """Number of tasks on which the reference's is."""
    median_difference: float
    """Over tasks, in the measure's unit."""
    median_relative_difference: float
    """Over tasks, of the difference over the reference's absolute value; NaN if that is 0 on every task."""
    p_value: float
    """Of Wilcoxon's signed-rank test, two-sided, with Holm's correction for the number of references."""
    smallest_p_value: float
    """What it is at least with so many tasks and references."""
    verdict: str
    """At the 5 % level: "better", "worse", "no difference shown", or "too few tasks" where none could be shown."""


def rank_methods(results: pd.DataFrame, measure: str = "average_precision") -> Ranking:
    """Rank methods over tasks by the mean over folds.

    Friedman's test asks whether all methods are alike; Wilcoxon's signed-rank test asks it of each pair,
    two-sided, with Holm's correction for the number of pairs, as Benavoli, Corani and Mangili ("Should we
    really use post-hoc tests based on mean-ranks?", JMLR 2016) recommend: whether two methods differ must not depend
    on which others are in the table. Tasks of difference 0 have no say, see `signed_rank_p_value`.

    Groups are along the order of ranks, as critical-difference diagrams are drawn: two methods with a third
    between them that differs from either share no group, whatever their own p-value, which `p_values` has.

    Parameters
    ----------
    results : pandas.DataFrame
        One row a fit, of one booster and one protocol, with the columns task, booster, method, protocol, fold and the
        measure, NaN where the fit failed. A fold in which no method has a value counts for none.
    measure : str
        Name of the measure's column; those of `LOWER_IS_BETTER` are turned round.

    Returns
    -------
    Ranking
        Of the methods that have all folds.

    Raises
    ------
    ImportError
        If SciPy is not installed.
    ValueError
        If there is no such column, a fit is there twice, or there are several boosters or protocols.

    Examples
    --------
    >>> import pandas as pd
    >>> results = pd.DataFrame(
    ...     [(f"t{t}", m, 0, t / 20 + gain * t) for t in range(1, 9) for m, gain in [("a", 0.0), ("b", 0.01)]],
    ...     columns=["task", "method", "fold", "average_precision"],
    ... ).assign(booster="xgboost", protocol="fixed")
    >>> ranking = rank_methods(results)
    >>> ranking.methods, ranking.mean_ranks, ranking.groups
    (('b', 'a'), array([1., 2.]), ())
    >>> float(ranking.p_values[0, 1]), ranking.smallest_p_value
    (0.0078125, 0.0078125)
    """
    folds = _folds(results, measure).dropna(how="all")
    complete = folds.dropna(axis="columns")
    tasks = complete.groupby(level="task", observed=True).mean()
    ranks = tasks.rank(axis="columns", ascending=False)
    order = ranks.mean().sort_values(kind="stable").index
    values = tasks[order].to_numpy()
    n, m = values.shape
    p_values, medians = np.ones((m, m)), np.zeros((m, m))
    pairs = list(combinations(range(m), 2)) if n else []
    corrected = holm([signed_rank_p_value(values[:, i] - values[:, j]) for i, j in pairs])
    for (i, j), p_value in zip(pairs, corrected, strict=True):
        p_values[i, j] = p_values[j, i] = p_value
        medians[i, j] = np.median(values[:, i] - values[:, j])
        medians[j, i] = -medians[i, j]
    return Ranking(
        measure=measure,
        methods=tuple(map(str, order)),
        mean_ranks=ranks[order].mean().to_numpy(dtype=np.float64),
        tasks=tuple(map(str, tasks.index)),
        left_out=tuple(str(name) for name in folds if name not in complete),
        friedman_p_value=friedman_p_value(values),
        p_values=p_values,
        smallest_p_value=float(holm([smallest_p_value(n) for _ in pairs]).min(initial=1.0)),
        median_differences=medians,
        groups=tuple(tuple(map(str, order[group])) for group in _groups(p_values)),
    )


def compare_over_tasks(
    results: pd.DataFrame, method: str, references: Sequence[str], measure: str = "average_precision"
) -> list[TaskComparison]:
    """Compare one method with references across tasks, by the mean over the folds that both have.

    Wilcoxon's signed-rank test, as in `rank_methods`, with Holm's correction for the number of references. Fewer
    than 6 tasks cannot reach a p-value of 5 % even if the method wins on all of them; nor can 6, with two references:
    the verdict says so.

    Parameters
    ----------
    results : pandas.DataFrame
        As for `rank_methods`.
    method : str
        Name of a method.
    references : sequence of str
        Names of methods; those that share no fold with the method, and the method itself, are passed over.
    measure : str
        Name of the measure's column; those of `LOWER_IS_BETTER` are turned round.

    Returns
    -------
    list of TaskComparison
        In the order of the references.

    Raises
    ------
    ImportError, ValueError
        As for `rank_methods`.
    """
    folds = _folds(results, measure)
    if method not in folds:
        return []
    paired = {
        reference: folds[[method, reference]].dropna().groupby(level="task", observed=True).mean()
        for reference in dict.fromkeys(references)
        if reference in folds and reference != method
    }
    paired = {reference: tasks for reference, tasks in paired.items() if len(tasks)}
    differences = {name: (tasks[method] - tasks[name]).to_numpy(np.float64) for name, tasks in paired.items()}
    p_values = holm([signed_rank_p_value(difference) for difference in differences.values()])
    smallest = holm([smallest_p_value(len(difference)) for difference in differences.values()])
    comparisons = []
    for (reference, d), p_value, least in zip(differences.items(), p_values, smallest, strict=True):
        size = paired[reference][reference].abs().to_numpy(np.float64)
        relative = d[size > 0.0] / size[size > 0.0]
        comparisons.append(
            TaskComparison(
                method,
                reference,
                measure,
                n_tasks=len(d),
                better=int((d > 0.0).sum()),
                worse=int((d < 0.0).sum()),
                median_difference=float(np.median(d)),
                median_relative_difference=float(np.median(relative)) if len(relative) else np.nan,
                p_value=float(p_value),
                smallest_p_value=float(least),
                verdict=_verdict(d, p_value, least),
            )
        )
    return comparisons


def _folds(results: pd.DataFrame, measure: str) -> pd.DataFrame:
    for name in ("booster", "protocol"):
        several = results[name].unique()
        if len(several) > 1:
            raise ValueError(f"the results are of several {name}s, {', '.join(map(str, several))}: give those of one")
    return values_by_method(results, measure, ["task", "fold"])


def _verdict(differences: NDArray[np.float64], p_value: float, smallest: float) -> str:
    if smallest > LEVEL:
        return "too few tasks"
    if p_value > LEVEL:
        return "no difference shown"
    stats = optional_import("scipy.stats", "Comparing methods across tasks")
    signed_ranks = np.sign(differences) * stats.rankdata(np.abs(differences))
    return "better" if signed_ranks.sum() > 0.0 else "worse"


def _groups(p_values: NDArray[np.float64]) -> list[list[int]]:
    """Return the maximal runs of methods, in their order, all pairs of which have a p-value above 5 %."""
    groups: list[list[int]] = []
    reached = 0
    for begin in range(len(p_values)):
        end = begin + 1
        while end < len(p_values) and (p_values[begin:end, end] > LEVEL).all():
            end += 1
        if end - begin > 1 and end > reached:
            groups.append(list(range(begin, end)))
            reached = end
    return groups
