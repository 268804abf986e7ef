"""How fast `focalboost benchmark` is, and where its time goes.

    python benchmarks/speed/command.py [--quick] [--rows N ...] [-- arguments of the command]

Each size is one run of the command on simulated payments in a process of its own, from its start to the written report,
at its defaults but for the folds, which are three (two with --quick), and 2 % of frauds below 50,000 payments. A
stopwatch on the functions of `PLACES` gives each its own time, without that of the others that it calls; what is left
is under "all else". With arguments after `--`, such as `-- --suite packaged`, the run is that one.
"""

from __future__ import annotations

import argparse
import builtins
import contextlib
import functools
import importlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

BOOSTERS = ("training", "prediction")
"""What the time should be spent in; all else is this package's."""

GOAL = 0.05
"""The largest share of the time outside the boosters at 100,000 rows."""

_LIBRARIES = (
    ("xgboost", "XGBoost"),
    ("lightgbm", "LightGBM"),
    ("catboost", "CatBoost"),
    ("hist_gradient_boosting", "HistGradientBoosting"),
)
PLACES: tuple[tuple[str, str, str], ...] = (
    *(("training", f"focalboost.benchmark.boosters.{module}", f"{name}.train") for module, name in _LIBRARIES),
    *(
        ("prediction", f"focalboost.benchmark.boosters.{module}", f"{name}Model.staged_scores")
        for module, name in _LIBRARIES
    ),
    # The small trees of the sanity rows are trained as well.
    ("training", "focalboost.benchmark.methods.sanity", "SingleFeature.train"),
    ("prediction", "focalboost.benchmark.methods.sanity", "_OneColumn.staged_scores"),
    ("around training", "focalboost.benchmark.fit", "train_and_judge"),
    ("matching", "focalboost.benchmark.methods.method", "Trained.matched_link"),
    ("probabilities", "focalboost.estimators.link", "FocalLink.probabilities"),
    ("probabilities", "focalboost.benchmark.fit", "_predicted"),
    ("measures at the stops", "focalboost.benchmark.fit", "average_precision"),
    ("measures at the stops", "focalboost.benchmark.fit", "log_loss"),
    ("gradient shares", "focalboost.benchmark.fit", "gradient_shares"),
    ("measures of the fits", "focalboost.benchmark.fit", "_judged"),
    ("saving", "focalboost.benchmark.runner", "_save"),
    ("saving", "focalboost.benchmark.jobs", "_predictions"),
    ("reading and splitting", "focalboost.benchmark.runner", "read"),
    ("reading and splitting", "focalboost.benchmark.jobs", "_parts"),
    ("reading and splitting", "focalboost.benchmark.parts", "Parts.part"),
    ("statistics", "focalboost.benchmark.report", "findings_of"),
    ("statistics", "focalboost.benchmark.report.content", "judge"),
    ("statistics", "focalboost.benchmark.report.content", "summarise"),
    ("report", "focalboost.cli", "_show"),
    ("start-up and imports", "builtins", "__import__"),
    ("start-up and imports", "importlib", "import_module"),
)
"""What is timed: under which name, in which module, which function or method."""


class Stopwatch:
    """Seconds by name, each without those of the names that ran inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._running = ["all else"]
        self._since = time.perf_counter()

    @contextlib.contextmanager
    def under(self, name: str) -> Iterator[None]:
        """Count what is inside under a name."""
        self._turn()
        self._running.append(name)
        try:
            yield
        finally:
            self._turn()
            self._running.pop()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time, and that of what it yields, counted."""

        @functools.wraps(function)
        def counted(*arguments: Any, **options: Any) -> Any:
            with self.under(name):
                found = function(*arguments, **options)
            return self._steps(name, found) if isinstance(found, Iterator) else found

        return counted

    def _steps(self, name: str, steps: Iterator[Any]) -> Iterator[Any]:
        while True:
            with self.under(name):
                try:
                    step = next(steps)
                except StopIteration:
                    return
            yield step

    def _turn(self) -> None:
        now = time.perf_counter()
        self.seconds[self._running[-1]] += now - self._since
        self._since = now


def inside(started: float, arguments: list[str]) -> dict[str, float]:
    """Run the command in this process and return its seconds by name."""
    watch = Stopwatch()
    watch.seconds["start-up and imports"] = time.time() - started
    builtins.__import__ = watch.timed("start-up and imports", builtins.__import__)
    cli = importlib.import_module("focalboost.cli")
    for name, module, path in PLACES:
        if module != "builtins":
            *owners, last = path.split(".")
            owner = functools.reduce(getattr, owners, importlib.import_module(module))
            setattr(owner, last, watch.timed(name, getattr(owner, last)))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as told:
        status = cli.main(["benchmark", *arguments])
    if status:
        sys.exit(told.getvalue())
    with watch.under("end"):
        return dict(watch.seconds) | {"trainings": float(told.getvalue().count(": AP "))}


def seconds_of(arguments: list[str]) -> dict[str, float]:
    """Run the command in a new process, and return its seconds by name and the number of trainings."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as bytecode:
        # A setting that keeps Python from writing bytecode would make it compile its libraries at each start.
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode}

        def run(*options: str) -> str:
            start = [sys.executable, __file__, "--inside", str(time.time()), "--", "--output", folder]
            done = subprocess.run([*start, *options], check=True, capture_output=True, text=True, env=environment)
            return done.stdout

        run(*arguments, "--folds", "2", "--rounds", "1", "--output", f"{folder}/first")  # writes the bytecode
        return dict(json.loads(run(*arguments)))


def rows_of(what: str, seconds: dict[str, float], goal: float | None) -> list[dict[str, Any]]:
    """Return what a run says, as rows of a table."""
    trainings = seconds.pop("trainings")
    total = sum(seconds.values())
    shares = {name: second / total for name, second in seconds.items()}
    outside = {name: share for name, share in shares.items() if name not in BOOSTERS}
    largest = sorted(outside.items(), key=lambda item: -item[1])
    return [
        {
            "what": f"{what}: fits a minute",
            "value": 60.0 * trainings / total,
            "unit": "1/min",
            "goal": None,
            "note": f"{trainings:.0f} trainings in {total:.1f} s",
        },
        {
            "what": f"{what}: time outside the boosters",
            "value": sum(outside.values()),
            "unit": "share",
            "goal": goal,
            "note": ", ".join(f"{name} {share:.1%}" for name, share in largest if share >= 0.001)
            + f"; in the boosters: training {shares['training']:.1%}, prediction {shares['prediction']:.1%}",
        },
    ]


def measure(quick: bool = False, sizes: tuple[int, ...] = ()) -> list[dict[str, Any]]:
    """Run the command on simulated payments and return rows with what, value, unit, goal and note.

    Parameters
    ----------
    quick : bool
        Two folds of the smaller size.
    sizes : tuple of int
        Numbers of payments; by default 10,000 and, if not quick, 100,000.
    """
    rows = []
    for size in sizes or ((10_000,) if quick else (10_000, 100_000)):
        arguments = ["--transactions", str(size), "--prevalence", "0.02" if size < 50_000 else "0.005"]
        found = seconds_of([*arguments, "--folds", "2" if quick else "3"])
        rows += rows_of(f"{size:,} payments", found, GOAL if size >= 100_000 else None)
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="10,000 payments alone, two folds")
    parser.add_argument("--rows", type=int, nargs="+", default=(), help="numbers of payments [10,000 and 100,000]")
    parser.add_argument("--inside", type=float, help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs="*", help="of the command, after --")
    options = parser.parse_args()
    if options.inside is not None:
        print(json.dumps(inside(options.inside, options.arguments)))
        return
    if options.arguments:
        rows = rows_of(" ".join(options.arguments), seconds_of(options.arguments), None)
    else:
        rows = measure(options.quick, tuple(options.rows))
    print("| what | value | goal | where |\n|---|---|---|---|")
    for row in rows:
        value, goal = ("-" if number is None else f"{number:.3g}" for number in (row["value"], row["goal"]))
        print(f"| {row['what']} | {value} {row['unit']} | {goal} | {row['note']} |")


if __name__ == "__main__":
    main()
