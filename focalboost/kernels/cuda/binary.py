"""Rows of the binary loss, a thread each."""

from functools import cache

import numpy as np
from numba import cuda

from focalboost.kernels.focal import slope_and_curvature
from focalboost.kernels.limits import LARGEST_WEIGHT


@cache
def gradient_hessian_kernel(curvature, squared, weighted, multilabel=False):
    """Compile the gradient kernel for one policy of curvature (``squared``: for gamma = 2).

    Returns
    -------
    callable
        ``kernel(labels, raw, weight, gamma, weight_0, weight_1, gradient, hessian, invalid)`` over device arrays, as
        the CPU's, the three numbers in the type of ``raw``; ``weight`` is any array where ``weighted`` is False. The
        arrays have one dimension, or, but for the weight, two where ``multilabel`` is True. For ``launch``.
    """

    @cuda.jit(device=True)
    def fill(at, i, labels, raw, weight, gamma, weight_0, weight_1, gradient, hessian, invalid):
        scalar = raw.dtype.type
        z, label, row_weight = raw[at], labels[at], scalar(1)
        wrong = z != z or (label != 1 and label != 0)
        if weighted:
            row_weight = scalar(weight[i])
            wrong = wrong or not (row_weight >= scalar(0) and row_weight <= scalar(LARGEST_WEIGHT))
        if wrong:
            invalid[0] = 1
        positive = label == 1
        class_weight = weight_1 if positive else weight_0
        other_weight = weight_0 if positive else weight_1
        slope, bend = slope_and_curvature(z if positive else -z, class_weight, other_weight, gamma, curvature, squared)
        gradient[at] = row_weight * (-slope if positive else slope)
        hessian[at] = row_weight * bend

    # An unsigned index, here and in the other kernels, spares the instructions for negative ones, and numbers in the
    # type of the scores spare their conversion by every thread: 108 instructions instead of 131 (gamma 2, float32).
    @cuda.jit
    def one_column(labels, raw, weight, gamma, weight_0, weight_1, gradient, hessian, invalid):
        thread = cuda.grid(1)
        if thread < raw.shape[0]:
            i = np.uint64(thread)
            fill(i, i, labels, raw, weight, gamma, weight_0, weight_1, gradient, hessian, invalid)

    @cuda.jit
    def columns(labels, raw, weight, gamma, weight_0, weight_1, gradient, hessian, invalid):
        thread = cuda.grid(1)
        if thread < raw.shape[0]:
            i = np.uint64(thread)
            for k in range(raw.shape[1]):
                fill((i, k), i, labels, raw, weight, gamma, weight_0, weight_1, gradient, hessian, invalid)

    return columns if multilabel else one_column
