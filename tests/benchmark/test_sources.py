import inspect

import duckdb
import numpy as np
import pandas as pd
import pytest

from focalboost.benchmark import sources
from focalboost.datasets.errors import DataError
from focalboost.datasets.roles import Roles

ROLES = Roles("fraud")


@pytest.fixture
def frame():
    return pd.DataFrame({"x": [1.0, 2.0, 3.0], "shop": ["a", "b", "a"], "day": [1, 2, 3], "fraud": [0, 1, 0]})


def test_every_scenario_takes_the_arguments_that_tasks_rely_on():
    for scenario in sources.SCENARIOS.values():
        assert {"prevalence", "label_delay_days", "random_state"} <= set(inspect.signature(scenario).parameters)


def test_a_simulation_is_loaded_with_its_arguments():
    arguments = {"n_transactions": 2000, "prevalence": 0.02, "random_state": 1}
    source = sources.simulation("card_fraud", arguments)
    expected = sources.SCENARIOS["card_fraud"](**arguments)
    pd.testing.assert_frame_equal(source.load().features, expected.features)
    assert source.label_delay == 7
    assert sources.simulation("card_fraud", {"label_delay_days": 21}).label_delay == 21


@pytest.mark.parametrize(
    ("scenario", "arguments", "message"),
    [
        ("lottery", {}, "no simulator is named 'lottery'; choose from card_fraud"),
        (
            "card_fraud",
            {"days": 3},
            "simulator 'card_fraud' has no argument 'days'; choose from n_transactions, n_days",
        ),
        ("card_fraud", {"n_transactions": 1e5}, "argument 'n_transactions' of .* is 100000.0; give a whole number"),
        ("card_fraud", {"prevalence": "low"}, "argument 'prevalence' of .* is 'low'; give a number"),
        ("card_fraud", {"random_state": True}, "argument 'random_state' of .* is True; give a whole number"),
    ],
)
def test_arguments_that_a_simulator_does_not_take_are_refused(scenario, arguments, message):
    with pytest.raises(DataError, match=message):
        sources.simulation(scenario, arguments)


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.assign(x=[1.0, 2.0, 3.5]),
        lambda frame: frame.assign(shop=["a", "b", "b"]),
        lambda frame: frame.assign(day=[1, 2, 4]),
        lambda frame: frame.assign(fraud=[1, 0, 0]),
        lambda frame: frame.rename(columns={"x": "z"}),
        lambda frame: frame[::-1],
        lambda frame: frame[["shop", "x", "day", "fraud"]],
    ],
)
def test_the_fingerprint_of_a_table_changes_with_every_value_name_and_order(frame, change):
    for roles in (ROLES, Roles("fraud", time="day")):
        known = sources.table(frame, roles).fingerprint
        assert sources.table(frame.copy(), roles).fingerprint == known
        assert sources.table(change(frame), roles).fingerprint != known
    assert sources.table(frame, Roles("fraud", categorical=("day",))).fingerprint != known


def test_a_table_may_change_after_it_was_given(frame):
    source = sources.table(frame, ROLES)
    frame.loc[0, "x"] = 99.0
    frame.loc[0, "fraud"] = 1
    np.testing.assert_array_equal(source.load().features["x"], [1, 2, 3])
    assert source.load().target.tolist() == [0, 1, 0]


def write(frame, path):
    if path.suffix == ".duckdb":
        path.unlink(missing_ok=True)
        with duckdb.connect(path) as connection:
            connection.register("source", frame)
            connection.sql("CREATE TABLE pay AS SELECT * FROM source")
    elif path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.duckdb"])
def test_a_file_that_changed_is_refused_until_it_is_put_back(frame, tmp_path, name):
    path = tmp_path / name
    write(frame, path)
    given = [sources.file(path, ROLES)]
    if path.suffix == ".duckdb":
        given += [sources.database(path, ROLES, "pay", None), sources.database(path, ROLES, None, "SELECT * FROM pay")]
    before = path.read_bytes()
    write(frame.assign(x=[1.0, 2.0, 3.5]), path)
    for source in given:
        with pytest.raises(DataError, match=rf"a\{path.suffix} is not what it was when its task was made: put it back"):
            source.load()
    path.write_bytes(before)
    assert all(source.load().features["x"].tolist() == [1.0, 2.0, 3.0] for source in given)


def test_a_file_that_changes_while_it_is_read_is_refused(frame, tmp_path, monkeypatch):
    path, read = tmp_path / "a.csv", sources.read_file

    def changing(*asked):
        data = read(*asked)
        write(frame[::-1], path)
        return data

    monkeypatch.setattr(sources, "read_file", changing)
    write(frame, path)
    source = sources.file(path, ROLES)
    with pytest.raises(DataError, match="is not what it was"):
        source.load()


def test_the_fingerprint_of_openml_has_what_was_read(monkeypatch):
    monkeypatch.setattr(sources, "openml_digest", lambda data_id, cache: f"digest of {data_id} in {cache}")
    assert sources.openml(7, ROLES, None).fingerprint == f"OpenML 7, MD5 digest of 7 in None, {ROLES}"
