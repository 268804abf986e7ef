import numpy as np
import pytest

from focalboost.evaluation.measures import MEASURES, measure


@pytest.mark.parametrize("wrong", [np.nan, -0.1, 1.5, np.inf])
def test_what_is_no_probability_is_refused_with_its_row(wrong):
    with pytest.raises(ValueError, match=r"1 of 3 probabilities .* row 2"):
        measure(np.array([0, 1, 0]), np.array([0.1, 0.2, wrong]))


def test_measures_come_under_their_names():
    names = ["average_precision", "roc_auc", "log_loss", "brier", "expected_calibration_error", "recall_at_1pct_fpr"]
    assert list(measure(np.array([0, 1]), np.array([0.2, 0.9]))) == list(MEASURES) == names
