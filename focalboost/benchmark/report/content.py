"""What a report holds, before it is HTML or Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from focalboost.benchmark.report.columns import COLUMNS
from focalboost.benchmark.report.rows import boosters_of
from focalboost.benchmark.report.sentences import detectable_of, difference_of, level_of, outcome_of
from focalboost.benchmark.report.summary import method_order, summarise
from focalboost.benchmark.report.tables import measure_tables
from focalboost.benchmark.report.verdict import NOTES, judge
from focalboost.benchmark.resampling import bootstrap_interval

if TYPE_CHECKING:
    import pandas as pd

    from focalboost.benchmark.report.columns import Column
    from focalboost.benchmark.report.sentences import Level
    from focalboost.benchmark.report.tables import Table
    from focalboost.benchmark.report.verdict import Verdict
    from focalboost.benchmark.results import Results

_CHOSEN = (
    "at stated defaults, in each fold the {family} method that is best on the validation rows; tuned, its parameter "
    "is searched together with the trees'"
)
_STOPPED = "Rounds chosen on the validation rows (early stopping)"
_FIXED = "All rounds, as most papers compare"
_TUNED = "Parameters and rounds chosen on the validation rows"


@dataclass(frozen=True)
class Finding:
    """One comparison of focal loss as text."""

    task: str
    booster: str
    protocol: str
    method: str
    reference: str
    difference: str
    resampled: str
    level: Level
    outcome: str
    detectable: str


@dataclass(frozen=True)
class Group:
    """Tables whose methods had the same chances."""

    title: str
    tables: tuple[tuple[str, list[Table]], ...]
    """Of each protocol: what it is, and its tables."""


@dataclass(frozen=True)
class BoosterPart:
    """What one library did on one task."""

    booster: str
    groups: tuple[Group, ...]
    failures: tuple[str, ...]


@dataclass(frozen=True)
class TaskPart:
    """What is known of one task."""

    task: str
    facts: str
    notes: tuple[str, ...]
    boosters: tuple[BoosterPart, ...]


@dataclass(frozen=True)
class Content:
    """All of a report but its figures."""

    verdict: Verdict
    notes: tuple[str, ...]
    tasks: tuple[TaskPart, ...]
    columns: tuple[Column, ...]
    methods: dict[str, str]
    settings: dict[str, str | int | float]


def findings_of(results: Results) -> tuple[Finding, ...]:
    """Write each comparison of focal loss, with what other test rows would have done to it."""
    return tuple(
        Finding(
            comparison.task,
            comparison.booster,
            comparison.protocol,
            comparison.method,
            comparison.reference,
            difference_of(comparison),
            _interval(bootstrap_interval(results, comparison)),
            level_of(comparison.verdict),
            outcome_of(comparison),
            detectable_of(comparison),
        )
        for comparison in judge(results).comparisons
    )


def _interval(found: tuple[float, float] | None) -> str:
    return "-" if found is None else f"[{found[0]:+.4f}, {found[1]:+.4f}]"


def content_of(results: Results) -> Content:
    """Gather what a report tells.

    Parameters
    ----------
    results : Results
        Of a comparison.

    Returns
    -------
    Content
        Every number is text already; nothing is escaped yet.
    """
    summary = summarise(results)
    used = set(results.table["method"])
    verdict = judge(results)
    return Content(
        verdict=verdict,
        notes=NOTES if verdict.comparisons else (),
        tasks=tuple(_task_part(results, summary, task) for task in results.tasks),
        columns=tuple(column for column in COLUMNS if column.name in summary and summary[column.name].notna().any()),
        methods={name: _description(results, name) for name in method_order(results) if name in used},
        settings=dict(results.settings),
    )


def _description(results: Results, method: str) -> str:
    family = method.removesuffix("_chosen")
    return results.descriptions.get(method, "") if family == method else _CHOSEN.format(family=family)


def _task_part(results: Results, summary: pd.DataFrame, task: str) -> TaskPart:
    rows = results.table[results.table["task"] == task]
    trials = results.settings.get("trials")
    tuned = f"Tuned ({trials} trials each)" if trials else "Tuned"
    parts = []
    for booster in boosters_of(rows):
        groups = []
        for title, protocols in (
            ("At stated defaults", {"stopped": _STOPPED, "fixed": _FIXED}),
            (tuned, {"tuned": _TUNED}),
        ):
            tables = {what: measure_tables(summary, task, booster, name) for name, what in protocols.items()}
            groups.append(Group(title, tuple((what, found) for what, found in tables.items() if found)))
        parts.append(BoosterPart(booster, tuple(group for group in groups if group.tables), _failures(rows, booster)))
    return TaskPart(task, _facts(rows), tuple(results.notes.get(task, ())), tuple(parts))


def _facts(rows: pd.DataFrame) -> str:
    # A training that failed while the data were read knows no numbers of rows.
    folds = rows.groupby("fold")[["n_fit", "n_validation", "n_test", "test_positives"]].max()
    mean = folds.mean()
    return (
        f"{len(folds)} folds, each of about {mean['n_fit']:,.0f} rows to fit, {mean['n_validation']:,.0f} to choose "
        f"with and {mean['n_test']:,.0f} to test, {mean['test_positives']:,.0f} of these positives."
    )


def _failures(rows: pd.DataFrame, booster: str) -> tuple[str, ...]:
    failed = rows[(rows["booster"] == booster) & rows["error"].notna()]
    return tuple(
        f"{row['method']} ({row['protocol']}, fold {row['fold']}): {row['error']}" for row in failed.to_dict("records")
    )
