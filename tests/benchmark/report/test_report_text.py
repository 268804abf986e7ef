import re

import numpy as np
import pytest

from focalboost.benchmark.report import findings_of, print_report, to_markdown
from focalboost.benchmark.report.summary import summarise


@pytest.fixture(scope="module")
def markdown(results):
    return to_markdown(results, findings_of(results))


def tables(text):
    """Split a Markdown text into tables of cells, unescaped; `|` inside a cell is written `\\|`."""
    found, previous = [], ""
    for line in text.splitlines():
        if line.startswith("|"):
            if not previous.startswith("|"):
                found.append([])
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            found[-1].append([re.sub(r"\\(.)", r"\1", cell.strip().strip("*")) for cell in cells])
        previous = line
    return found


def test_markdown_tables_have_a_rule_and_as_many_cells_in_each_line(markdown):
    assert len(tables(markdown)) > 20
    for header, rule, *lines in tables(markdown):
        assert all(set(cell) <= {"-", ":"} for cell in rule)
        assert {len(line) for line in lines} == {len(header)} == {len(rule)}


def test_markdown_has_every_mean(results, markdown):
    shown = {line[1] for header, _, *lines in tables(markdown) if header[1] == "AP" for line in lines}
    summary = summarise(results)
    wanted = (
        summary["average_precision"].map("{:.3f}".format) + " ± " + summary["average_precision_sd"].map("{:.3f}".format)
    )
    assert shown == set(wanted)


def test_columns_without_a_number_are_not_shown(markdown):
    headers = [table[0] for table in tables(markdown) if table[0][1] == "AP"]
    assert sum("Savings" not in header for header in headers) == 4
    assert len(headers) == 14


def test_markdown_reads_as_the_data_are_written(markdown):
    assert "claims <script>alert(1)</script> & co | x" in {line[0] for table in tables(markdown) for line in table}
    assert "<script" not in re.sub(r"\\<", "", markdown)


def test_the_terminal_shows_the_numbers_the_failures_and_the_verdict(results, capsys):
    print_report(results)
    printed = capsys.readouterr().out
    best = results.table.query("task == 'card' and booster == 'xgboost' and protocol == 'tuned'")
    best = best[best["method"] == "focal_chosen"]["average_precision"]
    assert f"{best.mean():.3f} ± {best.std():.3f}" in printed
    assert "focal_gamma_2 (1 of 5" in printed
    assert "failed: focal_gamma_2 (fixed, fold 3): ValueError: <b>no</b>" in printed
    assert "Focal loss against cross-entropy: " in printed
    assert "class_weight_effective " in printed
    # Not a terminal: no colours, no lines cut short.
    assert "\x1b" not in printed
    assert "…" not in printed


def test_the_terminal_has_no_spread_for_one_fold_and_no_table_where_all_failed(make, capsys):
    results = make.results_of(
        make.table_of({"cross_entropy": [0.5]}), make.table_of({"cross_entropy": [np.nan]}, booster="lightgbm")
    )
    print_report(results)
    printed = capsys.readouterr().out
    assert "0.500 ± - " in printed
    assert "nan" not in printed
    assert "lightgbm, stopped" not in printed
    assert "Nothing to say" in printed
