"""How much load is held, and how many faults are survived: threads, killed children, interrupts, a server, Jupyter.

    python benchmarks/reliability/load.py [--minutes M] [--threads N] [--seed S] [part ...]

Parts: `threads`, `children`, `interrupts`, `server`, and `jupyter`, which needs ipykernel and jupyter_client. Each
works for M minutes in a process of its own, which is killed a minute later, so that a hang is seen. Every model and
every answer is compared, bit by bit, with that of an undisturbed training; what breaks a promise is in capital letters,
and the exit status is then 1. For Linux and macOS.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS, ROUNDS, WORKERS = 150_000, 4, 4
GRACE = 60.0
"""Seconds that a part may take beyond its time."""

LIBRARIES = ("xgboost", "lightgbm")


@cache
def data() -> tuple[Any, Any]:
    """Return features and labels with 7 % of positives."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(ROWS, 3)).astype(np.float32)
    return X, (X[:, 0] + rng.normal(size=ROWS) > 2.1).astype(np.int64)


def model(library: str, rounds: int = ROUNDS, threads: int = 2) -> Any:
    """Return a new estimator."""
    from focalboost import FocalLGBMClassifier, FocalXGBClassifier

    if library == "xgboost":
        return FocalXGBClassifier(n_estimators=rounds, max_depth=3, n_jobs=threads)
    options = {"verbosity": -1, "deterministic": True, "force_row_wise": True}
    return FocalLGBMClassifier(n_estimators=rounds, num_leaves=7, n_jobs=threads, **options)


def train(library: str) -> str:
    """Train, and return a digest of the probabilities."""
    X, y = data()
    return hashlib.sha256(model(library).fit(X, y).predict_proba(X).tobytes()).hexdigest()


def in_new_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    """Call in a new thread: what its OpenMP threads are does not concern a fork of this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work, *arguments).result()


def threads(seconds: float, chance: random.Random, number: int) -> Counter[str]:  # noqa: ARG001
    """Train in several threads at once."""
    expected = {library: train(library) for library in LIBRARIES}
    counts: Counter[str] = Counter()
    end = time.monotonic() + seconds

    def work(place: int) -> Counter[str]:
        own: Counter[str] = Counter()
        while time.monotonic() < end:
            library = LIBRARIES[(place + own.total()) % 2]
            own["same model" if train(library) == expected[library] else "OTHER MODEL"] += 1
        return own

    with ThreadPoolExecutor(number) as pool:
        for own in pool.map(work, range(number)):
            counts += own
    return counts


def forked(work: Callable[[], bool]) -> int:
    """Run in a forked child, whose status is 0 if ``work`` returns true."""
    sys.stdout.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Python 3.12, for any fork beside threads
        pid = os.fork()
    if pid == 0:
        status = 2
        try:
            status = 0 if work() else 1
        finally:
            os._exit(status)
    return pid


def children(seconds: float, chance: random.Random, number: int) -> Counter[str]:  # noqa: ARG001
    """Fork children that train, of a process that trains itself; kill every third at a random time."""
    expected = {library: in_new_thread(train, library) for library in LIBRARIES}
    counts: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        libraries = [chance.choice(LIBRARIES) for _ in range(WORKERS)]
        works = [lambda name=name: in_new_thread(train, name) == expected[name] for name in libraries]
        pids = [forked(work) for work in works]
        victims = {pid for pid in pids if chance.random() < 1 / 3}
        for pid in victims:
            time.sleep(chance.uniform(0, 0.3))
            os.kill(pid, signal.SIGKILL)
        own = in_new_thread(train, "xgboost") == expected["xgboost"]
        counts["parent: same model" if own else "parent: OTHER MODEL"] += 1
        for pid in pids:
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            killed = pid in victims and status == -signal.SIGKILL
            counts["killed" if killed else "same model" if status == 0 else "OTHER MODEL OR ERROR"] += 1
    return counts


def interrupts(seconds: float, chance: random.Random, number: int) -> Counter[str]:  # noqa: ARG001
    """Send SIGINT at any moment of a training and train again.

    XGBoost's data are made before: in XGBoost 3.2 an interrupt while it takes over an array, with its own objective as
    well, is lost or ends the process with a broken heap.
    """
    import xgboost

    from focalboost import BinaryFocalLoss

    expected = {library: train(library) for library in LIBRARIES}
    loss, rows = BinaryFocalLoss(), xgboost.DMatrix(*data(), nthread=2)
    params = {**loss.xgboost_params(data()[1]), "max_depth": 3, "nthread": 2}
    trainings = {
        "xgboost": lambda: xgboost.train(params, rows, 200, obj=loss),
        "lightgbm": lambda: model("lightgbm", rounds=200).fit(*data()),
    }
    counts: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        library = chance.choice(LIBRARIES)
        sender = threading.Timer(chance.uniform(0, 0.5), os.kill, (os.getpid(), signal.SIGINT))
        try:
            sender.start()
            trainings[library]()
            sender.join()
            time.sleep(0.01)
            counts[f"{library}: NO INTERRUPT CAME OUT"] += 1
        except KeyboardInterrupt:
            counts[f"{library}: interrupted"] += 1
        counts["then same model" if train(library) == expected[library] else "then OTHER MODEL"] += 1
    return counts


def server(seconds: float, chance: random.Random, number: int) -> Counter[str]:
    """Serve predictions from forked workers, some of which are killed at random times and forked again."""
    X, y = data()
    models = [in_new_thread(lambda library=library: model(library, threads=1).fit(X, y)) for library in LIBRARIES]
    expected = [fitted.predict_proba(X[:1000])[:, 1] for fitted in models]
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    address = listener.getsockname()
    counts: Counter[str] = Counter()

    def serve() -> bool:
        while True:
            connection, _ = listener.accept()
            with connection:
                which, row = json.loads(connection.recv(100))
                probability = float(models[which].predict_proba(X[row : row + 1])[0, 1])
                connection.sendall(json.dumps(probability).encode())

    def client(seed: int) -> Counter[str]:
        own, choose = Counter[str](), random.Random(seed)
        while time.monotonic() < end:
            which, row = choose.randrange(2), choose.randrange(1000)
            try:
                with socket.create_connection(address, timeout=20) as connection:
                    connection.sendall(json.dumps([which, row]).encode())
                    answer = connection.recv(100)
            except ConnectionError:
                answer = b""
            if answer:
                same = json.loads(answer) == expected[which][row]
                own["same answer" if same else "OTHER ANSWER"] += 1
            else:
                own["connections lost with a killed worker"] += 1
        return own

    workers = [forked(serve) for _ in range(WORKERS)]
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(number) as pool:
        clients = [pool.submit(client, seed) for seed in range(number)]
        while time.monotonic() < end:
            time.sleep(chance.uniform(0, 1))
            place = chance.randrange(WORKERS)
            os.kill(workers[place], signal.SIGKILL)
            os.waitpid(workers[place], 0)
            counts["workers killed and forked again"] += 1
            workers[place] = forked(serve)
        for done in clients:
            counts += done.result()
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return counts


def jupyter(seconds: float, chance: random.Random, number: int) -> Counter[str]:  # noqa: ARG001
    """Train in the cells of a Jupyter kernel, interrupt it at random times, restart it now and then."""
    from jupyter_client.manager import KernelManager

    expected = {library: train(library) for library in LIBRARIES}
    counts: Counter[str] = Counter()
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 (of one line of the kernel's)
    start = f"import sys; sys.path.insert(0, {here!r}); from load import data, model, train"
    manager = KernelManager()
    manager.start_kernel(extra_arguments=["--log-level=ERROR"], env=os.environ | {"OMP_WAIT_POLICY": "passive"})
    kernel = manager.client()
    kernel.start_channels()

    def run(code: str, interrupt_after: float | None = None) -> tuple[str, str]:
        printed: list[str] = []

        def hook(message: Any) -> None:
            if message["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        sender = None if interrupt_after is None else threading.Timer(interrupt_after, manager.interrupt_kernel)
        if sender is not None:
            sender.start()
        reply = kernel.execute_interactive(code, output_hook=hook, timeout=GRACE)["content"]
        if sender is not None:
            sender.join()
        return reply.get("ename", reply["status"]), "".join(printed).strip()

    try:
        kernel.wait_for_ready(timeout=GRACE)
        run(start)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            library = chance.choice(LIBRARIES)
            _, printed = run(f"print(train({library!r}))")
            counts["cells: same model" if printed == expected[library] else "cells: OTHER MODEL"] += 1
            status, _ = run(f"model({library!r}, rounds=10**6).fit(*data())", chance.uniform(0.5, 1.5))
            as_asked = status == "KeyboardInterrupt"
            counts[f"cells interrupted: {status}" if as_asked else f"CELLS ENDED OTHERWISE: {status}"] += 1
            if chance.random() < 0.2:
                manager.restart_kernel(now=True)
                kernel.wait_for_ready(timeout=GRACE)
                run(start)
                counts["kernels killed and restarted"] += 1
    finally:
        kernel.stop_channels()
        manager.shutdown_kernel(now=True)
    return counts


BROKEN = re.compile(r"\b[A-Z]{4,}\b")
"""A word in capitals, such as OTHER, NO INTERRUPT CAME OUT, HANGS."""

PARTS = (threads, children, interrupts, server, jupyter)


def held(part: str, options: argparse.Namespace) -> str:
    """Run a part in a new process; return its counts in words."""
    arguments = ["--minutes", str(options.minutes), "--threads", str(options.threads), "--seed", str(options.seed)]
    process = subprocess.Popen(
        [sys.executable, __file__, "--inside", *arguments, part],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=60 * options.minutes + GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return "HANGS"
    if process.returncode:
        return f"ENDED WITH {process.returncode}"
    counts = json.loads(output.splitlines()[-1])
    return "; ".join(f"{name}: {count:,}" for name, count in sorted(counts.items())) or "NOTHING WAS TRIED"


def main() -> int:
    """Print the table; return 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=2.0, help="of each part [2]")
    parser.add_argument("--threads", type=int, default=8, help="that train or ask at once [8]")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("parts", nargs="*", help="[all]")
    options = parser.parse_args()
    known = {part.__name__: part for part in PARTS}
    if options.inside:
        counts = known[options.parts[0]](60 * options.minutes, random.Random(options.seed), options.threads)
        print(json.dumps(counts))
        return 0
    print("| part | minutes | what came of it |\n|---|---|---|")
    broken = []
    for part in options.parts or known:
        came_of_it = held(part, options)
        broken += [part] if BROKEN.search(came_of_it) else []
        print(f"| {part} | {options.minutes:g} | {came_of_it} |", flush=True)
    if broken:
        print(f"\nbroken: {', '.join(broken)}")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
