"""Ctrl-C that waits: Numba cannot be used any more once its import or a compilation was stopped half-way."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def deferred_interrupts() -> Iterator[None]:
    """Hold back SIGINT until a block ends, in the main thread; others are never interrupted.

    Yields
    ------
    None
        A signal that came meanwhile is handled after the block.

    Examples
    --------
    >>> with deferred_interrupts():
    ...     finished = "whole"
    """
    received: list[Any] = []
    handler = signal.getsignal(signal.SIGINT)
    deferred = handler is not None  # else one of another language, which could not be put back
    if deferred:
        try:
            signal.signal(signal.SIGINT, lambda *arguments: received.append(arguments))
        except ValueError:  # not the main thread
            deferred = False
    try:
        yield
    finally:
        if deferred:
            signal.signal(signal.SIGINT, handler)
        if received:
            _handle(handler, *received.pop())


def _handle(handler: Any, number: int, frame: FrameType | None) -> None:
    if callable(handler):
        # Not by raising the signal again, which asyncio, woken by the first one already, would count as another.
        handler(number, frame)
    else:
        signal.raise_signal(number)
