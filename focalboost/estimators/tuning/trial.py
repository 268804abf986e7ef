"""One trial of a search: its parameters, and their score over the folds."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from focalboost._optional import optional_import
from focalboost.estimators.scores import SCORES
from focalboost.estimators.tuning.boosters import Library
from focalboost.estimators.tuning.folds import Folds, Rows
from focalboost.estimators.tuning.space import Space, checked, made

REFERENCE = "reference"
"""The attribute of a trial that was not drawn from the space."""

REFERENCES: Mapping[str, Mapping[str, Any]] = {
    "cross-entropy": {"gamma": 0.0, "class_weight": None, "alpha": None},
    "estimator as given": {},
}
"""The parameters of such trials, by the attribute's value."""


class FitError(Exception):
    """A fold that could not be fitted or scored; the search goes on."""


class TrialScore:
    """The mean score over the folds of a trial's parameters, as Optuna's objective.

    Pruning compares the running mean after each fold. Every trial has the same folds in the same order, so a step means
    the same in all of them. Rounds would not, which the callbacks of optuna-integration report: they count from 0 again
    in each fold, and after the same number of rounds a small learning rate is always behind a large one. The references
    are never pruned.

    Parameters
    ----------
    estimator : FocalXGBClassifier or FocalLGBMClassifier
        Its parameters hold where the space does not say otherwise.
    library : Library
        The estimator's.
    folds : Folds
        Data.
    scoring, max_rounds, early_stopping_rounds
        As in ``tune``.
    space : callable
        As in ``tune``.
    """

    def __init__(
        self,
        estimator: Any,
        library: Library,
        folds: Folds,
        *,
        scoring: str,
        max_rounds: int,
        early_stopping_rounds: int,
        space: Space,
    ) -> None:
        self.estimator = estimator
        self.library = library
        self.folds = folds
        self.scoring = scoring
        self.max_rounds = max_rounds
        self.early_stopping_rounds = early_stopping_rounds
        self.space = space

    def parameters(self, trial: Any) -> dict[str, Any]:
        """Return the estimator's parameters of a trial.

        Parameters
        ----------
        trial : optuna.Trial or optuna.trial.FrozenTrial
            One that is running or finished.

        Returns
        -------
        dict
            Checked.

        Raises
        ------
        ValueError
            If the space returns what the estimator does not have.
        """
        if REFERENCE in trial.user_attrs:
            return dict(REFERENCES[trial.user_attrs[REFERENCE]])
        return checked(self.space(trial), self.estimator)

    def __call__(self, trial: Any) -> float:
        """Score a trial.

        Parameters
        ----------
        trial : optuna.Trial
            The trial; keeps the scores, rounds and focusing parameters of its folds as attributes.

        Returns
        -------
        float
            The mean score.

        Raises
        ------
        FitError
            If a fold fails.
        optuna.TrialPruned
            If the trial is hopeless.
        """
        parameters = self.parameters(trial)
        results: list[tuple[float, int, float]] = []
        for step, (train, valid) in enumerate(self.folds):
            try:
                results.append(self._fold(parameters, train, valid))
            except Exception as error:
                trial.set_user_attr("error", f"{type(error).__name__}: {error}")
                raise FitError(str(error)) from error
            trial.report(float(np.mean([score for score, _, _ in results])), step)
            if REFERENCE not in trial.user_attrs and trial.should_prune():
                raise optional_import("optuna", "tune").TrialPruned(f"after fold {step}")
        for name, values in zip(("scores", "rounds", "gammas"), zip(*results, strict=True), strict=True):
            trial.set_user_attr(name, list(values))
        return float(np.mean([score for score, _, _ in results]))

    def _fold(self, parameters: Mapping[str, Any], train: Rows, valid: Rows) -> tuple[float, int, float]:
        weights = parameters.get("class_weight", self.estimator.class_weight)
        changes = {**parameters, "class_weight": self._by_code(weights), "n_estimators": self.max_rounds}
        model = made(self.estimator, changes, train.codes)
        rounds, raw = self.library.fit(model, train, valid, self.early_stopping_rounds)
        # Of the link, not of predict_proba, whose deployment_prevalence is not that of these rows.
        score = SCORES[self.scoring][0](valid.codes, model.link_.probabilities(raw), valid.weight)
        if not np.isfinite(score):
            raise FloatingPointError(f"the {self.scoring} is {score}")
        return score, int(rounds), float(model.gamma_)

    def _by_code(self, class_weight: Any) -> Any:
        """Weights by code, since folds are fitted to codes: LightGBM 4.7 takes no other labels in ``eval_y``."""
        if not isinstance(class_weight, Mapping):
            return class_weight
        codes = {label: code for code, label in enumerate(self.folds.classes.tolist())}
        return {codes.get(label, label): weight for label, weight in class_weight.items()}
