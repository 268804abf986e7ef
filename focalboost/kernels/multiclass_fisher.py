"""The softmax loss with Fisher curvature: the Hessian's diagonal in expectation over the label.

Under the recovered posterior eta, and with G_y, H_y at the margin of class y and pi_jy = e_j / left_y the share of
class j among the classes other than y (left_y = sum of e_k over k != y):

    h_j = eta_j a_j H_j + sum over y != j of eta_y a_y (H_y pi_jy^2 + G_y pi_jy (1 - pi_jy))

The sums that leave j out are built from both ends, for taking j out of a total would cancel as p_j -> 1; so a row costs
O(K).
"""

from functools import cache

import numpy as np

from focalboost.kernels.compiler import compile_kernel, compile_point
from focalboost.kernels.elementary import constant, exp, log
from focalboost.kernels.focal import derivatives, floored, probabilities
from focalboost.kernels.multiclass_block import (
    BLOCK_ROWS,
    NO_CLASS,
    exponentiate_others,
    read_labels,
    read_scores,
    read_weights,
    write_rows,
)


@compile_point
def derivatives_of_class(scores, shares, is_winner, top, rest, rows, gamma, squared, left, slope, second, density):
    """Fill, for one class as the true one, ``left``, G, H, and the logarithm of p q / G.

    The last is the posterior's density but for the class weight, log p - g log q - log(1 + g p (-log p) / q), where
    p (-log p) / q -> 1 as q -> 0.
    """
    one, zero, tiny = constant(1, gamma), constant(0, gamma), np.finfo(rest.dtype).tiny
    for i in range(rows):
        remaining = rest[i] if is_winner[i] else (one + rest[i]) - shares[i]
        remaining = max(remaining, tiny)
        p, q, below, above, small = probabilities((scores[i] - top[i]) - log(remaining))
        steep, added, subtracted = derivatives(p, q, below, above, small, gamma, squared)
        ratio = p * (below + small) / q if q > zero else one
        left[i], slope[i], second[i] = remaining, steep, added - subtracted
        density[i] = -(below + small) + gamma * (above + small) - log(one + gamma * ratio)


@compile_point
def normalise(density, class_weight, rows, largest, total):
    """Turn logarithms of densities into eta_y a_y, the posterior times the class weight."""
    n_classes = density.shape[0]
    zero = constant(0, total[0])
    for i in range(rows):
        largest[i], total[i] = density[0, i], zero
    for k in range(1, n_classes):
        for i in range(rows):
            largest[i] = max(largest[i], density[k, i])
    for k in range(n_classes):
        for i in range(rows):
            value = exp(density[k, i] - largest[i], zero)
            density[k, i] = value
            total[i] += value / class_weight[k]
    for k in range(n_classes):
        for i in range(rows):
            density[k, i] /= total[i]


@compile_point
def add_others(order, shares, square, linear, rows, square_sum, linear_sum, hessian):
    """Add to each class's curvature the terms of the classes before it in ``order``."""
    zero = constant(0, square_sum[0])
    for i in range(rows):
        square_sum[i], linear_sum[i] = zero, zero
    for k in order:
        for i in range(rows):
            share = shares[k, i]
            hessian[k, i] += share * (share * square_sum[i] + linear_sum[i])
            square_sum[i] += square[k, i]
            linear_sum[i] += linear[k, i]


@cache
def fisher_kernel(squared):
    """Compile the gradient loop with Fisher curvature; it is called as ``multiclass.gradient_hessian_kernel``'s is."""

    def multiclass_fisher(labels, raw, weight, gamma, class_weight, gradient, hessian, start, stop):
        n_classes = raw.shape[1]
        scalar = raw.dtype.type
        one = scalar(1)
        matrices = np.empty((8, n_classes, BLOCK_ROWS), raw.dtype)
        scores, shares, left, slope = matrices[0], matrices[1], matrices[2], matrices[3]
        second, density, square, linear = matrices[4], matrices[5], matrices[6], matrices[7]
        vectors = np.empty((10, BLOCK_ROWS), raw.dtype)
        true_class, nobody, top, winner, unused = vectors[0], vectors[1], vectors[2], vectors[3], vectors[4]
        rest, largest, total, square_sum, linear_sum = (
            vectors[5],
            vectors[6],
            vectors[7],
            vectors[8],
            vectors[9],
        )
        row_weight = np.empty(BLOCK_ROWS, raw.dtype)
        nobody[:] = scalar(NO_CLASS)
        invalid = False
        for first in range(start, stop, BLOCK_ROWS):
            rows = min(BLOCK_ROWS, stop - first)
            invalid |= read_labels(labels, first, rows, n_classes, true_class)
            invalid |= read_scores(raw, first, rows, scores)
            row_weight[:] = one
            if weight is not None:
                invalid |= read_weights(weight, first, rows, row_weight)
            exponentiate_others(nobody, scores, rows, shares, top, winner, unused, rest)
            for k in range(n_classes):
                derivatives_of_class(
                    scores[k], shares[k], winner == scalar(k), top, rest, rows, scalar(gamma), squared,
                    left[k], slope[k], second[k], density[k],
                )  # fmt: skip
            normalise(density, class_weight, rows, largest, total)
            for k in range(n_classes):
                for i in range(rows):
                    linear[k, i] = density[k, i] * slope[k, i] / left[k, i]
                    second[k, i] *= density[k, i]
                    square[k, i] = (second[k, i] / left[k, i] - linear[k, i]) / left[k, i]
            add_others(range(n_classes), shares, square, linear, rows, square_sum, linear_sum, second)
            add_others(range(n_classes - 1, -1, -1), shares, square, linear, rows, square_sum, linear_sum, second)
            for k in range(n_classes):
                for i in range(rows):
                    y = int(true_class[i])
                    share = -one if k == y else shares[k, i] / left[y, i]
                    scores[k, i] = row_weight[i] * class_weight[y] * slope[y, i] * share
                    second[k, i] = row_weight[i] * floored(second[k, i])
            write_rows(scores, first, rows, gradient)
            write_rows(second, first, rows, hessian)
        return invalid

    return compile_kernel(multiclass_fisher)
