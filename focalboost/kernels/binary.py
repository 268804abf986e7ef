"""Loops over the rows of the binary loss."""

from functools import cache

import numpy as np

from focalboost.kernels.compiler import compile_kernel
from focalboost.kernels.focal import FISHER, derivatives, floored, loss, policy, probabilities


@cache
def gradient_hessian_kernel(curvature, squared):
    """Compile the gradient loop for one policy of curvature (``squared``: for gamma = 2).

    Returns
    -------
    callable
        ``kernel(labels, raw, weight, gamma, weight_0, weight_1, gradient, hessian) -> bool``: fills the last two
        and says whether a row was invalid (a NaN score, a label other than 0 and 1, a weight that is not
        finite and >= 0). ``weight`` is an array or None.
    """

    def focal_gradient_hessian(labels, raw, weight, gamma, weight_0, weight_1, gradient, hessian):
        scalar = raw.dtype.type
        g, weight_0, weight_1 = scalar(gamma), scalar(weight_0), scalar(weight_1)
        invalid = False
        for i in range(raw.shape[0]):
            z = raw[i]
            positive = labels[i] == 1
            invalid |= (z != z) | ((labels[i] != 1) & (labels[i] != 0))
            p, q, below, above, small = probabilities(z if positive else -z)
            slope, added, subtracted = derivatives(p, q, below, above, small, g, squared)
            class_weight = weight_1 if positive else weight_0
            row_weight = scalar(1)
            if weight is not None:
                row_weight = scalar(weight[i])
                invalid |= not ((row_weight >= scalar(0)) & (row_weight < scalar(np.inf)))
            slope_weighted = row_weight * class_weight * slope
            gradient[i] = -slope_weighted if positive else slope_weighted
            if curvature == FISHER:
                other, other_added, other_subtracted = derivatives(q, p, above, below, small, g, squared)
                other_weight = weight_0 if positive else weight_1
                expected = (
                    class_weight * other_weight
                    * (other * (added - subtracted) + slope * (other_added - other_subtracted))
                    / (class_weight * slope + other_weight * other)
                )  # fmt: skip
                hessian[i] = row_weight * floored(expected)
            else:
                hessian[i] = row_weight * class_weight * policy(added, subtracted, curvature)
        return invalid

    return compile_kernel(focal_gradient_hessian)


@cache
def loss_kernel(squared):
    """Compile the loop over the values of the loss.

    Returns
    -------
    callable
        ``kernel(labels, raw, weight, gamma, weight_0, weight_1, values) -> bool``, as ``gradient_hessian_kernel``.
    """

    def focal_loss(labels, raw, weight, gamma, weight_0, weight_1, values):
        scalar = raw.dtype.type
        g, weight_0, weight_1 = scalar(gamma), scalar(weight_0), scalar(weight_1)
        invalid = False
        for i in range(raw.shape[0]):
            z = raw[i]
            positive = labels[i] == 1
            invalid |= (z != z) | ((labels[i] != 1) & (labels[i] != 0))
            row_weight = weight_1 if positive else weight_0
            if weight is not None:
                given = scalar(weight[i])
                invalid |= not ((given >= scalar(0)) & (given < scalar(np.inf)))
                row_weight *= given
            values[i] = row_weight * loss(z if positive else -z, g, squared)
        return invalid

    return compile_kernel(focal_loss)
