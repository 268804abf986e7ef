"""Which frauds are found: labels say less than the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def count_frauds(n_rows: int, prevalence: float, undetected: float) -> int:
    """Return how many frauds there are in all, if a share `undetected` of them is not among the labels."""
    return round(round(prevalence * n_rows) / (1.0 - undetected))


def find_frauds(fraud: NDArray[np.bool_], n_found: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return labels: `n_found` of the frauds, each as likely as another to be found."""
    frauds = np.flatnonzero(fraud)
    label = np.zeros(len(fraud), dtype=bool)
    label[rng.choice(frauds, n_found, replace=False)] = True
    return label
