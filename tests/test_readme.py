"""The README is true: its code runs, and its commands are the ones that are tested."""

import re
import sys
from pathlib import Path

import focalboost

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_code_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # it saves a model
    names = {}
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), names)
        if "proba" in names and len(names["proba"]) == len(names["y"]):
            assert abs(names["proba"].mean() - names["y"].mean()) < 0.01
    assert 0.03 < names["y"].mean() < 0.05


def test_ci_runs_the_command_for_tests():
    commands = [line for block in blocks("sh") for line in block.splitlines() if "pytest" in line]
    assert len(commands) == 1
    assert commands[0] in (ROOT / ".ci" / "run").read_text(encoding="utf8").splitlines()


def test_names_in_text_exist():
    loss = focalboost.BinaryFocalLoss()
    for name in re.findall(r"`loss\.(\w+)", README):
        assert hasattr(loss, name), name


def test_python_versions_are_said():
    assert sys.version_info >= (3, 11)
    assert 'requires-python = ">=3.11,<3.14"' in (ROOT / "pyproject.toml").read_text(encoding="utf8")
