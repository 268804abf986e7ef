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

    Parameters
    ----------
    folder : Path
        Made if there is none.

    Raises
    ------
    BenchmarkError
        If another run has it, or it cannot be written.
    """
    filelock = optional_import("filelock", "Keeping results")
    lock = filelock.FileLock(folder / ".lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise BenchmarkError(f"another run is writing to {folder}: wait for it, or give another --output") from error
    except OSError as error:
        raise BenchmarkError(
            f"{folder} cannot be written ({error.strerror or error}): mend that, or give another --output"
        ) from error
    try:
        yield
    finally:
        lock.release()
