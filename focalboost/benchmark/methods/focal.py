"""Focal loss, as this package does it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import focalboost
from focalboost import BinaryFocalLoss
from focalboost.benchmark.boosters.booster import Training
from focalboost.benchmark.methods.method import Trained, binary_link

if TYPE_CHECKING:
    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.parts import Sample
    from focalboost.benchmark.settings import Trees


@dataclass(frozen=True)
class Focal:
    """Focal loss of one gamma on cross-entropy's scale, from its best constant start."""

    gamma: float
    family = "focal"

    @property
    def name(self) -> str:
        """The name in tables and on the command line."""
        return f"focal_gamma_{self.gamma:g}"

    @property
    def description(self) -> str:
        """One line that says what it does."""
        return f"focal loss, gamma {self.gamma:g}, regularised as cross_entropy; recovered posterior"

    def runs_in(self, booster: Booster) -> bool:
        """Return whether the library takes a loss of the user's."""
        return booster.custom_loss

    def train(self, booster: Booster, fit: Sample, trees: Trees) -> Trained:
        """Train on the fit rows."""
        loss = BinaryFocalLoss(gamma=self.gamma).scaled_to(fit.target)
        model = booster.train(fit.features, fit.target, Training(loss=loss), trees)
        return Trained(model, binary_link(loss, fit.target))


@dataclass(frozen=True)
class FocalAuto:
    """Focal loss with the gamma that ``gamma="auto"`` of the estimators chooses by cross-validation on the fit rows."""

    name = "focal_auto"
    family = "focal_auto"
    description = 'focal loss with gamma="auto": cross-validated on the fit rows, cross-entropy unless clearly better'

    def runs_in(self, booster: Booster) -> bool:
        """Return whether there is an estimator for the library."""
        return booster.name in ("xgboost", "lightgbm")

    def train(self, booster: Booster, fit: Sample, trees: Trees) -> Trained:
        """Cross-validate on the fit rows, then train on all of them."""
        gamma = _chosen_gamma(booster, fit, trees)
        return replace(Focal(gamma).train(booster, fit, trees), note=f"gamma {gamma:g}")


def _chosen_gamma(booster: Booster, fit: Sample, trees: Trees) -> float:
    # Named by their package, which imports them when they are used: a user may have one of the two libraries.
    common: dict[str, Any] = {
        "gamma": "auto",
        "n_estimators": trees.rounds,
        "learning_rate": trees.learning_rate,
        "reg_lambda": trees.reg_lambda,
        "min_child_weight": trees.min_child_weight,
        "subsample": trees.subsample,
        "colsample_bytree": trees.colsample,
        "random_state": trees.seed,
        "n_jobs": trees.threads,
    }
    if booster.name == "xgboost":
        types = ["c" if c in fit.features.categorical else "q" for c in range(fit.features.values.shape[1])]
        xgb = focalboost.FocalXGBClassifier(
            **common,
            max_depth=trees.max_depth,
            feature_types=types,
            enable_categorical=True,
        )
        return float(xgb.fit(fit.features.values, fit.target).gamma_search_.gamma)
    lgbm = focalboost.FocalLGBMClassifier(
        **common,
        num_leaves=trees.num_leaves,
        subsample_freq=int(trees.subsample < 1.0),
        deterministic=True,
        force_row_wise=True,
        verbosity=-1,
    )
    lgbm.fit(fit.features.values, fit.target, categorical_feature=list(fit.features.categorical))
    return float(lgbm.gamma_search_.gamma)
