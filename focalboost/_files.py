"""Putting a finished file in the place of another."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def put_in_place(unfinished: Path, path: Path) -> None:
    """Move a file to a path of the same folder, in place of what is there: after a power cut one of the two is whole.

    Raises
    ------
    OSError
        If that fails; what was there before is there then, and the unfinished file may be.
    """
    # Else the name may be on the disk before the content.
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    # The new name: not every system opens folders, or writes them out when asked.
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
