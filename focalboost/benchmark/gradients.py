"""Where the gradient goes: its share by easy and hard, frequent and rare rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from focalboost.evaluation.row_groups import GROUPS, easy_or_hard, group_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from focalboost import BinaryFocalLoss, MulticlassFocalLoss

# Families whose link has the loss that was trained with.
_KNOWN = ("cross_entropy", "class_weight", "focal")


def gradient_shares(
    family: str,
    loss: BinaryFocalLoss | MulticlassFocalLoss,
    target: NDArray[np.int8],
    scores: NDArray[np.float64],
) -> dict[str, float]:
    """Return each group's share of the sum of absolute gradients over the rows.

    A row is hard if the sigmoid of its raw score gives its true class less than 1/2.

    Parameters
    ----------
    family : str
        The method's; for those that train with another loss than their link's there is nothing to say.
    loss : BinaryFocalLoss
        What is minimised.
    target : ndarray of int8, shape (n,)
        0 or 1.
    scores : ndarray of float64, shape (n,)
        Raw scores.

    Returns
    -------
    dict of str to float
        By the names of `GROUPS`, with a sum of 1 unless all are 0; empty if there is nothing to say.

    Examples
    --------
    >>> from focalboost import BinaryFocalLoss
    >>> target, scores = np.array([0, 0, 1, 1], dtype=np.int8), np.zeros(4)
    >>> gradient_shares("focal", BinaryFocalLoss(gamma=2.0), target, scores)["easy majority"]
    0.5
    """
    if family not in _KNOWN:
        return {}
    size = np.abs(loss.gradient_hessian(target, scores)[0])
    return dict(zip(GROUPS, group_shares(size, easy_or_hard(target, scores), len(GROUPS)), strict=True))
