"""Fuzz the public functions with arguments of every kind, most of them almost right.

    python benchmarks/reliability/fuzz.py --seconds 600      # at random
    python benchmarks/reliability/fuzz.py --examples 100     # the same inputs every time

For each input a function either answers, and then what it returns is checked, or refuses with a ValueError or a
TypeError that has a message and was raised by a ``raise`` of focalboost. Anything else (another exception, an error
that NumPy or Python raised for us, a RuntimeWarning or a DeprecationWarning) is a finding. Prints how many inputs each
function got, how many it answered and how many it refused; the exit status is 1 if there was a finding.

With NUMBA_DISABLE_JIT=1 nothing is compiled, and an index outside an array is a finding too.
"""

import argparse
import dis
import os
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from fuzz_arguments import TARGETS, Target
from hypothesis import HealthCheck, given, settings

import focalboost

PACKAGE = str(Path(focalboost.__file__).parent)
ROUND = 100
"""Inputs between two looks at the clock."""


class Findings(NamedTuple):
    """What became of a function's inputs."""

    counts: Counter[str]
    error: Exception | None


def raised_on_purpose(error: Exception) -> bool:
    """Whether an exception comes from a ``raise`` statement of the package."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None or not frame.tb_frame.f_code.co_filename.startswith(PACKAGE):
        return False
    code = frame.tb_frame.f_code.co_code
    return dis.opname[code[frame.tb_lasti]] == "RAISE_VARARGS"


def try_one(target: Target, arguments: dict[str, Any]) -> str:
    """Call a function once; return "answered" or "refused", and raise whatever is a finding."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", UserWarning)  # advice about the start, or of scikit-learn
            warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"focalboost\.kernels")  # not compiled
            result = target.call(**arguments)
    except (TypeError, ValueError) as error:
        if not str(error).strip() or not raised_on_purpose(error):
            raise
        return "refused"
    target.check(result, **arguments)
    return "answered"


def fuzz(target: Target, examples: int, at_random: bool) -> Findings:
    """Try a function with a number of inputs."""
    counts: Counter[str] = Counter()

    @settings(
        max_examples=examples, derandomize=not at_random, database=None, deadline=None, report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    @given(target.arguments)
    def try_all(arguments: dict[str, Any]) -> None:
        with np.errstate(all="warn", under="ignore"):
            counts[try_one(target, arguments)] += 1

    try:
        try_all()
    except Exception as error:
        return Findings(counts, error)
    return Findings(counts, None)


def fuzz_for(target: Target, seconds: float) -> Findings:
    """Try a function with random inputs for a while, or up to the first finding."""
    counts: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = fuzz(target, ROUND, at_random=True)
        counts += found.counts
        if found.error is not None:
            return Findings(counts, found.error)
    return Findings(counts, None)


def report(run: Callable[[Target], Findings], targets: list[Target]) -> bool:
    """Print the table and the findings; return whether there are none."""
    print("| function | inputs | answered | refused | finding |\n|---|---|---|---|---|", flush=True)
    total: Counter[str] = Counter()
    errors = []
    for target in targets:
        found = run(target)
        total += found.counts
        if found.error is not None:
            errors.append((target.name, found.error))
        _print_row(target.name, found.counts, "yes" if found.error else "")
    _print_row("all", total, str(len(errors) or "none"))
    for name, error in errors:
        print(f"\n{name}: {type(error).__name__}: {error}")
        for where in traceback.extract_tb(error.__traceback__)[-3:]:
            print(f"  {where.filename}:{where.lineno}: {where.line}")
        print(*dict.fromkeys(getattr(error, "__notes__", [])), sep="\n")
    return not errors


def _print_row(name: str, counts: Counter[str], finding: str) -> None:
    print(f"| {name} | {counts.total()} | {counts['answered']} | {counts['refused']} | {finding} |", flush=True)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Fuzz the public functions.")
    parser.add_argument("--seconds", type=float, default=300.0, help="at random, for this long in all [300]")
    parser.add_argument("--examples", type=int, help="instead: this many inputs a function, the same every time")
    parser.add_argument("--only", default="", help="functions whose name contains this")
    options = parser.parse_args()
    targets = [target for target in TARGETS if options.only in target.name]
    if options.examples:
        return 0 if report(lambda target: fuzz(target, options.examples, at_random=False), targets) else 1
    share = options.seconds / max(1, len(targets))
    return 0 if report(lambda target: fuzz_for(target, share), targets) else 1


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
