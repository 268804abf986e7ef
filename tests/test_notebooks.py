"""The notebooks are what their text twins say, and were run from top to bottom. In quick size pytest runs them too."""

import base64
import json
import re
from pathlib import Path

import jupytext
import nbformat
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


def test_there_are_seven_and_the_contents_name_each():
    assert len(NOTEBOOKS) == 7
    linked = re.findall(r"\]\((\w+\.ipynb)\)", (FOLDER / "README.md").read_text(encoding="utf8"))
    assert linked == [path.name for path in NOTEBOOKS]


def test_twin_agrees(path):
    twin, notebook = jupytext.read(path.with_suffix(".py")), nbformat.read(path, as_version=4)
    assert [(cell.cell_type, cell.source) for cell in notebook.cells] == [
        (cell.cell_type, cell.source) for cell in twin.cells
    ]


def test_it_is_short(path):
    assert len(path.with_suffix(".py").read_text(encoding="utf8").splitlines()) < 200
    assert path.stat().st_size < 500_000


def test_it_was_run_from_top_to_bottom(path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    kinds = {output.output_type for cell in cells for output in cell.outputs}
    assert "error" not in kinds
    assert not [output.text for cell in cells for output in cell.outputs if output.get("name") == "stderr"]


def test_it_has_figures(path):
    outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]
    figures = [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]
    assert figures
    assert all(base64.b64decode(figure).startswith(b"\x89PNG") for figure in figures)


def test_no_name_is_private(path):
    code = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
    assert not re.findall(r"focalboost[\w.]*\._|import _|\b(?:loss|model|results|budget)\._", code)


def test_no_path_of_a_machine_is_shown(path):
    outputs = json.dumps([cell.get("outputs", []) for cell in nbformat.read(path, as_version=4).cells])
    assert not re.findall(r"/(?:home|root|tmp|usr|opt|work|Users)/", re.sub(r'"image/png": "[^"]*"', "", outputs))
