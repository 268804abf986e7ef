"""Derive the polynomials of ``focalboost/kernels/elementary.py`` and print their errors.

Each is the interpolant at Chebyshev nodes, computed with 60 digits, of

* ``(exp(r) - 1 - r) / r**2`` on ``|r| <= log(2) / 2``, and
* ``(2 atanh(s) - 2 s) / s**3`` in ``w = s**2`` on ``0 <= w <= 1 / 9``, for ``log(1 + t)`` with ``s = t / (2 + t)``.

Run ``python benchmarks/elementary_coefficients.py`` (needs mpmath).
"""

from collections.abc import Callable

import mpmath
from mpmath import mpf

mpmath.mp.dps = 60
HALF_LOG2 = mpmath.log(2) / 2


def exp_remainder(r: mpf) -> mpf:
    """``(exp(r) - 1 - r) / r**2``."""
    return (mpmath.exp(r) - 1 - r) / r**2 if abs(r) > mpf(10) ** -18 else mpf(1) / 2


def atanh_remainder(w: mpf) -> mpf:
    """``(2 atanh(s) - 2 s) / s**3`` with ``s = sqrt(w)``."""
    if w < mpf(10) ** -30:
        return mpf(2) / 3
    s = mpmath.sqrt(w)
    return (2 * mpmath.atanh(s) - 2 * s) / s**3


def interpolate(function: Callable[[mpf], mpf], low: mpf, high: mpf, degree: int) -> list[mpf]:
    """Coefficients, constant first, of the interpolant at the Chebyshev nodes of [low, high]."""
    angles = [mpmath.pi * (2 * k + 1) / (2 * (degree + 1)) for k in range(degree + 1)]
    nodes = [(low + high) / 2 + (high - low) / 2 * mpmath.cos(angle) for angle in angles]
    vandermonde = mpmath.matrix([[node**power for power in range(degree + 1)] for node in nodes])
    solution = mpmath.lu_solve(vandermonde, mpmath.matrix([function(node) for node in nodes]))
    return list(solution)


def largest_error(function: Callable[[mpf], mpf], coefficients: list[mpf], low: mpf, high: mpf) -> mpf:
    """Largest absolute error on a fine grid."""
    grid = [low + (high - low) * k / 500 for k in range(501)]
    return max(abs(function(x) - mpmath.polyval(coefficients[::-1], x)) for x in grid)


def main() -> None:
    """Print the coefficients and the relative error that each causes in exp or log1p."""
    for name, function, low, high, amplification, degrees in (
        ("exp", exp_remainder, -HALF_LOG2, HALF_LOG2, HALF_LOG2**2, {"float32": 4, "float64": 9}),
        ("atanh", atanh_remainder, mpf(0), mpf(1) / 9, mpf(1) / 18, {"float32": 3, "float64": 9}),
    ):
        for dtype, degree in degrees.items():
            coefficients = interpolate(function, low, high, degree)
            error = largest_error(function, coefficients, low, high) * amplification
            print(f"{name} {dtype}: degree {degree}, relative error at most {mpmath.nstr(error, 3)}")
            digits = 10 if dtype == "float32" else 19
            print("    " + ",\n    ".join(mpmath.nstr(c, digits) for c in coefficients))


if __name__ == "__main__":
    main()
