import re

from focalboost.benchmark.progress import TerminalProgress
from focalboost.benchmark.rows import Row

DONE = Row("fraud", "xgboost", "cross_entropy", "stopped", 0, measures={"average_precision": 0.5}, train_seconds=5.0)


def test_elsewhere_than_on_a_terminal_each_training_is_a_line(capsys):
    with TerminalProgress() as progress:
        progress.expect(3)
        progress.note("something [of] note")
        progress.begin("fraud: reading")
        progress.end(DONE)
        progress.end(Row("fraud", "xgboost", "class_weighted", "stopped", 0, error="ValueError: no"))
        progress.end(Row("fraud", "xgboost", "focal_chosen", "tuned", 1, measures={"average_precision": 0.25}))
    printed = capsys.readouterr()
    assert printed.out == ""
    *lines, last = printed.err.splitlines()
    assert lines == [
        "note: something [of] note",
        "1/3 fraud, fold 0: xgboost cross_entropy: AP 0.500",
        "2/3 fraud, fold 0: xgboost class_weighted: ValueError: no",
        "3/3 fraud, fold 1: tuned xgboost focal_chosen: AP 0.250",
    ]
    assert re.fullmatch(r"3 fits in 0 s, \d+ a minute; of training itself 5 s", last)


def test_on_a_terminal_there_is_a_bar(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with TerminalProgress() as progress:
        progress.expect(2)
        progress.note("something [of] note")
        progress.begin("fraud, fold 0: xgboost [x]")
    started = capsys.readouterr()
    assert started.out == ""
    assert "something [of] note" in started.err
    assert "0/2" in started.err
    assert "xgboost [x]" in started.err
    with progress:
        progress.end(DONE)
    assert "1/2" in (ended := capsys.readouterr().err)
    assert "fraud, fold 0: xgboost cross_entropy" in ended
