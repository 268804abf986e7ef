import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

import psutil
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


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_limit_holds_where_a_training_has_left_a_process_of_its_own(compare, task, own, tmp_path):
    left = tmp_path / "left"

    def leave_one_and_hang():
        if (daemon := os.fork()) == 0:
            os.setsid()
            time.sleep(60)
            os._exit(0)
        left.write_text(str(daemon))
        time.sleep(600)

    results, _ = compare([task(parts=2)], [own(leave_one_and_hang)], ["xgboost"], workers=Processes(1, time_limit=2))
    daemon = psutil.Process(int(left.read_text()))
    assert daemon.status() != psutil.STATUS_ZOMBIE
    daemon.kill()
    errors = results.table.set_index("method")["error"]
    assert set(errors["own"]) == {"TimeLimit: stopped after 2 s"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_training_can_use_forked_processes(compare, task, own):
    def use():
        with multiprocessing.get_context("fork").Pool(2) as pool:
            assert pool.map(abs, [-1, -2]) == [1, 2]

    results, _ = compare([task(parts=2)], [own(use)], ["xgboost"], workers=Processes(1))
    assert results.table["error"].isna().all()
