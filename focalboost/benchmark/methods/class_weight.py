"""Class-weighted cross-entropy: rare positives count more, and the probabilities undo it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from focalboost import BinaryFocalLoss
from focalboost.benchmark.boosters.booster import Training
from focalboost.benchmark.methods.method import Trained, binary_link

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.parts import Sample
    from focalboost.benchmark.settings import Trees


@dataclass(frozen=True)
class ClassWeight:
    """Log-loss with sample weights by class.

    Attributes
    ----------
    name : str
        See `Method`.
    power : float, optional
        Weights are (n / (2 n_k)) ** power: 1 is "balanced", 0 is none. Without it they are the inverse effective
        numbers of Cui et al. (CVPR 2019).
    """

    name: str
    power: float | None = None
    family = "class_weight"

    @property
    def description(self) -> str:
        """One line that says what it does."""
        how = "effective-number weights" if self.power is None else f"balanced weights to the power {self.power:g}"
        return f"log-loss with {how} of the rows, regularised as cross_entropy; undone in the probabilities"

    def runs_in(self, booster: Booster) -> bool:
        """Return True for any library with trees."""
        return booster.name != "none"

    def train(self, booster: Booster, fit: Sample, trees: Trees) -> Trained:
        """Train on the fit rows."""
        weights = self.weights(fit.target)
        model = booster.train(fit.features, fit.target, Training(sample_weight=weights[fit.target]), trees)
        loss = BinaryFocalLoss(gamma=0.0, class_weight=dict(enumerate(weights.tolist())))
        return Trained(model, binary_link(loss, fit.target))

    def weights(self, target: NDArray[np.int8]) -> NDArray[np.float64]:
        """Return the weight of negatives and that of positives."""
        kind: Literal["balanced", "effective"] = "effective" if self.power is None else "balanced"
        resolved = BinaryFocalLoss(gamma=0.0, class_weight=kind).resolve_class_weight(target).class_weight
        return np.asarray(resolved, dtype=np.float64) ** (1.0 if self.power is None else self.power)
