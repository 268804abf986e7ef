"""What a comparison says: in the terminal, as one HTML file, and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from focalboost.benchmark.replacing import replace_text
from focalboost.benchmark.report.content import findings_of
from focalboost.benchmark.report.html import to_html
from focalboost.benchmark.report.markdown import to_markdown
from focalboost.benchmark.report.terminal import print_report

if TYPE_CHECKING:
    from pathlib import Path

    from focalboost.benchmark.results import Results

__all__ = ["findings_of", "print_report", "to_html", "to_markdown", "write_report"]


def write_report(results: Results, folder: Path) -> tuple[Path, Path]:
    """Write ``report.html`` and ``report.md``, in place of those that are there.

    Parameters
    ----------
    results : Results
        Of a comparison.
    folder : Path
        An existing folder.

    Returns
    -------
    html, markdown : Path
        The files.

    Raises
    ------
    ImportError
        If Jinja or Matplotlib is not installed.
    BenchmarkError
        If a file cannot be written; the old one is there then.
    """
    html, markdown = folder / "report.html", folder / "report.md"
    findings = findings_of(results)
    replace_text(html, to_html(results, findings))
    replace_text(markdown, to_markdown(results, findings))
    return html, markdown
