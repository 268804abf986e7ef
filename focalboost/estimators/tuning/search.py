"""Search gamma, class weights and tree parameters together."""

from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Integral
from typing import Any

import numpy as np

from focalboost._optional import optional_import
from focalboost.estimators.scores import SCORES
from focalboost.estimators.tuning.boosters import library_of
from focalboost.estimators.tuning.folds import Folds
from focalboost.estimators.tuning.result import TuningResult
from focalboost.estimators.tuning.space import Space, made
from focalboost.estimators.tuning.study import count, open_study, quiet, sampler
from focalboost.estimators.tuning.trial import FitError, TrialScore


def tune(
    estimator: Any,
    X: Any,
    y: Any,
    *,
    n_trials: int = 50,
    scoring: str = "log_loss",
    cv: Any = 5,
    groups: Any = None,
    sample_weight: Any = None,
    space: Space | None = None,
    max_rounds: int = 1000,
    early_stopping_rounds: int = 50,
    storage: Any = None,
    study_name: str | None = None,
    timeout: float | None = None,
    random_state: int = 0,
    n_jobs: int = 1,
    show_progress_bar: bool = True,
) -> TuningResult:
    """Search gamma, class weights and tree parameters together, by cross-validation with Optuna.

    The first trial is cross-entropy without class weights, the second the estimator as it is given; the others are
    drawn from ``space``. So the result is no worse than these two on the search's own score, and its ``summary`` says
    whether focal loss helped. Trials whose mean score after some folds is worse than the median are pruned.

    Parameters
    ----------
    estimator : FocalXGBClassifier or FocalLGBMClassifier
        Its parameters hold where the space does not say otherwise. It stays as it is.
    X : array-like of shape (n, n_features)
        Features.
    y : array-like of shape (n,)
        Class labels.
    n_trials : int, default 50
        Finished trials wanted in all: a stored study that has some of them gets the missing ones.
    scoring : {"log_loss", "average_precision"}, default "log_loss"
        Measure of the recovered probabilities of the validation rows; of several classes the average precision is each
        one's against the rest, averaged.
    cv : int or splitter or iterable of (train, validation), default 5
        A number means shuffled stratified folds, which keep ``groups`` together where these are given.
    groups : array-like of shape (n,), optional
        What must not be split.
    sample_weight : array-like of shape (n,), optional
        Weights of the rows, in training and in the score.
    space : callable, optional
        From a trial to parameters of the estimator, instead of the library's own space. It may call ``focal_space``,
        ``xgboost_space`` or ``lightgbm_space`` of this module. ``class_weight`` may be "sqrt_balanced" here.
    max_rounds : int, default 1000
        Bound on the number of rounds. Early stopping on the log-loss of the recovered probabilities finds it in each
        fold, in all trials alike; the final fit takes the median of the best trial's folds.
    early_stopping_rounds : int, default 50
        Rounds without improvement after which a fold stops.
    storage : str or optuna storage, optional
        Where the study is kept, such as "sqlite:///study.db". The same call continues it, after an interruption as
        well, and several processes can share it.
    study_name : str, optional
        The study's name in the storage.
    timeout : float, optional
        Seconds after which no further trial begins.
    random_state : int, default 0
        Seed of the folds and of the draws. With ``n_jobs=1`` the same call gives the same trials.
    n_jobs : int, default 1
        Trials at a time, in threads; each booster has its own ``n_jobs`` besides.
    show_progress_bar : bool, default True
        Whether a bar shows the trials and the best score.

    Returns
    -------
    TuningResult
        ``estimator``, fitted on all rows, ``study`` and ``summary()``.

    Raises
    ------
    TypeError
        If ``estimator`` is of another class, or an argument of another type.
    ValueError
        If an argument is out of its range, a class is too rare for the folds, the space returns what the estimator does
        not have, or the stored study was made for something else.
    RuntimeError
        If no trial was complete; it names the first trial's error.

    Examples
    --------
    >>> import numpy as np
    >>> import focalboost
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(600, 3))
    >>> y = (X[:, 0] + rng.normal(size=600) > 2).astype(int)
    >>> model = focalboost.FocalXGBClassifier(n_jobs=1)
    >>> result = focalboost.tune(model, X, y, n_trials=3, cv=3, max_rounds=10, show_progress_bar=False)
    >>> len(result.study.trials), result.estimator.predict_proba(X).shape
    (3, (600, 2))
    """
    optional_import("optuna", "tune")
    library = library_of(estimator)
    if scoring not in SCORES:
        raise ValueError(f"scoring={scoring!r}: allowed are {sorted(SCORES)}")
    numbers: dict[str, Any] = {
        "n_trials": n_trials,
        "max_rounds": max_rounds,
        "early_stopping_rounds": early_stopping_rounds,
    }
    for name, value in numbers.items():
        if not isinstance(value, Integral):
            raise TypeError(f"{name}={value!r}: it must be a whole number")
        if value < 1:
            raise ValueError(f"{name}={value!r}: it must be at least 1")
    if space is not None and not callable(space):
        raise TypeError(f"space={space!r}: it must be a function from a trial to a dict of parameters")
    if timeout is not None and not timeout > 0:
        raise ValueError(f"timeout={timeout!r}: it must be a number of seconds above 0, or None")
    if storage is not None and study_name is None:
        raise ValueError("storage without study_name: give a name, by which the study is found again")
    folds = Folds(
        X,
        y,
        sample_weight,
        groups=groups,
        cv=cv,
        random_state=random_state,
        every_class=scoring == "average_precision",
    )
    score = TrialScore(
        estimator,
        library,
        folds,
        scoring=scoring,
        max_rounds=max_rounds,
        early_stopping_rounds=early_stopping_rounds,
        space=space or library.space,
    )
    with quiet():
        study = open_study(score, SCORES[scoring][1], storage, study_name)
        _search(study, score, n_trials, random_state, show_progress_bar, timeout=timeout, n_jobs=n_jobs)
    return TuningResult(_final(study, score), study)


def _search(study: Any, score: TrialScore, n_trials: int, random_state: int, show: bool, **kwargs: Any) -> None:
    done = count(study)
    if done >= n_trials:
        return
    study.sampler = sampler(random_state, done)
    with _progress(n_trials, done, show) as advance:

        def after(study: Any, _: Any) -> None:
            done = count(study)
            study.sampler = sampler(random_state, done)
            advance(study, done)
            if done >= n_trials:  # other processes may have added some
                study.stop()

        study.optimize(score, n_trials=n_trials - done, callbacks=[after], catch=(FitError,), **kwargs)


@contextmanager
def _progress(n_trials: int, done: int, show: bool) -> Iterator[Any]:
    """Show a bar of our own: Optuna's switches the user's log handler on when it closes."""
    tqdm = optional_import("tqdm.auto", "The progress bar").tqdm
    with tqdm(total=n_trials, initial=done, disable=not show, desc="tune", unit="trial") as bar:

        def advance(study: Any, done: int) -> None:
            if any(trial.state.name == "COMPLETE" for trial in study.get_trials(deepcopy=False)):
                bar.set_postfix_str(f"best {study.best_value:.5g}", refresh=False)
            bar.update(done - bar.n)

        yield advance


def _final(study: Any, score: TrialScore) -> Any:
    """Fit on all rows with the best trial's parameters."""
    trials = study.get_trials(deepcopy=False)
    if not any(trial.state.name == "COMPLETE" for trial in trials):
        errors = [trial.user_attrs["error"] for trial in trials if "error" in trial.user_attrs]
        reason = f"{len(errors)} failed; the first: {errors[0]}" if errors else "give a longer timeout"
        raise RuntimeError(f"no trial was complete, {reason}")
    best = study.best_trial
    rows, y = score.folds.rows, score.folds.labels
    rounds = max(1, round(float(np.median(best.user_attrs["rounds"]))))
    model = made(score.estimator, {**score.parameters(best), "n_estimators": rounds}, y)
    return model.fit(rows.X, y, sample_weight=rows.weight)
