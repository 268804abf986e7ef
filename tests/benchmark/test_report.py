import numpy as np
import pandas as pd
import pytest

from focalboost.benchmark.report import print_report
from focalboost.benchmark.results import Row
from focalboost.benchmark.summary import compare_focal, summarise
from focalboost.benchmark.verdict import verdict


def rows(precisions, task="fraud", booster="xgboost", error=None):
    """Make one row for each method and fold from a dict of average precisions by method."""
    others = {"roc_auc": 0.9, "log_loss": 0.02, "brier": 0.004, "recall_at_1pct_fpr": 0.5, "seconds": 1.25}
    others |= {"expected_calibration_error": 0.0031}
    sizes = {"n_train": 800, "n_test": 200, "train_positives": 40, "test_positives": 10}
    return [
        Row(task, booster, name, fold, value, **others, error=error if np.isnan(value) else None, **sizes)
        for name, values in precisions.items()
        for fold, value in enumerate(values)
    ]


def table(*parts):
    return pd.DataFrame([row for part in parts for row in part])


REFERENCES = {
    "cross_entropy_regularised": [0.50, 0.52, 0.48, 0.51, 0.49],
    "class_weighted": [0.30, 0.33, 0.27, 0.32, 0.28],
}
LEVEL = [0.51, 0.50, 0.49, 0.50, 0.49]
HIGHER = [0.70, 0.721, 0.68, 0.712, 0.69]
LOWER = [0.10, 0.12, 0.081, 0.11, 0.09]


def test_the_summary_has_means_over_folds_in_the_order_of_the_methods():
    results = table(
        rows({"focal_gamma_2": HIGHER, **REFERENCES}, task="z"),
        rows({"focal_gamma_2": [0.4, np.nan, 0.6]}, task="a", booster="lightgbm", error="ValueError: no"),
    )
    summary = summarise(results)
    assert list(summary["task"]) == ["z"] * 3 + ["a"]
    assert list(summary["method"][:3]) == ["cross_entropy_regularised", "class_weighted", "focal_gamma_2"]
    assert summary.loc[2, "average_precision"] == pytest.approx(np.mean(HIGHER))
    assert summary.loc[2, "average_precision_sd"] == pytest.approx(np.std(HIGHER, ddof=1))
    assert list(summary.loc[3, ["folds", "failed"]]) == [3, 1]
    assert summary.loc[3, "average_precision"] == pytest.approx(0.5)


def test_each_focal_method_meets_each_reference_and_the_best_is_marked():
    found = compare_focal(table(rows({**REFERENCES, "focal_gamma_1": LEVEL, "focal_gamma_2": LOWER})))
    told = {(c.method, c.reference): (c.difference.verdict, c.best_of) for c in found}
    assert told == {
        ("focal_gamma_1", "cross_entropy_regularised"): ("no difference shown", 2),
        ("focal_gamma_1", "class_weighted"): ("better", 2),
        ("focal_gamma_2", "cross_entropy_regularised"): ("worse", None),
        ("focal_gamma_2", "class_weighted"): ("worse", None),
    }


def test_methods_that_all_failed_are_not_compared():
    nothing = [np.nan] * 5
    assert compare_focal(table(rows({**REFERENCES, "focal_gamma_1": nothing}, error="x"))) == []
    found = compare_focal(
        table(rows({"class_weighted": nothing, "focal_gamma_1": LEVEL, "cross_entropy_regularised": LEVEL}))
    )
    assert [c.reference for c in found] == ["cross_entropy_regularised"]


def test_the_verdict_of_one_task_says_worse_when_it_is_worse():
    lines = verdict(compare_focal(table(rows({**REFERENCES, "focal_gamma_1": LOWER}))))
    assert lines[1] == "xgboost: focal_gamma_1"
    assert lines[2].startswith("  against cross_entropy_regularised: -0.400 [")
    assert lines[2].endswith("] worse")


def test_the_verdict_says_that_the_best_of_several_was_picked():
    lines = verdict(compare_focal(table(rows({**REFERENCES, "focal_gamma_1": LOWER, "focal_gamma_2": HIGHER}))))
    assert lines[1] == ("xgboost: focal_gamma_2 (the best of 2 gammas, picked on these same folds, which flatters it)")
    assert lines[3].endswith("] better")


def test_the_verdict_over_tasks_counts_them():
    results = table(
        rows({**REFERENCES, "focal_gamma_1": HIGHER}, task="a"),
        rows({**REFERENCES, "focal_gamma_1": LEVEL}, task="b"),
        rows({**REFERENCES, "focal_gamma_1": LOWER, "focal_gamma_2": LEVEL}, task="c"),
    )
    lines = verdict(compare_focal(results))
    assert lines[1] == "xgboost, against cross_entropy_regularised:"
    assert lines[2].startswith("  focal_gamma_1: better on 1, no difference shown on 1, worse on 1 of 3 tasks")
    assert lines[2].endswith("mean difference -0.067")
    assert lines[3].startswith("  focal_gamma_2: better on 0, no difference shown on 1, worse on 0 of 1 tasks")
    assert "best gamma of each task" in lines[4]
    assert "better on 1, no difference shown on 2, worse on 0 of 3 tasks" in lines[4]


def test_one_fold_has_a_difference_but_no_verdict():
    one = {name: values[:1] for name, values in {**REFERENCES, "focal_gamma_1": LEVEL}.items()}
    lines = verdict(compare_focal(table(rows(one))))
    assert lines[2] == "  against cross_entropy_regularised: +0.010 (one fold, no interval)"


def test_without_focal_rows_there_is_no_verdict():
    assert verdict(compare_focal(table(rows(REFERENCES)))) == []


def test_the_report_shows_every_number_and_every_failure(capsys):
    failing = {"focal_gamma_2": [0.4, np.nan, 0.6, np.nan, 0.5]}
    print_report(table(rows({**REFERENCES, "focal_gamma_1": HIGHER}), rows(failing, error="ValueError: [x] no")))
    printed = capsys.readouterr().out
    assert "fraud, xgboost: 5 folds, 200 test rows each with 10 positives" in printed
    assert "0.500 ± 0.016" in printed
    assert "ECE" in printed
    assert "0.0031" in printed
    assert "focal_gamma_2 (2 failed)" in printed
    assert "failed: ValueError: [x] no" in printed
    assert "balanced sample weights" in printed
    assert "Verdict on focal loss" in printed
    # Not a terminal: no colours, no lines cut short.
    assert "\x1b" not in printed
    assert "…" not in printed


def test_a_report_of_one_fold_has_no_spread(capsys):
    print_report(table(rows({"cross_entropy": [0.5]})))
    printed = capsys.readouterr().out
    assert "0.500 " in printed
    assert "nan" not in printed
