"""A comparison that nobody ran: the attributes of `Results`, with numbers that are known."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

HOSTILE = "claims <script>alert(1)</script> & co | x"
QUALITY = {
    "cross_entropy": 0.50,
    "library_defaults": 0.45,
    "class_weight_balanced": 0.40,
    "class_weight_sqrt": 0.46,
    "class_weight_effective": 0.44,
    "scale_pos_weight": 0.38,
    "undersampled": 0.42,
    "focal_gamma_0.5": 0.51,
    "focal_gamma_1": 0.52,
    "focal_gamma_2": 0.51,
    "focal_chosen": 0.52,
    "class_weight_chosen": 0.46,
}
SANITY = {"constant": 0.01, "single_feature": 0.2}
FOLDS = 5
STOPS = (10, 50, 100, 200, 300)
GROUPS = ("easy majority", "hard majority", "easy minority", "hard minority")


@dataclass
class FakeResults:
    table: pd.DataFrame
    curves: pd.DataFrame
    gradients: pd.DataFrame
    tasks: tuple
    settings: dict = field(default_factory=lambda: {"trials": 20, "seed": 0, "xgboost": "<3>"})
    descriptions: dict = field(default_factory=lambda: {name: f"what {name} is & does" for name in QUALITY | SANITY})
    notes: dict = field(default_factory=dict)

    def predictions(self, task, booster, method, protocol):
        """Make scores that are better the larger the method's quality, uncorrected ones with inflated odds."""
        parts = []
        which = {"task": task, "booster": booster, "method": method, "protocol": protocol}
        rows = self.table[(self.table[list(which)] == pd.Series(which)).all(axis=1)]
        for fold in rows["fold"]:
            rng = np.random.default_rng((fold, 1))
            label = (rng.random(4000) < 0.02).astype(int)
            raw = -4.9 + 1.5 * rng.normal(size=4000) + 5 * (QUALITY | SANITY)[method] * label
            parts.append(
                pd.DataFrame(
                    {
                        "fold": fold,
                        "row": np.arange(4000),
                        "label": label,
                        "probability": 1 / (1 + np.exp(-raw)),
                        "uncorrected": 1 / (1 + np.exp(-raw / 2)),
                        "amount": rng.lognormal(4, 1, 4000),
                        "period": np.sort(rng.integers(0, 10, 4000)),
                    }
                )
            )
        together = pd.concat(parts, ignore_index=True)
        return together.drop(columns=["amount", "period"]) if task == "plain" else together


def _row(task, booster, method, protocol, fold, precision, **others):
    rng = np.random.default_rng([fold, len(method), len(protocol)])
    noise = 1 + 0.02 * rng.normal()
    row = {"task": task, "booster": booster, "method": method, "protocol": protocol, "fold": fold}
    row |= {"average_precision": precision, "roc_auc": 0.95 * precision**0.05, "recall_at_0.1pct_fpr": 0.6 * precision}
    row |= {"recall_at_1pct_fpr": precision, "log_loss": 0.05 / (1 + precision) * noise, "brier": 0.01 * noise}
    row |= {"expected_calibration_error": 0.002 * noise, "uncorrected_log_loss": 0.3 * noise}
    row |= {"uncorrected_brier": 0.05 * noise, "uncorrected_expected_calibration_error": 0.2 * noise}
    row |= {"precision_at_alerts": 0.4 * noise, "recall_at_alerts": 0.3 * noise, "amount_recall_at_alerts": 0.35}
    row |= {"savings": 0.5 * noise, "alert_rate": 0.012, "amount_recall": 0.7, "bayes_savings": 0.52 * noise}
    row |= {"uncorrected_bayes_savings": -1.3 * noise}
    if task == "plain":
        row |= dict.fromkeys(("amount_recall_at_alerts", "amount_recall", "bayes_savings", "savings"), np.nan)
    row |= {
        "validation_score": precision,
        "alert_cost": 5.0,
        "alerts_per_period": 20.0,
        "rounds": 300 if protocol == "fixed" else 80 + 10 * fold,
    }
    row |= {"train_seconds": 1.5 + len(method) / 20 + noise, "predict_seconds": 0.01, "peak_memory_mib": 210.0}
    row |= {"error": None, "note": None, "n_fit": 8000, "n_validation": 2000, "n_test": 4000}
    row |= {"fit_positives": 160, "validation_positives": 40, "test_positives": 80, "test_over_train": 0.4}
    return row | others


def table_of(precisions, task="fraud", booster="xgboost", protocol="stopped", **others):
    """Make one row a fold from a dict of average precisions by method; NaN is a fit that failed."""
    return pd.DataFrame(
        [
            _row(task, booster, method, protocol, fold, value, **others)
            | ({"error": "ValueError: <b>no</b>"} if np.isnan(value) else {})
            for method, values in precisions.items()
            for fold, value in enumerate(values)
        ]
    )


def results_of(*tables, **others):
    """Wrap tables into results that have neither curves nor gradients."""
    table = pd.concat(tables, ignore_index=True)
    nothing = pd.DataFrame(columns=["task", "booster", "method", "protocol", "fold", "rounds"])
    return FakeResults(table, nothing, nothing, tuple(dict.fromkeys(table["task"])), **others)


def spread(mean, seed=0, size=0.01):
    return mean + size * np.random.default_rng(seed).normal(size=FOLDS)


def make_results(tasks=("card", HOSTILE, "plain"), boosters=("xgboost", "lightgbm"), tuned=("card",)):
    """Make a whole comparison in which focal loss wins nothing when rounds are chosen."""
    tables, curves, gradients = [], [], []
    for number, task in enumerate(tasks):
        for booster in boosters:
            for protocol in ("fixed", "stopped", "tuned") if task in tuned else ("fixed", "stopped"):
                lost = {"fixed": 0.08, "stopped": 0.0, "tuned": -0.02}[protocol]
                precisions = {
                    name: spread(quality - (0 if name.startswith("focal") else lost), [number, place])
                    for place, (name, quality) in enumerate(QUALITY.items())
                }
                if booster == "lightgbm":
                    precisions["focal_gamma_2"][3] = np.nan
                tables.append(table_of(precisions, task, booster, protocol))
            for method in [name for name in QUALITY if not name.endswith("_chosen")]:
                keys = {"task": task, "booster": booster, "method": method}
                for fold in range(FOLDS):
                    for rounds in STOPS:
                        precision = QUALITY[method] * (1 - np.exp(-rounds / 40)) - 1e-4 * rounds
                        loss = 0.05 / (1 + precision) * (8 if method == "scale_pos_weight" else 1)
                        at = keys | {"fold": fold, "rounds": rounds}
                        for protocol in ("stopped", "tuned") if task in tuned else ("stopped",):
                            measured = {"average_precision": precision, "log_loss": loss, "validation_score": precision}
                            curves.append(at | {"protocol": protocol} | measured)
                        share = np.array([1 + rounds / 30, 1, 2, 2 + QUALITY[method]])
                        gradients += [
                            at | {"protocol": "stopped", "group": group, "share": part}
                            for group, part in zip(GROUPS, share / share.sum(), strict=True)
                        ]
        sanity = {name: spread(value, number, size=0.001) for name, value in SANITY.items()}
        tables.append(table_of(sanity, task, "none", "fixed", note="amount <b>"))
    notes = {tasks[0]: ("a note with <i>tags</i> & more",)}
    return FakeResults(
        pd.concat(tables, ignore_index=True), pd.DataFrame(curves), pd.DataFrame(gradients), tuple(tasks), notes=notes
    )


@pytest.fixture(scope="session")
def results():
    return make_results()


@pytest.fixture(scope="session")
def make():
    """Make results of known numbers."""
    return SimpleNamespace(table_of=table_of, results_of=results_of, results=make_results)
