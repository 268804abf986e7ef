"""The table of bad input as Markdown: ``PYTHONPATH=tests python -m bad_input.table`` writes it again."""

import tempfile
import warnings
from pathlib import Path

from bad_input import boosters, cluster, command, estimators, evaluation, files, losses, models, results, tasks
from bad_input.case import Case, raised

AREAS = {
    "Losses": losses.CASES,
    "Losses in the boosters' own functions": boosters.CASES,
    "Classifiers, search and gamma path": estimators.CASES,
    "Dask": cluster.CASES,
    "Models": models.CASES,
    "Measures": evaluation.CASES,
    "Files and tables": files.CASES,
    "Tasks, suites and settings": tasks.CASES,
    "Folders of results": results.CASES,
    "The command": command.CASES,
}
PATH = Path(__file__).parents[2] / "benchmarks" / "reliability" / "bad_input.md"
HEAD = "| given | where | error | message |"
_LONGEST = 400


def row(case: Case, error: str, message: str) -> str:
    """Return a row of the table."""
    return "| " + " | ".join(_cell(text) for text in (case.given, case.where, error, message)) + " |"


def _cell(text: str) -> str:
    words = " ".join(text.split())
    return (words if len(words) <= _LONGEST else words[:_LONGEST] + " ...").replace("|", "\\|")


def _written() -> str:
    total = sum(map(len, AREAS.values()))
    lines = [
        "# Bad input",
        "",
        f"{total} cases of what a user may give by mistake, and the message that says so, as raised. "
        "`tests/bad_input/` has the cases and tests each of them; "
        "`PYTHONPATH=tests python -m bad_input.table` writes this table again. Where a case has files, they are the "
        "same before and after. `Status2` is the command's exit status 2, with the message on stderr.",
    ]
    for area, cases in AREAS.items():
        lines += ["", f"## {area}", "", HEAD, "|---|---|---|---|"]
        for case in cases:
            with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(action="ignore"):
                error = raised(case, Path(folder))
            lines.append(row(case, type(error).__name__, str(error).replace(f"{folder}/", "").replace(folder, ".")))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PATH.write_text(_written(), encoding="utf-8")
