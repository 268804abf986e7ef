"""The figure: calibration by rounds, and reliability."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.special import logit

MODELS = {
    "cross-entropy": ("cross-entropy", 0.0, "none"),
    "focal 1, posterior": ("focal", 1.0, "none"),
    "focal 2, posterior": ("focal", 2.0, "none"),
    "focal 2, sigmoid of the score": ("focal", 2.0, "raw sigmoid"),
    "class-weighted, sigmoid of the score": ("class-weighted", 0.0, "raw sigmoid"),
    "class-weighted, weights undone": ("class-weighted", 0.0, "none"),
}
FEWEST = 20
"""Positives that a bin needs to be drawn."""


def save_figure(rows: pd.DataFrame, path: Path) -> None:
    """Save slope and mean probability by rounds, and reliability after 25 and 100 rounds, for each booster.

    Parameters
    ----------
    rows : pandas.DataFrame
        The fits of the calibration study.
    path : Path
        A PNG file.
    """
    rows = rows[rows.data == "all"]
    figure, axes = plt.subplots(2, 4, figsize=(16, 7), layout="constrained")
    for row, (booster, part) in zip(axes, rows.groupby("booster", sort=False), strict=True):
        for label, (model, gamma, reading) in MODELS.items():
            chosen = part[(part.model == model) & (part.gamma == gamma) & (part.calibrator == reading)]
            slope = chosen.groupby("rounds").slope.median()
            row[0].plot(slope.index, slope, marker="o", label=label)
            sums = chosen.groupby(["rounds", "task"])[["predicted", "positives"]].sum()
            bias = (sums.predicted / sums.positives).groupby("rounds").median()
            row[1].plot(bias.index, bias, marker="o")
            for axis, rounds in ((row[2], 25), (row[3], 100)):
                axis.plot(*reliability(chosen[chosen["rounds"] == rounds]), marker="o")
        for axis, name in ((row[0], "slope"), (row[1], "predicted / true")):
            axis.set(xscale="log", yscale="log", xlabel="rounds", title=f"{booster}: {name}")
            axis.set_xticks(slope.index, slope.index)
            axis.set_yticks((0.5, 1, 2, 5), ("0.5", "1", "2", "5"))
            axis.minorticks_off()
            axis.axhline(1, color="black", linewidth=0.5)
        for axis, rounds in ((row[2], 25), (row[3], 100)):
            axis.axline((0, 0), slope=1, color="black", linewidth=0.5)
            axis.set(xlabel="log-odds predicted", ylabel="log-odds true", title=f"{booster}: {rounds} rounds, all sets")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(MODELS))
    figure.savefig(path, dpi=60)


def reliability(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the predicted and the true log-odds of each bin, all sets and folds together."""
    predicted, positives, count = (
        np.sum(list(rows[name]), axis=0) for name in ("bin_predicted", "bin_positives", "bin_rows")
    )
    kept = (positives >= FEWEST) & (positives < count)
    return logit(predicted[kept] / count[kept]), logit(positives[kept] / count[kept])
