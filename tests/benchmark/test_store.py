import pandas as pd
import pytest

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.lock import locked
from focalboost.benchmark.rows import Row
from focalboost.benchmark.store import Store, discard

ROWS = [Row(task, "b", "m", "fixed", fold) for task in ("z", "a") for fold in (10, 9)]


def test_rows_are_kept_sorted_whichever_came_first(tmp_path):
    store = Store(tmp_path)
    for row in ROWS:
        store.add(row)
    assert [row.key for row in store.rows()] == sorted(row.key for row in ROWS)
    assert [row.key for row in Store(tmp_path).rows()] == [row.key for row in store.rows()]


def test_a_failed_fit_is_not_had_until_it_is_added_again(tmp_path):
    failed, made = Row("t", "b", "m", "fixed", 0, error="no"), Row("t", "b", "m", "fixed", 0)
    store = Store(tmp_path)
    assert not store.has(made.key)
    store.add(failed)
    assert not Store(tmp_path).has(made.key)
    store.add(made)
    assert Store(tmp_path).has(made.key)
    assert len(store.rows()) == 1


@pytest.mark.parametrize("spoil", ["not parquet", "another version"])
def test_results_that_cannot_be_read_say_how_to_mend_it(tmp_path, spoil):
    Store(tmp_path).add(*ROWS)
    path = tmp_path / "results.parquet"
    if spoil == "not parquet":
        path.write_bytes(b"x")
    else:
        pd.read_parquet(path).drop(columns="threshold").to_parquet(path)
    message = r"results\.parquet cannot be read as results \(.*\): give another --output, or --overwrite to discard"
    with pytest.raises(BenchmarkError, match=message):
        Store(tmp_path)


def test_only_a_comparison_s_own_files_are_discarded(tmp_path):
    discard(tmp_path / "nowhere")
    store = Store(tmp_path)
    store.add(*ROWS)
    store.predictions.save(ROWS[0].key, pd.DataFrame({"row": [0]}))
    store.stages.save(ROWS[0].key, pd.DataFrame({"rounds": [1]}))
    for name in (".results.parquet.123", "settings.json", "about.json", "report.html", "my-own.csv", ".settings"):
        (tmp_path / name).write_text("x")
    discard(tmp_path)
    left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert left - {".lock"} == {"my-own.csv", ".settings"}


def test_nothing_is_discarded_while_a_run_writes(tmp_path):
    Store(tmp_path).add(*ROWS)
    with locked(tmp_path), pytest.raises(BenchmarkError, match="another run is writing"):
        discard(tmp_path)
    assert len(Store(tmp_path).rows()) == len(ROWS)
