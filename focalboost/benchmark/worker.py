"""What a process of `processes` does: one job after the other, until its parent is gone."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from focalboost._optional import optional_import
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.jobs import Finished, run_job

if TYPE_CHECKING:
    from focalboost.benchmark.jobs import Job
    from focalboost.benchmark.rows import Row
    from focalboost.benchmark.settings import Settings
    from focalboost.benchmark.task import Task

Answer = tuple["Row", ...] | Finished | Exception | None
"""None when the process is ready; of a job its empty rows when training begins, and what it gave or what was raised."""


def request(job: Job, settings: Settings, *, with_task: bool) -> bytes:
    """Return a job as bytes; without its task where the process has it since the last job."""
    # By value where it must be: classes of a script or notebook have no module that another process could import.
    cloudpickle = optional_import("cloudpickle", "Training in another process")
    sent = job if with_task else replace(job, task=None)  # type: ignore[arg-type]
    asked: bytes = cloudpickle.dumps((sent, settings))
    return asked


def serve() -> NoReturn:
    """Answer requests on standard input, on what was standard output; what is printed goes to standard error."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    if hasattr(os, "register_at_fork"):
        # What a training leaves behind must hold no end of the pipes: the parent would wait for it.
        for pipe in (requests, answers):
            os.register_at_fork(after_in_child=pipe.raw.close)
    asked: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, asked), daemon=True).start()
    _answer(answers, None)
    task = None
    while True:
        task = _do(asked.get(), task, answers)


def _do(asked: bytes, task: Task | None, answers: BinaryIO) -> Task | None:
    try:
        job, settings = pickle.loads(asked)
        if job.task is None:
            job = replace(job, task=task)
        task = job.task
        job.booster.version()  # imports it, which is no part of the training
        _answer(answers, run_job(job, settings, lambda rows: _answer(answers, rows)))
    except Exception as error:
        # The traceback would else stay behind.
        error.add_note(f"In the process that trains:\n{traceback.format_exc()}")
        _answer(answers, _sendable(error))
    return task


def _sendable(error: Exception) -> Exception:
    try:
        pickle.loads(_bytes(error))
    # As where its class takes several arguments; the parent would tell that alone, not what went wrong.
    except Exception:
        told = BenchmarkError(f"{type(error).__name__}: {error}")
        told.__notes__ = error.__notes__
        return told
    return error


def _answer(answers: BinaryIO, answer: Answer) -> None:
    try:
        answers.write(_bytes(answer))
        answers.flush()
    except BrokenPipeError:
        os._exit(1)  # the parent is gone


def _bytes(answer: Any) -> bytes:
    # Whole before the first byte is written: what cannot be pickled must not break the stream.
    answered: bytes = optional_import("cloudpickle", "Training in another process").dumps(answer)
    return answered


def _listen(requests: BinaryIO, asked: SimpleQueue[bytes]) -> NoReturn:
    with suppress(EOFError, pickle.UnpicklingError, OSError):
        while True:
            asked.put(pickle.load(requests))
    # The parent is gone, however it ended: so are we, and what the jobs have started.
    sys.stderr.flush()
    with suppress(AttributeError, OSError):
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)
