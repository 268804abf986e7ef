import os
import signal
import sys
from pathlib import Path

import pytest

from focalboost.benchmark.scheduling import Processes


@pytest.mark.skipif(not hasattr(signal, "SIGRTMIN"), reason="needs signals for real time")
def test_a_process_that_a_signal_without_a_name_ends_costs_one_row(compare, task, own):
    number = signal.SIGRTMIN + 6

    def end():
        os.kill(os.getpid(), number)

    results, _ = compare([task(parts=2)], [own(end)], ["xgboost"], workers=Processes(1))
    errors = results.table.set_index("method")["error"]
    assert set(errors["own"]) == {f"ProcessLost: the training's process was ended by signal {number}"}


def test_what_is_no_text_in_the_path_of_imports_is_left_out(compare, task, own, monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, Path("packages")])
    results, _ = compare([task(parts=2)], [own()], ["xgboost"], workers=Processes(1))
    assert results.table["error"].isna().all()
