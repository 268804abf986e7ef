from types import SimpleNamespace

import pytest

from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.scheduling import Processes


def test_an_error_that_cannot_be_sent_is_told_in_words(compare, task, own, monkeypatch):
    class DownError(Exception):
        def __init__(self, host, why):
            super().__init__(f"{host}: {why}")

    def load():
        raise DownError("db1", "connection refused")

    monkeypatch.setattr("focalboost.benchmark.runner.read", lambda _: [SimpleNamespace(notes=())])
    with pytest.raises(BenchmarkError) as raised:
        compare([task(load=load)], [own()], ["xgboost"], workers=Processes(1))
    assert str(raised.value) == "DownError: db1: connection refused"
    assert "in load" in raised.value.__notes__[0]
