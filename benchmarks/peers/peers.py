"""Measure other packages' focal losses as their users meet them, and focalboost and CatBoost's own beside them.

    python benchmarks/peers/peers.py --output benchmarks/peers/results.md

needs the extras `peers`, `xgboost`, `lightgbm`, `catboost`, `benchmark` and mpmath, and takes some minutes. A package
that is not installed is a row that says so. Speed is not measured here but read from `benchmarks/speed/results.md`.
"""

import argparse
import os
import platform
import re
import sys
import warnings
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).parents[1]
sys.path.append(str(BENCHMARKS))  # for focal_reference

import numpy as np  # noqa: E402
from calling import Package, Way  # noqa: E402
from derivatives import cell, exact, three_classes, two_classes, weighting  # noqa: E402
from few_frauds import few_frauds  # noqa: E402
from fits import BUILT_IN, cells, pickles  # noqa: E402
from packages import PACKAGES  # noqa: E402

LIBRARIES = ("numpy", "scikit-learn", "xgboost", "lightgbm")
HEAD = """# Other packages' focal losses

Written by `python benchmarks/peers/peers.py --output benchmarks/peers/results.md`, with {versions}.

Every package is called as its own documentation or examples do, at gamma 2 and with both classes alike (bokbokbok:
alpha 1; jaxboost and CatBoost: .5). Every cell is measured; the name of an exception is what the package raised.

## The objective

A row is hard where its score has the wrong sign: focal loss is for those. Scores are float32, as XGBoost hands them
over; float64 for imlightgbm, which is for LightGBM alone. CatBoost does not show its derivatives: they are read from
the leaves of one-round models of one row.

- **gradient**: largest error relative to 50 digits, scores from -30 to 30: hard rows, then easy rows whose gradient is
  1e-8 or more. **Its faults**: from which absolute score on, up to 100, it is NaN, 0 or of the wrong sign. Of
  easy rows that far out no booster notices.
- **second-order term**: from where on it is NaN, up to 30, and the share of both labels' scores from -30 to 30 for
  which it is NaN or not positive. A booster adds the terms of a leaf: of hard rows alone, a negative sum makes a step
  in the wrong direction.
- **class weight**: positives are asked to weigh three times as much as negatives.
- **three classes**: largest error of the softmax focal loss's gradient, relative to the row's largest component, hard
  rows and easy rows, scores from -8 to 8. A package without one was given three columns of scores.
- **time / focalboost's**: gradient and second-order term of 1e6 rows of two classes and a third of them of three, one
  thread, from [the speed benchmark](../speed/results.md) (`python benchmarks/speed/speed.py --quick peers`).

{objectives}
## Training

The same trees (50 rounds at .1, depth 6 or 31 leaves; an L2 penalty of 1 and, but for CatBoost, a least curvature of a
leaf of 1) on the first 60 % in time of simulated payments (`simulate_card_fraud`), which are tested on the rest: ten
times 50,000 payments, and for the last column three times 200,000.

- **starts at**: the raw score that the first gradient sees. The best constant one is focalboost's.
- **weights**: whether a row of weight 2 counts as two rows.
- **probability / prevalence**: mean over the training rows of what the package, or its documentation, takes for
  probabilities, over the share of frauds. focalboost's is 1 by construction. **log-loss** is that of later payments.
- **largest score**: in absolute value, on later payments: far from where derivatives are NaN or 0 above.
- **AP**: average precision on later payments and, in brackets, the mean of its differences from focalboost's in the
  same library, with its standard error. Nothing is tuned: it tells as much of how the same penalties hold back each
  loss.

{fits}
## Few frauds

Why others can rank better with 50,000 payments, some 160 frauds to fit: focalboost in LightGBM on the same payments, by
rounds, curvature, the least curvature of a leaf, and the start; in brackets the difference from the first line, which
is what it does by itself, with its standard error. From a start of 0 the loss is not scaled, as in other packages.

{few_frauds}"""


def markdown(rows: list[dict[str, Any]]) -> str:
    """Return a table whose columns are the keys of the rows."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [columns, ["---"] * len(columns), *([str(row.get(name, "")) for name in columns] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def installed(name: str) -> str | None:
    """Return the version of a package, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def speed(name: str, results: Path = BENCHMARKS / "speed" / "results.md") -> str:
    """Return the ratios for two and three classes from the tables of the speed benchmark."""
    text = results.read_text(encoding="utf8") if results.exists() else ""
    ratios = re.findall(rf"^\| {re.escape(name)} \| (?:binary|3 classes) \| ([\d.]+)", text, re.MULTILINE)
    return ", ".join(ratios) or "not measured"


def objective_row(package: Package) -> dict[str, Any]:
    """Return a package's row of the first table."""
    if installed(package.name) is None:
        return {"package": package.name, "gradient, hard rows": "not installed"}
    return {
        "package": package.name,
        **two_classes(package),
        "class weight": cell(weighting, package.weighted),
        "three classes": cell(three_classes, package),
        "objective pickles": cell(lambda: pickles(package.objective())),
        "time / focalboost's": "1" if package is PACKAGES[0] else speed(package.name),
    }


def fit_rows(name: str, ways: tuple[Way, ...]) -> list[dict[str, Any]]:
    """Return the rows of the second table, one for each booster that there are ways for."""
    ours = {way.booster: way for way in PACKAGES[0].ways}
    rows = []
    for booster in dict.fromkeys(way.booster for way in ways):
        print(f"{name} in {booster}", file=sys.stderr, flush=True)
        own = tuple(way for way in ways if way.booster == booster)
        rows.append({"package": name, "booster": booster, **cells(own, ours.get(booster))})
    return rows


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="write to this file instead of the screen")
    output = parser.parse_args().output
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # or threads that wait would disturb what else runs
    names = (*LIBRARIES, *(package.name for package in PACKAGES[1:]))
    versions = [
        f"Python {platform.python_version()}",
        *(f"{name} {installed(name)}" for name in names if installed(name)),
    ]
    present = [package for package in PACKAGES if installed(package.name)]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        objectives = markdown([*map(objective_row, PACKAGES), {"package": "the loss itself", **exact()}])
        fits = [row for package in present for row in fit_rows(package.name, package.ways)]
        fits += fit_rows("log-loss instead", BUILT_IN)
        few = few_frauds()
    tables = {"objectives": objectives, "fits": markdown(fits), "few_frauds": markdown(few)}
    text = HEAD.format(versions=", ".join(versions), **tables)
    if output:
        output.write_text(text, encoding="utf8")
    else:
        print(text)


if __name__ == "__main__":
    main()
