"""Run the notebooks' text twins in full size and write the notebooks, with their outputs.

    python notebooks/make.py [NAME ...]

makes all, or those whose names begin so. What is written depends on the twin and on what its code gives alone.
"""

import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent


def make(twin: Path) -> None:
    """Run a twin, and write its notebook beside it."""
    notebook = jupytext.read(twin)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    NotebookClient(notebook, timeout=600, record_timing=False, resources={"metadata": {"path": str(HERE)}}).execute()
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    nbformat.write(notebook, twin.with_suffix(".ipynb"))


if __name__ == "__main__":
    names = sys.argv[1:] or [""]
    for name in names:
        chosen = [path for path in sorted(HERE.glob("[0-9]_*.py")) if path.name.startswith(name)]
        if not chosen:
            sys.exit(f"no notebook's name begins with {name!r}")
        for path in chosen:
            print(path.stem, flush=True)
            make(path)
