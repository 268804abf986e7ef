"""The softmax loss with Fisher curvature, a thread a row; ``focalboost.kernels.multiclass_fisher`` has the formulas.

The sums that leave a class out are built from both ends, so a row costs O(K). What a class contributes is computed once
for each end rather than kept, which would need memory in proportion to K for every thread.
"""

from functools import cache

import numpy as np
from numba import cuda

from focalboost.kernels.compiler import compile_point
from focalboost.kernels.cuda.multiclass import exponential, finite, row_reader
from focalboost.kernels.elementary import constant, exp, log
from focalboost.kernels.focal import derivatives, floored, probabilities


@compile_point
def others(value, is_winner, rest):
    """Sum of the exponentials of the classes but one, whose own is ``value``."""
    left = rest if is_winner else (constant(1, rest) + rest) - value
    return max(left, np.finfo(rest).tiny)


@compile_point
def class_derivatives(z, top, left, gamma, squared):
    """G, H, and the logarithm of the posterior's density (but for the class weight), for a class as the true one."""
    one, zero = constant(1, gamma), constant(0, gamma)
    p, q, below, above, small = probabilities((finite(z) - top) - log(left))
    slope, added, subtracted = derivatives(p, q, below, above, small, gamma, squared)
    ratio = p * (below + small) / q if q > zero else one
    density = -(below + small) + gamma * (above + small) - log(one + gamma * ratio)
    return slope, added - subtracted, density


@compile_point
def contribution(z, value, is_winner, top, rest, largest, gamma, squared):
    """Density of a class, and its terms in its own and in the others' curvature."""
    left = others(value, is_winner, rest)
    slope, second, log_density = class_derivatives(z, top, left, gamma, squared)
    zero = constant(0, gamma)
    density = exp(min(log_density - largest, zero), zero)  # the density is largest for the winner
    linear, own = density * slope / left, density * second
    return density, own, (own / left - linear) / left, linear


@cache
def fisher_kernel(squared, weighted):
    """Compile the gradient kernel with Fisher curvature, called as ``multiclass.gradient_hessian_kernel``'s is."""
    read = row_reader(weighted)

    @cuda.jit
    def multiclass_fisher(labels, raw, weight, gamma, class_weight, gradient, hessian, invalid):
        thread = cuda.grid(1)
        n_rows, n_classes = raw.shape
        if thread < n_rows:
            i, scalar = np.uint64(thread), raw.dtype.type
            zero = scalar(0)
            y, row_weight, wrong = read(labels, raw, weight, i)
            top, winner, rest = scalar(-np.inf), 0, zero
            for k in range(n_classes):
                z = raw[i, k]
                wrong = wrong or z != z
                z = scalar(finite(z))
                if z > top:
                    top, winner = z, k
            for k in range(n_classes):
                if k != winner:
                    rest += scalar(exponential(raw[i, k], top))
            if wrong:
                invalid[0] = 1

            left = scalar(others(scalar(exponential(raw[i, y], top)), y == winner, rest))
            slope = row_weight * class_weight[y] * scalar(class_derivatives(raw[i, y], top, left, gamma, squared)[0])
            winner_left = scalar(others(scalar(1), True, rest))
            largest = scalar(class_derivatives(raw[i, winner], top, winner_left, gamma, squared)[2])
            total, squares, linears = zero, zero, zero
            for k in range(n_classes):  # the terms of the classes before
                value = scalar(exponential(raw[i, k], top))
                gradient[i, k] = -slope if k == y else slope * (value / left)
                hessian[i, k] = value * (value * squares + linears)
                density, _, square, linear = contribution(
                    raw[i, k], value, k == winner, top, rest, largest, gamma, squared
                )
                total += scalar(density) / class_weight[k]
                squares += scalar(square)
                linears += scalar(linear)
            squares, linears = zero, zero
            for j in range(n_classes):  # a class's own term and those of the classes behind
                k = n_classes - 1 - j
                value = scalar(exponential(raw[i, k], top))
                _, own, square, linear = contribution(raw[i, k], value, k == winner, top, rest, largest, gamma, squared)
                expected = hessian[i, k] + value * (value * squares + linears) + scalar(own)
                hessian[i, k] = row_weight * scalar(floored(expected / total))
                squares += scalar(square)
                linears += scalar(linear)

    return multiclass_fisher
