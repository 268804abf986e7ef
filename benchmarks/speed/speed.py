"""Measure the speed of focalboost against the physical limit, the libraries' own objectives and other packages.

    python benchmarks/speed/speed.py [--quick] [--output FILE] [PART ...]

prints a Markdown table for each part. Every ratio is the median of those of alternating runs in one process, with
the quartiles behind it; bold where a goal is missed. Absolute times are this machine's and no claim.

    python benchmarks/speed/speed.py --quick --check

measures a few of the ratios and fails where one is twice its goal.
"""

import argparse
import os
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from machine import describe
from tables import markdown

PARTS = ("machine", "binary", "softmax", "peers", "training", "rounds", "memory", "estimators", "startup", "command")


def report(part: str, quick: bool) -> str:
    """Return a part's heading, explanation and table."""
    module = import_module(part)
    title, _, text = (module.__doc__ or part).partition("\n\n")
    start = time.perf_counter()
    table = markdown(module.measure(quick))
    seconds = time.perf_counter() - start
    print(f"{part}: {seconds:.0f} s", file=sys.stderr, flush=True)
    return f"## {title.rstrip('.')} (`{part}`)\n\n" + (f"{text.strip()}\n\n" if text.strip() else "") + table


def main() -> None:
    """Print the tables of the parts that are asked for, or check a few ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="fewer sizes and pairs")
    parser.add_argument("--check", action="store_true", help="fail where a ratio is twice its goal")
    parser.add_argument("--output", type=Path, help="write the tables to this file as well")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    # A folder of its own, in which nothing is compiled yet.
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NUMBA_CACHE_DIR"] = folder
        if arguments.check:
            sys.exit(import_module("check").failures())
        parts = arguments.parts or PARTS
        texts = [f"{describe()}\n"]
        print(texts[0])
        for part in parts:
            texts.append(report(part, arguments.quick))
            print(texts[-1], flush=True)
    if arguments.output:
        arguments.output.write_text("\n".join(texts), encoding="utf8")


if __name__ == "__main__":
    main()
