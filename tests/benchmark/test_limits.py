import builtins
import ctypes
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace

import cloudpickle
import numpy as np
import psutil
import pytest

from focalboost.benchmark import process, processes, runner, scheduling
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.scheduling import DaskCluster, Here, Processes

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into Linux's /proc")


@pytest.fixture
def acting(booster, method):
    """Make a method that does something before it trains; it goes to other processes by value, as these tests do."""
    modules = [sys.modules[name] for name in (__name__, type(booster).__module__)]
    for module in modules:
        cloudpickle.register_pickle_by_value(module)

    class Acting(method):
        act = None

        def train(self, *asked):
            self.act()
            return super().train(*asked)

    def acting(name, act):
        made = Acting(name)
        made.act = act
        return made

    yield acting
    for module in modules:
        cloudpickle.unregister_pickle_by_value(module)


def hang():
    ctypes.PyDLL(None).sleep(600)  # keeps the interpreter's lock, as no thread could interrupt


def end_slowly():
    os.closerange(3, 100)  # the pipes too
    time.sleep(2.5)
    os._exit(3)


def eat():
    builtins.eaten = np.ones(2**27)  # 1 GiB
    time.sleep(60)


def leave():
    builtins.left = [*getattr(builtins, "left", []), np.ones(2**26)]  # 512 MiB


@linux
def test_what_hangs_or_dies_is_a_row_and_the_others_go_on(compare, task, acting, tmp_path):
    acts = {"hangs": hang, "crashes": lambda: ctypes.string_at(0), "ends": end_slowly, "exits": lambda: sys.exit(3)}
    tasks, bad = [task(parts=2)], [acting(*act) for act in acts.items()]
    fine, workers = acting("fine", lambda: None), Processes(2, time_limit=6, memory_limit=4000)
    results, told = compare(tasks, [*bad, fine], workers=workers)
    assert told.expected == len(told.rows) == 2 * 5
    errors = {method: set(rows["error"]) for method, rows in results.table.groupby("method")}
    assert errors["hangs"] == {"TimeLimit: stopped after 6 s"}
    assert errors["crashes"] == {"ProcessLost: the training's process was ended by SIGSEGV"}
    assert errors["ends"] == {"ProcessLost: the training's process ended with status 3"}
    assert errors["exits"] == {"SystemExit: 3"}
    assert results.table.loc[results.table["method"] == "fine", "error"].isna().all()
    assert (results.table["n_fit"] > 0).all()
    assert "limit" not in (tmp_path / "out" / "settings.json").read_text()
    # The next run tries them again, without limits too.
    mended, told = compare(tasks, [fine, *(acting(name, lambda: None) for name in acts)])
    assert told.expected == 2 * 4
    assert mended.table["error"].isna().all()


@linux
def test_what_eats_memory_is_a_row_and_the_others_go_on(compare, task, acting):
    # Without a time limit: a machine may take seconds to give that much memory.
    methods = [acting("eats", eat), acting("fine", lambda: None)]
    results, _ = compare([task(parts=2)], methods, workers=Processes(2, memory_limit=1000))
    errors = results.table.set_index("method")["error"]
    assert errors["eats"].str.startswith("MemoryLimit: stopped when its process had ").all()
    assert errors["fine"].isna().all()


@linux
def test_one_training_after_the_other_can_be_limited(compare, task, acting):
    results, told = compare([task(parts=2)], [acting("hangs", hang), "constant"], workers=Here(time_limit=6))
    assert [row.error for row in told.rows] == [None, "TimeLimit: stopped after 6 s"] * 2
    assert results.table["error"].isna().sum() == 4


@linux
def test_a_training_does_not_pay_for_memory_that_earlier_ones_have_left(compare, task, acting):
    results, _ = compare([task(parts=2)], [acting("leaves", leave)], workers=Here(memory_limit=1200))
    assert results.table["error"].isna().all()


def wait_until(happened):
    deadline = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def saving(monkeypatch):
    """Let something be done before the first results are saved; it is given what waits, and a clock to put forward."""
    queues, ahead, save = [], [], runner._save

    class Queue(SimpleQueue):
        def __init__(self):
            queues.append(self)

    monkeypatch.setattr(processes, "SimpleQueue", Queue)
    monkeypatch.setattr(process, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + sum(ahead)))

    def saving(act):
        def acts(*saved):
            if not ahead:
                act(queues[0], lambda: ahead.append(3600.0))
            save(*saved)

        monkeypatch.setattr(runner, "_save", acts)

    return saving


@linux
def test_a_limit_is_not_charged_to_what_ended_in_time_while_results_are_saved(compare, task, acting, saving, tmp_path):
    begun, saves = tmp_path / "begun", tmp_path / "saves"

    def first():
        while not begun.exists():
            time.sleep(0.02)
        time.sleep(0.2)  # until that is heard

    def second():
        begun.touch()
        while not saves.exists():
            time.sleep(0.02)

    def save(told, later):
        saves.touch()
        wait_until(lambda: told.qsize() == 2)  # of the second and the third
        later()

    saving(save)
    methods = [acting("first", first), acting("second", second), acting("third", lambda: None)]
    results, _ = compare([task(parts=2)], methods, workers=Processes(2, time_limit=600))
    assert results.table["error"].isna().all()
    assert len(results.table) == 2 * 2 * 3


@linux
def test_limits_are_kept_while_results_are_saved(compare, task, acting, saving, tmp_path):
    hung = tmp_path / "hung"

    def hang_once():
        if not hung.exists():
            hung.write_text(str(os.getpid()))
            hang()

    def save(told, later):
        wait_until(lambda: hung.exists() and hung.read_text() and not told.empty())
        later()
        wait_until(lambda: not psutil.pid_exists(int(hung.read_text())))

    saving(save)
    methods = [acting("fine", lambda: None), acting("hangs", hang_once)]
    results, _ = compare([task(parts=2)], methods, workers=Processes(2, time_limit=600))
    assert set(results.table.loc[results.table["error"].notna(), "error"]) == {"TimeLimit: stopped after 600 s"}
    assert results.table["error"].notna().sum() == 2


@linux
def test_a_training_does_not_pay_for_a_process_that_ended_before_it_began(
    compare, task, acting, progress, monkeypatch, tmp_path
):
    used = tmp_path / "used"

    def kill(*_):
        if used.exists():
            left = psutil.Process(int(used.read_text()))
            used.unlink()
            left.kill()
            wait_until(lambda: not left.is_running() or left.status() == psutil.STATUS_ZOMBIE)

    monkeypatch.setattr(progress, "begin", kill)
    first = acting("first", lambda: used.write_text(str(os.getpid())))
    results, _ = compare([task(parts=2)], [first, acting("second", lambda: None)], workers=Here(time_limit=600))
    assert not used.exists()
    assert results.table["error"].isna().all()


@linux
def test_a_process_that_cannot_be_started_leaves_no_other(compare, task, acting, monkeypatch):
    started, popen = [], process.subprocess.Popen

    def start(*arguments, **options):
        if started:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        started.append(popen(*arguments, **options))
        return started[0]

    monkeypatch.setattr(process.subprocess, "Popen", start)
    message = r"cannot be started \(Resource temporarily unavailable\): ask for fewer"
    with pytest.raises(BenchmarkError, match=message):
        compare([task(parts=2)], [acting("fine", lambda: None)], workers=Processes(2))
    assert started[0].poll() is not None


@pytest.mark.parametrize("name", ["time_limit", "memory_limit"])
@pytest.mark.parametrize("value", [0, -1.0, float("nan"), float("inf")])
def test_limits_that_are_none_are_refused(name, value):
    for workers in (Here, lambda **limits: Processes(2, **limits)):
        with pytest.raises(BenchmarkError, match=f"{name} is {value}: give a number of"):
            workers(**{name: value})
    with pytest.raises(TypeError):
        DaskCluster("tcp://host:1", **{name: value})


def test_a_memory_limit_that_cannot_be_kept_is_refused(monkeypatch):
    monkeypatch.setattr(scheduling.Path, "exists", lambda _: False)
    with pytest.raises(BenchmarkError, match="memory_limit needs Linux"):
        Here(memory_limit=100)
    assert Here(time_limit=1).time_limit == 1


# Without a guard of the main module, as in a notebook.
SCRIPT = """
import os, subprocess, sys, time
from focalboost.benchmark import Processes, Settings, Trees, run, simulated_task

class Hanging:
    name, family, description = "hangs", "own", "hangs, with a process of its own"

    def runs_in(self, booster):
        return True

    def train(self, booster, fit, trees):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        os.write(2, f"{os.getpid()} {child.pid}\\n".encode())
        time.sleep(600)

task = simulated_task(3000, prevalence=0.05, drift=0.0, n_folds=2, random_state=0)
settings = Settings(Trees(rounds=3, threads=1))
run([task], [Hanging()], ["xgboost"], settings=settings, folder=sys.argv[1], workers=Processes(2))
"""


@linux
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_no_process_is_left_when_the_run_is_killed_or_interrupted(tmp_path, how):
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "out")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        pids = [int(pid) for _ in range(2) for pid in running.stderr.readline().split()]
        family = [psutil.Process(pid) for pid in pids]
        os.kill(running.pid, how)
        running.stderr.read()
        running.wait(timeout=30)
    assert len(family) == 4
    assert psutil.wait_procs(family, timeout=10)[1] == []


COMMAND = "import sys; from focalboost.cli import main; sys.exit(main(sys.argv[1:]))"


@linux
@pytest.mark.parametrize("workers", [[], ["--workers", "2"]])
def test_an_interrupted_command_says_how_to_continue_without_a_traceback(tmp_path, workers):
    options = ["--transactions", "3000", "--prevalence", "0.05", "--folds", "5", "--rounds", "60", *workers]
    command = [sys.executable, "-c", COMMAND, "benchmark", "--output", str(tmp_path), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        while not (line := running.stderr.readline()).startswith("3/"):
            assert line
        family = psutil.Process(running.pid).children(recursive=True)
        os.kill(running.pid, signal.SIGINT)
        told = running.stderr.read()
        assert running.wait(timeout=30) == 130
    assert len(family) == (2 if workers else 0)
    assert told.splitlines()[-1] == "focalboost: interrupted: what was fitted is saved, and the same command continues"
    assert "Traceback" not in told
    assert psutil.wait_procs(family, timeout=10)[1] == []
    assert Path(tmp_path / "results.parquet").exists()
