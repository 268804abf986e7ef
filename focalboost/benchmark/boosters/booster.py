"""What a method asks of a library of gradient-boosted trees, and what it gets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from focalboost.benchmark.matrix import Matrix
    from focalboost.benchmark.settings import Trees


class CustomLoss(Protocol):
    """An objective as `BinaryFocalLoss` is one: what is called, and what must be set beside it."""

    def __call__(self, a: Any, b: Any, /) -> Any:
        """Return gradient and second-order term, as the library's custom objectives do."""
        ...

    def fit_intercept_only(self, y_true: ArrayLike, /) -> Any:
        """Return the raw score at which training starts."""
        ...

    def xgboost_params(self, y_true: ArrayLike, /) -> dict[str, Any]:
        """Return what must stand in XGBoost's parameters."""
        ...

    def lightgbm_params(self) -> dict[str, Any]:
        """Return what must stand in LightGBM's parameters, the objective among it."""
        ...


@dataclass(frozen=True, eq=False)
class Training:
    """What a method asks for.

    Attributes
    ----------
    loss : CustomLoss, optional
        Without it, the library's own log-loss.
    sample_weight : ndarray of float64, shape (n,), optional
        Weights of the rows.
    parameters : mapping of str to object
        Parameters of the library, by its own names.
    regularised : bool
        Whether the penalty, the least leaf curvature and the start are set as `Trees` says; otherwise they are the
        library's defaults.
    """

    loss: CustomLoss | None = None
    sample_weight: NDArray[np.float64] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    regularised: bool = True


class Model(Protocol):
    """Trained trees."""

    def staged_scores(self, data: Matrix, stops: Sequence[int]) -> Iterator[NDArray[np.float64]]:
        """Yield the raw scores of the rows after each of some numbers of rounds, which ascend; the start included."""
        ...


class Booster(Protocol):
    """A library that trains trees.

    Attributes
    ----------
    name : str
        The name in tables and on the command line.
    custom_loss : bool
        Whether it can be given a `CustomLoss`.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def custom_loss(self) -> bool: ...  # noqa: D102

    def version(self) -> str:
        """Return the library's version; an ImportError names the extra if it is not installed."""
        ...

    def train(self, data: Matrix, target: NDArray[np.int8], training: Training, trees: Trees) -> Model:
        """Train ``trees.rounds`` trees."""
        ...
