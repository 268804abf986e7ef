"""The environments of the version matrix: which Python, which extras at which versions, and which tests."""

import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.11", "3.12", "3.13")
MIDDLE = "3.12"  # where the boosters' versions are tried one at a time: every one of them exists for it

# Extras whose libraries are pinned to their lower bounds; what only the tests need stays new.
_RUNTIME = ("xgboost", "lightgbm", "metrics", "benchmark", "dask", "tuning", "catboost", "data", "duckdb")

# The lower bounds that do not work with Python 3.13, or with NumPy 2 which it needs, and the oldest that do.
_OLDEST_FOR_313 = {
    "numba": "0.61.*",
    "numpy": "2.1.*",
    "xgboost": "2.1.*",
    "lightgbm": "4.4.*",
    "matplotlib": "3.9.*",
    "pyarrow": "18.*",
    "catboost": "1.2.8",
}

_OLDEST_BESIDE = ("pyparsing<3.3",)  # with a newer one matplotlib 3.8 warns at its import

_BEFORE_NUMPY_2 = ("numpy<2", "pandas<3", "pyarrow==16.*", "scikit-learn==1.5.*")

# Each minor version but the newest, which every other environment has, and what it cannot work with.
_XGBOOST = {
    "2.0": (*_BEFORE_NUMPY_2, "lightgbm==4.5.*"),  # beside scikit-learn 1.5 a newer one refits no other columns
    "2.1": ("scikit-learn==1.7.*",),
    "3.0": ("scikit-learn==1.7.*",),
    "3.1": ("pandas<3",),
    "3.2": (),
    "3.3": (),
}
_LIGHTGBM = {
    "4.2": (*_BEFORE_NUMPY_2, "xgboost==3.0.*"),  # whose start the newest SHAP for NumPy 1 can read
    "4.3": (*_BEFORE_NUMPY_2, "xgboost==3.0.*"),
    "4.4": ("scikit-learn==1.5.*",),
    "4.5": ("scikit-learn==1.5.*",),
    "4.6": ("scikit-learn==1.5.*",),
}
_BOOSTER_TESTS = ("tests/objectives", "tests/estimators", "tests/benchmark/boosters", "focalboost/estimators")

# What each extra promises is run with nothing else installed: benchmarks/reliability/promises.py.
_ALONE = (
    "nothing",
    "xgboost",
    "lightgbm",
    "metrics",
    "benchmark",
    "xgboost,dask",
    "lightgbm,dask",
    "xgboost,tuning",
    "lightgbm,tuning",
    "benchmark,catboost",
    "benchmark,data",
    "benchmark,duckdb",
)


class Environment(NamedTuple):
    """A row of the table."""

    name: str
    python: str
    extras: str
    pins: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()  # none: all of them
    promise: bool = False


def environments() -> list[Environment]:
    """Return every environment, in the table's order."""
    return [
        *(Environment(f"oldest-{python}", python, "test", oldest(python)) for python in PYTHONS),
        *(Environment(f"newest-{python}", python, "test") for python in PYTHONS),
        *_one_at_a_time("xgboost", _XGBOOST),
        *_one_at_a_time("lightgbm", _LIGHTGBM),
        *(Environment(f"only-{extra.replace(',', '+')}", MIDDLE, extra, promise=True) for extra in _ALONE),
    ]


def project() -> dict[str, Any]:
    """Return the project's table of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
    return table


def oldest(python: str) -> tuple[str, ...]:
    """Return the lower bounds of pyproject.toml as pins, or the oldest that exist for this Python."""
    extras = project()["optional-dependencies"]
    written = [*project()["dependencies"], *(line for extra in _RUNTIME for line in extras[extra])]
    pins = {}
    for line in written:
        if bound := re.match(r"([\w-]+)(\[\w+\])?>=([\d.]+)", line):
            pins[bound[1]] = f"{bound[3]}.*"
    if python == "3.13":
        pins |= _OLDEST_FOR_313
    return (*(f"{library}=={version}" for library, version in sorted(pins.items())), *_OLDEST_BESIDE)


def _one_at_a_time(library: str, versions: dict[str, tuple[str, ...]]) -> list[Environment]:
    return [
        Environment(f"{library}-{version}", MIDDLE, "test", (f"{library}=={version}.*", *beside), _BOOSTER_TESTS)
        for version, beside in versions.items()
    ]
