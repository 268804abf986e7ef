"""Print the tables of the calibration study and save its figure.

    python benchmarks/calibration/tables.py FOLDER [--figure FILE]

reads what ``study.py`` wrote to the folder. A set's value is the mean over its folds. A ratio such as 0.985 (12)* is to
the reference that the heading names, set by set: the median over sets, the number of sets on which it is better, and a
star where Wilcoxon's p over the sets' log-ratios is below .05. Less is better, save for AP. ECE is that of 15 bins of
equal numbers of rows. Slope is that of a logistic regression of the label on the log-odds, the median over sets and
folds: below 1 the probabilities are too extreme, above 1 too timid. "Predicted / true" is the sum of the probabilities
over the number of positives, the median over sets.
"""

import argparse
from pathlib import Path

import pandas as pd
from comparing import cell, predicted_over_true, ratios, summary
from figure import save_figure

CHEAP = "all, training scores"


def read(folder: Path) -> pd.DataFrame:
    """Read all folds of one part of the study."""
    return pd.concat([pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))], ignore_index=True)


def print_table(title: str, table: pd.DataFrame) -> None:
    """Print as Markdown."""
    print(f"{title}\n\n| " + " | ".join(map(str, table.columns)) + " |\n|" + "---|" * table.shape[1])
    for row in table.itertuples(index=False):
        print("| " + " | ".join(map(str, row)) + " |")
    print()


def scale_tables(rows: pd.DataFrame) -> None:
    """Print focal loss, scaled and not, with a penalty and without."""
    rows = rows.assign(worse=100.0 * (rows.log_loss > rows.constant_log_loss))
    key = ["gamma", "scaled"]
    for stopping, label in (("fixed", "all rounds"), ("early", "early stopping")):
        of_stopping = rows[rows.stopping == stopping]
        plain = of_stopping[of_stopping.calibrator == "none"]
        for (booster, setting), part in plain.groupby(["booster", "setting"], sort=False):
            table = summary(ratios(part, part[part.gamma == 0], key, []), key)
            grouped = part.groupby(key)
            table["slope"] = grouped.slope.median().map("{:.2f}".format).to_numpy()
            table["predicted / true"] = predicted_over_true(part, key).map("{:.2f}".format).to_numpy()
            table["largest abs. score"] = grouped.largest_score.max().map("{:.1f}".format).to_numpy()
            table["worse than a constant"] = grouped.worse.mean().map("{:.1f} %".format).to_numpy()
            print_table(f"### {booster}, {setting}, {label}: ratio to cross-entropy", table)
        named = ["booster", "setting", "gamma"]
        table = summary(ratios(plain[plain.scaled], plain[~plain.scaled], named, named), named)
        print_table(f"### {label}: ratio of scaled to not scaled", table)
        penalised = plain[plain.setting.str.startswith("penalty")]
        defaults = plain[(plain.booster == "lightgbm") & (plain.setting == "defaults")]
        table = summary(ratios(penalised, defaults, key, key), key)
        print_table(f"### lightgbm, {label}: ratio of penalty 1, least curvature 1 to defaults", table)
        key_of_shift = ["booster", "setting", *key]
        shifted = of_stopping[of_stopping.calibrator == "shift"]
        table = summary(ratios(shifted, plain, key_of_shift, key_of_shift), key_of_shift).drop(columns="AP")
        table["predicted / true"] = predicted_over_true(shifted, key_of_shift).map("{:.2f}".format).to_numpy()
        print_table(f"### {label}: ratio of the shift to none", table)
        reference = plain[plain.gamma == 0]
        table = summary(ratios(shifted[shifted.scaled], reference, named, named[:2]), named)
        print_table(f"### {label}: ratio of scaled, with the shift, to cross-entropy as it comes", table)


def by_rounds(values: pd.Series, form: str = "{}") -> pd.DataFrame:
    """Write a table whose columns are the numbers of rounds."""
    return values.map(form.format).unstack("rounds").reset_index()


def rounds_tables(rows: pd.DataFrame) -> None:
    """Print how good each model's probabilities are after each number of rounds."""
    rows = rows[rows.data.isin(["all", CHEAP])].rename(columns={"calibrator": "reading"})
    key, model = ["model", "gamma", "reading", "rounds"], ["model", "gamma", "rounds"]
    for booster, part in rows.groupby("booster", sort=False):
        title = f"### {booster}, by rounds"
        plain, cheap = part[part.data == "all"], part[part.data == CHEAP]
        reference = plain[plain.model == "cross-entropy"]
        relative = ratios(plain, reference, key, ["rounds"]).groupby(key)
        for name, label in (("log_loss", "log-loss"), ("brier", "Brier"), ("ece", "ECE")):
            print_table(f"{title}: {label}, ratio to cross-entropy", by_rounds(relative[name].agg(cell)))
        ranking = relative.average_precision.agg(lambda values: cell(values, more_is_better=True))
        print_table(f"{title}: AP, ratio to cross-entropy", by_rounds(ranking.xs("none", level="reading")))
        in_prevalences = plain.assign(ece=plain.ece * plain.rows / plain.positives).groupby([*key, "task"]).ece.mean()
        print_table(f"{title}: ECE over prevalence", by_rounds(in_prevalences.groupby(key).median(), "{:.3f}"))
        print_table(f"{title}: slope", by_rounds(plain.groupby(key).slope.median(), "{:.2f}"))
        print_table(f"{title}: predicted / true", by_rounds(predicted_over_true(plain, key), "{:.2f}"))
        title += ", fitted on training scores"
        mended = ratios(cheap, plain[plain.reading == "none"], key, model).groupby(key)
        print_table(f"{title}: log-loss, ratio to the same model as it comes", by_rounds(mended.log_loss.agg(cell)))
        shifted = cheap[cheap.reading == "shift"]
        print_table(f"{title}: predicted / true after a shift", by_rounds(predicted_over_true(shifted, key), "{:.2f}"))
        relative = ratios(shifted, reference, key, ["rounds"]).groupby(key)
        print_table(f"{title}: log-loss after a shift, ratio to cross-entropy", by_rounds(relative.log_loss.agg(cell)))


def calibrator_tables(rows: pd.DataFrame) -> None:
    """Print what each calibrator adds, on a held-out quarter and on out-of-fold scores."""
    rows = rows[(rows.calibrator != "raw sigmoid") & (rows.data != CHEAP)]
    rows = rows[rows.gamma.isin(rows[rows.data == "3/4"].gamma) & (rows.model != "class-weighted")]
    rows = rows[rows["rounds"].isin(rows[rows.calibrator == "Platt"]["rounds"])]
    key = ["model", "gamma", "data", "calibrator", "rounds"]
    for booster, part in rows.groupby("booster", sort=False):
        title = f"### {booster}, calibrators"
        alone = part[(part.data == "all") & (part.calibrator == "none")]
        relative = ratios(part, alone, key, ["model", "gamma", "rounds"]).groupby(key)
        for name, label in (("log_loss", "log-loss"), ("brier", "Brier"), ("ece", "ECE")):
            table = by_rounds(relative[name].agg(cell))
            print_table(f"{title}: {label}, ratio to the same model on all rows, not calibrated", table)
        relative = ratios(part, alone[alone.gamma == 0], key, ["rounds"]).groupby(key)
        table = by_rounds(relative.log_loss.agg(cell))
        print_table(f"{title}: log-loss, ratio to cross-entropy on all rows, not calibrated", table)


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--figure", type=Path, help="where to save the figure, a PNG file")
    arguments = parser.parse_args()
    scale, calibration = (read(arguments.folder / part) for part in ("scale", "calibration"))
    for heading, rows, tables in (
        ("Scale at the parents' defaults", scale, [scale_tables]),
        ("Calibration", calibration, [rounds_tables, calibrator_tables]),
    ):
        folds = rows.groupby("task").fold.nunique()
        print(f"## {heading}\n\n{len(folds)} sets, folds of each: {', '.join(map(str, sorted(set(folds))))}\n")
        for function in tables:
            function(rows)
    if arguments.figure:
        save_figure(calibration, arguments.figure)


if __name__ == "__main__":
    main()
