"""What is to be trained: methods and libraries by name, and every job of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.jobs import Job
from focalboost.benchmark.methods import UNTUNED
from focalboost.benchmark.methods.peers import Peer
from focalboost.benchmark.methods.sanity import NoTrees
from focalboost.benchmark.methods.searched import SEARCHED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeVar

    from focalboost.benchmark import fit
    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.methods.method import Method
    from focalboost.benchmark.methods.searched import Searched
    from focalboost.benchmark.settings import Settings
    from focalboost.benchmark.task import Task

    Named = TypeVar("Named", Method, Booster)


def chosen(kind: str, asked: Sequence[str | Named], known: Mapping[str, Named]) -> list[Named]:
    """Return what is asked for by name or as it is, each once; a BenchmarkError says which names there are."""
    for name in asked:
        if isinstance(name, str) and name not in known:
            raise BenchmarkError(f"there is no {kind} {name!r}; choose from {', '.join(known)}")
    found = [known[one] if isinstance(one, str) else one for one in asked]
    different = list({id(one): one for one in found}.values())
    _check_names(kind, different)
    return different


def planned(
    tasks: Sequence[Task], methods: Sequence[Method], boosters: Sequence[Booster], settings: Settings
) -> list[Job]:
    """Return the jobs of a comparison, those of a task together.

    Raises
    ------
    BenchmarkError
        If there are none.
    ImportError
        If a method is of another package that is not installed; the message names the extra.
    """
    _check_names("task", tasks)
    groups: tuple[tuple[Sequence[Method | Searched], tuple[fit.Protocol, ...]], ...] = (
        (methods, ("fixed", "stopped")),
        (_tuned(methods) if settings.trials else (), ("tuned",)),
    )
    jobs = [
        Job(task, booster, method, fold, protocols)
        for task in tasks
        for fold in range(task.folds.n_folds)
        for members, protocols in groups
        for booster in (NoTrees(), *boosters)
        for method in members
        if (method.family == "sanity") == (booster.name == "none") and method.runs_in(booster)
    ]
    if not jobs:
        ours, libraries = (", ".join(one.name for one in some) or "none" for some in (methods, boosters))
        raise BenchmarkError(
            f"there is nothing to train: {len(tasks)} tasks, methods {ours}, boosters {libraries}; give one task or "
            "more, and a method that runs in one of the boosters"
        )
    for job in jobs:
        if isinstance(job.method, Peer):
            # Its package is missed now, not hours later when its turn comes.
            job.method.objective()
    return jobs


def _tuned(methods: Sequence[Method]) -> list[Method | Searched]:
    """Return the methods to tune: of a family whose own parameter can be searched, one for all its members."""
    tuned = [SEARCHED.get(method.family, method) for method in methods if method.family not in UNTUNED]
    return list({method.name: method for method in tuned}.values())


def _check_names(kind: str, named: Sequence[Task | Method | Booster]) -> None:
    """Refuse two of one name, which would be one in the tables, and the names of what is chosen among others."""
    names = [one.name for one in named]
    for name in names:
        if names.count(name) > 1:
            raise BenchmarkError(f"{kind}s need different names, but two are {name!r}: rename one or leave it out")
        if kind == "method" and name in [family.name for family in SEARCHED.values()]:
            raise BenchmarkError(f"a method cannot be named {name!r}, as what is chosen from its family: rename it")
