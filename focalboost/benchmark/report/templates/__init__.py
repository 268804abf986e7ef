"""The pages' templates, and how they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from focalboost._optional import optional_import

if TYPE_CHECKING:
    from jinja2 import Environment


def environment(**options: Any) -> Environment:
    """Return Jinja with this folder's templates; a name that is not given is an error.

    Parameters
    ----------
    **options
        Of `jinja2.Environment`: how what is written is escaped.
    """
    jinja2 = optional_import("jinja2", "The report")
    found: Environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__, package_path=""),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        **options,
    )
    return found
