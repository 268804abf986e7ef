"""exp, log1p and log against NumPy in a wider type."""

import numpy as np
import pytest

from focalboost.kernels import elementary
from focalboost.kernels.compiler import compile_kernel
from focalboost.kernels.elementary import constant, exp, log, log1p


@compile_kernel
def _exp(x, out):
    for i in range(x.shape[0]):
        out[i] = exp(x[i], constant(0, x[i]))


@compile_kernel
def _log1p(x, out):
    for i in range(x.shape[0]):
        out[i] = log1p(x[i])


@compile_kernel
def _log(x, out):
    for i in range(x.shape[0]):
        out[i] = log(x[i])


FORMATS = [(np.float32, 2.5e-7, 87.0), (np.float64, 4.5e-16, 708.0)]


@pytest.mark.parametrize(("dtype", "tolerance", "largest"), FORMATS)
def test_exp(dtype, tolerance, largest):
    x = -np.concatenate([np.linspace(0, largest, 20_001), np.geomspace(1e-12, 1, 1000)]).astype(dtype)
    out = np.empty_like(x)
    _exp(x, out)
    np.testing.assert_allclose(out, np.exp(x.astype(np.longdouble)).astype(dtype), rtol=tolerance)


@pytest.mark.parametrize(("dtype", "largest"), [(dtype, largest) for dtype, _, largest in FORMATS])
def test_exp_is_zero_where_it_would_not_be_normal(dtype, largest):
    x = np.array([-1.1 * largest, -1e30, -np.inf], dtype)
    out = np.full_like(x, np.nan)
    _exp(x, out)
    assert out.tolist() == [0, 0, 0]


@pytest.mark.parametrize(("dtype", "tolerance"), [(dtype, tolerance) for dtype, tolerance, _ in FORMATS])
def test_log1p(dtype, tolerance):
    t = np.concatenate([[0], np.geomspace(np.finfo(dtype).tiny, 1, 20_000), np.linspace(0, 1, 20_001)]).astype(dtype)
    t = np.minimum(t, dtype(1))
    out = np.empty_like(t)
    _log1p(t, out)
    np.testing.assert_allclose(out, np.log1p(t.astype(np.longdouble)).astype(dtype), rtol=tolerance)


@pytest.mark.parametrize(("dtype", "tolerance"), [(dtype, tolerance) for dtype, tolerance, _ in FORMATS])
def test_log(dtype, tolerance):
    info = np.finfo(dtype)
    x = np.concatenate([np.geomspace(info.tiny, 1e30, 20_000), np.linspace(0.9, 1.1, 20_001)]).astype(dtype)
    out = np.empty_like(x)
    _log(x, out)
    np.testing.assert_allclose(
        out, np.log(x.astype(np.longdouble)).astype(dtype), rtol=2 * tolerance, atol=tolerance / 100
    )


def test_plain_bodies_serve_without_compilation():
    assert elementary.exp(-1.0, -0.5) == np.exp(-1.5)
    assert elementary.log1p(0.5) == np.log1p(0.5)
    assert elementary.log(2.0) == np.log(2.0)
    assert type(elementary.constant(1, np.float32(3))) is np.float32
