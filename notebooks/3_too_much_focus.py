# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Too much focus
#
# Focal loss has one dial, gamma. We turn it from 0 (cross-entropy) to 5 on simulated fraud and watch both classes, on
# training and on later rows. At the end you know what "too much" looks like, where the sweet spot lies and how sure that
# is, what of it is only regularisation, whose gradient the trees are grown for, and how `gamma="auto"` decides.

# %%
import os
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from focalboost import BinaryFocalLoss, FocalLGBMClassifier, GammaPath, GradientBudget
from focalboost.datasets.simulator import SCENARIOS
from focalboost.evaluation.alerts import alert_share, precision_at_alerts, recall_at_alerts
from focalboost.evaluation.metrics import average_precision, log_loss

QUICK = os.environ.get("FOCALBOOST_QUICK") == "1"
ROWS, WORLDS, JOBS = (15_000, 2, 1) if QUICK else (60_000, 6, 2)
GAMMAS, LEAVES, ROUNDS = ((0, 1, 5), (1, 20), (10, 20)) if QUICK else ((0, 0.5, 1, 2, 3, 5), (1, 5, 20), (25, 50, 100))
LOOKS = {1: {"color": "#7c8592", "ls": "--"}, 5: {"color": "#00805a", "ls": "-."}, 20: {"color": "#7a3ff0", "ls": "-"}}
plt.rcParams.update({"figure.figsize": (7, 3.2), "figure.dpi": 90, "axes.spines.top": False, "axes.spines.right": False,
                     "axes.grid": True, "grid.alpha": 0.3, "figure.constrained_layout.use": True})  # fmt: skip


def simulate(scenario: str, world: int) -> dict:
    """Simulate a world, 1 % fraud; train on the past, validate and test on what comes after gaps."""
    data = SCENARIOS[scenario](ROWS, prevalence=0.01, random_state=world)
    elapsed = (data.timestamp - data.timestamp[0]) / (data.timestamp[-1] - data.timestamp[0])
    spans = {"train": elapsed < 0.4, "valid": (elapsed > 0.46) & (elapsed < 0.66), "test": elapsed > 0.72}
    return {part: (data.features[rows], data.target[rows]) for part, rows in spans.items()}


def classifier(gamma: float, leaf: float, rounds: int = ROUNDS[-1]) -> FocalLGBMClassifier:
    """Return LightGBM with focal loss; the least sum of curvature in a leaf regularises the trees."""
    return FocalLGBMClassifier(gamma=gamma, min_child_weight=leaf, n_estimators=rounds, n_jobs=1, verbosity=-1)


def run(scenario: str, world: int) -> list[dict]:
    """Train every setting in a world, and measure each part after some numbers of rounds."""
    parts, rows = simulate(scenario, world), []
    for gamma, leaf in product(GAMMAS, LEAVES):
        model = classifier(gamma, leaf).fit(*parts["train"])
        for rounds, (part, (X, y)) in product(ROUNDS, parts.items()):
            score = model.decision_function(X, num_iteration=rounds)
            proba = model.link_.probabilities(score)[:, 1]
            alerts = alert_share(score, 0.01 * y.size)  # the same number for all
            rows.append({
                "scenario": scenario, "world": world, "gamma": gamma, "leaf": leaf, "rounds": rounds, "part": part,
                "AP": average_precision(y, proba), "log-loss": log_loss(y, proba),
                "fraud precision": precision_at_alerts(y, alerts), "fraud recall": recall_at_alerts(y, alerts),
                "honest precision": precision_at_alerts(1 - y, 1 - alerts),
                "honest recall": recall_at_alerts(1 - y, 1 - alerts), "above 0.5": (score > 0).mean(),
                "above 0.1": (score > np.log(0.1 / 0.9)).mean(), "posterior above 0.1": (proba > 0.1).mean(),
            })  # fmt: skip
    return rows


tasks = [("card_fraud", world) for world in range(WORLDS)] + [("account_takeover", world) for world in range(WORLDS)]
results = pd.DataFrame(sum(Parallel(JOBS)(delayed(run)(*task) for task in tasks), []))
