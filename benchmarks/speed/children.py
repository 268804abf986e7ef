"""Measurements in processes of their own, because the number of threads is fixed when a process starts."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_CODE = """
import importlib, json, sys
sys.path.insert(0, {folder!r})
result = getattr(importlib.import_module({module!r}), {function!r})(*json.loads({arguments!r}))
print(json.dumps(result, default=str))
"""

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def thread_counts() -> Iterator[int]:
    """Yield one thread and all."""
    yield from sorted({1, CORES})


def in_child(where: str, *arguments: Any, threads: int = CORES, **environment: str) -> Any:
    """Call a function of this folder in a new process.

    Parameters
    ----------
    where : str
        "module:function"; what it returns is passed on as JSON, with objects as their text.
    *arguments
        Its arguments, anything that JSON holds.
    threads : int
        For OpenMP, and so for the boosters and for focalboost.
    **environment : str
        More environment variables.

    Returns
    -------
    object
        What the function returned.

    Raises
    ------
    RuntimeError
        If the process failed, with what it wrote to its standard error.
    """
    module, function = where.split(":")
    code = _CODE.format(
        folder=str(Path(__file__).parent), module=module, function=function, arguments=json.dumps(arguments)
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"OMP_NUM_THREADS": str(threads)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise RuntimeError(f"{where}{arguments} failed:\n{run.stderr}")
    return json.loads(run.stdout.splitlines()[-1])
