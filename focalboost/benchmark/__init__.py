"""The comparison: tasks x methods x folds, to a table of results, to a report."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from focalboost.benchmark.errors import BenchmarkError as BenchmarkError
    from focalboost.benchmark.results import Results as Results
    from focalboost.benchmark.runner import run as run
    from focalboost.benchmark.scheduling import DaskCluster as DaskCluster
    from focalboost.benchmark.scheduling import Here as Here
    from focalboost.benchmark.scheduling import Processes as Processes
    from focalboost.benchmark.settings import Settings as Settings
    from focalboost.benchmark.settings import Trees as Trees
    from focalboost.benchmark.suite import find_suite as find_suite
    from focalboost.benchmark.suite import read_suite as read_suite
    from focalboost.benchmark.suite import suite_names as suite_names
    from focalboost.benchmark.task import Costs as Costs
    from focalboost.benchmark.task import Task as Task
    from focalboost.benchmark.task import file_tasks as file_tasks
    from focalboost.benchmark.task import frame_task as frame_task
    from focalboost.benchmark.task import simulated_task as simulated_task
    from focalboost.benchmark.task_file import read_task as read_task

# Imported when first used: pandas and the libraries are extras.
_LAZY = {
    "BenchmarkError": "errors",
    "Costs": "task",
    "DaskCluster": "scheduling",
    "Here": "scheduling",
    "Processes": "scheduling",
    "Results": "results",
    "Settings": "settings",
    "Task": "task",
    "Trees": "settings",
    "file_tasks": "task",
    "find_suite": "suite",
    "frame_task": "task",
    "read_suite": "suite",
    "read_task": "task_file",
    "run": "runner",
    "simulated_task": "task",
    "suite_names": "suite",
}
__all__ = sorted(_LAZY)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_LAZY[name]}"), name)
