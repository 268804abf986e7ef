"""Comparisons as plain sentences."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from focalboost.benchmark.comparison import Comparison
    from focalboost.benchmark.ranking import TaskComparison

Level = Literal["better", "worse", "none", "warning"]


@dataclass(frozen=True)
class Sentence:
    """A sentence, and whether it is good news of focal loss, bad news, no news, or a warning about the data."""

    text: str
    level: Level = "none"


def level_of(verdict: str) -> Level:
    """Return the level of a comparison's verdict."""
    return "better" if verdict == "better" else "worse" if verdict == "worse" else "none"


def difference_of(comparison: Comparison) -> str:
    """Write a difference with its interval."""
    if comparison.n_folds < 2:
        return f"{comparison.mean:+.4f}"
    return f"{comparison.mean:+.4f} [{comparison.low:+.4f}, {comparison.high:+.4f}]"


def outcome_of(comparison: Comparison) -> str:
    """Write what a comparison says."""
    if comparison.n_folds < 2:
        return "one fold, so no verdict"
    return "no difference that this data can show" if level_of(comparison.verdict) == "none" else comparison.verdict


def detectable_of(comparison: Comparison) -> str:
    """Write the size of a difference that would have been shown; a dash where it is not known."""
    return "-" if math.isnan(comparison.detectable) else f"{comparison.detectable:.4f}"


def name_of(reference: str) -> str:
    """Write what focal loss is compared with in words.

    Examples
    --------
    >>> name_of("class_weight_chosen")
    'class-weighted cross-entropy'
    """
    return "cross-entropy" if reference == "cross_entropy" else "class-weighted cross-entropy"


def answer(reference: str, comparisons: Sequence[Comparison]) -> Sentence:
    """Say in one sentence what all comparisons with a reference say together."""
    name = name_of(reference)
    counts = Counter(level_of(c.verdict) for c in comparisons if c.n_folds > 1)
    total = counts.total()
    units = "libraries" if len({c.task for c in comparisons}) == 1 else "comparisons (each task in each library)"
    how_many = "both" if total == 2 else f"all {total}"
    where = "" if total == 1 else f" in {how_many} {units}"
    if not total:
        return Sentence(f"Focal loss against {name}: one fold shows nothing; compare with more.")
    if counts["none"] == total:
        return Sentence(f"No difference between focal loss and {name} that this data can show{where}.")
    for verdict in ("better", "worse"):
        if counts[verdict] == total:
            return Sentence(f"Focal loss is {verdict} than {name}{where}.", level_of(verdict))
    told = f"better in {counts['better']}, worse in {counts['worse']}, no difference shown in {counts['none']}"
    # Told in colour only where it is so in most of them.
    most, times = counts.most_common(1)[0]
    return Sentence(
        f"Focal loss against {name}: {told} of {total} {units}.",
        most if 2 * times > total else "none",
    )


def of_one_task(comparison: Comparison) -> Sentence:
    """Say what one comparison says, and what it could have shown."""
    c = comparison
    told = f"{c.booster}, {c.protocol}: {c.method} against {c.reference}: {outcome_of(c)}, AP {difference_of(c)}"
    if c.n_folds > 1 and level_of(c.verdict) == "none":
        told += f"; a difference of {detectable_of(c)} would probably have shown"
    return Sentence(f"{told}.", level_of(c.verdict))


def over_tasks(booster: str, protocol: str, comparison: TaskComparison) -> Sentence:
    """Say what a comparison over tasks says."""
    c = comparison
    told = (
        f"{booster}, {protocol}: {c.method} against {c.reference} over {c.n_tasks} tasks: ahead on {c.better}, behind "
        f"on {c.worse}, median difference of AP {c.median_difference:+.4f}"
    )
    if c.verdict == "too few tasks":
        told += f"; too few tasks to show any difference (p cannot be below {c.smallest_p_value:.2g})"
    else:
        told += f"; {c.verdict} (Wilcoxon with Holm's correction, p = {c.p_value:.2g})"
    return Sentence(f"{told}.", level_of(c.verdict))


def smaller_steps(booster: str, fixed: Sequence[Comparison], stopped: Sequence[Comparison]) -> Sentence:
    """Say how much of focal loss's gain on cross-entropy goes when both choose their rounds.

    The comparisons are of the same tasks, with all rounds and with rounds chosen on the validation rows.
    """
    before, after = (sum(c.mean for c in comparisons) / len(comparisons) for comparisons in (fixed, stopped))
    told = (
        f"{booster}: focal loss less cross-entropy, in AP: {before:+.4f} with all rounds, {after:+.4f} with rounds "
        "chosen on the validation rows"
    )
    if not any(c.verdict == "better" for c in fixed) or before <= 0.0:
        return Sentence(f"{told}. No gain is shown with all rounds, so there is none to lose.")
    if after >= before:
        return Sentence(f"{told}. The gain stays: it is not that of smaller steps.")
    lost = min((before - after) / before, 1.0)
    return Sentence(
        f"{told}. So {100.0 * lost:.0f} % of the gain was regularisation, which early stopping gives cross-entropy too."
    )
