from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from focalboost.benchmark.folds import StratifiedFolds
from focalboost.benchmark.runner import run
from focalboost.benchmark.settings import Settings
from focalboost.benchmark.task import Task
from focalboost.datasets.dataset import Dataset


class FakeBooster:
    """Remembers what it was asked for; its raw score is the first feature."""

    name = "fake"

    def __init__(self):
        self.objectives = []

    def version(self):
        return "1.0"

    def raw_scores(self, *asked):
        _, _, test, objective, _ = asked
        self.objectives.append(objective)
        return test.values[:, 0].astype(np.float64)


@dataclass
class FakeMethod:
    """Returns the test rows' first feature squeezed into (0, 1), or raises."""

    name: str
    description: str = "a fake"
    error: BaseException | None = None
    seen: list = field(default_factory=list)

    def fit(self, *asked):
        _, _, target, test, _ = asked
        self.seen.append(len(target))
        if self.error is not None:
            raise self.error
        return 1 / (1 + np.exp(-test.values[:, 0].astype(np.float64)))


class FakeProgress:
    def __init__(self):
        self.expected, self.notes, self.rows = None, [], []

    def expect(self, fits):
        self.expected = fits

    def note(self, text):
        self.notes.append(text)

    def begin(self, label):
        pass

    def end(self, row):
        self.rows.append(row)


@pytest.fixture
def booster():
    return FakeBooster()


@pytest.fixture
def method():
    return FakeMethod


@pytest.fixture
def progress():
    return FakeProgress


@pytest.fixture
def fit_settings():
    return Settings(rounds=5, jobs=1)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    target = (np.arange(300) % 10 == 0).astype(np.int8)
    features = pd.DataFrame(
        {
            "x": rng.normal(size=300) + target,
            "shop": pd.Categorical(rng.choice(["a", "b", "c"], 300)),
            "y": np.where(rng.random(300) < 0.2, np.nan, rng.normal(size=300)),
        }
    )
    return Dataset(features, target, notes=("a note",))


@pytest.fixture
def task(data):
    def make(name="task", fingerprint="1", parts=3, load=lambda: data):
        return Task(name, fingerprint, StratifiedFolds(parts=parts), load)

    return make


@pytest.fixture
def compare(booster, fit_settings, progress, tmp_path):
    """Run in the same folder with a progress of its own, which is returned with the table."""

    def compare(tasks, methods, settings=fit_settings):
        told = progress()
        return run(tasks, [booster], methods, settings, tmp_path / "out", told), told

    return compare
