from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from focalboost.benchmark.comparison import Comparison
from focalboost.benchmark.resampling import bootstrap_interval

ROWS = 400


def comparison(method, reference="cross_entropy"):
    return Comparison("task", "xgboost", "stopped", method, reference, "average_precision", 0, 0, 0, 2, 0)


@pytest.fixture
def results():
    """Two folds of a method that ranks well, one that ranks badly, and one whose second fold failed."""
    tables = {}
    for name, quality, folds in (("good", 3.0, 2), ("cross_entropy", 1.0, 2), ("failed", 3.0, 1)):
        rng = np.random.default_rng(7)
        parts = []
        for fold in range(folds):
            label = (np.arange(ROWS) % 10 == 0).astype(int)
            score = rng.normal(size=ROWS) + quality * label
            parts.append(pd.DataFrame({"fold": fold, "row": np.arange(ROWS), "label": label, "probability": score}))
        tables[name] = pd.concat(parts)
    empty = pd.DataFrame(columns=["fold", "row", "label", "probability"])
    return SimpleNamespace(tables=tables, predictions=lambda *key: tables.get(key[2], empty))


def test_the_interval_holds_the_mean_difference_over_folds(results):
    low, high = bootstrap_interval(results, comparison("good"))
    means = [
        np.mean([average_precision_score(rows["label"], rows["probability"]) for _, rows in table.groupby("fold")])
        for table in (results.tables["good"], results.tables["cross_entropy"])
    ]
    assert 0 < low < means[0] - means[1] < high


def test_a_method_does_not_differ_from_itself(results):
    assert bootstrap_interval(results, comparison("cross_entropy")) == (0.0, 0.0)


def test_only_folds_that_both_have_count(results):
    both = bootstrap_interval(results, comparison("failed"))
    for name in ("good", "cross_entropy"):
        results.tables[name] = results.tables[name].query("fold == 0")
    assert bootstrap_interval(results, comparison("failed")) == both
    assert bootstrap_interval(results, comparison("never made")) is None


def test_rows_of_one_group_are_drawn_together(results):
    apart = bootstrap_interval(results, comparison("good"))
    for table in results.tables.values():
        table["group"] = table["row"] // 100
    together = bootstrap_interval(results, comparison("good"))
    assert together != apart
    assert together[0] < together[1]


def test_the_rows_are_paired_by_their_place_not_by_their_order(results):
    before = bootstrap_interval(results, comparison("good"))
    results.tables["cross_entropy"] = results.tables["cross_entropy"].sample(frac=1, random_state=0)
    assert bootstrap_interval(results, comparison("good")) == before
