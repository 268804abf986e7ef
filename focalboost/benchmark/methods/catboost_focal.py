"""CatBoost's own focal loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from focalboost import BinaryFocalLoss
from focalboost.benchmark.boosters.booster import Training
from focalboost.benchmark.methods.method import Trained, binary_link

if TYPE_CHECKING:
    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.parts import Sample
    from focalboost.benchmark.settings import Trees


@dataclass(frozen=True)
class CatBoostFocal:
    """Its loss, which starts at 0 and cannot start elsewhere, with our posterior."""

    gamma: float = 2.0
    family = "catboost_focal"
    name = "catboost_focal"

    @property
    def description(self) -> str:
        """One line that says what it does."""
        return f"CatBoost's own Focal, gamma {self.gamma:g}, both classes alike, from its start at 0; our posterior"

    def runs_in(self, booster: Booster) -> bool:
        """Return whether it is CatBoost."""
        return booster.name == "catboost"

    def train(self, booster: Booster, fit: Sample, trees: Trees) -> Trained:
        """Train on the fit rows."""
        parameters = {
            "loss_function": f"Focal:focal_alpha=0.5;focal_gamma={self.gamma:g}",
            "boost_from_average": False,
        }
        model = booster.train(fit.features, fit.target, Training(parameters=parameters), trees)
        return Trained(model, binary_link(BinaryFocalLoss(gamma=self.gamma), fit.target))
