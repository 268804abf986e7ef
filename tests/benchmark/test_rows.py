import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from focalboost.benchmark.rows import KEY, Row, from_table, to_table
from focalboost.evaluation.measures import MEASURES

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
NUMBER = st.floats(allow_nan=False)
NUMBERS = ("validation_score", "threshold", "alert_cost", "alerts_per_period", "train_seconds", "predict_seconds")
COUNTS = ("rounds", "n_fit", "n_validation", "n_test", "fit_positives", "validation_positives", "test_positives")


@settings(max_examples=30)
@given(
    st.tuples(TEXT, TEXT, TEXT, TEXT, st.integers(0, 99)),
    st.lists(NUMBER, max_size=len(MEASURES)),
    st.tuples(*[NUMBER] * len(NUMBERS)),
    st.tuples(*[st.integers(0, 2**40)] * len(COUNTS)),
    st.none() | TEXT,
)
def test_a_table_in_a_file_gives_back_its_rows(tmp_path_factory, key, measures, numbers, counts, note):
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    known = dict(zip(NUMBERS, numbers, strict=True)) | dict(zip(COUNTS, counts, strict=True))
    row = Row(*key, measures=dict(zip(MEASURES, measures, strict=False)), note=note, peak_memory_mib=1.5, **known)
    newer = [name for name in MEASURES if name not in row.measures]
    to_table([row]).drop(columns=newer).to_parquet(path)
    assert from_table(pd.read_parquet(path)) == [row]


def test_a_failed_fit_has_its_error_and_no_measures():
    [row] = from_table(to_table([Row("t", "b", "m", "fixed", 0, error="ValueError: no", n_fit=7)]))
    assert (row.error, row.note, row.measures, row.n_fit) == ("ValueError: no", None, {}, 7)
    assert np.isnan(row.train_seconds)


def test_a_measure_that_is_not_defined_is_one():
    [row] = from_table(to_table([Row("t", "b", "m", "fixed", 0, dict.fromkeys(MEASURES, 0.5) | {"savings": np.nan})]))
    assert row.measures.keys() == MEASURES.keys()
    assert np.isnan(row.measures["savings"])


def test_columns_come_as_key_measures_and_the_rest():
    table = to_table(
        [Row("t", "b", "m", "fixed", 0, measures={"brier": 0.25}), Row("t", "b", "m", "fixed", 1, error="no")]
    )
    assert tuple(table.columns[: len(KEY)]) == KEY
    assert list(table.columns[len(KEY) : len(KEY) + len(MEASURES)]) == list(MEASURES)
    assert table["brier"].tolist() == pytest.approx([0.25, np.nan], nan_ok=True)
    assert table["roc_auc"].dtype == np.float64
    assert table["error"].isna().tolist() == [True, False]


def test_measures_that_are_no_more_are_left_out_and_new_ones_are_missing():
    table = to_table([Row("t", "b", "m", "fixed", 0, measures={"brier": 0.25, "roc_auc": 0.5})])
    [row] = from_table(table.rename(columns={"roc_auc": "f1_at_one_half"}))
    assert row.measures["brier"] == 0.25
    assert row.measures.keys() == MEASURES.keys() - {"roc_auc"}


def test_a_table_without_a_column_is_refused():
    table = to_table([Row("t", "b", "m", "fixed", 0)]).drop(columns=["threshold", "note"])
    with pytest.raises(ValueError, match="it has no column threshold, note"):
        from_table(table)
