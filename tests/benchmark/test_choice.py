import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalboost.benchmark.choice import with_chosen
from focalboost.benchmark.comparison import compare_methods

FAMILIES = {"focal": ["f1", "f2", "f3"], "class_weight": ["w1", "w2"]}


def row(method, score, fold=0, error=None, seconds=1.0, **columns):
    fit = {"task": "cards", "booster": "xgboost", "method": method, "protocol": "fixed", "fold": fold}
    measures = {"average_precision": np.nan if error else len(method) + fold, "validation_score": score}
    return fit | measures | {"train_seconds": seconds, "predict_seconds": 0.5, "error": error} | columns


@st.composite
def tables(draw):
    fits = draw(
        st.lists(
            st.tuples(st.sampled_from(["f1", "f2", "f3", "w1", "w2", "plain"]), st.integers(0, 2), st.booleans()),
            unique_by=lambda fit: fit[:2],
            min_size=1,
        )
    )
    score = st.sampled_from([0.1, 0.2, 0.3])
    return pd.DataFrame(
        [row(m, np.nan if failed else draw(score), fold, "broke" if failed else None) for m, fold, failed in fits]
    )


@settings(deadline=None)
@given(tables())
def test_each_fold_has_its_best_member(results):
    found = with_chosen(results, FAMILIES)
    pd.testing.assert_frame_equal(found.iloc[: len(results)].drop(columns="chosen_method"), results, check_dtype=False)
    assert found["chosen_method"][: len(results)].isna().all()
    expected = {}
    for family, members in FAMILIES.items():
        for fold in range(3):
            tried = [r for r in results.to_dict("records") if r["fold"] == fold and r["method"] in members]
            usable = [r for r in tried if not pd.isna(r["validation_score"])]
            if len(tried) > 1 and usable:
                best = max(usable, key=lambda r: (r["validation_score"], -members.index(r["method"])))
                expected[f"{family}_chosen", fold] = (best["method"], best["average_precision"], float(len(tried)), 0.5)
    new = found.iloc[len(results) :]
    columns = ["chosen_method", "average_precision", "train_seconds", "predict_seconds"]
    assert {(m, f): tuple(v) for m, f, *v in new[["method", "fold", *columns]].to_numpy()} == expected
    assert len(new) == len(expected)


def test_tasks_boosters_and_protocols_choose_apart():
    places = [{}, {"task": "claims"}, {"booster": "lightgbm"}, {"protocol": "tuned"}]
    results = pd.DataFrame(
        [
            row(method, score, **place)
            for i, place in enumerate(places)
            for method, score in [("w1", 0.5), ("w2", i / 2.5)]
        ]
    )
    assert with_chosen(results, FAMILIES)["chosen_method"].dropna().tolist() == ["w1", "w1", "w2", "w2"]


def test_seconds_are_summed_over_all_that_were_trained_and_known():
    results = pd.DataFrame([row("f1", np.nan, error="broke", seconds=2.0), row("f2", 0.1, seconds=3.0)])
    assert with_chosen(results, FAMILIES)["train_seconds"].iloc[-1] == 5
    unknown = results.assign(train_seconds=np.nan)
    assert np.isnan(with_chosen(unknown, FAMILIES)["train_seconds"].iloc[-1])


def test_a_lone_member_is_no_choice():
    results = pd.DataFrame([row("f1", 0.1), row("plain", 0.1), row("f2", 0.1, fold=1)])
    assert len(with_chosen(results, FAMILIES)) == 3


def test_the_chosen_are_compared_like_any_method():
    results = pd.DataFrame(
        [row(m, s, fold) for m, s in [("f1", 0.1), ("f2", 0.2), ("plain", 0.1)] for fold in range(3)]
    )
    found = with_chosen(results.assign(test_over_train=0.25), FAMILIES)
    [comparison] = compare_methods(found, ["focal_chosen"], ["plain"])
    assert (comparison.n_folds, comparison.mean) == (3, 2 - 5)


def test_categories_as_files_have_them_are_names():
    results = pd.DataFrame([row("f1", 0.1), row("f2", 0.2)])
    categories = results.assign(**{n: results[n].astype("category") for n in ["task", "booster", "protocol", "method"]})
    assert with_chosen(categories, FAMILIES)["method"].tolist() == ["f1", "f2", "focal_chosen"]


def test_choosing_twice_is_refused():
    results = pd.DataFrame([row("f1", 0.1), row("f2", 0.2)])
    with pytest.raises(ValueError, match="rows of focal_chosen already"):
        with_chosen(with_chosen(results, FAMILIES), FAMILIES)


def test_a_fit_that_failed_after_its_validation_is_not_chosen():
    results = pd.DataFrame([row("f1", 0.1), row("f2", 0.2, error="no memory to predict")])
    assert with_chosen(results, FAMILIES)["chosen_method"].iloc[-1] == "f1"
