"""Names, notes and errors that are code for a browser, a terminal, Markdown or Matplotlib: in reports they are text."""

import html
import io
import os
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from focalboost.benchmark import Settings, Trees, frame_task, run
from focalboost.benchmark.folds import StratifiedFolds
from focalboost.benchmark.methods.focal import Focal
from focalboost.benchmark.report import print_report
from focalboost.datasets.roles import Roles

SCRIPT = '<script>document.title="run"</script>'
HOSTILE = (
    f"x{SCRIPT}\" onmouseover=\"document.title='run'\" ' </style></svg></td><img src=x onerror=document.title='run'>"
    "<a href=javascript:alert(1)>-->]]> &lt;script&gt; {{7*7}} {% raw %} $\\frac{$ a$b$ `x` [y](http://z) | c\n# d"
)
CONTROL = "\x1b]0;owned\x07\x1b[2J[red]e[/red]\u202e"


@dataclass(frozen=True)
class Named(Focal):
    """Focal loss under any name."""

    called: str = ""
    fails: bool = False

    @property
    def name(self):
        return self.called

    @property
    def description(self):
        return f"does {self.called}"

    def train(self, *arguments):
        if self.fails:
            raise ValueError(f"column {self.called} is wrong")
        return super().train(*arguments)


def results_of(folder, text):
    """Compare in a folder, with a text in every name that a user or the data can give."""
    rng = np.random.default_rng(0)
    fraud = rng.random(400) < 0.25
    frame = pd.DataFrame(
        {
            text: rng.normal(size=400) + 3 * fraud,  # a leak, so that a warning names it
            f"{text} when": pd.date_range("2024-01-01", periods=400, freq="h"),
            "shop": rng.choice([text, "b"], 400),
            "amount": rng.lognormal(size=400),
            "fraud": np.where(fraud, f"yes {text}", "no"),
        }
    )
    roles = Roles("fraud", amount="amount")
    tasks = [frame_task(frame, roles, StratifiedFolds(parts=2), f"{text} {number}") for number in range(2)]
    methods = [
        "cross_entropy",
        "focal_gamma_1",
        Named(2.0, f"focal_gamma_{text}"),
        Named(3.0, f"fails {text}", fails=True),
        "constant",
        "single_feature",
    ]
    return run(tasks, methods, ["xgboost"], settings=Settings(Trees(rounds=4, threads=1)), folder=folder)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    results = results_of(tmp_path_factory.mktemp("hostile"), HOSTILE + CONTROL)
    results.report()
    return results


@pytest.fixture(scope="module")
def benign(tmp_path_factory):
    results = results_of(tmp_path_factory.mktemp("benign"), "plain")
    results.report()
    return results


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.elements, self.text = Counter(), ""
        self.values = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements[(tag, *sorted(name for name, _ in attributes))] += 1
        for name, value in attributes:
            self.values.setdefault(name, set()).add(value)

    def handle_data(self, data):
        self.text += data


def page_of(results):
    return Page((results.folder / "report.html").read_text(encoding="utf-8"))


def words(text):
    return " ".join(text.split())


def test_the_page_has_the_elements_of_a_harmless_one(hostile, benign):
    found, wanted = page_of(hostile), page_of(benign)
    # Of a drawing's elements the number varies with the lines of a name, and which of their attributes are needed.
    # Which cells are the best, in bold, is a matter of seconds too.
    varying = {"path", "g", "use", "text", "tspan", "defs", "clippath", "rect", "svg", "b"}
    assert set(found.values) == set(wanted.values)
    assert {tag for tag, *_ in found.elements} == {tag for tag, *_ in wanted.elements}
    for element in {*found.elements, *wanted.elements}:
        assert element[0] in varying or found.elements[element] == wanted.elements[element]
    # No text of the user's is in an attribute: where there is none, there is no way out of one.
    assert not [value for values in found.values.values() for value in values if value and "document" in value]


def test_every_name_is_shown_as_it_is(hostile):
    text = words(page_of(hostile).text)
    for name in (HOSTILE + CONTROL, f"focal_gamma_{HOSTILE}", f"does fails {HOSTILE}", repr(f"yes {HOSTILE}{CONTROL}")):
        assert words(name) in text
    assert "ValueError: column fails x<script>" in text
    assert "may be a leak" in text


def browser():
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)


def dom_of(path, tmp_path):
    """Return the page as a browser has it after its scripts ran."""
    command = [browser(), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
    command += ["--disable-background-networking", "--disable-dev-shm-usage", f"--user-data-dir={tmp_path}/profile"]
    command += ["--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=2000", "--dump-dom"]
    return subprocess.run([*command, path.as_uri()], capture_output=True, text=True, timeout=60, check=True).stdout


def title_of(dom):
    return html.unescape(re.search(r"<title>(.*?)</title>", dom, re.DOTALL)[1])


@pytest.mark.skipif(
    browser() is None and not os.environ.get("FOCALBOOST_NEEDS_BROWSER"),
    reason="needs Chromium or Chrome; with FOCALBOOST_NEEDS_BROWSER=1 it fails without",
)
def test_a_browser_runs_nothing_of_it(hostile, tmp_path):
    assert browser(), "FOCALBOOST_NEEDS_BROWSER is set, and there is no Chromium or Chrome"
    dom = dom_of(hostile.folder / "report.html", tmp_path)
    assert title_of(dom) == "Does focal loss help here?"
    assert "<script" not in dom
    assert "<img" not in dom
    # Were a script in the page by some other way, the page forbids it; without that, the same script runs.
    page = (hostile.folder / "report.html").read_text(encoding="utf-8").replace("<main>", f"<main>{SCRIPT}", 1)
    (tmp_path / "forbidden.html").write_text(page, encoding="utf-8")
    assert title_of(dom_of(tmp_path / "forbidden.html", tmp_path)) == "Does focal loss help here?"
    allowed = re.sub(r"<meta http-equiv=[^>]*>", "", page)
    (tmp_path / "allowed.html").write_text(allowed, encoding="utf-8")
    assert title_of(dom_of(tmp_path / "allowed.html", tmp_path)) == "run"


def test_the_page_forbids_scripts_and_the_network(benign):
    policies = page_of(benign).values["content"]
    (policy,) = [value for value in policies if "default-src" in value]
    assert policy.startswith("default-src 'none'; ")
    assert "script" not in policy
    assert "http" not in policy


def test_markdown_has_the_lines_and_cells_of_a_harmless_report(hostile, benign):
    text, wanted = (
        (results.folder / "report.md").read_text(encoding="utf-8").splitlines() for results in (hostile, benign)
    )
    unescaped = r"(?<!\\)(?:\\\\)*{}"
    assert len(text) == len(wanted)
    for line, harmless in zip(text, wanted, strict=True):
        assert len(re.findall(unescaped.format(r"\|"), line)) == len(re.findall(unescaped.format(r"\|"), harmless))
        assert re.match(r"#*|- ", line)[0] == re.match(r"#*|- ", harmless)[0]
        for mark in ("<", "`", r"\$"):
            assert not re.search(unescaped.format(mark), line)
        # Brackets of the report's own: intervals, which end no link.
        assert not re.search(unescaped.format(r"\]\("), line)


def test_the_terminal_gets_no_command(hostile, benign, capsys, monkeypatch):
    print_report(hostile)
    printed = capsys.readouterr().out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", printed)
    assert "\\x1b]0;owned\\x07\\x1b[2J[red]e[/red]\\u202e" in "".join(printed.split())
    # To a terminal: colours, but no title, no clearing of the screen, no link.
    for results in (hostile, benign):
        written = io.StringIO()
        with monkeypatch.context() as patched:
            patched.setattr("rich.console.Console", partial(Console, file=written, force_terminal=True))
            print_report(results)
        commands = set(re.findall("\x1b(.[^a-zA-Z]*[a-zA-Z]?)", written.getvalue()))
        assert commands
        assert all(re.fullmatch(r"\[[0-9;]*m", command) for command in commands)


def test_no_text_is_a_formula_in_a_figure(hostile):
    drawn = re.findall(r"<svg.*?</svg>", (hostile.folder / "report.html").read_text(encoding="utf-8"), re.DOTALL)
    # The second method of the name is in the legends of all but the first figure.
    assert sum("$\\frac{$ a$b$" in html.unescape(svg) for svg in drawn) >= 3


def test_the_report_is_one_folder(hostile):
    assert {path.name for path in Path(hostile.folder).iterdir()} == {
        ".lock",
        "about.json",
        "predictions",
        "report.html",
        "report.md",
        "results.parquet",
        "settings.json",
        "stages",
    }
