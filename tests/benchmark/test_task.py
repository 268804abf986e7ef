import pickle

import duckdb
import numpy as np
import pandas as pd
import pytest

from focalboost.benchmark import sources
from focalboost.benchmark.folds import StratifiedFolds, TemporalFolds
from focalboost.benchmark.group_folds import TemporalGroupFolds
from focalboost.benchmark.task import Costs, Task, file_tasks, frame_task, simulated_task
from focalboost.datasets.errors import DataError
from focalboost.datasets.roles import Roles

ROLES = Roles("fraud")
FOLDS = StratifiedFolds(2)


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    return pd.DataFrame({"x": rng.normal(size=60), "shop": rng.choice(["a", "b"], 60), "fraud": [0, 0, 1] * 20})


@pytest.fixture
def of_kind(tmp_path, frame, monkeypatch):
    def task(kind):
        if kind == "simulated":
            return simulated_task(2000, prevalence=0.02, drift=0.5, n_folds=3, random_state=1)
        if kind == "frame":
            return frame_task(frame, ROLES, FOLDS)
        if kind == "file":
            frame.to_csv(tmp_path / "data.csv", index=False)
            return file_tasks([tmp_path / "data.csv"], ROLES, FOLDS)[0]
        if kind == "database":
            with duckdb.connect(tmp_path / "data.duckdb") as connection:
                connection.register("source", frame)
                connection.sql("CREATE TABLE pay AS SELECT * FROM source")
            source = sources.database(tmp_path / "data.duckdb", ROLES, "pay", None)
        elif kind == "openml":
            monkeypatch.setattr(sources, "openml_digest", lambda *_: "digest")
            source = sources.openml(7, ROLES, tmp_path)
        else:
            source = sources.packaged("ecoli3")
        return Task(kind, source.fingerprint, FOLDS, source.load, Costs(alert_cost=2.0))

    return task


@pytest.mark.parametrize("kind", ["simulated", "frame", "file", "database", "packaged"])
def test_a_task_sent_to_another_process_is_the_same(of_kind, kind):
    task = of_kind(kind)
    copy = pickle.loads(pickle.dumps(task))
    assert copy.record() == task.record()
    assert copy.costs == task.costs
    pd.testing.assert_frame_equal(copy.load().features, task.load().features)
    np.testing.assert_array_equal(copy.load().target, task.load().target)


def test_a_task_of_openml_can_be_sent_too(of_kind):
    assert pickle.loads(pickle.dumps(of_kind("openml"))).load.args == of_kind("openml").load.args


def test_the_record_has_data_folds_and_costs(frame):
    task = frame_task(frame, ROLES, FOLDS, "bank", Costs(alerts_per_day=3))
    assert list(task.record()) == ["bank: data", "bank: folds", "bank: costs"]
    assert task.record()["bank: costs"] == "Costs(alert_cost=None, alerts_per_day=3.0)"


def test_the_simulated_task_is_split_by_time_with_a_gap_as_long_as_labels_take():
    task = simulated_task(2000, prevalence=0.02, n_folds=3, random_state=1)
    assert task.folds == TemporalFolds(3, gap=7)
    assert task.fingerprint != simulated_task(2000, prevalence=0.02, n_folds=3, random_state=2).fingerprint


def test_files_are_named_by_what_tells_them_apart(tmp_path, frame):
    for name in ("one.csv", "one.parquet", "two.csv.gz", "three.v2.csv"):
        getattr(frame, "to_parquet" if "parquet" in name else "to_csv")(tmp_path / name, index=False)
    tasks = file_tasks(sorted(tmp_path.iterdir()), ROLES, FOLDS)
    assert [task.name for task in tasks] == ["one.csv", "one.parquet", "three.v2", "two"]


@pytest.mark.parametrize("costs", [{"alert_cost": 0.0}, {"alerts_per_day": -1}, {"alert_cost": float("nan")}])
def test_costs_that_are_none_are_refused(costs):
    with pytest.raises(DataError, match=r"(alert_cost|alerts_per_day) is .*; give a finite number above 0"):
        Costs(**costs)


def test_whole_numbers_are_recorded_as_the_command_does():
    frame = pd.DataFrame({"fraud": [0, 1] * 10, "when": np.arange(20.0), "amount": 1.0})
    roles = Roles("fraud", time="when", amount="amount")
    for folds in (TemporalFolds, TemporalGroupFolds):
        whole, decimal = (
            frame_task(frame, roles, folds(3, gap=gap), "bank", Costs(cost, alerts))
            for gap, cost, alerts in ((7, 5, 10), (7.0, 5.0, 10.0))
        )
        assert whole.record() == decimal.record()
