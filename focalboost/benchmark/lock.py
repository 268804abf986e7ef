"""One run at a time in a folder of results."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from focalboost._optional import optional_import
from focalboost.benchmark.errors import BenchmarkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs from writing to a folder; the system forgets the lock if this process is killed.

    Raises
    ------
    BenchmarkError
        If another run has it.
    """
    filelock = optional_import("filelock", "Keeping results")
    lock = filelock.FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise BenchmarkError(f"another run is writing to {folder}: wait for it, or give another --output") from error
    try:
        yield
    finally:
        lock.release()
