import numpy as np
import pandas as pd
import pytest

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.fit_tables import FitTables

KEY = ("t", "b", "m", "fixed", 0)
TABLE = pd.DataFrame({"row": [5, 2], "probability": [1e-300, 1 - 1e-16]})
NAMES = ["a/b", "a\\b", "A/B", "..", "../../a", "/etc/x", "CON", "_a", ".a", 'a*?:|<>"\0\n', "", "数据"]
NAMES += ["<script>alert(1)</script>", "x" * 300, "x" * 299, "é" * 300]


@pytest.fixture
def tables(tmp_path):
    return FitTables(tmp_path, "predictions")


def test_every_name_of_a_task_has_a_file_of_its_own_that_is_safe(tables, tmp_path):
    keys = [(name, "xgboost", "focal_gamma_0.5", protocol, 0) for name in NAMES for protocol in ("fixed", "stopped")]
    for key in keys:
        tables.save(key, TABLE)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent for path in files} == {tmp_path / "predictions"}
    assert len({file.name.lower() for file in files}) == len(keys)
    assert all(file.name.isascii() and file.name[0].isalnum() and len(file.name) < 150 for file in files)
    # All files together are one table.
    together = pd.read_parquet(tmp_path / "predictions")
    assert set(together["task"]) == set(NAMES)
    assert len(together) == 2 * len(keys)


def test_what_is_read_is_what_was_saved_last_to_the_last_bit(tables):
    assert tables.read(KEY) is None
    tables.save(KEY, TABLE / 2)
    tables.save(KEY, TABLE)
    read = tables.read(KEY)
    pd.testing.assert_frame_equal(read[["row", "probability"]], TABLE, check_exact=True)
    assert read[["task", "booster", "method", "protocol", "fold"]].to_numpy().tolist() == [list(KEY)] * 2


def test_tables_are_read_below_each_other_but_for_those_that_were_not_saved(tables):
    other = (*KEY[:-1], 1)
    tables.save(KEY, TABLE)
    tables.save(other, TABLE.assign(amount=[1.0, 2.0]))
    read = tables.read_all([other, (*KEY[:-1], 2), KEY])
    assert read["fold"].tolist() == [1, 1, 0, 0]
    np.testing.assert_array_equal(read["amount"], [1.0, 2.0, np.nan, np.nan])
    assert tables.read_all([]).empty


def test_a_file_that_cannot_be_read_is_named(tables):
    tables.save(KEY, TABLE)
    tables.path(KEY).write_bytes(b"x")
    with pytest.raises(BenchmarkError, match=r"t-b-m-fixed-0-.*parquet cannot be read .* remove it"):
        tables.read(KEY)


def test_only_its_own_files_are_discarded(tables, tmp_path):
    tables.discard()
    tables.save(KEY, TABLE)
    unfinished = tables.path(KEY).with_name(f".{tables.path(KEY).name}.123")
    own = tmp_path / "predictions" / "my-own.parquet"
    for path in (unfinished, own):
        path.write_bytes(b"x")
    tables.discard()
    assert list((tmp_path / "predictions").iterdir()) == [own]
