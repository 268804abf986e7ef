"""Draw the README's picture, `picture.svg`, beside this file.

    python benchmarks/picture/picture.py

What is minimised, from the loss; what a score means, from a model of simulated payments tested on later ones; whether
it helps, from the table of 17 real data sets in `benchmarks/comparison/real.md`.
"""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from focalboost import BinaryFocalLoss, FocalXGBClassifier
from focalboost.datasets.simulator import simulate_card_fraud

HERE = Path(__file__).parent
BLUE, ORANGE, PURPLE, GREY = "#0b6cb5", "#c85a00", "#7a3ff0", "#7c8592"
INTERVAL = re.compile(r"([+-][\d.]+) \[([+-][\d.]+), ([+-][\d.]+)\]")


def draw_gradients(axes: Axes) -> None:
    """Draw what the trees are grown for."""
    p = np.linspace(0.001, 0.999, 999)
    for gamma, style in ((0.0, "-"), (1.0, "--"), (2.0, "-")):
        gradient = BinaryFocalLoss(gamma=gamma).gradient_hessian(np.ones(len(p)), np.log(p / (1 - p)))[0]
        label, color = (f"focal, gamma {gamma:g}", PURPLE) if gamma else ("cross-entropy", BLUE)
        axes.plot(p, np.abs(gradient), style, color=color, label=label)
    axes.set(xlabel="probability of the true class", ylabel="|gradient|", title="Easy rows fade")
    axes.legend()


def draw_reliability(axes: Axes) -> None:
    """Draw what came true against what was predicted, on later payments."""
    data = simulate_card_fraud(200_000)
    columns, cut = data.features.select_dtypes("number"), 140_000
    model = FocalXGBClassifier(gamma=2.0, n_estimators=100, learning_rate=0.1, n_jobs=2)
    model.fit(columns[:cut], data.target[:cut])
    score = model.predict(columns[cut:], output_margin=True)
    readings = {
        "sigmoid of the score": (1 / (1 + np.exp(-score)), GREY, "s"),
        "predict_proba": (model.predict_proba(columns[cut:])[:, 1], PURPLE, "o"),
    }
    # Narrow bins where frauds are.
    edges = np.quantile(score, [0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998])
    bins = np.searchsorted(edges, score, side="right") - 1
    rows = np.bincount(bins)
    share = np.bincount(bins, weights=data.target[cut:]) / rows
    for label, (probability, color, marker) in readings.items():
        axes.plot(np.bincount(bins, weights=probability) / rows, share, marker=marker, color=color, label=label)
    axes.axline((1, 1), (0.1, 0.1), color="black", linewidth=0.6)
    limits = {"xlim": (2e-4, 1), "ylim": (2e-4, 1), "xscale": "log", "yscale": "log"}
    axes.set(**limits, xlabel="predicted", ylabel="share of frauds", title="Probabilities, not scores")
    axes.legend(loc="upper left")


def draw_differences(axes: Axes) -> None:
    """Draw the difference in average precision on each real data set, in both libraries."""
    text = (HERE.parent / "comparison" / "real.md").read_text(encoding="utf8")
    found = [INTERVAL.findall(line) for line in text.splitlines()]
    columns = np.array([pair for pair in found if len(pair) == 2], dtype=float)
    assert columns.shape == (34, 2, 3)
    for place, (name, color) in enumerate((("cross-entropy", BLUE), ("class weights", ORANGE))):
        mean, low, high = columns[np.argsort(columns[:, place, 0]), place].T
        axes.errorbar(
            np.arange(34) + 0.2 * place,
            mean,
            [mean - low, high - mean],
            fmt="o",
            markersize=3,
            linewidth=0.8,
            color=color,
            label=f"minus {name}",
        )
    below = columns[columns[..., 0] < -0.15][:, 0]
    axes.annotate(
        f"one at {below.item():.2f}\n(20 positives to fit)",
        (0, -0.15),
        (2, -0.12),
        arrowprops={"arrowstyle": "->"},
        fontsize=9,
    )
    axes.axhline(0, color="black", linewidth=0.6)
    axes.set(
        ylim=(-0.15, 0.15),
        xticks=[],
        xlabel="17 real data sets, two libraries\n(each colour sorted by itself)",
        title="Often it is a tie",
    )
    axes.set_ylabel("average precision of focal loss", labelpad=0)
    axes.legend(loc="upper center")


def main() -> None:
    """Draw the three panels."""
    style = {
        "axes.spines.top": False,
        "axes.spines.right": False,
        "legend.frameon": False,
        "svg.hashsalt": "focalboost",
    }
    with plt.rc_context(style):
        figure, panels = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
        for draw, axes in zip((draw_gradients, draw_reliability, draw_differences), panels, strict=True):
            draw(axes)
        figure.savefig(HERE / "picture.svg", metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
