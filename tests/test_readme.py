"""The README is true: each of its blocks runs or is looked up, and its commands are the ones that are tested."""

import ast
import inspect
import re
import shlex
import sys
from pathlib import Path

import pandas as pd
import pytest

import focalboost
from focalboost._arguments import command_parser
from focalboost.benchmark import read_task
from focalboost.cli import main
from focalboost.datasets.simulator import simulate_card_fraud

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf8")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
QUICK = ["--methods", "cross_entropy,focal_gamma_1", "--boosters", "xgboost", "--folds", "2", "--rounds", "5"]


def blocks(language):
    return [text for found, text in BLOCK.findall(README) if found == language]


@pytest.fixture
def payments(tmp_path, monkeypatch):
    """Files of the names that the README has, in the folder where its blocks run."""
    monkeypatch.chdir(tmp_path)
    data = simulate_card_fraud(3000, prevalence=0.05)
    frame = data.features.select_dtypes("number").assign(is_fraud=data.target)
    frame.to_parquet("transactions.parquet")  # what a cluster reads: features and target alone
    branch = data.features["merchant_category"].cat.codes
    table = frame.assign(booked_at=data.timestamp, branch=branch, booking_number=range(len(branch)))
    table.to_parquet("transfers.parquet")
    return table


def test_every_block_is_of_a_kind_that_is_tested():
    assert {language for language, _ in BLOCK.findall(README)} == {"sh", "python", "toml", "text", "bibtex"}
    assert README.count("```") == 2 * len(BLOCK.findall(README))
    assert not re.findall(r"^    .*", BLOCK.sub("", README), flags=re.MULTILINE)  # Markdown's other form of a block


@pytest.mark.usefixtures("payments")
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # XGBoost 2.0's tracker
def test_python_runs():
    names = {}
    for block in blocks("python"):
        # A cluster of this process in place of one that nobody has.
        code = block.replace('Client("tcp://scheduler:8786")', "Client(processes=False, dashboard_address=None)")
        exec(compile(code, "README.md", "exec"), names)
        if "client = " in block:
            names["proba"], names["y"] = names["proba"].compute(), names["y"].compute()
            names["client"].close()
        if "proba = " in block:
            assert abs(names["proba"].mean() - names["y"].mean()) < 0.01
        if "% positives" in block:
            assert 0.03 < names["y"].mean() < 0.05
    assert set(names["budget"].table["group"]) == {"mobile", "desktop"}


def commands(name):
    parts = [part.strip() for block in blocks("sh") for line in block.splitlines() for part in line.split("&&")]
    return [shlex.split(part) for part in parts if part.startswith(name)]


def test_commands_run(payments, capsys):
    Path("transfers.toml").write_text(blocks("toml")[0], encoding="utf8")
    payments.to_parquet("transactions.parquet")
    options = {"--suite": QUICK[:4] + QUICK[6:], "--data": QUICK}
    own, on_file, suites = (command[1:] for command in commands("focalboost"))
    assert own == ["benchmark"]  # which `.ci/run` runs
    assert main([*on_file, *options["--data"]]) == 0
    assert suites[-2:] == ["--suite", "simulator"]  # whose tasks have tests of their own
    assert main([*suites[:-2], *options["--suite"], "--output", "suite"]) == 0
    assert "cross_entropy" in capsys.readouterr().out
    assert Path("results/report.html").exists()


def spans():
    """Code inside sentences and tables, on one line each."""
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", BLOCK.sub("", README))]


def test_commands_in_sentences_are_understood(capsys):
    with pytest.raises(SystemExit):
        main(["benchmark", "--help"])
    told = capsys.readouterr().out
    for span in spans():
        if not span.startswith(("focalboost ", "--")):
            continue
        words = shlex.split(span)
        words = words[1:] if words[0] == "focalboost" else ["benchmark", *words]
        if words[-1].startswith("--"):  # the option is named, without its value
            assert re.search(rf"{words.pop()}\b", told), span
        if words == ["report"]:  # the command is named, without its folder
            words.append("results")
        command_parser().parse_args(words)


def test_scripts_in_sentences_exist():
    found = [span.split()[1:] for span in spans() if span.startswith("python ")]
    assert len(found) > 3
    for module, *words in found:
        paths = [word for word in (module, *words) if word.endswith(".py")]
        assert all((ROOT / path).is_file() for path in paths), words
        source = "".join((ROOT / path).read_text(encoding="utf8") for path in paths)
        assert all(f'"{word}"' in source for word in words if word.startswith("--")), words


def test_calls_in_sentences_fit_what_they_call():
    called = 0
    for span in spans():
        try:
            tree = ast.parse(span, mode="eval")
        except SyntaxError:
            continue
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = ast.unparse(call.func)
            if name in focalboost.__all__:
                target = getattr(focalboost, name)
            elif name.startswith("loss."):
                target = getattr(focalboost.BinaryFocalLoss(), name.removeprefix("loss."))
            else:
                continue
            inspect.signature(target).bind(*call.args, **{word.arg: word.value for word in call.keywords})
            called += 1
    assert called > 5


@pytest.mark.usefixtures("payments")
def test_the_task_is_read_as_told():
    path = Path("transfers.toml")
    path.write_text(blocks("toml")[0], encoding="utf8")
    data = read_task(path).load()
    assert isinstance(data.features["branch"].dtype, pd.CategoricalDtype)
    assert data.timestamp is not None
    assert "booking_number" not in data.features


def test_ci_runs_the_command_for_tests():
    lines = [line for block in blocks("sh") for line in block.splitlines() if "pytest" in line]
    assert len(lines) == 1
    assert lines[0] in (ROOT / ".ci" / "run").read_text(encoding="utf8").splitlines()


def test_extras_exist():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf8")
    for extras in re.findall(r"'\.\[([\w,]+)\]'", README):
        for extra in extras.split(","):
            assert re.search(rf"^{extra} = \[", project, flags=re.MULTILINE), extra


def test_the_table_has_the_whole_interface():
    table = README[README.index("## The API") :].split("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", table))
    assert set(focalboost.__all__) <= named
    loss = focalboost.BinaryFocalLoss()
    public = {name for name in dir(loss) if not name.startswith("_") and callable(getattr(loss, name))}
    assert public - {"derivatives_of_round"} <= set(re.findall(r"`loss\.(\w+)", table))
    for name in re.findall(r"`loss\.(\w+)", README):
        assert hasattr(loss, name), name


def test_links_lead_somewhere():
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_the_layout_is_the_folders():
    (layout,) = blocks("text")
    rooms = [line.split()[0] for line in layout.splitlines()]
    assert all((ROOT / room).is_dir() for room in rooms)
    here = {f"focalboost/{path.parent.name}/" for path in (ROOT / "focalboost").glob("*/__init__.py")}
    assert here == {room for room in rooms if room.startswith("focalboost/")}


def test_the_citation_is_of_this_version():
    (entry,) = blocks("bibtex")
    assert entry.count("{") == entry.count("}")
    assert focalboost.__version__ in entry


def test_python_versions_are_said():
    assert sys.version_info >= (3, 11)
    assert 'requires-python = ">=3.11,<3.14"' in (ROOT / "pyproject.toml").read_text(encoding="utf8")
