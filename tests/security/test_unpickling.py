"""Files of others are never unpickled: hostile pickles lie in each, and Python's own audit tells of any unpickling."""

import json
import pickle
import re
import subprocess
import sys
import textwrap

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from focalboost.benchmark import Settings, Trees, frame_task, run
from focalboost.benchmark.folds import StratifiedFolds
from focalboost.datasets.roles import Roles

# Each line of `actions` is done in turn; what it raised is printed, and at last whatever was unpickled.
CHILD = """
import json, sys
from pathlib import Path
seen = []
def watch(event, arguments):
    if event == "pickle.find_class":
        frame, files = sys._getframe(), []
        while frame is not None:
            files.append(frame.f_code.co_filename)
            frame = frame.f_back
        # Numba keeps machine code as a pickle, in a folder of this user's own; Dask once pickled operators at import.
        if not any("numba" in file and file.endswith("caching.py") or "dask" in file for file in files):
            seen.append(".".join(map(str, arguments)))
sys.addaudithook(watch)
import focalboost
from focalboost.benchmark import Results, read_task
from focalboost.benchmark.suite import read_suite
from focalboost.benchmark.store import discard
from focalboost.datasets.files import read_file
from focalboost.datasets.roles import Roles
def results(folder):
    found = Results(folder)
    for row in found.table.drop_duplicates("method").to_dict("records"):
        found.predictions(row["task"], row["booster"], row["method"], row["protocol"])
    found.remeasure()
    found.report()
outcomes = []
for action, path in json.load(sys.stdin):
    try:
        eval(action)(path)
        outcomes.append("read")
    except Exception as error:
        outcomes.append(f"{type(error).__name__}: {error}")
print(json.dumps([outcomes, seen]))
"""


class Bomb:
    def __init__(self, marker):
        self.marker = str(marker)

    def __reduce__(self):
        return open, (self.marker, "w")


def done(actions):
    """Do the actions in a process of its own; return what each raised, and what was unpickled."""
    child = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(CHILD)],
        input=json.dumps([(action, str(path)) for action, path in actions]),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert child.returncode == 0, child.stderr
    return json.loads(child.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=200), "fraud": rng.random(200) < 0.3})
    task = frame_task(frame, Roles("fraud"), StratifiedFolds(parts=2))
    folder = tmp_path_factory.mktemp("results")
    settings = Settings(Trees(rounds=2, threads=1))
    return run([task], ["cross_entropy", "focal_gamma_1"], ["xgboost"], settings=settings, folder=folder).folder


def parquet_bomb(path, source, bomb):
    """Keep a table, but say in its metadata that a column is a pickled type, and that pandas pickled an object."""
    table = pa.table(source) if isinstance(source, dict) else pyarrow.parquet.read_table(source)
    metadata = {"ARROW:extension:name": "arrow.py_extension_type", "ARROW:extension:metadata": bomb}
    column = pa.field("bomb", pa.binary(), metadata=metadata)
    table = table.append_column(column, [[bomb] * table.num_rows])
    about = {"columns": [{"name": "bomb", "field_name": "bomb", "pandas_type": "object", "numpy_type": "object"}]}
    about["columns"][0]["metadata"] = {"encoding": "pickle"}
    about |= {"index_columns": [], "column_indexes": [], "attributes": {}, "pandas_version": "3.0.0"}
    known = json.loads((table.schema.metadata or {}).get(b"pandas", b"{}"))
    about["columns"] += known.get("columns", [])
    table = table.replace_schema_metadata({b"pandas": json.dumps(about).encode()})
    pyarrow.parquet.write_table(table, path)


def copy_of(folder, to):
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            target = to / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return to


def test_nothing_of_others_is_unpickled(results, tmp_path):
    marker = tmp_path / "run"
    bomb = pickle.dumps(Bomb(marker))
    expected = []

    # A folder of results, with each file in turn a pickle, or a table whose metadata speak of one.
    places = [path.relative_to(results) for path in sorted(results.rglob("*")) if path.is_file()]
    for kind in ("predictions", "stages"):
        places = [place for place in places if place.parent.name != kind] + [
            next(place for place in places if place.parent.name == kind)
        ]
    for number, place in enumerate(places):
        folder = copy_of(results, tmp_path / f"pickle-{number}")
        (folder / place).write_bytes(bomb)
        needed = place.suffix in (".parquet", ".json")
        expected.append(("results", folder, r"BenchmarkError: .*cannot be read" if needed else "read"))
        if place.suffix == ".parquet":
            folder = copy_of(results, tmp_path / f"metadata-{number}")
            parquet_bomb(folder / place, results / place, bomb)
            expected.append(("results", folder, "read|BenchmarkError: "))
    assert {place.name for place in places} >= {"results.parquet", "settings.json", "about.json"}

    # Data, tasks and models.
    roles = "lambda path: read_file(Path(path), Roles('fraud'))"
    for name in ("a.csv", "a.csv.gz", "a.parquet", "a.duckdb"):
        (tmp_path / name).write_bytes(bomb)
        expected.append((roles, tmp_path / name, "DataError: "))
    parquet_bomb(tmp_path / "b.parquet", {"x": [1, 2, 3], "fraud": [0, 1, 0]}, bomb)
    expected.append((roles, tmp_path / "b.parquet", "read|DataError: "))
    (tmp_path / "task.toml").write_bytes(bomb)
    expected += [
        (f"lambda path: {read}(Path(path))", tmp_path / "task.toml", "DataError: ")
        for read in ("read_task", "read_suite")
    ]
    np.save(tmp_path / "object.npy", np.array([Bomb(marker)]), allow_pickle=True)
    for name in ("m.ubj", "m.json", "m.txt", "m.pkl", "m.joblib", "object.npy"):
        if not (tmp_path / name).exists():
            (tmp_path / name).write_bytes(bomb)
        expected.append(("focalboost.load", tmp_path / name, "ValueError: .* holds no model"))
        for head in (b"{", b"tree\n"):
            (tmp_path / f"{len(head)}{name}").write_bytes(head + bomb)
            expected.append(("focalboost.load", tmp_path / f"{len(head)}{name}", "ValueError: .* cannot read"))

    outcomes, unpickled = done([(action, path) for action, path, _ in expected])
    assert unpickled == []
    assert not marker.exists()
    for (action, path, wanted), outcome in zip(expected, outcomes, strict=True):
        assert re.match(wanted, outcome, re.DOTALL), (action, path, outcome)


def test_the_watch_sees_an_unpickling(tmp_path):
    (tmp_path / "bomb").write_bytes(pickle.dumps(Bomb(tmp_path / "run")))
    outcomes, unpickled = done(
        [("lambda path: __import__('pickle').loads(Path(path).read_bytes())", tmp_path / "bomb")]
    )
    assert outcomes == ["read"]
    assert [name.removeprefix("_") for name in unpickled] == ["io.open"]  # "_io" from Python 3.12 on
    assert (tmp_path / "run").exists()
