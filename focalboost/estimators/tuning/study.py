"""The study of a search: made or continued, and refused where its scores would not compare."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from focalboost._optional import optional_import
from focalboost.estimators.tuning.trial import REFERENCE, REFERENCES, TrialScore

ATTRIBUTE = "focalboost"
"""The study's attribute that says what its scores were measured on."""

_WITHOUT_EFFECT = ("callbacks", "n_estimators", "n_jobs")


def open_study(score: TrialScore, direction: str, storage: Any, study_name: str | None) -> Any:
    """Make a study, or continue the stored one of this name.

    Parameters
    ----------
    score : TrialScore
        What the trials are measured by.
    direction : {"minimize", "maximize"}
        Of the score.
    storage, study_name
        As in ``tune``.

    Returns
    -------
    optuna.Study
        With the references waiting, where they are not finished.

    Raises
    ------
    ValueError
        If the stored study was made for something else.
    """
    optuna = optional_import("optuna", "tune")
    # Every trial is a candidate for pruning once five are complete, from its first fold on.
    pruner = optuna.pruners.MedianPruner(n_startup_trials=5)
    study = optuna.create_study(
        storage=storage, study_name=study_name, direction=direction, pruner=pruner, load_if_exists=True
    )
    settings = _settings(score)
    found = study.user_attrs.get(ATTRIBUTE)
    if found is None and not study.trials:
        study.set_user_attr(ATTRIBUTE, settings)
    elif found != settings:
        differs = "something else than tune" if found is None else f"another {_first_difference(found, settings)}"
        raise ValueError(
            f"study_name={study.study_name!r}: the storage has a study of this name that was made for {differs}; "
            "its scores do not compare with the ones asked for: give another study_name, or the former arguments"
        )
    _enqueue_references(study, score.estimator)
    return study


def count(study: Any) -> int:
    """Count the finished trials.

    Parameters
    ----------
    study : optuna.Study
        The study.

    Returns
    -------
    int
        Complete, pruned and failed ones, but not those that an interruption has ended.
    """
    return sum(_finished(trial) for trial in study.get_trials(deepcopy=False))


def sampler(random_state: int, number: int) -> Any:
    """Make a sampler that depends on the number of finished trials alone, so that a resumed search draws as one whole.

    Parameters
    ----------
    random_state : int
        The search's.
    number : int
        Of finished trials.

    Returns
    -------
    optuna.samplers.TPESampler
        The sampler.
    """
    seed = np.random.SeedSequence([random_state, number]).generate_state(1)
    return optional_import("optuna", "tune").samplers.TPESampler(seed=int(seed[0]))


@contextmanager
def quiet() -> Iterator[None]:
    """Leave out Optuna's line for each trial; what the user has set comes back."""
    logging = optional_import("optuna", "tune").logging
    before = logging.get_verbosity()
    logging.set_verbosity(max(before, logging.WARNING))
    try:
        yield
    finally:
        logging.set_verbosity(before)


def _finished(trial: Any) -> bool:
    # An interrupted trial is recorded as failed too, but without the error of a fit.
    return trial.state.name in ("COMPLETE", "PRUNED") or "error" in trial.user_attrs


def _enqueue_references(study: Any, estimator: Any) -> None:
    present = {
        trial.user_attrs.get(REFERENCE)
        for trial in study.get_trials(deepcopy=False)
        if _finished(trial) or trial.state.name == "WAITING"
    }
    given = estimator.get_params()
    first, second = REFERENCES
    if all(given[name] == value for name, value in REFERENCES[first].items()):
        present.add(second)  # it is the first one
    for reference in REFERENCES:
        if reference not in present:
            study.enqueue_trial({}, user_attrs={REFERENCE: reference})


def _settings(score: TrialScore) -> dict[str, Any]:
    """All that scores depend on, beside the libraries' versions."""
    digest = optional_import("joblib", "tune").hash
    rows = score.folds.rows
    given = {name: repr(value) for name, value in score.estimator.get_params().items() if name not in _WITHOUT_EFFECT}
    return {
        "estimator": {"class": type(score.estimator).__name__, **given},
        "scoring": score.scoring,
        "max_rounds": score.max_rounds,
        "early_stopping_rounds": score.early_stopping_rounds,
        "X": digest(_contents(rows.X)),
        "y": digest(score.folds.labels.tolist()),
        "sample_weight": digest(rows.weight),
        "cv, random_state or groups": digest([np.asarray(valid) for _, valid in score.folds.splits]),
        "test_to_train": score.folds.test_to_train,
    }


def _contents(X: Any) -> list[Any]:
    """Values alone: containers hold caches, which change when they are used."""
    if hasattr(X, "tocsr"):
        rows = X.tocsr()
        return [rows.shape, rows.indptr, rows.indices, rows.data]
    if hasattr(X, "columns"):
        names = getattr(X, "column_names", X.columns)  # pyarrow's columns are values
        return [(str(name), np.asarray(X[name])) for name in names]
    return [np.asarray(X)]


def _first_difference(found: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    name = next(name for name in settings if found.get(name) != settings[name])
    if isinstance(settings[name], str | int) and len(str(settings[name])) < 32:
        return f"{name} ({found.get(name)!r}, not {settings[name]!r})"
    if name == "estimator":
        before, now = found[name], settings[name]
        changed = next(key for key in {**now, **before} if before.get(key) != now.get(key))
        return f"estimator ({changed}={before.get(changed)}, not {now.get(changed)})"
    return name
