"""The library's own log-loss, which focal loss has to beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from focalboost.benchmark.boosters.booster import Training
from focalboost.benchmark.methods.method import Trained, sigmoid_link

if TYPE_CHECKING:
    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.parts import Sample
    from focalboost.benchmark.settings import Trees


@dataclass(frozen=True)
class CrossEntropy:
    """Log-loss, unweighted.

    Attributes
    ----------
    name, description : str
        See `Method`.
    regularised : bool
        See `Training`.
    """

    name: str
    description: str
    regularised: bool = True

    @property
    def family(self) -> str:
        """The same as the name: nothing is chosen among these."""
        return self.name

    def runs_in(self, booster: Booster) -> bool:
        """Return True for any library with trees."""
        return booster.name != "none"

    def train(self, booster: Booster, fit: Sample, trees: Trees) -> Trained:
        """Train on the fit rows."""
        model = booster.train(fit.features, fit.target, Training(regularised=self.regularised), trees)
        return Trained(model, sigmoid_link(fit.target))
