"""exp, log and log1p as polynomials that LLVM inlines and vectorises.

Calls to the C library keep a loop scalar, which makes it several times slower. Each function exists once, as Python
source; the argument's type picks the polynomial (degrees chosen so that its error is below a tenth of a rounding) and
the constants. The bodies of the plain functions are what runs when Numba's compilation is disabled.

The coefficients and their errors are printed by ``benchmarks/elementary_coefficients.py``.
"""

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from focalboost.kernels.compiler import POINT_OPTIONS, compile_point


class _Format(NamedTuple):
    """What the algorithms need to know of a floating-point format."""

    bits: int
    mantissa_bits: int
    bias: int
    smallest_exponent: float  # exp of less is not a normal number
    log2_high: float  # few enough bits that its product with an exponent is exact
    log2_low: float
    exp: tuple[float, ...]  # (exp(r) - 1 - r) / r**2, constant first
    atanh: tuple[float, ...]  # (2 atanh(s) - 2 s) / s**3 in s**2, constant first

    @property
    def scalar(self) -> type[np.floating[Any]]:
        return np.float32 if self.bits == 32 else np.float64

    @property
    def shifter(self) -> float:
        """Adding it rounds to an integer, which then stands in the low bits."""
        return 1.5 * 2.0**self.mantissa_bits


_FORMATS = {
    types.float32: _Format(
        32, 23, 127, -87.3, 0.693359375, -0.00021219444005469057,
        exp=(0.5, 0.1666657703, 0.04166655466, 0.008363173075, 0.001392617612),
        atanh=(0.6666664034, 0.4000756064, 0.2823661981, 0.2685149802),
    ),
    types.float64: _Format(
        64, 52, 1023, -708.3, 0.6931471803691238, 1.9082149292705877e-10,
        exp=(
            0.5000000000000001021, 0.1666666666666666745, 0.0416666666666241619, 0.008333333333330064449,
            0.001388888891719671908, 0.0001984126986304054527, 0.00002480152132236869327, 2.755726848031002553e-6,
            2.762007587998336659e-7, 2.510037583256123366e-8,
        ),
        atanh=(
            0.6666666666666665856, 0.4000000000001458267, 0.2857142856710875716, 0.2222222271742786299,
            0.1818178943613285817, 0.153855700649586231, 0.1331414420965493615, 0.1200107280959071254,
            0.08800738486144673882, 0.1616404561194353222,
        ),
    ),
}  # fmt: skip


@intrinsic
def _power_of_two(_context, shifted):
    """2**n for ``shifted = n + shifter``: the low bits become the exponent."""
    fmt = _FORMATS[shifted]

    def generate(_target, builder, _signature, arguments):
        integer = ir.IntType(fmt.bits)
        bits = builder.bitcast(arguments[0], integer)
        bits = builder.add(builder.shl(bits, integer(fmt.mantissa_bits)), integer(fmt.bias << fmt.mantissa_bits))
        return builder.bitcast(bits, arguments[0].type)

    return shifted(shifted), generate


@intrinsic
def _shifted_exponent(_context, x):
    """``n + shifter`` for a normal ``x = m 2**n > 0`` with m in [1/sqrt(2), sqrt(2))."""
    fmt = _FORMATS[x]

    def generate(_target, builder, _signature, arguments):
        integer = ir.IntType(fmt.bits)

        def bits_of(value):
            return int(fmt.scalar(value).view(np.int32 if fmt.bits == 32 else np.int64))

        bits = builder.sub(builder.bitcast(arguments[0], integer), integer(bits_of(np.sqrt(0.5))))
        exponent = builder.ashr(bits, integer(fmt.mantissa_bits))
        return builder.bitcast(builder.add(exponent, integer(bits_of(fmt.shifter))), arguments[0].type)

    return x(x), generate


def constant(value, like):
    """``value`` as a scalar of the type of ``like``; a bare literal would widen float32 to float64."""
    return type(like)(value)


@overload(constant, jit_options=POINT_OPTIONS)
def _constant(value, like):  # noqa: ARG001 (the names are the signature's)
    scalar = _FORMATS[like].scalar
    return lambda value, like: scalar(value)  # noqa: ARG005


def _polynomial(coefficients, scalar):
    """Horner's scheme, unrolled: Numba would keep a loop over a tuple."""
    if len(coefficients) == 4:
        a, b, c, d = (scalar(value) for value in coefficients)
        return lambda x: a + x * (b + x * (c + x * d))
    if len(coefficients) == 5:
        a, b, c, d, e = (scalar(value) for value in coefficients)
        return lambda x: a + x * (b + x * (c + x * (d + x * e)))
    a, b, c, d, e, f, g, h, i, j = (scalar(value) for value in coefficients)
    return lambda x: a + x * (b + x * (c + x * (d + x * (e + x * (f + x * (g + x * (h + x * (i + x * j))))))))


def exp(high, low):
    """exp(high + low) for high <= 0 and |low| small; 0 where the result would not be a normal number.

    The sum is given in two parts so that the rounding of a large exponent's small part is not lost.
    """
    return np.exp(high + low)


@overload(exp, jit_options=POINT_OPTIONS)
def _exp(high, low):  # noqa: ARG001 (the names are the signature's)
    fmt = _FORMATS[high]
    scalar = fmt.scalar
    smallest, shifter = scalar(fmt.smallest_exponent), scalar(fmt.shifter)
    log2_high, log2_low, inverse_log2 = scalar(fmt.log2_high), scalar(fmt.log2_low), scalar(1 / np.log(2))
    zero, one = scalar(0), scalar(1)
    remainder = compile_point(_polynomial(fmt.exp, scalar))

    def implementation(high, low):
        exponent = max(high + low, smallest)
        shifted = exponent * inverse_log2 + shifter
        n = shifted - shifter
        r = ((max(high, smallest) - n * log2_high) - n * log2_low) + low
        value = (one + (r + r * r * remainder(r))) * _power_of_two(shifted)
        return value if high + low > smallest else zero

    return implementation


def log1p(t):
    """log(1 + t) for 0 <= t <= 1."""
    return np.log1p(t)


@overload(log1p, jit_options=POINT_OPTIONS)
def _log1p(t):
    fmt = _FORMATS[t]
    scalar = fmt.scalar
    two = scalar(2)
    remainder = compile_point(_polynomial(fmt.atanh, scalar))

    def implementation(t):
        s = t / (two + t)
        w = s * s
        return two * s + s * w * remainder(w)

    return implementation


def log(x):
    """log(x) for normal 0 < x <= 1e30."""
    return np.log(x)


@overload(log, jit_options=POINT_OPTIONS)
def _log(x):
    fmt = _FORMATS[x]
    scalar = fmt.scalar
    one, two, shifter = scalar(1), scalar(2), scalar(fmt.shifter)
    log2_high, log2_low = scalar(fmt.log2_high), scalar(fmt.log2_low)
    remainder = compile_point(_polynomial(fmt.atanh, scalar))

    def implementation(x):
        n = _shifted_exponent(x) - shifter
        mantissa = x * _power_of_two(shifter - n)
        s = (mantissa - one) / (mantissa + one)
        w = s * s
        return n * log2_high + (two * s + (s * w * remainder(w) + n * log2_low))

    return implementation
