"""Writing a file whole: a reader, or a power cut, finds the old file or the new one, never half of one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from focalboost._files import put_in_place
from focalboost.benchmark.errors import BenchmarkError
from focalboost.datasets._tables import write_parquet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd


def replace_text(path: Path, text: str) -> None:
    """Write a text file whole.

    Raises
    ------
    BenchmarkError
        If it cannot be written; the old file is there then, and nothing else.
    """
    with _replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def replace_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a parquet file whole; for what is raised see `replace_text`."""
    with _replacing(path) as unfinished:
        write_parquet(frame, unfinished)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    # The same name each time: what a killed process left is replaced when the file is written again.
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        yield unfinished
        put_in_place(unfinished, path)
    except OSError as error:
        raise BenchmarkError(
            f"{path} cannot be written ({error.strerror or error}): what was saved before is kept; mend that, and run "
            "the same again"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
