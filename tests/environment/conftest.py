"""A program in a process of its own, on a copy of the package that a test may change."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import focalboost

LIMIT = 120  # seconds
SOURCES = Path(focalboost.__file__).parent


@pytest.fixture
def site(tmp_path):
    """A folder with a copy of the package's sources."""
    folder = tmp_path / "site"
    shutil.copytree(SOURCES, folder / "focalboost", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def nowhere(site, tmp_path):
    """Variables under which no library finds a folder to write to: homes and caches lie below a regular file.

    There no folder can be made, not even by root, whom permissions do not stop.
    """
    file = tmp_path / "file"
    file.touch()
    (site / "focalboost" / "kernels" / "__pycache__").touch()
    folders = {name: file / name for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "NUMBA_CACHE_DIR")}
    # Empty: as if Matplotlib and joblib had been told nothing.
    return {"HOME": file, "MPLCONFIGDIR": "", "JOBLIB_TEMP_FOLDER": "", **folders}


@pytest.fixture
def child():
    """Run a program; ``extra`` is added to an environment that knows nothing of this test run."""

    def run(program, *arguments, **extra):
        return start(program, *arguments, **extra).result()

    def start(program, *arguments, **extra):
        passed_on = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA_", "XDG_"))}
        command = [sys.executable, "-P", "-W", "error", "-c", program, *map(str, arguments)]
        process = subprocess.Popen(
            command, env=passed_on | {name: str(value) for name, value in extra.items()}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        return _Started(process)

    run.start = start
    return run


class _Started:
    def __init__(self, process):
        self._process = process

    def result(self):
        """Return what it printed, once it has ended well."""
        try:
            printed, errors = self._process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise
        assert self._process.returncode == 0, errors
        return printed.strip()
