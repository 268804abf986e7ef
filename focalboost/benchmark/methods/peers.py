"""Other packages' focal losses, as their users call them: from a start at 0, scores read as log-odds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from focalboost._optional import optional_import
from focalboost.benchmark.boosters.booster import Training
from focalboost.benchmark.methods.method import Trained, sigmoid_link

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.parts import Sample
    from focalboost.benchmark.settings import Trees

_GAMMA = 2.0


@dataclass(frozen=True)
class Peer:
    """Another package's focal loss, with the same trees and the same regularisation as the other methods.

    Attributes
    ----------
    name : str
        See `Method`.
    package : str
        The package, for the description.
    boosters : tuple of str
        The libraries that it is for.
    objective : callable
        Imports the package, and returns its objective.
    """

    name: str
    package: str
    boosters: tuple[str, ...]
    objective: Callable[[], Callable[..., Any]]
    family = "peer"

    @property
    def description(self) -> str:
        """One line that says what it does."""
        return f"{self.package}'s focal loss, gamma {_GAMMA:g}, the trees of cross_entropy; scores read as log-odds"

    def runs_in(self, booster: Booster) -> bool:
        """Return whether the package has an objective for the library."""
        return booster.name in self.boosters

    def train(self, booster: Booster, fit: Sample, trees: Trees) -> Trained:
        """Train on the fit rows."""
        training = Training(loss=_FromZero(self.objective()))
        return Trained(booster.train(fit.features, fit.target, training, trees), sigmoid_link(fit.target))


@dataclass(frozen=True)
class _FromZero:
    """An objective that knows no start."""

    objective: Callable[..., Any]

    def __call__(self, scores: Any, data: Any, /) -> Any:
        return self.objective(scores, data)

    def fit_intercept_only(self, y_true: ArrayLike, /) -> float:  # noqa: ARG002
        return 0.0

    def xgboost_params(self, y_true: ArrayLike, /) -> dict[str, Any]:  # noqa: ARG002
        return {"objective": "binary:logistic", "base_score": 0.5, "disable_default_eval_metric": True}

    def lightgbm_params(self) -> dict[str, Any]:
        return {"objective": self, "metric": "None"}


def _bokbokbok() -> Callable[..., Any]:
    losses = optional_import("bokbokbok.loss_functions.classification", "The method peer_bokbokbok")
    return losses.WeightedFocalLoss(alpha=1.0, gamma=_GAMMA)  # type: ignore[no-any-return]


def _gbdtcbl() -> Callable[..., Any]:
    loss = optional_import("gbdtCBL.binary", "The method peer_gbdtcbl").FLLoss(_GAMMA)
    return lambda scores, data: loss(data.get_label(), scores)


def _imlightgbm() -> Callable[..., Any]:
    objectives = optional_import("imlightgbm.objective", "The method peer_imlightgbm")
    return partial(objectives.binary_focal_lgb_objective, gamma=_GAMMA)


def _imbalance_xgboost() -> Callable[..., Any]:
    focal = optional_import("imxgboost.focal_loss", "The method peer_imbalance_xgboost").Focal_Binary_Loss(_GAMMA)
    return focal.focal_binary_object  # type: ignore[no-any-return]


def _jaxboost() -> Callable[..., Any]:
    loss = optional_import("jaxboost.objective", "The method peer_jaxboost").focal_loss
    return lambda scores, data: loss.grad_hess(scores, data.get_label(), gamma=_GAMMA)


PEERS = (
    Peer("peer_bokbokbok", "bokbokbok", ("xgboost", "lightgbm"), _bokbokbok),
    Peer("peer_gbdtcbl", "gbdtCBL", ("xgboost", "lightgbm"), _gbdtcbl),
    Peer("peer_jaxboost", "jaxboost", ("xgboost", "lightgbm"), _jaxboost),
    Peer("peer_imlightgbm", "imlightgbm", ("lightgbm",), _imlightgbm),
    Peer("peer_imbalance_xgboost", "imbalance-xgboost", ("xgboost",), _imbalance_xgboost),
)
