"""The code that the CUDA kernels become, without a GPU: they compile, stay in their type and call nothing."""

import re

import pytest
from numba import types

from focalboost.kernels.focal import FISHER, TRUNCATED

pytest.importorskip("numba_cuda", reason="needs numba-cuda: pip install 'numba-cuda[cu12]'")
from numba import cuda

LABELS, FLAG = types.float32[::1], types.int32[::1]


@pytest.fixture
def compiled(monkeypatch):
    """Compile for compute capability 9.0 where there is no device to ask."""
    from numba.cuda import dispatcher
    from numba.cuda.cudadrv import nvvm

    if not nvvm.is_available():
        pytest.skip("needs libNVVM: pip install 'numba-cuda[cu12]'")

    class Device:
        compute_capability = (9, 0)

    monkeypatch.setattr(dispatcher, "get_current_device", lambda: Device)

    def code_of(kernel, *arguments):
        code, _ = cuda.compile(kernel.py_func, arguments, cc=(9, 0), device=False, abi="numba")
        return code[code.index(".entry") :]

    return code_of


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("curvature", [TRUNCATED, FISHER])
@pytest.mark.parametrize("scalar", [types.float32, types.float64])
def test_kernels(compiled, scalar, curvature, squared, weighted):
    from focalboost.kernels.cuda import binary, multiclass, multiclass_fisher

    row, rows = scalar[::1], scalar[:, ::1]
    many = multiclass_fisher.fisher_kernel(squared, weighted)
    if curvature != FISHER:
        many = multiclass.gradient_hessian_kernel(curvature, squared, weighted)
    for code in (
        compiled(
            binary.gradient_hessian_kernel(curvature, squared, weighted),
            LABELS, row, row, scalar, scalar, scalar, row, row, FLAG,
        ),
        compiled(
            binary.gradient_hessian_kernel(curvature, squared, weighted, True),
            types.float32[:, ::1], rows, row, scalar, scalar, scalar, rows, rows, FLAG,
        ),
        compiled(many, LABELS, rows, row, scalar, row, rows, rows, FLAG),
    ):  # fmt: skip
        assert f"fma.rn.f{scalar.bitwidth}" in code
        assert not re.search(r"\bcall\b|\.local\b", code)
        if scalar is types.float32:
            assert ".f64" not in code
