"""What a search has found, and whether focal loss is a part of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from focalboost._optional import optional_import
from focalboost.estimators.tuning.study import ATTRIBUTE


@dataclass(frozen=True)
class TuningResult:
    """A fitted estimator and the study that chose its parameters.

    Attributes
    ----------
    estimator : FocalXGBClassifier or FocalLGBMClassifier
        Fitted on all the data with the best parameters.
    study : optuna.Study
        All trials. Those that are complete hold ``scores``, ``rounds`` and ``gammas`` of their folds among their
        ``user_attrs``.
    """

    estimator: Any
    study: Any

    def summary(self) -> str:
        """Say what was chosen, and whether the search shows that focal loss helps.

        The best focal and the best cross-entropy trial are compared fold by fold, by the corrected resampled t-test of
        Nadeau and Bengio (2003), whose standard error allows for the training rows that folds share. It does not allow
        for the choice of the best among many, which flatters whichever side had more trials.

        Returns
        -------
        str
            Some lines.
        """
        settings = self.study.user_attrs[ATTRIBUTE]
        trials = self.study.trials
        states = Counter(trial.state.name.lower() for trial in trials)
        smaller = self.study.direction.name == "MINIMIZE"
        chosen = self.study.best_trial
        lines = [
            f"{settings['scoring']} over {len(chosen.user_attrs['scores'])} folds, "
            f"{'smaller' if smaller else 'larger'} is better; "
            f"trials: {', '.join(f'{number} {state}' for state, number in states.items())}",
            f"chosen: trial {chosen.number}, {self.estimator.n_estimators} rounds, {self._parameters(chosen)}",
        ]
        complete = sorted(
            (trial for trial in trials if trial.state.name == "COMPLETE"),
            key=lambda trial: trial.value if smaller else -trial.value,
        )
        focal = [trial for trial in complete if any(trial.user_attrs["gammas"])]
        plain = [trial for trial in complete if not any(trial.user_attrs["gammas"])]
        lines += [_best("focal loss", focal), _best("cross-entropy, class-weighted or not", plain)]
        if focal and plain:
            lines.append(_compared(focal[0], plain[0], smaller, settings["test_to_train"]))
        return "\n".join([*lines, "The best trials were picked on these same folds, which flatters their scores."])

    def _parameters(self, trial: Any) -> str:
        weights = self.estimator.class_weight
        if isinstance(weights, Mapping):
            weights = f"{{{', '.join(f'{label}: {weight:.3g}' for label, weight in weights.items())}}}"
        own = {name: value for name, value in trial.params.items() if name not in ("focal", "gamma", "class_weight")}
        shown = {"gamma": self.estimator.gamma_, "class_weight": weights, **own}
        return ", ".join(f"{name} {v:.3g}" if isinstance(v, float) else f"{name} {v}" for name, v in shown.items())


def _best(name: str, trials: list[Any]) -> str:
    if not trials:
        return f"{name}: no complete trial"
    best, gamma = trials[0], np.mean(trials[0].user_attrs["gammas"])
    return f"{name}: {best.value:.6g} (trial {best.number}, gamma {gamma:.3g}), best of {len(trials)}"


def _compared(focal: Any, plain: Any, smaller: bool, test_to_train: float) -> str:
    difference = np.subtract(focal.user_attrs["scores"], plain.user_attrs["scores"])
    folds = difference.size
    if folds < 2:
        return f"difference: {difference[0]:+.3g} (one fold, no standard error)"
    error = float(np.sqrt((1 / folds + test_to_train) * difference.var(ddof=1)))
    # 97.5 % of Student's t: beyond it the difference is not chance at the 5 % level.
    quantile = optional_import("scipy.stats", "The summary").t.ppf(0.975, folds - 1)
    mean = float(difference.mean())
    if abs(mean) <= quantile * error:
        verdict = "no difference that this search can show"
    else:
        verdict = f"focal loss is {'better' if (mean < 0) == smaller else 'worse'}"
    return f"difference: {mean:+.3g}, standard error {error:.2g}: {verdict}"
