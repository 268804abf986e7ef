"""The libraries' own parameters against imbalance, as users type them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from focalboost.benchmark.boosters.booster import Training
from focalboost.benchmark.methods.method import Trained, sigmoid_link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.parts import Sample
    from focalboost.benchmark.settings import Trees


@dataclass(frozen=True)
class BuiltIn:
    """A parameter of a library, all others at the library's defaults; probabilities as they come.

    Attributes
    ----------
    name, description, family : str
        See `Method`.
    boosters : tuple of str
        The libraries that have it.
    parameters : callable
        From the ratio of negatives to positives to the library's parameters.
    """

    name: str
    description: str
    boosters: tuple[str, ...]
    parameters: Callable[[float], Mapping[str, Any]]
    family: str = "built_in"

    def runs_in(self, booster: Booster) -> bool:
        """Return whether the library has the parameter."""
        return booster.name in self.boosters

    def train(self, booster: Booster, fit: Sample, trees: Trees) -> Trained:
        """Train on the fit rows."""
        positives = int(fit.target.sum())
        parameters = self.parameters((len(fit.target) - positives) / positives)
        model = booster.train(fit.features, fit.target, Training(parameters=parameters, regularised=False), trees)
        return Trained(model, sigmoid_link(fit.target))
