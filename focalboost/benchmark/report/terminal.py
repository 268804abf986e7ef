"""The report in the terminal: one table for each task and library, and the verdict last, where it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from focalboost._optional import optional_import
from focalboost.benchmark.report.columns import COLUMNS
from focalboost.benchmark.report.content import content_of
from focalboost.benchmark.report.rows import fairest
from focalboost.benchmark.report.sentences import Sentence
from focalboost.benchmark.report.summary import summarise
from focalboost.benchmark.report.tables import table_of
from focalboost.benchmark.visible import visible

if TYPE_CHECKING:
    import pandas as pd

    from focalboost.benchmark.report.tables import Table
    from focalboost.benchmark.results import Results

_WIDTH_OF_FILES = 120
_SHOWN = (
    "average_precision",
    "roc_auc",
    "recall_at_alerts",
    "savings",
    "log_loss",
    "expected_calibration_error",
    "rounds",
    "train_seconds",
)
_COLUMNS = tuple(column for column in COLUMNS if column.name in _SHOWN)
_STYLES = {"better": "green", "worse": "red", "warning": "yellow", "none": ""}


def print_report(results: Results) -> None:
    """Print the tables and the verdict to standard output.

    Of each task and library the fairest protocol is shown: tuned, else with rounds chosen on the validation rows.

    Parameters
    ----------
    results : Results
        Of a comparison.

    Raises
    ------
    ImportError
        If Rich is not installed.
    """
    console = optional_import("rich.console", "The report").Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _WIDTH_OF_FILES
    summary, content = summarise(results), content_of(results)
    for part in content.tasks:
        console.print()
        console.print(visible(part.task), style="bold")
        console.print(part.facts)
        for line in part.notes:
            console.print(visible(f"note: {line}"))
        for library in part.boosters:
            _print_library(console, summary, part.task, library.booster)
            for failure in library.failures:
                console.print(visible(f"failed: {failure}"), style="red")
    console.print("\nVerdict", style="bold")
    verdict = content.verdict
    nothing = Sentence("Nothing to say: focal loss and what it is compared with have no fold in common.")
    for sentence in verdict.answers or (nothing,):
        console.print(visible(sentence.text), style=f"bold {_STYLES[sentence.level]}".strip())
    for sentence in (*verdict.warnings, *verdict.details, *verdict.steps):
        console.print(visible(f"- {sentence.text}"), style=_STYLES[sentence.level])
    for note in content.notes:
        console.print(note, style="dim")


def _print_library(console: Any, summary: pd.DataFrame, task: str, booster: str) -> None:
    here = summary[(summary["task"] == task) & (summary["booster"] == booster)].dropna(subset="average_precision")
    if here.empty:
        return
    protocol = fairest(set(here["protocol"]))
    console.print()
    console.print(visible(f"{booster}, {protocol}"))
    console.print(_rich(table_of(summary, task, booster, protocol, _COLUMNS)))


def _rich(table: Table) -> Any:
    box = optional_import("rich.box", "The report").SIMPLE_HEAD
    text = optional_import("rich.text", "The report").Text
    drawn = optional_import("rich.table", "The report").Table(box=box, padding=(0, 1, 0, 0))
    drawn.add_column("Method", overflow="fold")
    for heading in table.headings:
        drawn.add_column(heading, justify="right", no_wrap=True)
    for line in table.lines:
        failed = f" ({line.failed})" if line.failed else ""
        cells = [text(cell.text, style="bold" if cell.best else "") for cell in line.cells]
        drawn.add_row(text(visible(line.method + failed)), *cells, style="dim" if line.sanity else "")
    return drawn
