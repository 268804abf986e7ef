"""The report as Markdown: what the page says, without its figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from focalboost.benchmark.report.content import content_of
from focalboost.benchmark.report.templates import environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from focalboost.benchmark.report.content import Finding
    from focalboost.benchmark.results import Results


def to_markdown(results: Results, findings: Sequence[Finding]) -> str:
    """Write the report as Markdown, with tables as GitHub reads them.

    Parameters
    ----------
    results : Results
        Of a comparison.
    findings : sequence of Finding
        As of `findings_of`.

    Returns
    -------
    str
        The same for the same results.

    Raises
    ------
    ImportError
        If Jinja is not installed.
    """
    template = environment(autoescape=False, finalize=_literal).get_template("report.md.jinja")
    text = template.render(content=content_of(results), findings=findings)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _literal(value: Any) -> Any:
    """Escape text so that it reads as it is in the data, and never ends a table's cell."""
    if not isinstance(value, str):
        return value
    escaped = re.sub(r"[\\`*{}\[\]<>#|~&$]|(?<!\w)_|_(?!\w)", r"\\\g<0>", value)
    return re.sub(r"\s+", " ", escaped)
