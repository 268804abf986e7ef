"""The search of gamma, class weights and tree parameters."""

import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import optuna
import pandas as pd
import pytest
import scipy.sparse
from sklearn.metrics import average_precision_score, log_loss
from sklearn.model_selection import GroupKFold, StratifiedKFold, TimeSeriesSplit

import focalboost
from focalboost import FocalLGBMClassifier, FocalXGBClassifier
from focalboost.estimators.tuning import focal_space, lightgbm_space, xgboost_space
from focalboost.estimators.tuning.folds import Folds

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 3))
Y = (X[:, 0] + 0.5 * RNG.normal(size=300) > 1).astype(int)
NAMES = np.where(Y == 1, "fraud", "fine")
THREE = np.digitize(X[:, 0] + 0.5 * RNG.normal(size=300), [-0.5, 1.0])
WEIGHT = RNG.uniform(0.5, 2.0, size=300)

XGB = FocalXGBClassifier(n_jobs=1)
LGBM = FocalLGBMClassifier(n_jobs=1, verbosity=-1)
BOTH = pytest.mark.parametrize("estimator", [XGB, LGBM], ids=["xgboost", "lightgbm"])


def tune(estimator=XGB, X=X, y=Y, **kwargs):
    few = {"n_trials": 3, "cv": 3, "max_rounds": 6, "early_stopping_rounds": 3, "show_progress_bar": False}
    return focalboost.tune(estimator, X, y, **few | kwargs)


def small_space(trial):
    return {"gamma": 1.0, "learning_rate": trial.suggest_float("rate", 0.1, 0.5)}


def states(study):
    return [trial.state.name for trial in study.trials]


def stored(storage):
    return {"storage": storage, "study_name": "fraud", "space": small_space}


@pytest.fixture
def memory():
    return stored(optuna.storages.InMemoryStorage())


@BOTH
def test_finds_no_worse_than_cross_entropy_and_the_estimator_as_given(estimator):
    before = estimator.get_params()
    result = tune(estimator, y=NAMES, n_trials=5)
    trials = result.study.trials
    assert states(result.study) == ["COMPLETE"] * 5
    assert [trial.user_attrs.get("reference") for trial in trials[:3]] == ["cross-entropy", "estimator as given", None]
    assert [trial.user_attrs["gammas"] for trial in trials[:2]] == [[0.0] * 3, [2.0] * 3]
    assert result.study.best_value == min(trial.value for trial in trials)
    assert result.estimator.n_estimators == np.median(result.study.best_trial.user_attrs["rounds"])
    assert result.estimator.classes_.tolist() == ["fine", "fraud"]
    assert result.estimator.predict_proba(X).shape == (300, 2)
    assert estimator.get_params() == before


@BOTH
@pytest.mark.parametrize("labels", [NAMES, THREE], ids=["two", "three"])
@pytest.mark.parametrize("scoring", ["log_loss", "average_precision"])
def test_scores_the_recovered_probabilities_at_the_best_round(estimator, labels, scoring):
    classes, y = np.unique(labels, return_inverse=True)
    study = tune(estimator, y=labels, n_trials=2, cv=2, scoring=scoring, sample_weight=WEIGHT, max_rounds=4).study
    attributes = study.trials[1].user_attrs
    folds = StratifiedKFold(2, shuffle=True, random_state=0).split(X, labels)
    for (train, valid), score, rounds in zip(folds, attributes["scores"], attributes["rounds"], strict=True):
        model = type(estimator)(**estimator.get_params() | {"n_estimators": rounds})
        proba = model.fit(X[train], labels[train], sample_weight=WEIGHT[train]).predict_proba(X[valid])
        if scoring == "log_loss":
            expected = log_loss(labels[valid], proba, labels=classes, sample_weight=WEIGHT[valid])
        else:
            targets = y[valid] if classes.size == 2 else y[valid][:, None] == np.arange(3)
            ranks = proba[:, 1] if classes.size == 2 else proba
            expected = average_precision_score(targets, ranks, sample_weight=WEIGHT[valid])
        assert score == pytest.approx(expected, rel=1e-6)
    assert study.direction.name == ("MINIMIZE" if scoring == "log_loss" else "MAXIMIZE")


def test_the_deployment_prevalence_shifts_the_result_alone():
    estimator = FocalXGBClassifier(n_jobs=1, deployment_prevalence=0.01)
    shifted = tune(estimator, n_trials=2)
    assert shifted.study.best_value == tune(n_trials=2).study.best_value
    assert shifted.estimator.predict_proba(X)[:, 1].mean() < 0.03


def test_the_rounds_are_those_of_the_smallest_log_loss():
    # A rate this large overfits within few rounds.
    study = tune(n_trials=2, max_rounds=60, estimator=FocalXGBClassifier(n_jobs=1, learning_rate=1.0)).study
    assert max(study.trials[1].user_attrs["rounds"]) < 30


@pytest.mark.parametrize("space", [xgboost_space, lightgbm_space])
def test_the_default_spaces_reach_both_cross_entropy_and_focal_loss(space):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    drawn = [space(study.ask()) for _ in range(30)]
    gammas = [parameters["gamma"] for parameters in drawn]
    assert 8 < sum(gamma == 0.0 for gamma in gammas) < 22
    assert max(gammas) <= 5.0
    assert {parameters["class_weight"] for parameters in drawn} == {None, "sqrt_balanced", "balanced"}


@BOTH
def test_an_own_space_extends_the_default_one_and_other_parameters_stay(estimator):
    def space(trial):
        return focal_space(trial) | {"class_weight": "sqrt_balanced", "reg_alpha": trial.suggest_float("l1", 0.5, 1.0)}

    estimator = type(estimator)(**estimator.get_params() | {"learning_rate": 1e-6, "alpha": 0.7})
    chosen = tune(estimator, y=NAMES, n_trials=4, space=space)
    trial = chosen.study.best_trial
    assert chosen.study.trials[2].params.keys() >= {"focal", "l1"}
    assert "reference" in trial.user_attrs or chosen.estimator.reg_alpha == trial.params["l1"]
    assert chosen.estimator.learning_rate == 1e-6


def test_square_roots_of_balanced_weights_come_from_the_training_labels():
    # With a rate of nearly 0 for the references, the drawn trial wins.
    estimator = FocalXGBClassifier(n_jobs=1, learning_rate=1e-6, alpha=0.7)
    result = tune(estimator, y=NAMES, space=lambda _: {"class_weight": "sqrt_balanced", "learning_rate": 0.3})
    weights = focalboost.class_weights(NAMES)
    assert result.estimator.class_weight == {label: weight**0.5 for label, weight in weights.items()}
    assert result.estimator.alpha is None


def test_class_weights_by_label():
    estimator = FocalLGBMClassifier(n_jobs=1, verbosity=-1, class_weight={"fraud": 3.0})
    assert states(tune(estimator, y=NAMES, n_trials=2).study) == ["COMPLETE"] * 2


def test_a_hopeless_trial_is_pruned_after_one_fold_and_references_never():
    study = tune(
        n_trials=6, space=lambda trial: {"gamma": 1.0, "learning_rate": 1e-6 if trial.number == 5 else 0.3}
    ).study
    assert states(study) == ["COMPLETE"] * 5 + ["PRUNED"]
    assert list(study.trials[5].intermediate_values) == [0]


def test_the_same_seed_gives_the_same_trials_also_when_resumed(memory):
    whole = tune(n_trials=5, space=small_space).study
    tune(n_trials=3, **memory)
    resumed = tune(n_trials=5, **memory).study
    assert [trial.params for trial in resumed.trials] == [trial.params for trial in whole.trials]
    assert [trial.value for trial in resumed.trials] == [trial.value for trial in whole.trials]


def test_a_finished_study_is_not_searched_again(memory):
    first = tune(**memory)
    again = tune(**memory)
    assert len(again.study.trials) == 3
    np.testing.assert_array_equal(again.estimator.predict_proba(X), first.estimator.predict_proba(X))


def test_a_killed_process_resumes_with_the_reference_that_it_lost(tmp_path):
    url = f"sqlite:///{tmp_path / 'study.db'}"
    program = f"""
import os, signal, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_tuning import stored, tune
from focalboost.estimators.tuning import search, trial

class Killed(trial.TrialScore):
    def __call__(self, trial):
        return os.kill(os.getpid(), signal.SIGKILL) if trial.number == 1 else super().__call__(trial)

search.TrialScore = Killed
tune(**stored({url!r}))
"""
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, timeout=100, check=False).returncode == -9
    storage = optuna.storages.RDBStorage(url)
    study = tune(**stored(storage)).study
    assert states(study) == ["COMPLETE", "RUNNING", "COMPLETE", "COMPLETE"]
    assert [trial.user_attrs.get("reference") for trial in study.trials] == [
        "cross-entropy",
        "estimator as given",
        "estimator as given",
        None,
    ]
    storage.remove_session()
    storage.engine.dispose()


def test_an_interrupted_trial_is_made_again(memory):
    def interrupted(trial):
        if trial.number == 2:
            raise KeyboardInterrupt
        return small_space(trial)

    with pytest.raises(KeyboardInterrupt):
        tune(n_trials=4, **memory | {"space": interrupted})
    study = tune(n_trials=4, **memory).study
    assert states(study) == ["COMPLETE", "COMPLETE", "FAIL", "COMPLETE", "COMPLETE"]


@pytest.fixture(scope="module")
def one_trial():
    arguments = {"n_trials": 1, **stored(optuna.storages.InMemoryStorage())}
    tune(**arguments)
    return arguments


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"X": X + 1}, "another X"),
        ({"y": 1 - Y}, "another y"),
        ({"sample_weight": WEIGHT}, "another sample_weight"),
        ({"cv": 2}, "another cv, random_state or groups"),
        ({"random_state": 1}, "another cv, random_state or groups"),
        ({"scoring": "average_precision"}, "another scoring ('log_loss', not 'average_precision')"),
        ({"max_rounds": 7}, r"another max_rounds (6, not 7)"),
        ({"estimator": FocalXGBClassifier(n_jobs=1, max_depth=3)}, "another estimator (max_depth=None, not 3)"),
        ({"estimator": LGBM}, "another estimator (class=FocalXGBClassifier, not FocalLGBMClassifier)"),
    ],
)
def test_a_study_made_for_something_else_is_refused(one_trial, changed, names):
    with pytest.raises(ValueError, match="study_name='fraud'") as caught:
        tune(**one_trial | changed)
    assert names in str(caught.value)


def test_a_study_of_another_origin_is_refused(memory):
    optuna.create_study(storage=memory["storage"], study_name="fraud").optimize(lambda _: 1.0, n_trials=1)
    with pytest.raises(ValueError, match="made for something else than tune"):
        tune(**memory)


@pytest.mark.parametrize(
    "container",
    [lambda: pd.DataFrame(X, columns=list("abc")).assign(d=pd.Categorical(NAMES)), lambda: scipy.sparse.csr_matrix(X)],
    ids=["pandas", "sparse"],
)
def test_containers_are_recognised_again(container, memory):
    tune(LGBM, X=container(), n_trials=1, **memory)
    assert states(tune(LGBM, X=container(), n_trials=2, **memory).study) == ["COMPLETE"] * 2


def test_groups_stay_together():
    groups = np.repeat(np.arange(60), 5)
    folds = Folds(X, Y, None, groups=groups, cv=3, random_state=0, every_class=True)
    for train, valid in folds.splits:
        assert not set(groups[train]) & set(groups[valid])
    assert tune(n_trials=1, groups=groups, cv=GroupKFold(2)).study.best_value > 0


def test_threads_share_the_trials():
    assert states(tune(n_trials=4, n_jobs=2, space=small_space).study) == ["COMPLETE"] * 4


def test_a_failed_trial_is_recorded_and_the_search_goes_on():
    study = tune(n_trials=4, space=lambda trial: {"gamma": -1.0 if trial.number == 2 else 1.0}).study
    assert states(study) == ["COMPLETE", "COMPLETE", "FAIL", "COMPLETE"]
    assert "gamma" in study.trials[2].user_attrs["error"]


def test_the_first_error_is_raised_if_all_trials_fail():
    with pytest.raises(RuntimeError, match=r"no trial was complete, 3 failed; the first: ValueError: .*curvature"):
        tune(FocalXGBClassifier(curvature="none"))


def test_no_time_for_a_trial():
    with pytest.raises(RuntimeError, match="no trial was complete, give a longer timeout"):
        tune(timeout=1e-9)


def test_summary_says_whether_focal_loss_helped():
    text = tune(n_trials=4).summary()
    assert "log_loss over 3 folds, smaller is better; trials: 4 complete" in text
    assert "cross-entropy, class-weighted or not: 0." in text
    assert "focal loss: 0." in text
    assert "no difference that this search can show" in text


def test_summary_says_what_was_chosen():
    def space(trial):
        return {"gamma": 1.0, "class_weight": "sqrt_balanced", "learning_rate": trial.suggest_float("rate", 0.3, 0.3)}

    text = tune(FocalXGBClassifier(n_jobs=1, learning_rate=1e-6), y=NAMES, space=space).summary()
    weights = [weight**0.5 for weight in focalboost.class_weights(NAMES).values()]
    assert f"gamma 1, class_weight {{fine: {weights[0]:.3g}, fraud: {weights[1]:.3g}}}, rate 0.3\n" in text
    assert "rounds, gamma 0, class_weight None\n" in tune(n_trials=1).summary()


@pytest.mark.parametrize(("rate", "verdict"), [(0.3, "focal loss is better"), (1e-6, "focal loss is worse")])
def test_summary_shows_a_difference_where_there_is_one(rate, verdict):
    references = FocalXGBClassifier(n_jobs=1, gamma=0.0, learning_rate=0.3 if rate < 0.3 else 1e-6)
    result = tune(references, n_trials=2, cv=5, space=lambda _: {"gamma": 1.0, "learning_rate": rate})
    assert [trial.user_attrs.get("reference") for trial in result.study.trials] == ["cross-entropy", None]
    assert verdict in result.summary()


def test_summary_without_one_side():
    assert "focal loss: no complete trial" in tune(n_trials=1).summary()


def test_one_split_has_no_standard_error():
    split = [(np.arange(200), np.arange(200, 300))]
    assert "one fold, no standard error" in tune(n_trials=2, cv=split).summary()


def test_progress_is_shown_when_asked_for_and_logging_stays(capfd):
    before = optuna.logging.get_verbosity()
    tune(n_trials=2)
    assert capfd.readouterr().err == ""
    tune(n_trials=2, show_progress_bar=True)
    shown = capfd.readouterr().err
    assert "2/2" in shown
    assert "best 0." in shown
    assert optuna.logging.get_verbosity() == before == logging.INFO


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ({"estimator": FocalXGBClassifier}, TypeError, "an instance"),
        ({"estimator": FocalXGBClassifier(early_stopping_rounds=5)}, ValueError, r"early_stopping_rounds=5\): tune"),
        ({"estimator": FocalLGBMClassifier(num_boost_round=5)}, ValueError, r"num_boost_round=5\): tune"),
        ({"scoring": "accuracy"}, ValueError, "scoring='accuracy': allowed are"),
        ({"n_trials": 0}, ValueError, "n_trials=0"),
        ({"max_rounds": 0}, ValueError, "max_rounds=0"),
        ({"cv": 1}, ValueError, "cv=1"),
        ({"cv": 3, "y": np.arange(300) < 2}, ValueError, "cv=3: the class True has 2 rows, fewer than folds"),
        ({"cv": TimeSeriesSplit(2), "y": np.arange(300) > 290}, ValueError, r"training rows of fold 0 .* \[True\]"),
        ({"y": np.ones((300, 2), int)}, ValueError, "2 labels a row"),
        ({"y": Y[:-1]}, ValueError, "inconsistent"),
        ({"storage": "sqlite:///study.db"}, ValueError, "storage without study_name"),
        ({"space": lambda _: {"depth": 3}}, ValueError, "depth=3, which FocalXGBClassifier does not have"),
        ({"space": lambda _: {"n_estimators": 3}}, ValueError, "n_estimators=3: early stopping"),
        ({"space": lambda _: {"objective": "x"}}, ValueError, "objective='x': focal loss is the objective"),
        ({"space": lambda _: None}, TypeError, "space must return a dict"),
    ],
)
def test_bad_input(arguments, error, match):
    with pytest.raises(error, match=match):
        tune(**arguments)


def test_without_optuna_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(ImportError, match=r"focalboost\[tuning\]"):
        tune()
