"""Rows of the softmax loss, a thread each; ``focalboost.kernels.multiclass`` has the formulas.

A thread computes its row's exponentials twice rather than keep them: arithmetic costs less than memory here.
"""

from functools import cache

import numpy as np
from numba import cuda

from focalboost.kernels.compiler import compile_point
from focalboost.kernels.elementary import constant, exp, log
from focalboost.kernels.focal import LARGEST_SCORE, derivatives, policy, probabilities
from focalboost.kernels.limits import LARGEST_WEIGHT


@compile_point
def finite(z):
    """Replace an infinite score."""
    largest = constant(LARGEST_SCORE, z)
    return min(max(z, -largest), largest)


@compile_point
def exponential(z, top):
    """exp(z - top) for a score that is at most ``top``."""
    zero = constant(0, z)
    return exp(min(finite(z) - top, zero), zero)


@compile_point
def derivatives_of_true_class(z, top, rest, gamma, squared):
    """G, and H in two parts, at the margin of the true class."""
    p, q, below, above, small = probabilities((finite(z) - top) - log(constant(1, z) + rest))
    return derivatives(p, q, below, above, small, gamma, squared)


@compile_point
def chain_rule(value, is_winner, rest, slope, added, subtracted, curvature):
    """Gradient and curvature of another class, whose exponential is ``value``, at weight one."""
    total = constant(1, value) + rest
    share, complement = value / total, (rest if is_winner else total - value) / total
    square = share * share
    return slope * share, policy(square * added + slope * share * complement, square * subtracted, curvature)


@cache
def row_reader(weighted):
    """Compile the reading of row i.

    Returns
    -------
    callable
        ``read(labels, raw, weight, i) -> class, weight, wrong``; the class is 0 where the label is none.
    """

    @cuda.jit(device=True)
    def read(labels, raw, weight, i):
        scalar = raw.dtype.type
        label = labels[i]
        y = int(label) if label >= 0 and label < scalar(raw.shape[1]) else 0
        wrong, row_weight = label != scalar(y), scalar(1)
        if weighted:
            row_weight = scalar(weight[i])
            wrong = wrong or not (row_weight >= scalar(0) and row_weight <= scalar(LARGEST_WEIGHT))
        return y, row_weight, wrong

    return read


@cache
def gradient_hessian_kernel(curvature, squared, weighted):
    """Compile the gradient kernel for one policy of curvature but Fisher's (``squared``: for gamma = 2).

    Returns
    -------
    callable
        ``kernel(labels, raw, weight, gamma, class_weight, gradient, hessian, invalid)`` over device arrays, as the
        CPU's, ``gamma`` in the type of ``raw``; ``weight`` is any array where ``weighted`` is False. For ``launch``.
    """
    read = row_reader(weighted)

    @cuda.jit
    def multiclass_gradient_hessian(labels, raw, weight, gamma, class_weight, gradient, hessian, invalid):
        thread = cuda.grid(1)
        n_rows, n_classes = raw.shape
        if thread < n_rows:
            i, scalar = np.uint64(thread), raw.dtype.type
            y, row_weight, wrong = read(labels, raw, weight, i)
            row_weight = row_weight * class_weight[y]
            top, winner, rest = scalar(-np.inf), 0, scalar(0)
            for k in range(n_classes):
                z = raw[i, k]
                wrong = wrong or z != z
                z = scalar(finite(z))
                if k != y and z > top:
                    top, winner = z, k
            for k in range(n_classes):
                if k != y and k != winner:
                    rest += scalar(exponential(raw[i, k], top))
            slope, added, subtracted = derivatives_of_true_class(raw[i, y], top, rest, gamma, squared)
            for k in range(n_classes):
                if k == y:
                    first, second = -slope, policy(added, subtracted, curvature)
                else:
                    value = scalar(1) if k == winner else scalar(exponential(raw[i, k], top))
                    first, second = chain_rule(
                        value, k == winner, rest, scalar(slope), scalar(added), scalar(subtracted), curvature
                    )
                gradient[i, k] = row_weight * scalar(first)
                hessian[i, k] = row_weight * scalar(second)
            if wrong:
                invalid[0] = 1

    return multiclass_gradient_hessian
