"""Work of the boosters in a forked process: in a thread of its own there, for the one that comes from the parent hangs.

GNU OpenMP, which both boosters use, keeps threads for each thread that has needed several. The one that goes on in a
forked child counts on those of the parent, which it does not have, and waits for them for ever; a new one starts its
own.
"""

from __future__ import annotations

import os
import sys
import threading
from contextvars import copy_context
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import ThreadPoolExecutor

P = ParamSpec("P")
R = TypeVar("R")

_CONFIGURED = ("sklearn", "xgboost")


class _Thread(threading.local):
    """What is known of the current thread.

    Attributes
    ----------
    deputy : ThreadPoolExecutor or None
        What works in place of a thread that has come through a fork. It is one thread, kept, for XGBoost keeps a
        kilobyte for each that it has met.
    interrupted : Event or None
        Of a deputy: whether whoever waits for it no longer does.
    """

    deputy: ThreadPoolExecutor | None = None
    interrupted: threading.Event | None = None


_current = _Thread()


def survives_fork(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function that uses a booster work after a fork as well; it changes nothing where there was none.

    Parameters
    ----------
    function : callable
        Anything.

    Returns
    -------
    callable
        The same; called in a thread that has come through a fork, it runs in another thread, with the same context
        variables and the same settings of scikit-learn and XGBoost.

    Examples
    --------
    >>> survives_fork(sorted)([2, 1])
    [1, 2]
    """

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        if _current.deputy is None:
            return function(*args, **kwargs)
        return _in_another_thread(_current.deputy, partial(function, *args, **kwargs))

    return call


def raise_if_interrupted() -> None:
    """Stop work whose caller was interrupted, which happens in another thread than the work after a fork.

    Raises
    ------
    KeyboardInterrupt
        If it was.
    """
    if _current.interrupted is not None and _current.interrupted.is_set():
        raise KeyboardInterrupt


def _in_another_thread(deputy: ThreadPoolExecutor, work: Callable[[], R]) -> R:
    modules = [sys.modules[name] for name in _CONFIGURED if name in sys.modules]
    settings = {module.__name__: module.get_config() for module in modules}
    interrupted = threading.Event()
    try:
        return deputy.submit(copy_context().run, _work_as_told, work, settings, interrupted).result()
    except BaseException:  # of the work; or of a signal's handler in this thread, and then the work must end first
        interrupted.set()
        deputy.submit(int).result()
        raise


def _work_as_told(work: Callable[[], R], settings: Mapping[str, Any], interrupted: threading.Event) -> R:
    _current.interrupted = interrupted
    raise_if_interrupted()
    for name, config in settings.items():
        sys.modules[name].set_config(**config)
    return work()


def _come_through_a_fork() -> None:
    from concurrent.futures import ThreadPoolExecutor  # of use here alone

    _current.deputy = ThreadPoolExecutor(1, thread_name_prefix="focalboost")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_come_through_a_fork)
