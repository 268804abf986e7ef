"""What the comparison says of focal loss, first of all things in any report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from focalboost.benchmark.comparison import compare_methods
from focalboost.benchmark.ranking import compare_over_tasks
from focalboost.benchmark.report.rows import (
    boosters_of,
    common_protocol,
    fairest,
    family_member,
    main_methods,
    measured,
)
from focalboost.benchmark.report.sanity import sanity_warnings
from focalboost.benchmark.report.sentences import answer, name_of, of_one_task, over_tasks, smaller_steps
from focalboost.datasets._tables import pd

if TYPE_CHECKING:
    from focalboost.benchmark.comparison import Comparison
    from focalboost.benchmark.report.sentences import Sentence
    from focalboost.benchmark.results import Results

NOTES = (
    "[low, high]: 95 % interval of the mean difference over folds (corrected resampled t-test, Nadeau and Bengio "
    "2003), not corrected for the number of comparisons.",
    "focal_chosen, class_weight_chosen: in each fold the member of the family that was best on the validation rows "
    "or, tuned, whose parameter was searched there; the test rows had no say.",
    "Bootstrap: 95 % interval of the same difference for other test rows, with these fits; that over folds says what "
    "other training rows do as well.",
    "Could (or would probably) have shown: in four cases of five, had the true difference that size.",
)


@dataclass(frozen=True)
class Verdict:
    """What is said of focal loss.

    Attributes
    ----------
    answers : tuple of Sentence
        One for each reference: the whole in short.
    details : tuple of Sentence
        For each library: of one task, each comparison; of several, the tests over tasks.
    warnings : tuple of Sentence
        What makes the data or a method suspicious.
    steps : tuple of Sentence
        How much of the gain at fixed rounds goes when rounds are chosen, for each library.
    comparisons : tuple of Comparison
        Of focal loss with each reference, for each task and library, under the fairest protocol.
    """

    answers: tuple[Sentence, ...]
    details: tuple[Sentence, ...]
    warnings: tuple[Sentence, ...]
    steps: tuple[Sentence, ...]
    comparisons: tuple[Comparison, ...]


def judge(results: Results) -> Verdict:
    """Say whether focal loss beats cross-entropy, and class-weighted cross-entropy.

    Of focal loss and of class weights it is the member chosen on the validation rows that counts; tuned where that was
    done, else with rounds chosen on the validation rows.

    Parameters
    ----------
    results : Results
        Of a comparison.

    Returns
    -------
    Verdict
        Without answers if focal loss and a reference have no fold in common.
    """
    comparisons = _comparisons(results)
    answers: dict[str, list[Comparison]] = {}
    for c in comparisons:
        answers.setdefault(name_of(c.reference), []).append(c)
    details = [of_one_task(c) for c in comparisons] if len(results.tasks) == 1 else _over_tasks(results)
    return Verdict(
        answers=tuple(answer(found[0].reference, found) for found in answers.values()),
        details=tuple(details),
        warnings=tuple(sanity_warnings(results)),
        steps=tuple(_steps(results)),
        comparisons=tuple(comparisons),
    )


def _comparisons(results: Results) -> list[Comparison]:
    found = []
    for (task, booster), rows in measured(results).groupby(["task", "booster"], sort=False):
        found += _compared(results, str(task), str(booster), fairest(set(rows["protocol"])))
    return found


def _compared(results: Results, task: str, booster: str, protocol: str) -> list[Comparison]:
    methods = main_methods(measured(results), task, booster, protocol)
    focal = family_member(methods, "focal")
    references = [name for name in methods if name != focal]
    here = {"task": task, "booster": booster, "protocol": protocol}
    rows = results.table[(results.table[list(here)] == pd.Series(here)).all(axis=1)]
    return compare_methods(rows, [focal], references) if focal else []


def _over_tasks(results: Results) -> list[Sentence]:
    sentences = []
    for booster in boosters_of(results.table):
        protocol = common_protocol(results, booster)
        rows = results.table[(results.table["booster"] == booster) & (results.table["protocol"] == protocol)]
        methods = list(rows["method"].unique())
        focal, weighted = (family_member(methods, family) for family in ("focal", "class_weight"))
        if focal:
            references = ["cross_entropy", *([weighted] if weighted else [])]
            sentences += [over_tasks(booster, str(protocol), c) for c in compare_over_tasks(rows, focal, references)]
    return sentences


def _steps(results: Results) -> list[Sentence]:
    sentences = []
    for booster in boosters_of(results.table):
        of_tasks = [_fixed_and_stopped(results, task, booster) for task in results.tasks]
        pairs = [pair for pair in of_tasks if pair is not None]
        if pairs:
            fixed, stopped = zip(*pairs, strict=True)
            sentences.append(smaller_steps(booster, fixed, stopped))
    return sentences


def _fixed_and_stopped(results: Results, task: str, booster: str) -> tuple[Comparison, Comparison] | None:
    """Return focal loss against cross-entropy under both protocols, if there are both."""
    found = {
        protocol: [c for c in _compared(results, task, booster, protocol) if c.reference == "cross_entropy"]
        for protocol in ("fixed", "stopped")
    }
    return (found["fixed"][0], found["stopped"][0]) if all(found.values()) else None
