"""The main loop is vectorised: packed instructions in the machine code."""

import platform
import re

import numpy as np
import pytest

from focalboost.kernels.binary import gradient_hessian_kernel
from focalboost.kernels.focal import TRUNCATED


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="reads x86 machine code")
@pytest.mark.parametrize(("dtype", "suffix"), [(np.float32, "ps"), (np.float64, "pd")])
@pytest.mark.parametrize("squared", [True, False])
def test_division_and_multiplication_are_packed(dtype, suffix, squared):
    from numba import njit

    source = gradient_hessian_kernel(TRUNCATED, squared).py_func
    kernel = njit(nogil=True, error_model="numpy", fastmath={"contract"})(source)  # a cached one has no assembly
    raw = np.zeros(4, dtype)
    kernel(np.zeros(4, np.float32), raw, None, 2.0, 1.0, 1.0, np.empty_like(raw), np.empty_like(raw))
    code = next(iter(kernel.inspect_asm().values()))
    assert re.search(rf"v?div{suffix}\b", code)
    assert re.search(rf"v?mul{suffix}\b", code)
