"""The versions that decide a comparison's results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focalboost import __version__
from focalboost._optional import optional_import

if TYPE_CHECKING:
    from collections.abc import Iterable

    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.settings import Settings


def versions(boosters: Iterable[Booster], settings: Settings) -> dict[str, str]:
    """Return the versions of focalboost, the boosters and what tunes them, in this process.

    Parameters
    ----------
    boosters : iterable of Booster
        Which; that of the sanity rows counts for none.
    settings : Settings
        Whether something is tuned.

    Raises
    ------
    ImportError
        If one is not installed; the message names the extra.
    """
    found = {"focalboost": __version__}
    found |= {booster.name: booster.version() for booster in boosters if booster.name != "none"}
    if settings.trials:
        found["optuna"] = str(optional_import("optuna", "The tuned table").__version__)
    return found
