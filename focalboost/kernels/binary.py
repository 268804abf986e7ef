"""Loops over the rows of the binary loss."""

from functools import cache

from focalboost.kernels.compiler import compile_kernel
from focalboost.kernels.focal import loss, slope_and_curvature
from focalboost.kernels.limits import LARGEST_WEIGHT


@cache
def gradient_hessian_kernel(curvature, squared):
    """Compile the gradient loop for one policy of curvature (``squared``: for gamma = 2).

    Returns
    -------
    callable
        ``kernel(labels, raw, weight, gamma, weight_0, weight_1, gradient, hessian) -> bool``: fills the last two
        and says whether a row was invalid (a NaN score, a label other than 0 and 1, a weight that is not in
        [0, ``LARGEST_WEIGHT``]). ``weight`` is an array or None.
    """

    def focal_gradient_hessian(labels, raw, weight, gamma, weight_0, weight_1, gradient, hessian):
        scalar = raw.dtype.type
        g, weight_0, weight_1 = scalar(gamma), scalar(weight_0), scalar(weight_1)
        invalid = False
        for i in range(raw.shape[0]):
            z = raw[i]
            positive = labels[i] == 1
            invalid |= (z != z) | ((labels[i] != 1) & (labels[i] != 0))
            row_weight = scalar(1)
            if weight is not None:
                row_weight = scalar(weight[i])
                invalid |= not ((row_weight >= scalar(0)) & (row_weight <= scalar(LARGEST_WEIGHT)))
            class_weight = weight_1 if positive else weight_0
            other_weight = weight_0 if positive else weight_1
            slope, bend = slope_and_curvature(z if positive else -z, class_weight, other_weight, g, curvature, squared)
            gradient[i] = row_weight * (-slope if positive else slope)
            hessian[i] = row_weight * bend
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
                invalid |= not ((given >= scalar(0)) & (given <= scalar(LARGEST_WEIGHT)))
                row_weight *= given
            value = row_weight * loss(z if positive else -z, g, squared)
            values[i] = value if row_weight > scalar(0) else scalar(0)  # even of an infinite loss
        return invalid

    return compile_kernel(focal_loss)
