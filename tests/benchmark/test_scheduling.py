import gc
import os
import shutil
import signal
import sys
import threading
import time
import warnings
from contextlib import contextmanager
from types import SimpleNamespace

import pandas as pd
import pytest

from focalboost.benchmark import Results, jobs, scheduling, versions
from focalboost.benchmark import cluster as cluster_of_workers
from focalboost.benchmark.boosters import BOOSTERS
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.folds import StratifiedFolds
from focalboost.benchmark.scheduling import DaskCluster, Here, Processes
from focalboost.benchmark.settings import Settings, Trees
from focalboost.benchmark.task import file_tasks, frame_task
from focalboost.datasets.errors import DataError
from focalboost.datasets.roles import Roles

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")

NAMES = ["constant", "cross_entropy", "focal_gamma_1"]


@pytest.fixture(scope="module")
def address():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a cluster says of ports and sockets of this machine is not tested here
        with distributed.LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as cluster:
            assert cluster.scheduler_address.startswith("tcp://")
            yield cluster.scheduler_address


@pytest.fixture(params=["processes", "dask"])
def workers(request):
    return Processes(2) if request.param == "processes" else DaskCluster(request.getfixturevalue("address"))


@pytest.fixture
def tasks(task, data):
    frame = pd.concat([data.features, pd.Series(data.target, name="fraud")], axis=1)
    large = pd.concat([frame.assign(**{f"z{i}": frame["x"] * i for i in range(20)})] * 25, ignore_index=True)
    return [task("a", parts=2), frame_task(large, Roles("fraud"), StratifiedFolds(2), "large")]


def test_the_table_is_the_same_whoever_trains(compare, tasks, address, own, same):
    methods, of = [*NAMES, own()], ("large", "xgboost", "own", "stopped")
    here, _ = compare(tasks, methods, ["xgboost"], workers=Here())
    for workers in (Processes(2), DaskCluster(address)):
        there, told = compare(tasks, methods, ["xgboost"], output=type(workers).__name__, workers=workers)
        assert there.table["error"].isna().all()
        assert len(told.rows) == told.expected == 2 * 2 * 4
        same(here.table, there.table)
        pd.testing.assert_frame_equal(here.curves, there.curves)
        pd.testing.assert_frame_equal(here.gradients, there.gradients)
        pd.testing.assert_frame_equal(here.predictions(*of), there.predictions(*of), check_exact=True)


def test_a_failure_elsewhere_is_a_row_too(compare, task, workers, own):
    def fail():
        raise ValueError("no luck")

    results, _ = compare([task(parts=2)], ["cross_entropy", own(fail)], ["xgboost"], workers=workers)
    errors = results.table.set_index("method")["error"]
    assert (errors["own"] == "ValueError: no luck").all()
    assert errors["cross_entropy"].isna().all()


def test_a_missing_library_elsewhere_stops_the_run_which_can_continue(compare, task, address, own):
    def lack():
        raise ImportError("it needs more")

    with pytest.raises(ImportError, match="it needs more"):
        compare([task(parts=2)], ["cross_entropy", own(lack)], ["xgboost"], workers=DaskCluster(address))
    results, _ = compare([task(parts=2)], ["cross_entropy", own()], ["xgboost"], workers=DaskCluster(address))
    assert results.table["error"].isna().all()
    assert len(results.table) == 2 * 2 * 2


def test_a_process_that_the_system_kills_costs_one_row(compare, task, own):
    def kill():
        os.kill(os.getpid(), signal.SIGKILL)

    results, _ = compare([task(parts=2)], ["cross_entropy", own(kill)], ["xgboost"], workers=Processes(2))
    errors = results.table.set_index("method")["error"]
    assert errors["cross_entropy"].isna().all()
    assert set(errors["own"]) == {
        "ProcessLost: the training's process was ended by SIGKILL, perhaps for want of memory"
    }
    results, told = compare([task(parts=2)], ["cross_entropy", own()], ["xgboost"])
    assert told.expected == 2
    assert results.table["error"].isna().all()


@contextmanager
def new_cluster(workers):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # see address
        with distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
            yield cluster


def test_a_worker_of_a_cluster_that_dies_costs_the_row_of_its_training(compare, task, own):
    def kill():
        time.sleep(1)  # Dask starts no worker in place of one that ends before it knows that it began
        os.kill(os.getpid(), signal.SIGKILL)

    # Dask suspects what waited on the same worker too.
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}), new_cluster(1) as cluster:
        workers = DaskCluster(cluster.scheduler_address)
        results, _ = compare([task(parts=2)], ["cross_entropy", own(kill)], ["xgboost"], workers=workers)
    errors = results.table.set_index("method")["error"]
    assert errors["own"].str.startswith("KilledWorker: the workers that trained it died again and again").all()
    assert errors["cross_entropy"].isna().all()
    assert len(errors) == 2 * 2 * 2
    results, told = compare([task(parts=2)], ["cross_entropy", own()], ["xgboost"])
    assert told.expected == 2
    assert results.table["error"].isna().all()


def test_a_worker_of_a_cluster_that_is_killed_from_outside_changes_nothing(compare, task, own, same, tmp_path):
    begun, killed = tmp_path / "begun", []

    def wait_for_the_kill():
        if not begun.exists():
            begun.write_text(str(os.getpid()))
            time.sleep(600)

    def kill():
        while not (begun.exists() and begun.read_text()):
            time.sleep(0.02)
        killed.append(int(begun.read_text()))
        os.kill(killed[0], signal.SIGKILL)

    methods = ["cross_entropy", own(wait_for_the_kill)]
    killer = threading.Thread(target=kill, daemon=True)
    with new_cluster(1) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        killer.start()
        workers = DaskCluster(cluster.scheduler_address)
        there, _ = compare([task(parts=2)], methods, ["xgboost"], output="there", workers=workers)
        assert [worker.pid for worker in cluster.workers.values()] != pids == killed
    assert there.table["error"].isna().all()
    same(compare([task(parts=2)], methods, ["xgboost"])[0].table, there.table)


def test_a_scheduler_that_is_lost_stops_the_run_which_can_continue(compare, task, progress, monkeypatch, same):
    with new_cluster(1) as cluster:
        monkeypatch.setattr(progress, "end", lambda *_: cluster.close())
        message = "the Dask scheduler at tcp://.* is gone, or has cancelled the trainings: .*the same run continues"
        with pytest.raises(BenchmarkError, match=message):
            compare([task()], NAMES, ["xgboost"], workers=DaskCluster(cluster.scheduler_address))
    monkeypatch.undo()
    results, told = compare([task()], NAMES, ["xgboost"])
    assert told.expected == 3 * 3 - 1
    same(results.table, compare([task()], NAMES, ["xgboost"], output="whole")[0].table)


def test_a_cluster_without_workers_is_not_waited_for_for_ever(compare, task, monkeypatch):
    monkeypatch.setattr(cluster_of_workers, "_PATIENCE", 0.2)
    with new_cluster(0) as cluster:
        message = f"{cluster.scheduler_address} has no worker: start some with `dask worker {cluster.scheduler_address}"
        with pytest.raises(BenchmarkError, match=message):
            compare([task()], NAMES, ["xgboost"], workers=DaskCluster(cluster.scheduler_address))


def test_a_training_that_takes_long_on_a_cluster_is_waited_for(compare, task, address, own, monkeypatch):
    monkeypatch.setattr(cluster_of_workers, "_PATIENCE", 0.2)
    slow = own(lambda: time.sleep(1.0))
    results, _ = compare([task(parts=2)], [slow], ["xgboost"], workers=DaskCluster(address))
    assert results.table["error"].isna().all()


def test_a_failure_outside_the_training_stops_the_run(compare, task, own, monkeypatch):
    tasks = [task(load=lambda: (_ for _ in ()).throw(DataError("it has changed")))]
    monkeypatch.setattr("focalboost.benchmark.runner.read", lambda _: [SimpleNamespace(notes=())])
    with pytest.raises(DataError, match="it has changed"):
        compare(tasks, [own()], ["xgboost"], workers=Processes(2))


def test_a_file_that_changes_stops_the_run_which_continues_when_it_is_put_back(
    compare, task, data, address, own, tmp_path, monkeypatch, same
):
    path = tmp_path / "a.csv"
    data.features.assign(fraud=data.target).to_csv(path, index=False)
    (changing,), there = file_tasks([path], Roles("fraud"), StratifiedFolds(2)), path.read_bytes()
    before, _ = compare([task(parts=2)], [own()], ["xgboost"])
    # When it is read first, it is still as it was.
    monkeypatch.setattr("focalboost.benchmark.runner.read", lambda _: [SimpleNamespace(notes=())])
    path.write_bytes(there + there[there.index(b"\n") + 1 :])
    for workers in (Here(), Processes(2), DaskCluster(address)):
        with pytest.raises(DataError, match=r"a\.csv is not what it was when its task was made"):
            compare([changing], [own()], ["xgboost"], workers=workers)
        same(Results(tmp_path / "out").table, before.table)
    path.write_bytes(there)
    results, told = compare([changing], [own()], ["xgboost"], workers=workers)
    assert told.expected == 2
    assert results.table["error"].isna().all()


def test_a_method_that_cannot_be_sent_is_named(compare, task, workers, own):
    lock = threading.Lock()
    with pytest.raises(BenchmarkError, match=r"task, fold 0: xgboost own: cannot be sent to .* \(cannot pickle"):
        compare([task(parts=2)], [own(lambda: lock)], ["xgboost"], workers=workers)


def test_a_task_that_cannot_be_sent_to_a_cluster_is_named(compare, task, data, address):
    lock = threading.Lock()

    def load():
        with lock:
            return data

    with pytest.raises(BenchmarkError, match="task other: cannot be sent to a worker of the cluster"):
        compare([task("other", load=load)], ["constant"], [], workers=DaskCluster(address))


def test_a_process_that_cannot_begin_stops_the_run(compare, task, own, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(BenchmarkError, match="a process for the trainings could not begin, ended with status 1"):
        compare([task(parts=2)], [own()], ["xgboost"], workers=Processes(2))


@pytest.mark.parametrize(("number", "threads"), [(1, 8), (2, 4), (3, 2), (16, 1)])
def test_processes_share_the_cores(monkeypatch, number, threads):
    monkeypatch.setattr(scheduling, "available_cores", lambda: 8)
    asked = []
    monkeypatch.setattr(scheduling, "in_processes", lambda *arguments, **_: asked.append(arguments) or [])
    list(scheduling.finished(["job"] * 3, Settings(Trees(threads=5)), Processes(number), print))
    ((given, settings, count, _),) = asked
    assert (given, settings.trees.threads, count) == (["job"] * 3, threads, number)


def test_a_run_in_this_process_leaves_no_data_in_it(compare, task, method):
    compare([task()], [method("m")])
    assert not jobs._read
    with pytest.raises(KeyboardInterrupt):
        compare([task()], [method("stopped", error=KeyboardInterrupt())])
    assert not jobs._read


@pytest.mark.parametrize("number", [0, -1])
def test_no_processes_are_refused(number):
    with pytest.raises(BenchmarkError, match=f"the number of processes is {number}: give 1 or more"):
        Processes(number)


def test_each_worker_of_a_cluster_trains_with_one_thread(compare, task, address, own):
    class Telling(own):
        def train(self, booster, fit, trees):
            trained = super().train(booster, fit, trees)
            return type(trained)(trained.model, trained.link, f"{trees.threads} threads")

    settings = Settings(Trees(rounds=3, threads=4))
    results, _ = compare([task(parts=2)], [Telling()], ["xgboost"], settings, workers=DaskCluster(address))
    assert set(results.table["note"]) == {"1 threads"}


def test_a_worker_with_another_version_is_named(compare, task, address, own, monkeypatch, tmp_path):
    class OfItsProcess(type(BOOSTERS["xgboost"])):
        def version(self):
            return str(os.getpid())

    there = rf"the worker tcp://\S+ has xgboost \d+, but the run, .* has {os.getpid()}: install the same version there"
    with pytest.raises(BenchmarkError, match=there):
        compare([task(parts=2)], [own()], [OfItsProcess()], workers=DaskCluster(address))
    monkeypatch.setattr(versions, "__version__", "0.0.1")
    with pytest.raises(BenchmarkError, match=r"has focalboost \S+, but the run, .* has 0\.0\.1: install"):
        compare([task(parts=2)], ["constant"], [], workers=DaskCluster(address))
    assert not (tmp_path / "out" / "results.parquet").exists()


def test_a_client_of_the_user_stays_the_default(compare, task, address):
    with distributed.Client(address) as client:
        compare([task(parts=2)], ["constant"], [], workers=DaskCluster(address))
        assert distributed.default_client() is client
        assert client.submit(sum, [1, 2]).result() == 3


def test_a_client_that_reached_no_scheduler_is_gone():
    """Closed by the garbage collector while another one starts, Dask's client would wait for itself for ever."""
    distributed = pytest.importorskip("distributed")
    with pytest.raises(BenchmarkError, match="no Dask scheduler can be reached at 'nonsense://here'"):
        list(scheduling.finished([], Settings(), DaskCluster("nonsense://here"), print))
    assert not [thing for thing in gc.get_objects() if type(thing) is distributed.Client and thing.status != "closed"]
