"""What a method asks of a gradient-boosting library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from focalboost import BinaryFocalLoss
    from focalboost.benchmark.matrix import Matrix
    from focalboost.benchmark.settings import Settings


@dataclass(frozen=True, eq=False)
class Objective:
    """What is minimised, and how the trees are held back.

    Attributes
    ----------
    loss : BinaryFocalLoss, optional
        Without it, the library's own log-loss.
    sample_weight : ndarray of float64, shape (n,), optional
        Weights of the training rows.
    scale_pos_weight : float, optional
        The libraries' parameter of this name.
    regularised : bool
        Whether leaves need a second-order sum of 1 and are shrunk by an L2 term of 1, and the fit starts at
        the best constant; otherwise, the library's defaults.
    """

    loss: BinaryFocalLoss | None = None
    sample_weight: NDArray[np.float64] | None = None
    scale_pos_weight: float | None = None
    regularised: bool = True


class Booster(Protocol):
    """A library that trains trees."""

    name: str

    def version(self) -> str:
        """Return the library's version; an ImportError names the extra if it is not installed."""
        ...

    def raw_scores(
        self, train: Matrix, target: NDArray[np.int8], test: Matrix, objective: Objective, settings: Settings
    ) -> NDArray[np.float64]:
        """Train, and return the raw score (log-odds, for a log-loss) of each test row, start included."""
        ...
