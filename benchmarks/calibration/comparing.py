"""Ratios of one set of fits to another, set by set, and their summaries."""

import numpy as np
import pandas as pd
from scipy.stats import wilcoxon

MEASURES = ["average_precision", "log_loss", "brier", "ece"]


def ratios(rows: pd.DataFrame, reference: pd.DataFrame, key: list[str], shared: list[str]) -> pd.DataFrame:
    """Divide each set's mean over folds by that of a reference.

    Parameters
    ----------
    rows, reference : pandas.DataFrame
        Fits.
    key : list of str
        The columns that name a configuration.
    shared : list of str
        Those of them that the reference has too.

    Returns
    -------
    pandas.DataFrame
        A row for each configuration and set: the ratios of ``MEASURES``.
    """
    ours = rows.groupby([*key, "task"])[MEASURES].mean().reset_index()
    theirs = reference.groupby([*shared, "task"])[MEASURES].mean().reset_index()
    both = ours.merge(theirs, on=[*shared, "task"], suffixes=("", "_reference"))
    for name in MEASURES:
        both[name] /= both.pop(f"{name}_reference")
    return both


def cell(ratio: pd.Series, more_is_better: bool = False) -> str:
    """Write a ratio over sets: its median, the sets on which it is better, a star where Wilcoxon's p is below .05."""
    log_ratio = np.log(ratio.to_numpy()).round(9)  # equal figures differ by rounding in their means
    better = int(((log_ratio > 0) if more_is_better else (log_ratio < 0)).sum())
    star = "*" if log_ratio.any() and wilcoxon(log_ratio).pvalue < 0.05 else ""
    return f"{ratio.median():.3f} ({better}){star}"


def summary(ratio: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Summarise the ratios of each configuration over sets."""
    grouped = ratio.groupby(key)
    return pd.DataFrame(
        {
            "AP": grouped.average_precision.agg(lambda values: cell(values, more_is_better=True)),
            "log-loss": grouped.log_loss.agg(cell),
            "log-loss, mean": grouped.log_loss.mean().map("{:.3f}".format),
            "Brier": grouped.brier.agg(cell),
            "ECE": grouped.ece.agg(cell),
        }
    ).reset_index()


def predicted_over_true(rows: pd.DataFrame, key: list[str]) -> pd.Series:
    """Return the sum of probabilities over the number of positives, the median over sets."""
    sums = rows.groupby([*key, "task"])[["predicted", "positives"]].sum()
    return (sums.predicted / sums.positives).groupby(key).median()
