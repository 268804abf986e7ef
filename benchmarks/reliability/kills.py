"""A comparison that is killed again and again, and continued each time, must end with the same table.

``python benchmarks/reliability/kills.py`` kills 50 times at random moments; with ``--workers 2`` the comparison in two
processes; with ``--at-writes`` just before a file is put in its place, just after, or with half of it written. Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

MEASURED = ["train_seconds", "predict_seconds", "peak_memory_mib"]
MOMENTS = ("before", "after", "half")
SPAN = 2.5
"""Seconds of work within which a random kill falls; more where processes have to begin first."""


def compare(folder: Path, workers: int | None) -> None:
    """Run the comparison, or continue it."""
    from focalboost.benchmark import Here, Processes, Settings, Trees, run, simulated_task

    task = simulated_task(4000, prevalence=0.03, drift=0.0, n_folds=2, random_state=0)
    methods = ["constant", "cross_entropy", "class_weight_balanced", "focal_gamma_1", "focal_gamma_2"]
    settings = Settings(Trees(rounds=20, threads=1))
    print("begun", flush=True)
    run([task], methods, settings=settings, folder=folder, workers=Processes(workers) if workers else Here())


def kill_at(write: int, moment: str) -> None:
    """Have this process kill itself when it puts the nth file in its place."""
    replace, written = Path.replace, 0

    def replaced(path: Path, target: Path) -> Path:
        nonlocal written
        if not path.name.endswith(".unfinished"):
            return replace(path, target)
        written += 1
        if written == write and moment == "half":
            os.truncate(path, path.stat().st_size // 2)
        if written == write and moment != "after":
            os.kill(os.getpid(), signal.SIGKILL)
        done = replace(path, target)
        if written == write:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    Path.replace = replaced


@dataclass
class Figures:
    """What happened."""

    kills: int = 0
    comparisons: int = 0
    rows_at_kill: list[int] = field(default_factory=list)
    left_running: int = 0


def killed(folder: Path, options: argparse.Namespace, rng: np.random.Generator, figures: Figures) -> bool:
    """Run until the kill; return False if the comparison was finished before."""
    command = [
        sys.executable,
        __file__,
        "--run",
        folder,
        *(["--workers", str(options.workers)] * bool(options.workers)),
    ]
    if options.at_writes:
        # A job writes four files, the beginning two.
        command += ["--write", str(rng.integers(1, 15)), "--moment", rng.choice(MOMENTS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as running:
        if running.stdout.readline() != "begun\n":
            raise SystemExit("the comparison did not begin: its error is above")
        family = []
        if not options.at_writes:
            time.sleep(rng.uniform(0.0, 3 * SPAN if options.workers else SPAN))
            if running.poll() is None:
                family = psutil.Process(running.pid).children(recursive=True)
                os.killpg(running.pid, signal.SIGKILL)
        status = running.wait()
    figures.left_running += len(psutil.wait_procs(family, timeout=10)[1])
    if status not in (0, -signal.SIGKILL):
        raise SystemExit(f"the comparison ended with status {status}: its error is above")
    return status != 0


def finish(folder: Path, workers: int | None) -> None:
    """Run the comparison to its end."""
    command = [sys.executable, __file__, "--run", folder, *(["--workers", str(workers)] * bool(workers))]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def check_same(whole: Path, folder: Path) -> int:
    """Return the number of rows; raise if anything differs but times and memory."""
    tables = [pd.read_parquet(one / "results.parquet").drop(columns=MEASURED) for one in (whole, folder)]
    pd.testing.assert_frame_equal(*tables, check_exact=True)
    names = [sorted(str(path.relative_to(one)) for path in one.rglob("*")) for one in (whole, folder)]
    assert names[0] == names[1], set(names[0]) ^ set(names[1])
    for name in names[0]:
        if name.startswith(("predictions/", "stages/")):
            assert (whole / name).read_bytes() == (folder / name).read_bytes(), name
        elif name.endswith(".json"):
            assert json.loads((whole / name).read_text()) == json.loads((folder / name).read_text()), name
    assert tables[0]["error"].isna().all()
    return len(tables[0])


def measure(options: argparse.Namespace) -> Figures:
    """Kill as often as asked, and compare each comparison that was finished with the undisturbed one."""
    rng, figures = np.random.default_rng(options.seed), Figures()
    with tempfile.TemporaryDirectory() as temporary:
        whole, folder = Path(temporary) / "whole", Path(temporary) / "0"
        finish(whole, None)
        while figures.kills < options.kills:
            if killed(folder, options, rng, figures):
                figures.kills += 1
                results = folder / "results.parquet"
                figures.rows_at_kill.append(len(pd.read_parquet(results)) if results.exists() else 0)
            else:
                check_same(whole, folder)
                figures.comparisons += 1
                folder = Path(temporary) / str(figures.comparisons)
        finish(folder, options.workers)
        rows = check_same(whole, folder)
    figures.comparisons += 1
    how = "at writes" if options.at_writes else "at random moments"
    who = f"{options.workers} workers" if options.workers else "one process"
    print(
        f"{who}, {figures.kills} kills {how} (seed {options.seed}): {figures.comparisons} comparisons of {rows} rows, "
        f"all ended with the same table, predictions and stages, bit for bit; rows there at a kill: "
        f"{min(figures.rows_at_kill)} to {max(figures.rows_at_kill)}; processes left running: {figures.left_running}"
    )
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the status is 1 if a process was left running."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="how many [50]")
    parser.add_argument("--workers", type=int, metavar="N", help="processes of the comparison [none]")
    parser.add_argument("--at-writes", action="store_true", help="kill where a file is written")
    parser.add_argument("--seed", type=int, default=0, help="of the moments [0]")
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--moment", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.run is None:
        return int(measure(options).left_running > 0)
    if options.write is not None:
        kill_at(options.write, options.moment)
    compare(options.run, options.workers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
