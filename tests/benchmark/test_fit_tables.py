import numpy as np
import pandas as pd
import pytest

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.predictions import Predictions
from focalboost.benchmark.results import discard

ROW, LABEL, PROBABILITY = np.array([5, 2]), np.array([0, 1], dtype=np.int8), np.array([1e-300, 1 - 1e-16])


@pytest.fixture
def predictions(tmp_path):
    return Predictions(tmp_path)


NAMES = ["a/b", "a\\b", "A/B", "..", "../../a", "CON", "_a", ".a", 'a*?:|<>"\0\n', "", "数据", "x" * 300, "x" * 299]


def test_every_name_of_a_data_set_has_a_file_of_its_own_that_is_safe(predictions, tmp_path):
    keys = [(name, "xgboost", "focal_gamma_0.5", fold) for name in NAMES for fold in range(2)]
    for key in keys:
        predictions.save(key, ROW, LABEL, PROBABILITY)
    files = list((tmp_path / "predictions").iterdir())
    assert len({file.name.lower() for file in files}) == len(keys)
    assert all(file.name.isascii() and file.name[0].isalnum() and len(file.name) < 150 for file in files)
    # All files together are one table.
    table = pd.read_parquet(tmp_path / "predictions")
    assert set(table["task"]) == set(NAMES)
    assert len(table) == 2 * len(keys)


def test_what_is_read_is_what_was_saved_last_to_the_last_bit(predictions):
    key = ("t", "b", "m", 0)
    assert predictions.read(key) is None
    predictions.save(key, ROW, LABEL, PROBABILITY / 2)
    predictions.save(key, ROW, LABEL, PROBABILITY)
    label, probability = predictions.read(key)
    np.testing.assert_array_equal(label, LABEL)
    np.testing.assert_array_equal(probability, PROBABILITY)
    assert list(pd.read_parquet(predictions.path(key))["row"]) == [5, 2]


def test_a_file_that_cannot_be_read_is_named(predictions):
    key = ("t", "b", "m", 0)
    predictions.save(key, ROW, LABEL, PROBABILITY)
    predictions.path(key).write_bytes(b"x")
    with pytest.raises(BenchmarkError, match=r"t-b-m-0-.*parquet cannot be read as predictions .* remove it"):
        predictions.read(key)


def test_only_files_of_predictions_are_discarded(predictions, tmp_path):
    key = ("t", "b", "m", 0)
    predictions.save(key, ROW, LABEL, PROBABILITY)
    unfinished = predictions.path(key).with_name(f".{predictions.path(key).name}.123")
    own = tmp_path / "predictions" / "my-own.parquet"
    for path in (unfinished, own):
        path.write_bytes(b"x")
    discard(tmp_path)
    assert list((tmp_path / "predictions").iterdir()) == [own]
