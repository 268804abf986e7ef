import optuna

import focalboost
from focalboost.benchmark.methods.sanity import NoTrees
from focalboost.benchmark.settings import Settings
from focalboost.benchmark.versions import versions


def test_what_decides_the_results_has_a_version(booster):
    assert versions([NoTrees(), booster], Settings()) == {"focalboost": focalboost.__version__, "fake": "1.0"}
    assert versions([], Settings(trials=1)) == {"focalboost": focalboost.__version__, "optuna": optuna.__version__}
