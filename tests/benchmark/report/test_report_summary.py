import numpy as np
import pytest

from focalboost.benchmark.report.summary import summarise


def test_the_summary_has_means_over_folds(make):
    failing = [0.4, np.nan, 0.6]
    results = make.results_of(make.table_of({"focal_gamma_1": failing}, train_seconds=2.0))
    row = summarise(results).iloc[0]
    assert row["average_precision"] == pytest.approx(0.5)
    assert row["average_precision_sd"] == pytest.approx(np.std([0.4, 0.6], ddof=1))
    assert (row["folds"], row["failed"], row["train_seconds"]) == (3, 1, 2.0)


def test_tasks_protocols_and_methods_are_in_their_orders(make):
    results = make.results_of(
        make.table_of({"focal_chosen": [0.5], "focal_gamma_1": [0.5], "cross_entropy": [0.5]}, task="z"),
        make.table_of({"cross_entropy": [0.5]}, task="z", protocol="fixed"),
        make.table_of({"cross_entropy": [0.5]}, task="a", booster="lightgbm"),
    )
    keys = summarise(results)[["task", "protocol", "method"]].apply(tuple, axis=1)
    assert list(keys) == [
        ("z", "fixed", "cross_entropy"),
        ("z", "stopped", "cross_entropy"),
        ("z", "stopped", "focal_gamma_1"),
        ("z", "stopped", "focal_chosen"),
        ("a", "stopped", "cross_entropy"),
    ]


def test_seconds_are_medians_because_a_loss_is_compiled_in_its_first_fit(make):
    table = make.table_of({"cross_entropy": [0.5, 0.5, 0.5]})
    table["train_seconds"] = [60.0, 1.0, 2.0]
    assert summarise(make.results_of(table)).loc[0, "train_seconds"] == 2.0
