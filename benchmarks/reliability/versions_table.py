"""The version matrix as Markdown."""

from typing import Any

LIBRARIES = (
    "numpy", "numba", "xgboost", "lightgbm", "scikit-learn", "scipy", "pandas", "pyarrow", "catboost", "dask",
    "optuna", "matplotlib", "duckdb", "joblib",
)  # fmt: skip
_SHOWN = LIBRARIES[:9]


def markdown(rows: dict[str, dict[str, Any]]) -> str:
    """Return the table, and below it what failed."""
    header = ["environment", "Python", *_SHOWN, "passed", "failed", "skipped", "seconds", "sources"]
    lines = [header, ["---"] * len(header)]
    for name, row in rows.items():
        versions = [row.get(key, "") for key in ("python", *_SHOWN)]
        counts = [row.get("passed", ""), len(row["failed"]) if "failed" in row else "", row.get("skipped", "")]
        lines.append([name, *versions, *counts, row.get("seconds", ""), row["sources"]])
    table = "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
    return f"# Versions\n\n{_TEXT}\n{table}\n\n{_failures(rows)}"


def _failures(rows: dict[str, dict[str, Any]]) -> str:
    told = []
    for name, row in rows.items():
        if "error" in row:
            told.append(f"- {name}: {row['error']}")
        told += [f"- {name}: `{failed}`" for failed in row.get("failed", [])]
    return "## What failed\n\n" + ("\n".join(told) if told else "Nothing.") + "\n"


_TEXT = """Written by `python benchmarks/reliability/versions.py`. `oldest` has the lower bounds of `pyproject.toml`
(Python 3.13: the oldest that work with it), `newest` the newest that go together; both run the whole suite.
`xgboost-*` and `lightgbm-*` replace one booster in the newest environment, and what that booster cannot work with, and
run the tests of the objectives, the estimators and the benchmark's boosters. `only-*` installs an extra without the
others and does what it promises (`promises.py`, one test). `sources` is the digest of the package and its tests in
that row's run; running the script again runs the rows of other digests. The extras `cuda` and `peers` are not tried.
"""
