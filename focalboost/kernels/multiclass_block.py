"""Stages of the softmax loss over a block of rows, classes first.

A block is transposed as it is read, so that every inner loop runs over rows that lie side by side, whatever the order
of the caller's arrays; these come whole, for a slice of rows of a Fortran-ordered array is no longer known to have
contiguous columns. LLVM vectorises these loops only when each value is loaded before it is chosen between: hence
the local names.
"""

import numpy as np

from focalboost.kernels.compiler import compile_point
from focalboost.kernels.elementary import constant, exp
from focalboost.kernels.focal import LARGEST_SCORE
from focalboost.kernels.limits import LARGEST_WEIGHT

BLOCK_ROWS = 128
"""Rows of a block: its scratch arrays stay in the first-level cache for a few classes."""

NO_CLASS = -1
"""In the place of a true class: no class is left out of the others."""


@compile_point
def read_labels(labels, first, rows, n_classes, true_class):
    """Copy the labels of a block as numbers of the scores' type; say whether one is no class."""
    invalid, given = False, labels[first : first + rows]
    zero = constant(0, true_class[0])
    for i in range(rows):
        label = given[i]
        known = (label >= 0) & (label < n_classes)
        index = true_class.dtype.type(label) if known else zero  # in the scores' type: integers would halve the lanes
        invalid |= (not known) | (index != np.floor(index))
        true_class[i] = index
    return invalid


@compile_point
def read_scores(raw, first, rows, scores):
    """Copy the scores of a block, infinities made finite; say whether one is NaN."""
    largest = constant(LARGEST_SCORE, scores[0, 0])
    invalid = False
    for k in range(scores.shape[0]):
        column, row = raw[first : first + rows, k], scores[k]
        for i in range(rows):
            z = column[i]
            invalid |= z != z
            row[i] = min(max(z, -largest), largest)
    return invalid


@compile_point
def read_weights(weight, first, rows, row_weight):
    """Multiply the weights of a block into ``row_weight``; say whether one is not in [0, ``LARGEST_WEIGHT``]."""
    zero, largest = constant(0, row_weight[0]), constant(LARGEST_WEIGHT, row_weight[0])
    invalid = False
    given = weight[first : first + rows]
    for i in range(rows):
        value = row_weight.dtype.type(given[i])
        invalid |= not ((value >= zero) & (value <= largest))
        row_weight[i] *= value
    return invalid


@compile_point
def exponentiate_others(true_class, scores, rows, others, top, winner, true_score, rest):
    """Fill ``others`` with exp(z_k - top) of the classes but the true one.

    ``top`` is the greatest score of the others and ``winner`` its class, whose exponential is exactly 1; ``rest`` is
    the sum of the remaining ones. The sum of all is 1 + rest, and a share close to 1 keeps its complement,
    rest / (1 + rest), to full precision.
    """
    zero, lowest = constant(0, top[0]), constant(-np.inf, top[0])
    for i in range(rows):
        top[i], winner[i], true_score[i], rest[i] = lowest, zero, zero, zero
    for k in range(scores.shape[0]):
        row, this = scores[k], top.dtype.type(k)
        for i in range(rows):
            z, best, best_class, own = row[i], top[i], winner[i], true_score[i]
            is_other = true_class[i] != this
            greater = (z > best) & is_other
            top[i] = z if greater else best
            winner[i] = this if greater else best_class
            true_score[i] = own if is_other else z
    for k in range(scores.shape[0]):
        row, out, this = scores[k], others[k], top.dtype.type(k)
        for i in range(rows):
            value, total, best_class = exp(min(row[i] - top[i], zero), zero), rest[i], winner[i]
            value = value if true_class[i] != this else zero
            out[i] = value
            rest[i] = total if best_class == this else total + value


@compile_point
def write_rows(block, first, rows, out):
    """Copy a block, classes first, to the rows of the caller's array."""
    for k in range(block.shape[0]):
        row, column = block[k], out[first : first + rows, k]
        for i in range(rows):
            column[i] = row[i]
