"""scikit-learn's own checks, whole, on both classifiers."""

import lightgbm as lgb
import pytest
import xgboost as xgb
from sklearn.utils.estimator_checks import parametrize_with_checks

from focalboost import FocalLGBMClassifier, FocalXGBClassifier

PARENTS = {
    FocalXGBClassifier: xgb.XGBClassifier(n_estimators=5, n_jobs=1),
    FocalLGBMClassifier: lgb.LGBMClassifier(n_estimators=5, n_jobs=1),
}

OURS = {
    "check_class_weight_classifiers": "class weights change what the model attends to; predict and predict_proba stay "
    "those of the data, because the posterior undoes the weights",
}
"""Checks that fail by design."""

WITHOUT_THE_SHIFT = {
    "check_classifiers_train": "predict follows the probabilities, decision_function is the raw score: where the shift "
    "to the prevalence moves a boundary between classes, the two may differ",
}
"""Checks that pass with ``match_prevalence=False`` and may fail, by design, with the default."""

PARENTS_TOO = {
    FocalXGBClassifier: {
        "check_sample_weight_equivalence_on_dense_data": "bins of features depend on rows as well as on weights",
        "check_sample_weight_equivalence_on_sparse_data": "bins of features depend on rows as well as on weights",
    },
    FocalLGBMClassifier: {
        "check_classifiers_classes": "with scikit-learn 1.5's 30 rows and 20 in each leaf nothing can be split",
    },
}
"""Checks that may fail, with some versions, where the parent fails as well."""


CHECKS = parametrize_with_checks(
    [FocalXGBClassifier(n_estimators=5, n_jobs=1), FocalLGBMClassifier(n_estimators=5, n_jobs=1)]
)
# Without the marks that older versions carry for the parents' exceptions: ours are above.
PAIRS = [tuple(getattr(pair, "values", pair)) for pair in CHECKS.args[1]]


@pytest.mark.filterwarnings("ignore")  # the checks hand over odd data on purpose
@pytest.mark.parametrize(CHECKS.args[0], PAIRS, ids=CHECKS.kwargs["ids"])
def test_conformity(estimator, check):
    name = check.func.__name__
    if name in OURS:
        with pytest.raises(AssertionError):
            check(estimator)
        return
    if name in WITHOUT_THE_SHIFT:
        estimator = estimator.set_params(match_prevalence=False)
    try:
        check(estimator)
    except AssertionError:
        if name not in PARENTS_TOO[type(estimator)]:
            raise
        with pytest.raises(AssertionError):
            check(PARENTS[type(estimator)])
