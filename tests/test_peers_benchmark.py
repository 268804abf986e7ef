"""The benchmark of other packages says if one is missing, sees what is wrong with one, and finds focalboost right."""

import importlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks" / "peers"


@pytest.fixture
def peers(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("peers")


def test_a_package_that_is_not_installed_says_so(peers):
    missing = replace(peers.PACKAGES[1], name="no-such-package")
    assert peers.objective_row(missing) == {"package": "no-such-package", "gradient, hard rows": "not installed"}


def test_focalboost_itself(peers):
    row = peers.objective_row(peers.PACKAGES[0])
    assert float(row["gradient, hard rows"]) < 1e-6
    assert float(row["easy rows"]) < 1e-6
    assert max(map(float, row["three classes"].split(", "))) < 1e-5
    assert row["its faults up to 100"] == row["second-order term"] == "none"
    assert row["not positive"] == "0 %"
    assert row["class weight"] == row["objective pickles"] == "yes"


def test_each_fault_is_seen(peers):
    right = peers.PACKAGES[0].derivatives

    def wrong(labels, scores):
        gradient, second = right(labels, scores)
        u = (2 * labels - 1) * scores
        gradient = np.where(u <= -50, 0, np.where(u > 2, -gradient, 1.01 * gradient))
        return gradient, np.where(u > 20, np.nan, np.where(u < 0, -second, second))

    row = peers.two_classes(replace(peers.PACKAGES[0], derivatives=wrong))
    assert row["gradient, hard rows"] == "1e-02"
    assert row["easy rows"] == "2e+00"
    assert row["its faults up to 100"] == "0 from 50 (hard), wrong sign from 2.25 (easy)"
    assert row["second-order term"] == "NaN from 20.25 (easy)"
    assert row["not positive"] == f"{100 * (120 + 40) / 241:.0f} %"


def test_an_exception_is_a_cell(peers):
    def fails(labels, scores):
        raise NotImplementedError

    package = replace(peers.PACKAGES[0], derivatives=fails, weighted=fails, three_classes=fails)
    row = peers.objective_row(package)
    assert {row["gradient, hard rows"], row["class weight"], row["three classes"]} == {"NotImplementedError"}


def test_speed_is_read_from_the_tables_of_the_speed_benchmark(peers, tmp_path):
    table = tmp_path / "results.md"
    assert peers.speed("some-package", table) == "not measured"
    table.write_text("| some-package | binary | 36.3 (34-39) | 56 |\n| some-package | 3 classes | 18 (17-20) | 27 |\n")
    assert peers.speed("some-package", table) == "36.3, 18"


@pytest.mark.usefixtures("peers")
@pytest.mark.filterwarnings("ignore::focalboost.FocalStartWarning")  # a start of 0 is one of the settings
def test_few_frauds_are_measured_by_rounds_against_what_focalboost_does_by_itself(monkeypatch):
    few = importlib.import_module("few_frauds")
    monkeypatch.setattr(few, "FEW", 2000)
    monkeypatch.setattr(few, "SIMULATIONS", {2000: 2})
    monkeypatch.setattr(few, "ROUNDS", (1, 3))
    rows = few.few_frauds()
    assert len({tuple(row[name] for name in ("loss", "least curvature of a leaf", "start")) for row in rows}) == 8
    for rounds in ("AP, 1 rounds", "AP, 3 rounds"):
        own, *others = (row[rounds].split() for row in rows)
        for precision, ahead, _, _ in others:
            assert float(precision) - float(own[0]) == pytest.approx(float(ahead[1:]), abs=0.0011)
