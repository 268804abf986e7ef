"""How a kernel gets its arrays and runs."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
from numba import cuda

THREADS = 256
"""Threads of a block."""

MIN_BLOCKS = 128
"""Fewer would leave multiprocessors of a large GPU idle, of which Numba warns."""


def use_device(name: str) -> AbstractContextManager[Any]:
    """Return a context in which a device is the current one.

    Parameters
    ----------
    name : str
        "cuda", for that which is current already, or "cuda:1" and so on.

    Returns
    -------
    context manager
        Leaves the current device as it was.

    Raises
    ------
    ValueError
        If there is no such device.
    """
    _, _, number = name.partition(":")
    if not number:
        return nullcontext()
    try:
        return cuda.gpus[int(number)]  # type: ignore[no-any-return]
    except IndexError:
        raise ValueError(f"device={name!r}: there is no such GPU; Numba finds {len(cuda.list_devices())}") from None


def to_device(array: Any) -> Any:
    """Return a Numba device array: the same one, a view of another library's, or a copy of a host array.

    Parameters
    ----------
    array : array
        On the host, contiguous, or on the current device.

    Returns
    -------
    device array
        Where a producer's stream is known, what it still has to do is waited for.
    """
    if getattr(array, "__cuda_ndarray__", False):
        return array
    return cuda.as_cuda_array(array) if hasattr(array, "__cuda_array_interface__") else cuda.to_device(array)


def empty_like(array: Any, dtype: Any) -> Any:
    """Return a new device array.

    Parameters
    ----------
    array : device array
        Whose shape and order it has.
    dtype : dtype
        Its type.

    Returns
    -------
    device array
        Not initialised.
    """
    in_f = array.is_f_contiguous() and not array.is_c_contiguous()
    return cuda.device_array(array.shape, dtype, order="F" if in_f else "C")


def launch(kernel: Any, n_rows: int, *arguments: Any) -> bool:
    """Run a kernel with one thread a row, and wait for it.

    Parameters
    ----------
    kernel : kernel
        Compiled by ``cuda.jit``; its last argument is a device array of one number, which it sets to 1 for an invalid
        row.
    n_rows : int
        Number of rows.
    *arguments : device array or number
        The kernel's other arguments.

    Returns
    -------
    bool
        Whether a row was invalid.
    """
    if n_rows == 0:
        return False
    invalid = cuda.to_device(np.zeros(1, np.int32))
    kernel[max(MIN_BLOCKS, -(-n_rows // THREADS)), THREADS](*arguments, invalid)
    return bool(invalid.copy_to_host()[0])  # the copy waits for the kernel
