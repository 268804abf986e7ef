"""Loops over the rows of the softmax loss, through the margin of the true class.

With u = z_y - log(sum of exp(z_k) over the other classes) and pi = softmax over the others alone, the multiclass loss
is the binary one at u (p_y = sigmoid(u)), so that by the chain rule, with G and H as in ``focal.py``:

    dL/dz_y = -G          d2L/dz_y2 = H
    dL/dz_j = G pi_j      d2L/dz_j2 = H pi_j^2 + G pi_j (1 - pi_j)

No power of 1 - p can overflow, and two classes give the binary loss to rounding.
"""

from functools import cache

import numpy as np

from focalboost.kernels.compiler import compile_kernel, compile_point
from focalboost.kernels.elementary import constant, log
from focalboost.kernels.focal import derivatives, policy, probabilities
from focalboost.kernels.multiclass_block import (
    BLOCK_ROWS,
    exponentiate_others,
    read_labels,
    read_scores,
    read_weights,
    write_rows,
)


@cache
def margin_kernel():
    """Compile the loop over the margins of the true class.

    Returns
    -------
    callable
        ``kernel(labels, raw, margin, start, stop) -> bool``: fills the rows from ``start`` to ``stop`` and says whether
        one was invalid.
    """

    def multiclass_margin(labels, raw, margin, start, stop):
        n_classes = raw.shape[1]
        one = raw.dtype.type(1)
        matrices = np.empty((2, n_classes, BLOCK_ROWS), raw.dtype)
        scores, others = matrices[0], matrices[1]
        vectors = np.empty((5, BLOCK_ROWS), raw.dtype)
        true_class, top, winner, true_score, rest = vectors[0], vectors[1], vectors[2], vectors[3], vectors[4]
        invalid = False
        for first in range(start, stop, BLOCK_ROWS):
            rows = min(BLOCK_ROWS, stop - first)
            invalid |= read_labels(labels, first, rows, n_classes, true_class)
            invalid |= read_scores(raw, first, rows, scores)
            exponentiate_others(true_class, scores, rows, others, top, winner, true_score, rest)
            out = margin[first : first + rows]
            for i in range(rows):
                out[i] = (true_score[i] - top[i]) - log(one + rest[i])
        return invalid

    return compile_kernel(multiclass_margin)


@compile_point
def derivatives_of_block(true_score, top, rest, rows, gamma, squared, slope, added, subtracted):
    """Fill G and the two parts of H at the margin of the true class."""
    one = constant(1, gamma)
    for i in range(rows):
        p, q, below, above, small = probabilities((true_score[i] - top[i]) - log(one + rest[i]))
        slope[i], added[i], subtracted[i] = derivatives(p, q, below, above, small, gamma, squared)


@compile_point
def chain_rule(k, true_class, others, winner, rest, rows, row_weight, slope, added, subtracted, curvature, hessian):
    """Replace class k's exponentials by its gradient, and fill its curvature."""
    zero, one = constant(0, rest[0]), constant(1, rest[0])
    for i in range(rows):
        value, left, weight, steep, plus, minus = (
            others[i],
            rest[i],
            row_weight[i],
            slope[i],
            added[i],
            subtracted[i],
        )
        is_true, is_winner = true_class[i] == k, winner[i] == k
        total = one + left
        share, complement = value / total, (left if is_winner else total - value) / total
        square = one if is_true else share * share
        spread = zero if is_true else steep * share * complement
        hessian[i] = weight * policy(square * plus + spread, square * minus, curvature)
        others[i] = weight * steep * (-one if is_true else share)


@cache
def gradient_hessian_kernel(curvature, squared):
    """Compile the gradient loop for one policy of curvature but Fisher's (``squared``: for gamma = 2).

    Returns
    -------
    callable
        ``kernel(labels, raw, weight, gamma, class_weight, gradient, hessian, start, stop) -> bool``: fills the rows
        from ``start`` to ``stop`` of gradient and Hessian, of the shape of ``raw``, and says whether a row was invalid
        (a NaN score, a label that is no class, a weight that is not in [0, ``LARGEST_WEIGHT``]). ``weight`` is an array
        or None; ``class_weight`` has the type of ``raw``.
    """

    def multiclass_gradient_hessian(labels, raw, weight, gamma, class_weight, gradient, hessian, start, stop):
        n_classes = raw.shape[1]
        scalar = raw.dtype.type
        matrices = np.empty((2, n_classes, BLOCK_ROWS), raw.dtype)
        scores, others = matrices[0], matrices[1]
        vectors = np.empty((9, BLOCK_ROWS), raw.dtype)
        true_class, top, winner, true_score, rest = vectors[0], vectors[1], vectors[2], vectors[3], vectors[4]
        slope, added, subtracted, row_weight = vectors[5], vectors[6], vectors[7], vectors[8]
        invalid = False
        for first in range(start, stop, BLOCK_ROWS):
            rows = min(BLOCK_ROWS, stop - first)
            invalid |= read_labels(labels, first, rows, n_classes, true_class)
            invalid |= read_scores(raw, first, rows, scores)
            for i in range(rows):
                row_weight[i] = class_weight[int(true_class[i])]
            if weight is not None:
                invalid |= read_weights(weight, first, rows, row_weight)
            exponentiate_others(true_class, scores, rows, others, top, winner, true_score, rest)
            derivatives_of_block(true_score, top, rest, rows, scalar(gamma), squared, slope, added, subtracted)
            for k in range(n_classes):
                chain_rule(
                    scalar(k), true_class, others[k], winner, rest, rows,
                    row_weight, slope, added, subtracted, curvature, scores[k],
                )  # fmt: skip
            write_rows(others, first, rows, gradient)
            write_rows(scores, first, rows, hessian)
        return invalid

    return compile_kernel(multiclass_gradient_hessian)
