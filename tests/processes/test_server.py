"""A pre-fork server, as gunicorn: a master loads models and predicts, its forked workers serve, and one is killed."""

import json
import os
import signal
import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from processes.children import fork, run_in_child, wait_for
from processes.trainings import data

from focalboost import FocalLGBMClassifier, FocalXGBClassifier
from focalboost.estimators.model_file import load

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
WORKERS, ROWS = 4, 200


def _loaded_models(folder):
    """Models of both libraries that were trained, saved and loaded again."""
    X, y = (array[:5000] for array in data())
    xgboost, lightgbm = (
        model.fit(X, y)
        for model in (FocalXGBClassifier(n_estimators=5, n_jobs=2), FocalLGBMClassifier(n_estimators=5, verbosity=-1))
    )
    paths = [Path(folder) / name for name in ("xgboost.json", "lightgbm.txt")]
    xgboost.save_model(paths[0])
    lightgbm.booster_.save_model(paths[1])
    return [load(path).set_params(n_jobs=2) for path in paths]


def serve_with_a_worker_killed():
    with tempfile.TemporaryDirectory() as folder:
        models = _loaded_models(folder)
    X = data()[0]
    expected = [model.predict_proba(X[:ROWS]) for model in models]  # before the fork, in the thread that forks
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    address = listener.getsockname()

    def serve():
        while True:
            connection, _ = listener.accept()
            with connection:
                model, row = json.loads(connection.recv(100))
                if row is None:
                    return True
                answer = [os.getpid(), float(models[model].predict_proba(X[row : row + 1])[0, 1])]
                connection.sendall(json.dumps(answer).encode())

    def ask(question):
        answer = b""
        with socket.create_connection(address, timeout=20) as connection, suppress(ConnectionError):  # with the victim
            connection.sendall(json.dumps(question).encode())
            answer = connection.recv(100)
        return json.loads(answer) if answer else None

    workers = [fork(serve) for _ in range(WORKERS)]
    questions = [(model, row) for row in range(ROWS) for model in range(2)]
    with ThreadPoolExecutor(8) as clients:
        answers = clients.map(ask, questions[:100])
        victim = workers[0]
        os.kill(victim, signal.SIGKILL)
        assert wait_for([victim]) == [-signal.SIGKILL]
        workers[0] = fork(serve)
        answers = [*answers, *clients.map(ask, questions[100:])]
        lost = [place for place, answer in enumerate(answers) if answer is None]
        assert len(lost) <= 1  # what the victim was answering
        for place in lost:
            answers[place] = ask(questions[place])
        for (model, row), (_, probability) in zip(questions, answers, strict=True):
            assert probability == expected[model][row, 1]
        for _ in workers:
            ask((0, None))
    assert wait_for(workers) == [0] * WORKERS
    assert len({pid for pid, _ in answers}) > 1


def test_server():
    run_in_child(serve_with_a_worker_killed)
