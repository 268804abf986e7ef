import re
from html.parser import HTMLParser

import pytest

from focalboost.benchmark.report import findings_of, to_html, write_report
from focalboost.benchmark.report.figures.svg import colour_variables, inline_svg
from focalboost.benchmark.report.figures.time import plot_time
from focalboost.benchmark.report.summary import summarise
from focalboost.evaluation.style import DARK

VOID = {"meta", "br", "link", "img", "input"}
HOSTILE = "claims <script>alert(1)</script> & co | x"


class Page(HTMLParser):
    """Checks that tags are closed in order, and collects ids, references, links, texts and tables."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.ids, self.used, self.loads, self.text = [], [], [], [], [], []
        self.tables = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag not in VOID:
            self.open.append(tag)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        self.used += re.findall(r"url\(#([^)]+)\)", " ".join(value or "" for value in attributes.values()))
        for name in ("src", "href"):
            target = attributes.get(name)
            if target is not None:
                (self.used if target.startswith("#") else self.loads).append(target.removeprefix("#"))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)
        if "td" in self.open or "th" in self.open:
            self.tables[-1][-1][-1] += data


@pytest.fixture(scope="module")
def results(make):
    return make.results(tasks=("card", HOSTILE), boosters=("lightgbm",))


@pytest.fixture(scope="module")
def html(results):
    return to_html(results, findings_of(results))


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_the_page_is_well_formed_and_loads_nothing(html, page):
    assert page.loads == []
    assert not re.search(r"https?:|//|@import|<script|<link|<img", html)
    assert "nan" not in "".join(page.text).lower().split()


def test_names_are_text_and_never_markup(html, page):
    text = "".join(page.text)
    assert HOSTILE in text
    assert "a note with <i>tags</i> & more" in text
    assert "ValueError: <b>no</b>" in text
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "i"})
    assert "what focal_gamma_1 is &amp; does" in html


def test_ids_are_unique_and_every_reference_has_its_target(page):
    assert len(page.ids) == len(set(page.ids))
    assert set(page.used) <= set(page.ids)
    assert len(page.used) > 20


def test_every_number_of_the_tables_is_that_of_the_summary(results, page):
    summary = summarise(results)
    wanted = {
        (row["method"], f"{row['average_precision']:.3f} ± {row['average_precision_sd']:.3f}", f"{row['roc_auc']:.3f}")
        for row in summary.to_dict("records")
    }
    shown = set()
    for header, *lines in page.tables:
        if header[:3] == ["Method", "AP", "ROC-AUC"]:
            shown |= {(re.sub(r" \d of \d failed", "", line[0]), line[1], line[2]) for line in lines}
    assert shown == wanted
    savings = {f"{value:.3f}" for value in summary["savings"].dropna()}
    found = {line[h.index("Savings")] for h, *lines in page.tables if "Savings" in h for line in lines}
    assert found == savings


def test_defaults_and_tuned_are_apart(html):
    assert html.count("<h4>At stated defaults</h4>") == 2
    assert html.count("<h4>Tuned (20 trials each)</h4>") == 1


def test_what_is_drawn_has_words_for_those_who_cannot_see_it(page):
    drawings = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert len(drawings) == 1 + 2 * 7
    assert all(drawing["role"] == "img" and len(drawing["aria-label"]) > 20 for drawing in drawings)
    assert all("scope" in attributes for tag, attributes in page.tags if tag == "th")
    assert all(len(header) == len(line) for header, *lines in page.tables for line in lines)


def test_the_best_are_marked_and_sanity_rows_never(html):
    row = re.search(r"<th scope=\"row\">constant</th>.*?</tr>", html, re.DOTALL)
    assert "<b>" not in row[0]
    best = re.search(r"<th scope=\"row\">focal_chosen</th>.*?</tr>", html, re.DOTALL)
    assert "<b>" in best[0]


def test_ten_tasks_in_two_libraries_would_be_less_than_four_megabytes(html):
    assert len(html) < 2 * 200_000


def test_the_same_results_give_the_same_files(make, tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        html, markdown = write_report(make.results_of(make.table_of({"focal_gamma_1": [0.5, 0.6]})), folder)
        assert (html, markdown) == (folder / "report.html", folder / "report.md")
    for name in ("report.html", "report.md"):
        first, second = ((folder / name).read_bytes() for folder in folders)
        assert first == second


def test_one_task_is_open_and_several_are_closed(html, make):
    assert '<details class="card">' in html
    results = make.results_of(make.table_of({"cross_entropy": [0.5, 0.6]}))
    assert '<details class="card" open>' in to_html(results, findings_of(results))


def test_a_comparison_without_focal_loss_still_has_a_report(make):
    results = make.results_of(make.table_of({"constant": [0.02]}, booster="none", protocol="fixed"))
    text = to_html(results, findings_of(results))
    assert "Nothing to say" in text


def test_figures_take_the_pages_colours_and_keep_their_text(results):
    svg = inline_svg(plot_time(results, "card", "lightgbm"), "f1", "what & where")
    assert "what &amp; where" in svg
    assert not re.search("|".join(DARK), svg)
    variables = dict(pair.split(":") for pair in colour_variables().split(";"))
    assert set(re.findall(r"var\((--c\d+)\)", svg)) <= set(variables)
    assert set(variables.values()) == set(DARK)
    assert ">Average precision</text>" in svg
    assert ">0.52</text>" in svg
