"""As many trials for every method: trees' parameters, and the method's own, chosen on the validation rows."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from focalboost._optional import optional_import
from focalboost.benchmark.methods.searched import Searched
from focalboost.estimators.tuning.study import quiet
from focalboost.evaluation.metrics import average_precision, log_loss

if TYPE_CHECKING:
    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.methods.method import Method
    from focalboost.benchmark.parts import Part
    from focalboost.benchmark.settings import Select, Settings, Trees

# Name, lowest, highest; all on a log scale. A stated default outside widens its range.
_RANGES = (
    ("learning_rate", 0.02, 0.3),
    ("reg_lambda", 0.1, 100.0),
    ("min_child_weight", 0.1, 100.0),
    ("subsample", 0.5, 1.0),
    ("colsample", 0.5, 1.0),
)
_WHOLE_RANGES = (("max_depth", 3, 9), ("num_leaves", 7, 127))


def tuned(
    method: Method | Searched, booster: Booster, part: Part, settings: Settings, fold: int
) -> tuple[Method, Trees, str]:
    """Search the trees' parameters for a method on one fold.

    Every method has the same space, seed and number of trials; the first trial is the stated defaults. Each trial is
    trained on the fit rows and judged after the number of rounds that is best for it on the validation rows.

    Parameters
    ----------
    method : Method or Searched
        What is tuned; of the latter the own parameter too.
    booster : Booster
        The library.
    part : Part
        The rows; those of the test are not looked at.
    settings : Settings
        With the number of trials and the measure that decides.
    fold : int
        For the seed.

    Returns
    -------
    method : Method
        With its own parameter.
    trees : Trees
        With those found.
    note : str
        Both in words.

    Raises
    ------
    ImportError
        If Optuna is not installed.
    Exception
        What the last trial raised, if all failed.
    """
    optuna = optional_import("optuna", "The tuned table")
    errors: list[Exception] = []

    def objective(trial: Any) -> float:
        try:
            return _best_score(*_suggested(trial, method, settings.trees), booster, part, settings.select)
        # One bad corner of the space must not end the search.
        except Exception as error:
            errors.append(error)
            raise optuna.TrialPruned from error

    sampler = optuna.samplers.TPESampler(seed=settings.trees.seed + fold)
    with quiet():
        study = optuna.create_study(direction="maximize", sampler=sampler)
        study.enqueue_trial(_first(method, settings.trees))
        study.optimize(objective, n_trials=settings.trials)
    if len(errors) == settings.trials:
        raise errors[-1]
    best = study.best_trial
    found = ", ".join(f"{name} {value:.3g}" for name, value in best.params.items())
    return *_suggested(optuna.trial.FixedTrial(best.params), method, settings.trees), found


def _first(method: Method | Searched, trees: Trees) -> dict[str, float]:
    stated = asdict(trees)
    first = {name: stated[name] for name, _, _ in (*_RANGES, *_WHOLE_RANGES)}
    return first | ({method.parameter: method.first} if isinstance(method, Searched) else {})


def _suggested(trial: Any, method: Method | Searched, trees: Trees) -> tuple[Method, Trees]:
    stated = asdict(trees)
    real = {
        name: trial.suggest_float(name, min(low, stated[name]), max(high, stated[name]), log=True)
        for name, low, high in _RANGES
    }
    whole = {
        name: trial.suggest_int(name, min(low, stated[name]), max(high, stated[name]), log=True)
        for name, low, high in _WHOLE_RANGES
    }
    return method.suggested(trial) if isinstance(method, Searched) else method, replace(trees, **real, **whole)


def _best_score(method: Method, trees: Trees, booster: Booster, part: Part, select: Select) -> float:
    trained = method.train(booster, part.fit, trees)
    label, stops = part.validation.target, trees.stops()
    validation = trained.model.staged_scores(part.validation.features, stops)
    if select == "average_precision":
        # Ranks are those of the raw scores.
        return max(average_precision(label, scores) for scores in validation)
    return max(
        -log_loss(label, trained.matched_link(fit_scores).probabilities(scores)[:, 1])
        for fit_scores, scores in zip(trained.model.staged_scores(part.fit.features, stops), validation, strict=True)
    )
