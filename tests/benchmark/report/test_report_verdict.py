import numpy as np
import pytest

from focalboost.benchmark.report.verdict import judge

LEVEL = [0.50, 0.52, 0.48, 0.51, 0.49]
NEARLY = [0.51, 0.50, 0.49, 0.50, 0.49]
HIGHER = [0.70, 0.721, 0.68, 0.712, 0.69]
LOWER = [0.10, 0.12, 0.081, 0.11, 0.09]


@pytest.fixture
def verdict(make):
    """Judge one table for each dict of average precisions by method."""

    def verdict(*precisions, **others):
        tables = [make.table_of(one, task=f"t{place}", **others) for place, one in enumerate(precisions)]
        return judge(make.results_of(*tables))

    return verdict


def texts(sentences):
    return [sentence.text for sentence in sentences]


@pytest.mark.parametrize(("focal", "said"), [(HIGHER, "better"), (LOWER, "worse")])
def test_better_is_better_and_worse_is_worse(verdict, focal, said):
    found = verdict({"cross_entropy": LEVEL, "class_weight_chosen": LEVEL, "focal_chosen": focal})
    assert texts(found.answers) == [
        f"Focal loss is {said} than cross-entropy.",
        f"Focal loss is {said} than class-weighted cross-entropy.",
    ]
    assert {sentence.level for sentence in found.answers} == {said}
    assert f"xgboost, stopped: focal_chosen against cross_entropy: {said}, AP " in found.details[0].text


def test_no_difference_says_what_could_have_been_shown(verdict):
    found = verdict({"cross_entropy": LEVEL, "focal_chosen": NEARLY})
    [comparison] = found.comparisons
    assert texts(found.answers) == ["No difference between focal loss and cross-entropy that this data can show."]
    assert found.details[0].text == (
        "xgboost, stopped: focal_chosen against cross_entropy: no difference that this data can show, AP "
        f"{comparison.mean:+.4f} [{comparison.low:+.4f}, {comparison.high:+.4f}]; a difference of "
        f"{comparison.detectable:.4f} would probably have shown."
    )


def test_one_fold_gives_no_verdict(verdict):
    found = verdict({"cross_entropy": [0.5], "focal_chosen": [0.9]})
    assert texts(found.answers) == ["Focal loss against cross-entropy: one fold shows nothing; compare with more."]
    assert "one fold, so no verdict, AP +0.4000." in found.details[0].text


def test_the_tuned_table_counts_where_there_is_one(make):
    results = make.results_of(
        make.table_of({"cross_entropy": LEVEL, "focal_chosen": HIGHER}),
        make.table_of({"cross_entropy": LEVEL, "focal_chosen": LOWER}, protocol="tuned"),
    )
    [comparison] = judge(results).comparisons
    assert (comparison.protocol, comparison.verdict) == ("tuned", "worse")


def test_a_single_gamma_needs_no_choice_and_several_without_one_are_not_judged(verdict):
    assert verdict({"cross_entropy": LEVEL, "focal_gamma_2": HIGHER}).comparisons[0].method == "focal_gamma_2"
    assert verdict({"cross_entropy": LEVEL, "focal_gamma_1": HIGHER, "focal_gamma_2": HIGHER}).comparisons == ()


def test_without_a_fold_in_common_there_is_no_answer(verdict):
    nothing = [np.nan] * 5
    assert verdict({"cross_entropy": LEVEL, "focal_chosen": nothing}).answers == ()
    assert verdict({"cross_entropy": LEVEL}).answers == ()


def test_several_tasks_are_counted(verdict):
    found = verdict(*({"cross_entropy": LEVEL, "focal_chosen": focal} for focal in (HIGHER, NEARLY, LOWER)))
    assert texts(found.answers) == [
        "Focal loss against cross-entropy: better in 1, worse in 1, no difference shown in 1 of 3 comparisons (each "
        "task in each library)."
    ]
    assert found.answers[0].level == "none"
    [over_tasks] = found.details
    assert "over 3 tasks: ahead on 1, behind on 2, median difference of AP " in over_tasks.text
    assert "too few tasks to show any difference (p cannot be below 0.25)" in over_tasks.text


def test_many_tasks_are_tested(verdict):
    found = verdict(*({"cross_entropy": LEVEL, "focal_chosen": HIGHER} for _ in range(8)))
    assert found.details[0].text.endswith("; better (Wilcoxon with Holm's correction, p = 0.0078).")
    assert found.details[0].level == "better"


@pytest.mark.parametrize(
    ("fixed", "stopped", "said"),
    [
        (HIGHER, LEVEL, "So 100 % of the gain was regularisation, which early stopping gives cross-entropy too."),
        (HIGHER, [value + 0.1 for value in LEVEL], "So 50 % of the gain was regularisation"),
        (HIGHER, HIGHER, "The gain stays: it is not that of smaller steps."),
        (NEARLY, NEARLY, "No gain is shown with all rounds, so there is none to lose."),
        (LOWER, HIGHER, "No gain is shown with all rounds, so there is none to lose."),
    ],
)
def test_what_goes_of_the_gain_when_rounds_are_chosen(make, fixed, stopped, said):
    results = make.results_of(
        make.table_of({"cross_entropy": LEVEL, "focal_chosen": fixed}, protocol="fixed"),
        make.table_of({"cross_entropy": LEVEL, "focal_chosen": stopped}),
    )
    [sentence] = judge(results).steps
    assert said in sentence.text
    assert f"{np.mean(fixed) - 0.5:+.4f} with all rounds, {np.mean(stopped) - 0.5:+.4f} with rounds chosen" in (
        sentence.text
    )


def test_methods_at_chance_are_called_out(verdict):
    # The share of positives is 0.02.
    methods = {"cross_entropy": LEVEL, "scale_pos_weight": [0.019, 0.02, 0.018], "undersampled": [0.06, 0.05, 0.07]}
    found = verdict(methods | {"library_defaults": [0.03, 0.015, 0.035]})
    assert texts(found.warnings) == [
        "t0, xgboost: not shown to be better than chance: scale_pos_weight (stopped), library_defaults (stopped)."
    ]


@pytest.mark.parametrize(("alone", "best", "leak"), [(0.47, 0.5, True), (0.3, 0.5, False), (0.96, 1.0, True)])
def test_a_column_that_knows_too_much_is_called_out(make, alone, best, leak):
    results = make.results_of(
        make.table_of({"cross_entropy": [best] * 3}, task="claims"),
        make.table_of({"single_feature": [alone] * 3}, task="claims", booster="none", note="refund <date>"),
    )
    told = texts(judge(results).warnings)
    assert len(told) == leak
    assert all("claims: the column 'refund <date>' alone reaches AP" in text for text in told)


def test_a_column_at_chance_is_no_leak_where_nothing_can_be_learnt(make):
    results = make.results_of(
        make.table_of({"cross_entropy": [0.02] * 3}),
        make.table_of({"single_feature": [0.02] * 3}, booster="none", note="x"),
    )
    assert not any("leak" in text for text in texts(judge(results).warnings))


def test_one_task_in_several_libraries_is_counted_by_library(make):
    tables = [make.table_of({"cross_entropy": LEVEL, "focal_chosen": HIGHER}, booster=name) for name in ("a", "b")]
    [answer] = judge(make.results_of(*tables)).answers
    assert answer.text == "Focal loss is better than cross-entropy in both libraries."
    worse = make.table_of({"cross_entropy": LEVEL, "focal_chosen": LOWER}, booster="c")
    [answer] = judge(make.results_of(*tables, worse)).answers
    assert answer.text.endswith("better in 2, worse in 1, no difference shown in 0 of 3 libraries.")
    assert answer.level == "better"
