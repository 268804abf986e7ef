"""Fewer negatives, at random, with the prior corrected afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from focalboost import BinaryFocalLoss
from focalboost.benchmark.boosters.booster import Training
from focalboost.benchmark.methods.method import Trained, binary_link

if TYPE_CHECKING:
    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.parts import Sample
    from focalboost.benchmark.settings import Trees


@dataclass(frozen=True)
class Undersampled:
    """Log-loss on all positives and `ratio` times as many negatives.

    Leaving out negatives multiplies their weight by the share that is kept, on average, so the probabilities are
    corrected as class weights are undone (Elkan 2001).

    Attributes
    ----------
    ratio : int
        Negatives for each positive; where there are no more than that, all rows are kept.
    """

    ratio: int = 10
    family = "undersampled"

    @property
    def name(self) -> str:
        """The name in tables and on the command line."""
        return "undersampled"

    @property
    def description(self) -> str:
        """One line that says what it does."""
        return (
            f"log-loss on all positives and {self.ratio} negatives for each, at random, regularised as cross_entropy; "
            "prior corrected"
        )

    def runs_in(self, booster: Booster) -> bool:
        """Return True for any library with trees."""
        return booster.name != "none"

    def train(self, booster: Booster, fit: Sample, trees: Trees) -> Trained:
        """Train on some of the fit rows."""
        positives, negatives = np.flatnonzero(fit.target == 1), np.flatnonzero(fit.target == 0)
        n_kept = min(self.ratio * len(positives), len(negatives))
        kept = np.random.default_rng(trees.seed).choice(negatives, n_kept, replace=False)
        rows = np.sort(np.concatenate([positives, kept]))
        model = booster.train(fit.features.rows(rows), fit.target[rows], Training(), trees)
        loss = BinaryFocalLoss(gamma=0.0, class_weight={0: n_kept / len(negatives), 1: 1.0})
        return Trained(model, binary_link(loss, fit.target))
