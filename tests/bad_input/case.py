"""One row of the table of bad input: what is given, where, and the error that says so."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


def _nothing(folder: Path) -> None:
    """Prepare nothing."""


@dataclass(frozen=True)
class Case:
    """Bad input.

    ``prepare`` makes the files that the case needs in a folder of its own; ``call`` raises the error, whose message
    holds the regular expression ``message``, and leaves every file as it was.
    """

    given: str
    where: str
    error: type[Exception]
    message: str
    call: Callable[[Path], object]
    prepare: Callable[[Path], object] = _nothing

    @property
    def name(self) -> str:
        """Say which row of the table it is."""
        return f"{self.where}: {self.given}"


class NothingRaisedError(Exception):
    """The bad input was accepted."""


def raised(case: Case, folder: Path) -> Exception:
    """Return the error of a case, after a look at the files."""
    case.prepare(folder)
    before = contents(folder)
    try:
        case.call(folder)
    except Exception as error:
        if contents(folder) != before:
            raise NothingRaisedError(f"files were changed: {case.name}") from error
        return error
    return NothingRaisedError()


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file's bytes; locks and what is hidden is no result."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
