"""What the sanity rows give away: methods that learnt nothing, and columns that know too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focalboost.benchmark.comparison import corrected_difference
from focalboost.benchmark.report.rows import PROTOCOLS, SANITY, measured
from focalboost.benchmark.report.sentences import Sentence

if TYPE_CHECKING:
    import pandas as pd

    from focalboost.benchmark.results import Results

# A single column that is nearly as good as everything together, or nearly perfect.
_LEAK_SHARE, _LEAK_PRECISION = 0.9, 0.95
# Times the share of positives: below, folds must agree that a method is better than chance.
_CLEARLY_ABOVE_CHANCE = 2.0


def sanity_warnings(results: Results) -> list[Sentence]:
    """Warn of methods that are not better than chance, and of single columns that may be leaks.

    Parameters
    ----------
    results : Results
        Of a comparison.

    Returns
    -------
    list of Sentence
        None if nothing is suspicious.
    """
    rows = measured(results)
    # What a constant's average precision is.
    rows = rows.assign(chance=rows["test_positives"] / rows["n_test"])
    warnings = []
    for task in results.tasks:
        of_task = rows[rows["task"] == task]
        warnings += _possible_leak(task, of_task)
        warnings += _no_better_than_chance(task, of_task[of_task["booster"] != SANITY])
    return warnings


def _possible_leak(task: str, rows: pd.DataFrame) -> list[Sentence]:
    single = rows[rows["method"] == "single_feature"]
    models = rows[rows["booster"] != SANITY]
    if single.empty or models.empty:
        return []
    alone = single["average_precision"].mean()
    best = models.groupby(["booster", "protocol", "method"])["average_precision"].mean().max()
    nearly_all = alone >= _LEAK_SHARE * best and alone > _CLEARLY_ABOVE_CHANCE * single["chance"].mean()
    if not (nearly_all or alone > _LEAK_PRECISION):
        return []
    names = single["note"].dropna().mode()
    column = f"the column {names[0]!r}" if len(names) else "one column"
    return [
        Sentence(
            f"{task}: {column} alone reaches AP {alone:.3f}, the best model {best:.3f}. It may be a leak: check that "
            "it is known before the outcome, and compare without it (--drop).",
            "warning",
        )
    ]


def _no_better_than_chance(task: str, rows: pd.DataFrame) -> list[Sentence]:
    warnings = []
    for booster, of_library in rows.groupby("booster", sort=False):
        found = []
        for protocol in PROTOCOLS:
            fits = of_library[of_library["protocol"] == protocol]
            found += [f"{name} ({protocol})" for name, fit in fits.groupby("method", sort=False) if _at_chance(fit)]
        if found:
            text = f"{task}, {booster}: not shown to be better than chance: {', '.join(found)}."
            warnings.append(Sentence(text, "warning"))
    return warnings


def _at_chance(fit: pd.DataFrame) -> bool:
    above = fit["average_precision"] - fit["chance"]
    difference = corrected_difference(above.to_numpy(), float(fit["test_over_train"].mean()))
    close = fit["average_precision"].mean() < _CLEARLY_ABOVE_CHANCE * fit["chance"].mean()
    # Without an interval, not above its lower end.
    return difference.mean <= 0.0 or (close and not difference.low > 0.0)
