"""How a kernel is compiled: without the GIL, cached on disk where a folder can be written."""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from focalboost.kernels.interrupts import deferred_interrupts

with deferred_interrupts():
    import numba
    from numba.core.compiler_lock import global_compiler_lock

    from focalboost.kernels.cache import KernelCache

# Contraction to fused multiply-add is the one liberty given to LLVM: it only makes a rounding disappear.
_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}

POINT_OPTIONS: Any = {**_OPTIONS, "forceinline": True}
"""Options of a row's mathematics, which is inlined whatever its size: a loop with a call is not vectorised."""


if hasattr(os, "register_at_fork"):
    # A child that is forked while another thread compiles would wait for ever for that thread, which it has not.
    os.register_at_fork(
        before=global_compiler_lock.acquire,
        after_in_parent=global_compiler_lock.release,
        after_in_child=global_compiler_lock.release,
    )


def compile_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a loop over rows at its first call for each combination of argument types.

    Parameters
    ----------
    function : callable
        Python source of the kernel.

    Returns
    -------
    callable
        Its compiled form; the machine code is kept in Numba's cache folder, or only in memory where
        no such folder can be written. The function itself where compilation is disabled.
    """
    kernel: Any = numba.njit(**_OPTIONS)(function)
    if kernel is not function:
        with suppress(RuntimeError):  # Numba: "no locator available"
            kernel._cache = KernelCache(function)
        compile_for_arguments = kernel._compile_for_args

        def uninterrupted(*arguments: Any, **options: Any) -> Any:
            with deferred_interrupts():
                return compile_for_arguments(*arguments, **options)

        kernel._compile_for_args = uninterrupted
    return kernel  # type: ignore[no-any-return]


def compile_point(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile the mathematics of one row, so that kernels inline it.

    Parameters
    ----------
    function : callable
        Python source of the scalar function.

    Returns
    -------
    callable
        Its compiled form.
    """
    return numba.njit(**POINT_OPTIONS)(function)  # type: ignore[no-any-return]
