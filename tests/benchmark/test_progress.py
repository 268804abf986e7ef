from focalboost.benchmark.progress import TerminalProgress
from focalboost.benchmark.results import Row


def test_elsewhere_than_on_a_terminal_each_fit_is_a_line(capsys):
    with TerminalProgress() as progress:
        progress.expect(2)
        progress.note("something [of] note")
        progress.begin("fraud: reading")
        progress.end(Row("fraud", "xgboost", "cross_entropy", 0, average_precision=0.5))
        progress.end(Row("fraud", "xgboost", "class_weighted", 0, error="ValueError: no"))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "note: something [of] note",
        "1/2 fraud, fold 0: xgboost cross_entropy: AP 0.500",
        "2/2 fraud, fold 0: xgboost class_weighted: ValueError: no",
    ]


def test_on_a_terminal_there_is_a_bar(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with TerminalProgress() as progress:
        progress.expect(2)
        progress.note("something [of] note")
        progress.begin("fraud, fold 0: xgboost [x]")
        progress.end(Row("fraud", "xgboost", "cross_entropy", 0, average_precision=0.5))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "something [of] note" in printed.err
    assert "1/2" in printed.err
    assert "xgboost [x]" in printed.err
