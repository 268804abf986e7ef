from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from focalboost.benchmark.folds import StratifiedFolds
from focalboost.benchmark.matrix import Matrix
from focalboost.benchmark.methods import METHODS
from focalboost.benchmark.methods.method import Trained, sigmoid_link
from focalboost.benchmark.parts import Part, Sample
from focalboost.benchmark.runner import run
from focalboost.benchmark.settings import Settings, Trees
from focalboost.benchmark.task import Task
from focalboost.datasets.dataset import Dataset


class FakeModel:
    """Its raw score grows with the rounds towards the first feature."""

    def __init__(self, rounds):
        self.rounds = rounds

    def staged_scores(self, data, stops):
        for stop in stops:
            yield data.values[:, 0].astype(np.float64) * stop / self.rounds


class FakeBooster:
    """Remembers what it was asked for."""

    name = "fake"
    custom_loss = True

    def __init__(self):
        self.trainings = []

    def version(self):
        return "1.0"

    def train(self, data, target, training, trees):  # noqa: ARG002
        self.trainings.append(training)
        return FakeModel(trees.rounds)


@dataclass
class FakeMethod:
    """Trains the booster, or raises."""

    name: str
    family: str = "fake"
    description: str = "a fake"
    error: BaseException | None = None
    seen: list = field(default_factory=list)

    def runs_in(self, booster):  # noqa: ARG002
        return True

    def train(self, booster, fit, trees):
        self.seen.append(len(fit.target))
        if self.error is not None:
            raise self.error
        return Trained(booster.train(fit.features, fit.target, None, trees), sigmoid_link(fit.target))


class FakeProgress:
    def __init__(self):
        self.expected, self.notes, self.rows = None, [], []

    def expect(self, trainings):
        self.expected = trainings

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
def own():
    """Return a method of a class that other processes cannot import."""

    class Own:
        name, family, description = "own", "own", "a user's own"

        def __init__(self, act=lambda: None):
            self.act = act

        def runs_in(self, booster):  # noqa: ARG002
            return True

        def train(self, booster, fit, trees):
            self.act()
            return METHODS["cross_entropy"].train(booster, fit, trees)

    return Own


@pytest.fixture
def fit_settings():
    return Settings(Trees(rounds=5, threads=1))


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
def same():
    """Check that two tables of results are the same to the last bit, but for seconds and memory."""

    def same(one, other):
        measured = ["train_seconds", "predict_seconds", "peak_memory_mib"]
        pd.testing.assert_frame_equal(one.drop(columns=measured), other.drop(columns=measured), check_exact=True)

    return same


@pytest.fixture
def compare(booster, fit_settings, progress, tmp_path):
    """Run in the same folder with a progress of its own, which is returned with the results."""

    def compare(tasks, methods, boosters=(booster,), settings=fit_settings, output="out", workers=None):
        told = progress()
        options = {"settings": settings, "folder": tmp_path / output, "workers": workers, "progress": told}
        return run(tasks, methods, boosters, **options), told

    return compare


@pytest.fixture
def sample():
    """Make rows with numbers, categories, missing values, a constant column and one of which nothing is known."""

    def make(n=600, seed=0):
        rng = np.random.default_rng(seed)
        signal, noise, shop = rng.normal(size=n), rng.normal(size=n), rng.integers(0, 12, n).astype(float)
        target = (rng.random(n) < 1 / (1 + np.exp(4 - 1.5 * signal - 3 * (shop % 4 == 1)))).astype(np.int8)
        signal[rng.random(n) < 0.1] = shop[rng.random(n) < 0.1] = np.nan
        columns = (signal, noise, shop, np.full(n, 7.0), np.full(n, np.nan))
        matrix = Matrix(np.column_stack(columns).astype(np.float32), (2,), ("signal", "noise", "shop", "same", "none"))
        return Sample(matrix, target, np.arange(n), rng.lognormal(3, 1, n), np.arange(n) // 60)

    return make


@pytest.fixture
def part(sample):
    return Part(sample(600, 0), sample(300, 1), sample(400, 2))
