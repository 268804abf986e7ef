"""Ctrl-C that waits: Numba cannot be used any more once its import or a compilation was stopped half-way."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def deferred_interrupts() -> Iterator[None]:
    """Hold back SIGINT until a block ends, in the main thread; others are never interrupted.

    Yields
    ------
    None
        A signal that came meanwhile is raised again after the block.

    Examples
    --------
    >>> with deferred_interrupts():
    ...     finished = "whole"
    """
    received: list[Any] = []
    handler = signal.getsignal(signal.SIGINT)
    try:
        if handler is None:  # one of another language, which could not be put back
            raise ValueError
        signal.signal(signal.SIGINT, lambda *arguments: received.append(arguments))
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if received:
            signal.raise_signal(signal.SIGINT)
