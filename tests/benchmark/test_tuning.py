from dataclasses import replace

import numpy as np
import optuna
import pytest

from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.fit import train_and_judge
from focalboost.benchmark.methods import METHODS
from focalboost.benchmark.methods.searched import SEARCHED
from focalboost.benchmark.settings import Settings, Trees
from focalboost.benchmark.task import Costs
from focalboost.benchmark.tuning import tuned

TREES = Trees(rounds=8, threads=1)
SETTINGS = Settings(TREES, trials=12)
XGBOOST = BOOSTERS["xgboost"]


class Spied:
    """A method that keeps the trees that were tried, and fails where it is told to."""

    family = "spied"

    def __init__(self, name="cross_entropy", fails=()):
        self.method, self.name, self.fails, self.tried = METHODS[name], name, fails, []

    def train(self, booster, fit, trees):
        self.tried.append(trees)
        if len(self.tried) in self.fails:
            raise RuntimeError(f"trial {len(self.tried)} failed")
        return self.method.train(booster, fit, trees)


def test_every_method_has_as_many_trials_of_which_the_first_is_the_stated_defaults(part):
    for name in ("cross_entropy", "class_weight_balanced", "focal_gamma_1"):
        method = Spied(name)
        tuned(method, XGBOOST, part, SETTINGS, fold=0)
        assert len(method.tried) == 12
        assert method.tried[0] == TREES
        assert len(set(method.tried)) == 12
        assert {(trees.rounds, trees.seed, trees.threads) for trees in method.tried} == {(8, 0, 1)}


def test_until_scores_tell_the_methods_apart_they_try_the_same(part):
    tried = []
    for name in ("cross_entropy", "class_weight_balanced"):
        method = Spied(name)
        tuned(method, XGBOOST, part, replace(SETTINGS, trials=9), fold=0)
        tried.append(method.tried)
    assert tried[0] == tried[1]


def test_a_seed_and_a_fold_give_the_same_search(part):
    first, again, other, fold = (
        tuned(METHODS["cross_entropy"], XGBOOST, part, replace(SETTINGS, trees=trees), fold)[1]
        for trees, fold in [(TREES, 0), (TREES, 0), (replace(TREES, seed=1), 0), (TREES, 1)]
    )
    assert first == again
    assert replace(other, seed=0) != first
    assert fold != first


@pytest.mark.parametrize("select", ["average_precision", "log_loss"])
@pytest.mark.parametrize("name", ["cross_entropy", "class_weight_balanced"])
def test_what_is_found_is_the_best_trial_by_the_score_that_the_table_shows(part, select, name, monkeypatch):
    def score(trees):
        outcome = train_and_judge(METHODS[name], XGBOOST, part, trees, select, Costs(), ("tuned",))
        return outcome.fits[0].validation_score

    studies, create = [], optuna.create_study

    def remembered(**how):
        studies.append(create(**how))
        return studies[-1]

    monkeypatch.setattr(optuna, "create_study", remembered)
    method = Spied(name)
    _, found, note = tuned(method, XGBOOST, part, replace(SETTINGS, select=select, trials=6), fold=0)
    scores = {trees: score(trees) for trees in method.tried}
    assert [trial.value for trial in studies[0].trials] == pytest.approx(list(scores.values()), rel=1e-6)
    assert scores[found] == pytest.approx(max(scores.values()), rel=1e-6)
    assert f"learning_rate {found.learning_rate:.3g}, " in note
    assert f"num_leaves {found.num_leaves}" in note


def test_test_rows_are_not_looked_at(part):
    class Poisoned:
        def __getattr__(self, name):
            raise AssertionError(f"the test rows' {name} was looked at")

    unpoisoned = tuned(METHODS["focal_gamma_1"], XGBOOST, part, SETTINGS, fold=0)
    assert tuned(METHODS["focal_gamma_1"], XGBOOST, replace(part, test=Poisoned()), SETTINGS, fold=0) == unpoisoned


def test_trials_that_fail_are_left_out(part):
    method = Spied(fails=range(1, 13, 2))
    _, found, _ = tuned(method, XGBOOST, part, SETTINGS, fold=0)
    assert len(method.tried) == 12
    assert found in method.tried[1::2]


def test_if_all_fail_the_last_error_is_the_method_s(part):
    method = Spied(fails=range(1, 13))
    with pytest.raises(RuntimeError, match="trial 12 failed"):
        tuned(method, XGBOOST, part, SETTINGS, fold=0)


@pytest.mark.parametrize("family", SEARCHED)
def test_a_family_s_own_number_is_searched_with_the_trees(part, family):
    searched, seen = SEARCHED[family], []

    def member(number):
        seen.append(number)
        return searched.member(number)

    method, _, note = tuned(replace(searched, member=member), XGBOOST, part, SETTINGS, fold=0)
    assert seen[0] == searched.first
    assert len(set(seen)) == 12
    assert all(searched.low <= number <= searched.high for number in seen)
    assert method == searched.member(seen[-1]) if family == "focal" else method.power == seen[-1]
    assert f"{searched.parameter} {seen[-1]:.3g}" in note


def test_stated_defaults_outside_the_ranges_are_tried_as_they_are(part):
    method = Spied()
    stated = replace(TREES, learning_rate=0.9, max_depth=2, reg_lambda=1e-3)
    tuned(method, XGBOOST, part, Settings(stated, trials=2), fold=0)
    assert method.tried[0] == stated


def test_a_stated_default_of_zero_has_no_place_on_a_log_scale(part):
    with pytest.raises(BenchmarkError, match=r"reg_lambda is 0\.0: give one above 0"):
        tuned(METHODS["cross_entropy"], XGBOOST, part, Settings(replace(TREES, reg_lambda=0.0), trials=2), fold=0)


def test_optuna_s_line_for_each_trial_is_left_out(part, capfd):
    before = optuna.logging.get_verbosity()
    tuned(METHODS["cross_entropy"], XGBOOST, part, replace(SETTINGS, trials=2), fold=0)
    assert capfd.readouterr().err == ""
    assert optuna.logging.get_verbosity() == before


@pytest.mark.parametrize("library", ["lightgbm", "catboost", "hist_gradient_boosting"])
def test_every_library_takes_the_whole_space(part, library):
    if library == "catboost":
        pytest.importorskip("catboost")
    method = Spied()
    _, found, _ = tuned(method, BOOSTERS[library], part, replace(SETTINGS, trials=4), fold=0)
    assert np.isfinite(found.learning_rate)
    assert found in method.tried
