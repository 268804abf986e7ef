"""What a method of the comparison is: a way to train trees on rare positives and to read their scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from focalboost import BinaryFocalLoss
from focalboost.estimators.link import FocalLink

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from focalboost.benchmark.boosters.booster import Booster, Model
    from focalboost.benchmark.parts import Sample
    from focalboost.benchmark.settings import Trees


@dataclass(frozen=True, eq=False)
class Trained:
    """What a method hands back.

    Attributes
    ----------
    model : Model
        The trees.
    link : FocalLink
        From their raw scores to probabilities, before it is matched to the fit rows.
    note : str
        What the reader of the table should know of this fit, or nothing.
    """

    model: Model
    link: FocalLink
    note: str = ""

    def matched_link(self, fit_scores: NDArray[np.float64]) -> FocalLink:
        """Return the link matched to the fit rows, whose raw scores are given; the sigmoid needs no match."""
        return self.link if self.link.is_cross_entropy else self.link.matched(fit_scores)


class Method(Protocol):
    """A way to train on rare positives.

    Attributes
    ----------
    name : str
        The name in tables and on the command line.
    family : str
        What it is a variant of; of the families "focal" and "class_weight" one member is chosen on validation rows.
    description : str
        One line that says what it does.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def family(self) -> str: ...  # noqa: D102

    @property
    def description(self) -> str: ...  # noqa: D102

    def runs_in(self, booster: Booster) -> bool:
        """Return whether the library can do this."""
        ...

    def train(self, booster: Booster, fit: Sample, trees: Trees) -> Trained:
        """Train on the fit rows."""
        ...


def binary_link(loss: BinaryFocalLoss, target: NDArray[np.int8]) -> FocalLink:
    """Return the link of a loss whose class weights are numbers."""
    share = float(target.mean())
    return FocalLink(loss, np.array([0, 1]), (1.0 - share, share))


def sigmoid_link(target: NDArray[np.int8]) -> FocalLink:
    """Return the link that takes the sigmoid for the probability."""
    return binary_link(BinaryFocalLoss(gamma=0.0), target)
