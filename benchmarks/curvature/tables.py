"""Print the tables of the curvature study.

    python benchmarks/curvature/tables.py FOLDER

reads what ``study.py`` wrote to the folder. Every figure is relative to cross-entropy on the same folds: AP as the mean
ratio over sets of the mean over folds, log-loss of the recovered probabilities as the median ratio. A fit fails where
its AP is below half of cross-entropy's. The rank is that of the mean AP among all configurations that start at z0,
cross-entropy included, averaged over sets.
"""

import argparse
from pathlib import Path

import pandas as pd

KEY = ["curvature", "scaled", "gamma", "start"]


def read(folder: Path) -> pd.DataFrame:
    """Read all fits, with cross-entropy's figures beside them."""
    rows = pd.concat([pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))], ignore_index=True)
    fold = ["task", "fold", "booster", "stopping"]
    reference = rows[rows.gamma == 0].set_index(fold)[["average_precision", "log_loss"]].add_prefix("reference_")
    return rows.join(reference, on=fold)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Summarise each configuration over folds and then sets."""
    rows = rows.assign(fails=rows.average_precision < 0.5 * rows.reference_average_precision)
    by_task = rows.groupby(["booster", *KEY, "task"]).agg(
        ap=("average_precision", "mean"),
        reference=("reference_average_precision", "mean"),
        log_loss=("log_loss", "mean"),
        reference_log_loss=("reference_log_loss", "mean"),
        training_loss=("training_loss", "mean"),
        largest_score=("largest_score", "max"),
        rounds=("rounds", "mean"),
        fails=("fails", "mean"),
    )
    by_task["ap_ratio"] = by_task.ap / by_task.reference
    by_task["log_loss_ratio"] = by_task.log_loss / by_task.reference_log_loss
    best = by_task.groupby(["booster", "gamma", "task"]).training_loss.transform("min")
    by_task["training_ratio"] = by_task.training_loss / best
    at_best_start = by_task.xs("z0", level="start", drop_level=False)
    by_task["rank"] = at_best_start.groupby(["booster", "task"]).ap.rank(ascending=False)
    grouped = by_task.groupby(["booster", *KEY])
    return pd.DataFrame(
        {
            "rank": grouped["rank"].mean().round(1),
            "AP / CE": grouped.ap_ratio.mean().round(3),
            "better on": grouped.ap_ratio.agg(lambda ratio: f"{(ratio > 1).sum()} of {len(ratio)}"),
            "log-loss / CE": grouped.log_loss_ratio.median().round(3),
            "training loss / best": grouped.training_ratio.median().round(3),
            "largest abs. score": grouped.largest_score.max().round(1),
            "rounds": grouped.rounds.mean().round(0),
            "fits that fail": (100 * grouped.fails.mean()).round(1).astype(str) + " %",
        }
    ).reset_index()


def print_table(table: pd.DataFrame) -> None:
    """Print as Markdown."""
    print("| " + " | ".join(map(str, table.columns)) + " |\n|" + "---|" * table.shape[1])
    for row in table.itertuples(index=False):
        print("| " + " | ".join(map(str, row)) + " |")
    print()


def main() -> None:
    """Print a table for each start and way to stop."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    rows = read(parser.parse_args().folder)
    print(f"{rows.task.nunique()} sets, {rows.groupby('task').fold.nunique().min()} folds, {len(rows) // 2} fits\n")
    for stopping, label in (("fixed", "All rounds"), ("early", "Early stopping on the posterior's log-loss")):
        table = summary(rows[rows.stopping == stopping])
        for booster in ("xgboost", "lightgbm"):
            of_booster = table[table.booster == booster].drop(columns="booster")
            print(f"## {label}, {booster}\n\nFrom z0, best rank first:\n")
            from_z0 = of_booster[of_booster.start == "z0"].drop(columns="start")
            print_table(from_z0.sort_values("rank"))
            print("From 0 and from the class prior:\n")
            elsewhere = of_booster[of_booster.start != "z0"].drop(columns=["rank", "rounds"])
            print_table(elsewhere.sort_values(["start", "gamma", "curvature", "scaled"]))


if __name__ == "__main__":
    main()
