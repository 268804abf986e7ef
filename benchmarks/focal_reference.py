"""Focal loss in arbitrary precision: the independent reference of the accuracy table and of the tests (mpmath)."""

from typing import NamedTuple

import mpmath
from mpmath import mpf

mpmath.mp.dps = 50


class Reference(NamedTuple):
    """Loss, gradient and the two terms of the Hessian, at one row."""

    loss: mpf
    gradient: mpf
    positive: mpf
    negative: mpf

    @property
    def hessian(self) -> mpf:
        """The Hessian."""
        return self.positive - self.negative

    @property
    def hessian_size(self) -> mpf:
        """What an error of the Hessian is relative to."""
        return self.positive + self.negative


def binary(y: int, z: float, gamma: float) -> Reference:
    """Evaluate the textbook formulas; log1p keeps them exact at any score."""
    s, z, g = 2 * y - 1, mpf(float(z)), mpf(float(gamma))
    u = s * z
    p, q, nll = 1 / (1 + mpmath.exp(-u)), 1 / (1 + mpmath.exp(u)), mpmath.log1p(mpmath.exp(-u))
    factor = q**g
    return Reference(
        factor * nll,
        -s * factor * (q + g * p * nll),
        p * factor * (q * (1 + 2 * g) + g**2 * p * nll),
        p * factor * g * q * nll,
    )


def multiclass_loss(y: int, z: list[mpf], gamma: float) -> mpf:
    """Softmax focal loss of one row, of which derivatives are taken numerically."""
    top = max(z)
    exponentials = [mpmath.exp(value - top) for value in z]
    total = mpmath.fsum(exponentials)
    others = mpmath.fsum(value for k, value in enumerate(exponentials) if k != y)
    return (others / total) ** mpf(gamma) * mpmath.log1p(others / exponentials[y])


def multiclass(y: int, z: list[float], gamma: float, j: int) -> tuple[mpf, mpf]:
    """First and second derivative by z_j, from differences with 250 digits."""
    with mpmath.workdps(250):
        point = [mpf(float(value)) for value in z]
        step = mpf(10) ** -60

        def loss(shift: mpf) -> mpf:
            return multiclass_loss(y, [value + shift * (k == j) for k, value in enumerate(point)], gamma)

        low, middle, high = loss(-step), loss(mpf(0)), loss(step)
        return (high - low) / (2 * step), (high - 2 * middle + low) / step**2
