"""Run the tests with the oldest and the newest libraries, and with each version of the boosters.

    pip install uv && python benchmarks/reliability/versions.py [--only NAME ...] [--tests PATH ...]

makes a virtual environment for each row of the table (``environments.py``), runs the tests in it, and writes
``versions.md`` from ``versions.json``, both beside this file. Rows of the same package and tests (by the digest of
their sources) are kept; ``--again`` runs them too. An environment that cannot be installed is a row that says so. uv
makes them, because it installs in seconds what it has installed once; it takes Pythons from ``PATH``, or downloads
them. ``--folder`` keeps the environments for the next time; else each is removed after its tests.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from environments import ROOT, Environment, environments, project
from versions_table import LIBRARIES, markdown

HERE = Path(__file__).parent
LIMIT = 3600  # seconds for one environment's tests


def main() -> None:
    """Make the environments that are asked for, test in them and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="rows of the table, or beginnings of their names")
    parser.add_argument("--tests", nargs="+", metavar="PATH", help="these tests alone; nothing is written")
    parser.add_argument("--folder", type=Path, help="where the environments are kept [a temporary folder]")
    parser.add_argument("--again", action="store_true", help="also rows that are there already")
    parser.add_argument("--install", action="store_true", help="make the environments and stop there")
    parser.add_argument("--list", action="store_true", help="print the rows' names and stop there")
    options = parser.parse_args()
    chosen = [row for row in environments() if not options.only or row.name.startswith(tuple(options.only))]
    if not chosen:
        parser.error(f"no row begins with {' or '.join(options.only)}; --list prints them")
    if options.list:
        print("\n".join(row.name for row in chosen))
        return
    file = HERE / "versions.json"
    rows: dict[str, Any] = json.loads(file.read_text(encoding="utf8")) if file.exists() else {}
    with tempfile.TemporaryDirectory() as temporary:
        for environment in chosen:
            kept = rows.get(environment.name, {})
            if not (options.again or options.tests or options.install) and kept.get("sources") == sources():
                continue
            print(f"{environment.name}: installing", file=sys.stderr, flush=True)
            folder = (options.folder or Path(temporary)).absolute() / environment.name
            row = install(environment, folder)
            if "error" not in row and not options.install:
                row |= test(environment, folder, options.tests)
            told = {name: value for name, value in row.items() if name not in LIBRARIES}
            print(f"{environment.name}: {told}", file=sys.stderr, flush=True)
            if not (options.tests or options.install):
                rows[environment.name] = row
                ordered = {known.name: rows[known.name] for known in environments() if known.name in rows}
                file.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf8")
                (HERE / "versions.md").write_text(markdown(ordered), encoding="utf8")
            if not options.folder:
                shutil.rmtree(folder, ignore_errors=True)


def install(environment: Environment, folder: Path) -> dict[str, Any]:
    """Make a virtual environment, and say what is in it or why it could not be made."""
    row = {"python": environment.python, "sources": sources()}
    python = str(folder / "bin" / "python")
    extras = "" if environment.extras == "nothing" else f"[{environment.extras}]"
    wanted = [f"{ROOT}{extras}", *environment.pins]
    stamp = folder / "installed.txt"
    requirements = json.dumps([wanted, project()["dependencies"], project()["optional-dependencies"]])
    if not stamp.exists() or stamp.read_text(encoding="utf8") != requirements:
        shutil.rmtree(folder, ignore_errors=True)
        wheels = ["--only-binary", ":all:", "--no-binary", "focalboost"]
        commands = [
            ["uv", "venv", "--quiet", "--python", environment.python, str(folder)],
            ["uv", "pip", "install", "--quiet", "--python", python, *wheels, "--editable", *wanted],
        ]
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                return row | {"error": re.sub(r"\s+", " ", done.stderr).strip()[:300]}
        stamp.write_text(requirements, encoding="utf8")
    code = (
        "import json, platform, sys\nfrom importlib.metadata import PackageNotFoundError, version\nfound = {}\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n        found[name] = version(name)\n    except PackageNotFoundError:\n        pass\n"
        "print(json.dumps({'python': platform.python_version(), **found}))"
    )
    found = subprocess.run([python, "-c", code, *LIBRARIES], capture_output=True, text=True, check=True)
    return row | json.loads(found.stdout)


def test(environment: Environment, folder: Path, chosen: list[str] | None) -> dict[str, Any]:
    """Run an environment's tests, or keep its extra's promise, and count what came of them."""
    report = folder / "tests.xml"
    report.unlink(missing_ok=True)
    python = str(folder / "bin" / "python")
    if environment.promise:
        # Away from the sources: only what is installed may be found.
        place, command = folder, [python, str(HERE / "promises.py"), *environment.extras.split(",")]
    else:
        place, command = (
            ROOT,
            [
                python,
                "-m",
                "pytest",
                "-q",
                "-n",
                "2",
                "--dist",
                "loadfile",
                "-p",
                "no:cacheprovider",
                f"--junitxml={report}",
            ],
        )
        command += chosen or environment.tests
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NUMBA", "PYTEST"))}
    clean |= {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "NUMBA_CACHE_DIR": str(folder / "numba")}
    start = time.perf_counter()
    with (folder / "output.txt").open("w", encoding="utf8") as output:
        try:
            status = subprocess.call(
                command, cwd=place, env=clean, stdout=output, stderr=subprocess.STDOUT, timeout=LIMIT
            )
        except subprocess.TimeoutExpired:
            return {"error": f"did not end within {LIMIT} s"}
    seconds = round(time.perf_counter() - start)
    if environment.promise:
        last = (folder / "output.txt").read_text(encoding="utf8").strip()[-200:]
        return {"passed": int(status == 0), "failed": [last] if status else [], "skipped": 0, "seconds": seconds}
    if not report.exists():
        return {"error": f"pytest ended with status {status} and without a report"}
    return {**_counts(report), "seconds": seconds}


def _counts(report: Path) -> dict[str, Any]:
    passed, skipped, failed = 0, 0, []
    for case in ET.parse(report).iter("testcase"):
        outcomes = {child.tag for child in case}
        if outcomes & {"failure", "error"}:
            failed.append(f"{case.get('classname')}::{case.get('name')}".removeprefix("::"))
        elif "skipped" in outcomes:
            skipped += 1
        else:
            passed += 1
    return {"passed": passed, "failed": failed, "skipped": skipped}


def sources() -> str:
    """Return a digest of what is tested and of the tests."""
    digest = hashlib.sha256()
    for path in [
        ROOT / "pyproject.toml",
        *sorted(p for room in ("focalboost", "tests") for p in (ROOT / room).rglob("*.py")),
    ]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


if __name__ == "__main__":
    main()
