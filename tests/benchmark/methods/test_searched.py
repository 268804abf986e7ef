import optuna
import pytest

from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.methods.class_weight import ClassWeight
from focalboost.benchmark.methods.focal import Focal
from focalboost.benchmark.methods.searched import SEARCHED


@pytest.mark.parametrize(
    ("family", "library", "runs"), [("focal", "catboost", False), ("class_weight", "catboost", True)]
)
def test_a_family_runs_where_its_members_run(family, library, runs):
    assert SEARCHED[family].runs_in(BOOSTERS[library]) is runs
    assert SEARCHED[family].runs_in(BOOSTERS["xgboost"])


def test_a_trial_s_number_is_the_member_s():
    assert SEARCHED["focal"].suggested(optuna.trial.FixedTrial({"gamma": 1.7})) == Focal(1.7)
    weighted = SEARCHED["class_weight"].suggested(optuna.trial.FixedTrial({"power": 0.3}))
    assert weighted == ClassWeight("class_weight_chosen", 0.3)


def test_it_is_the_family_s_chosen_method_whose_first_number_is_in_its_range():
    for family, searched in SEARCHED.items():
        assert (searched.name, searched.family) == (f"{family}_chosen", family)
        assert searched.low <= searched.first <= searched.high
        assert searched.parameter in searched.description
