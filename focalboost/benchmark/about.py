"""What the tables of a comparison do not say: what its methods are, and what was noted of its data."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.replacing import replace_text
from focalboost.benchmark.store import ABOUT

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


@dataclass(frozen=True)
class About:
    """Words beside the numbers.

    Attributes
    ----------
    descriptions : dict of str to str
        By method, what it is.
    families : dict of str to str
        By method, what it is a variant of.
    notes : dict of str to list of str
        By task, what was decided in reading its data.
    """

    descriptions: dict[str, str] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)

    def __or__(self, newer: About) -> About:
        """Return both; of what both have, the newer."""
        return About(self.descriptions | newer.descriptions, self.families | newer.families, self.notes | newer.notes)

    def check_methods(self, newer: About, trained: Collection[str]) -> None:
        """Refuse other methods under the names of those that have results.

        Parameters
        ----------
        newer : About
            The methods as they are now.
        trained : collection of str
            Methods that have results.

        Raises
        ------
        BenchmarkError
            If a description or a family differs.
        """
        for what, known, now in (
            ("description", self.descriptions, newer.descriptions),
            ("family", self.families, newer.families),
        ):
            for name, words in now.items():
                if name in trained and known.get(name, words) != words:
                    raise BenchmarkError(
                        f"there are results of another method {name!r}, whose {what} was {known[name]!r}, now "
                        f"{words!r}: give it another name, or another --output, or --overwrite to discard them"
                    )

    def save(self, folder: Path) -> None:
        """Write it into a folder of results; a reader finds the old file or the new one."""
        replace_text(folder / ABOUT, json.dumps(asdict(self), indent=2) + "\n")


def read_about(folder: Path) -> About:
    """Return what stands in a folder of results, or nothing if there is no file.

    Raises
    ------
    BenchmarkError
        If the file cannot be read.
    """
    path = folder / ABOUT
    if not path.exists():
        return About()
    try:
        about = About(**json.loads(path.read_text(encoding="utf-8")))
        if not all(isinstance(held, dict) for held in vars(about).values()):
            raise TypeError("it holds no tables of names")
        return about
    except (OSError, ValueError, TypeError) as error:
        raise BenchmarkError(f"{path} cannot be read ({error}): remove it, and run the comparison again") from error
