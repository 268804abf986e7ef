"""Whether CUDA can be used here, said before the modules beside this one import ``numba.cuda``."""

from functools import cache

from numba import config

from focalboost._optional import optional_import


@cache
def require_cuda() -> None:
    """Return if kernels can be compiled and run.

    Raises
    ------
    ImportError
        Without numba-cuda; the message names the extra.
    RuntimeError
        Without an NVIDIA GPU, its driver or the CUDA libraries.
    """
    if not config.ENABLE_CUDASIM:  # the simulator comes with Numba itself
        optional_import("numba_cuda", "computing on a GPU")
    from numba import cuda

    if not cuda.is_available():
        reason = cuda.cuda_error() or "the compiler libNVVM is not found: pip install 'numba-cuda[cu12]', or [cu13]"
        raise RuntimeError(
            "computing on a GPU needs an NVIDIA GPU, its driver and CUDA's libraries; device='cpu' computes anywhere. "
            f"Numba says: {str(reason).strip()}"
        )
