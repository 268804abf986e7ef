"""Bad input gives the right error, says what is wrong, and leaves what was there before as it was."""

import copy
import re

import numpy as np
import pytest
from bad_input.case import raised
from bad_input.estimators import BOTH, FITTING, X, Y
from bad_input.table import AREAS, HEAD, PATH, row

from focalboost.datasets.files import read_file
from focalboost.datasets.roles import Roles

CASES = [case for cases in AREAS.values() for case in cases]


@pytest.mark.filterwarnings("ignore:.*saved before XGBoost 1.6:UserWarning")  # what XGBoost makes of other JSON
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input(case, tmp_path):
    error = raised(case, tmp_path)
    assert isinstance(error, case.error), f"{type(error).__name__}: {error}"
    assert re.search(case.message, str(error), re.DOTALL), str(error)
    assert "Stack trace" not in str(error)
    assert "Traceback" not in str(error)


def test_the_written_table_has_these_rows():
    lines = PATH.read_text(encoding="utf-8").splitlines()
    written = [line for line in lines if line.startswith("| ") and line != HEAD]
    assert len(written) == len(CASES)
    for line, case in zip(written, CASES, strict=True):
        assert line.startswith(row(case, "", "").removesuffix(" |  |  |")), "write the table again"


def test_every_case_is_another_one():
    names = [case.name for case in CASES]
    assert not {name for name in names if names.count(name) > 1}


@pytest.fixture(scope="module")
def fitted():
    return {estimator: estimator(**settings).fit(X, Y) for estimator, settings, _ in BOTH}


# Of these, set_params alone changes what the libraries predict, whatever a fit does.
OWN = re.compile("(base_score|num_class|learning_rate)=")


@pytest.mark.parametrize("case", [case for case in FITTING if not OWN.match(case.given)], ids=lambda case: case.name)
def test_a_failed_fit_leaves_the_earlier_one(case, fitted, tmp_path):
    estimator = next(kind for kind in fitted if case.where.startswith(kind.__name__))
    model = copy.deepcopy(fitted[estimator])
    with pytest.raises(case.error):
        case.call(tmp_path, model)
    again = copy.copy(model)
    np.testing.assert_array_equal(again.predict_proba(X), fitted[estimator].predict_proba(X))


def test_ten_thousand_columns_are_read(tmp_path):
    names = [f"c{i}" for i in range(10_000)]
    lines = [",".join([*names, "fraud"]), *(",".join(["1.5"] * 10_000 + [label]) for label in "010")]
    path = tmp_path / "wide.csv"
    path.write_text("\n".join(lines))
    assert read_file(path, Roles("fraud")).features.shape == (3, 10_000)
