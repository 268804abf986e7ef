"""What the kernels are compared with: the same arrays, other code."""

import math
from typing import Any

import numba
import numpy as np
from copying import over_threads, threads_here


def numpy_logistic(y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the logistic loss's gradient and Hessian, as everyone writes it."""
    p = 1 / (1 + np.exp(-z))
    return p - y, p * (1 - p)


def numpy_logistic_into(y: np.ndarray, z: np.ndarray, p: np.ndarray, gradient: np.ndarray, hessian: np.ndarray) -> None:
    """Do the same without a new array, so that no time goes to the pages of new memory."""
    np.negative(z, out=p)
    np.exp(p, out=p)
    np.add(p, 1, out=p)
    np.divide(1, p, out=p)
    np.subtract(p, y, out=gradient)
    np.subtract(1, p, out=hessian)
    np.multiply(hessian, p, out=hessian)


def scikit_learn_logistic(y: np.ndarray, z: np.ndarray, gradient: np.ndarray, hessian: np.ndarray) -> None:
    """Run scikit-learn's compiled loop."""
    from sklearn._loss.loss import HalfBinomialLoss

    HalfBinomialLoss().gradient_hessian(y, z, None, gradient, hessian, n_threads=threads_here())


@numba.njit(nogil=True, error_model="numpy")
def _scalar_focal(y: Any, z: Any, gamma: Any, gradient: Any, hessian: Any) -> None:
    one, two = z.dtype.type(1), z.dtype.type(2)
    for i in range(z.shape[0]):
        u = z[i] if y[i] == 1 else -z[i]
        t = math.exp(-abs(u))
        small = math.log1p(t)
        p, q = (one / (one + t), t / (one + t)) if u > 0 else (t / (one + t), one / (one + t))
        nll = small - min(u, z.dtype.type(0))
        factor = q**gamma
        slope = factor * (q + gamma * p * nll)
        gradient[i] = -slope if y[i] == 1 else slope
        hessian[i] = p * factor * (q * (one + two * gamma - gamma * nll) + gamma * gamma * p * nll)


def scalar_focal(y: np.ndarray, z: np.ndarray, gradient: np.ndarray, hessian: np.ndarray) -> None:
    """Run the focal loss at gamma 2 as a loop over ``math.exp`` and ``math.log1p``, which call the C library."""
    gamma = z.dtype.type(2)
    over_threads(lambda rows: _scalar_focal(y[rows], z[rows], gamma, gradient[rows], hessian[rows]), len(z))


def scipy_softmax(one_hot: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the softmax loss's gradient and diagonal, as everyone writes it."""
    from scipy.special import softmax

    p = softmax(z, axis=1)
    return p - one_hot, p * (1 - p)


def scikit_learn_softmax(y: np.ndarray, z: np.ndarray, gradient: np.ndarray, hessian: np.ndarray) -> None:
    """Run scikit-learn's compiled loop."""
    from sklearn._loss.loss import HalfMultinomialLoss

    loss = HalfMultinomialLoss(n_classes=z.shape[1])
    loss.gradient_hessian(y, z, None, gradient, hessian, n_threads=threads_here())
