"""Measure how time and memory grow with the rows, and with the workers of a Dask cluster.

    python benchmarks/scale/scale.py [--rows N ...] [--quick] [--output FILE] [part ...]

prints a table for each part (all of them by default) and the fitted slopes: b in time = a rows^b, 1 where it is linear.
Every measurement is a process of its own. The data are made in chunks as they are read. ``--quick`` takes seconds and
tells that everything runs, not how fast. ``--keep`` notes each measurement in a file, so that an interrupted run goes
on where it was. Linux only.
"""

import argparse
import importlib
import json
import os
import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PARTS = ("kernel", "functions", "bins", "external", "sequence", "estimators", "cluster")
QUICK_ROWS = (2_000,)
LIBRARIES = ("numpy", "numba", "xgboost", "lightgbm", "dask", "scikit-learn")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How time and memory grow with rows and workers.")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)} [all]")
    parser.add_argument("--rows", nargs="+", type=float, metavar="N", help="numbers of rows [each part's own]")
    parser.add_argument("--quick", action="store_true", help="two thousand rows")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the tables there as well")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="measurements that were made before are read there")
    parser.add_argument("--child", type=json.loads, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(importlib.import_module(options.child["part"]).run(**options.child["case"])))
        return
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: parts are {', '.join(PARTS)}")
    rows = [int(n) for n in options.rows or ()] or (QUICK_ROWS if options.quick else None)
    sections = [machine()]
    print(sections[0], flush=True)
    for part in options.parts or PARTS:
        sections.append(section(part, rows, options.keep))
        print("\n" + sections[-1], flush=True)
    if options.output:
        options.output.write_text("\n\n".join(["# Time and memory against rows and workers", *sections]) + "\n")


def section(part: str, rows: Any, keep: Path | None) -> str:
    """Measure one part and return its tables."""
    from measuring import in_child
    from slopes import markdown, slope_table

    module = importlib.import_module(part)
    kept = [json.loads(line) for line in keep.read_text().splitlines()] if keep and keep.exists() else []
    measured = []
    for case in [case for size in rows or module.ROWS for case in module.cases(size)]:
        found = next((row["figures"] for row in kept if row["part"] == part and row["case"] == case), None)
        if found is None:
            print(f"{part} {case}", file=sys.stderr, flush=True)
            found = in_child(part, case)
            if keep:
                with keep.open("a") as file:
                    file.write(json.dumps({"part": part, "case": case, "figures": found}) + "\n")
        measured += found if isinstance(found, list) else [found]
    measured.sort(key=lambda row: row["case"])  # stable: by rows within a case
    parts = [f"## {module.TITLE}", module.ABOUT, markdown(measured)]
    fitted = slope_table(measured, module.SLOPES) if module.SLOPES else []
    return "\n\n".join(parts + ([markdown(fitted)] if fitted else []))


def machine() -> str:
    """Return what the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    libraries = ", ".join(f"{name} {_version(name)}" for name in LIBRARIES)
    return (
        f"{processor[1] if processor else platform.machine()}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB; "
        f"Python {platform.python_version()}, focalboost {version('focalboost')}, {libraries}."
    )


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "missing"


if __name__ == "__main__":
    main()
