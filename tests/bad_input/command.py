"""What the command is told: its message on stderr, and its status."""

import contextlib
import io

import numpy as np
import pandas as pd
from bad_input.case import Case

from focalboost.cli import main


class Status2(Exception):  # noqa: N818
    """The command said so on stderr, and ended with status 2."""


def command(*arguments):
    def call(folder):
        printed = io.StringIO()
        with contextlib.redirect_stderr(printed), contextlib.redirect_stdout(io.StringIO()), contextlib.chdir(folder):
            try:
                status = main(list(arguments))
            except SystemExit as end:
                status = end.code
        # Of argparse's message without the usage.
        said = printed.getvalue().strip().partition("error: ")[2]
        raise {2: Status2}.get(status, AssertionError)(said)

    return call


def files(folder):
    frame = pd.DataFrame({"amount": np.arange(40.0), "when": np.arange(40), "fraud": np.arange(40) % 8 == 0})
    frame.to_csv(folder / "payments.csv", index=False)
    (folder / "empty").mkdir()
    (folder / "broken.csv").write_text("a,fraud\n1,0\n2,1,5,6\n")
    (folder / "task.toml").write_text("name = \n")
    (folder / "huge.toml").write_text(f'[data]\nsimulator = "card_fraud"\nn_transactions = {10**17}\n')
    (folder / "half").mkdir()
    (folder / "half" / "results.parquet").write_bytes(b"PAR1")


def benchmark(message, *arguments):
    given = " ".join(arguments) or "nothing"
    return Case(given, "focalboost benchmark", Status2, message, command("benchmark", *arguments), files)


DATA = ("--data", "payments.csv", "--target", "fraud")
CASES = [
    Case("no command", "focalboost", Status2, "required: COMMAND", command()),
    Case("an unknown command", "focalboost", Status2, "invalid choice: 'bench'", command("bench")),
    benchmark("not enough memory .*: give fewer rows", "--suite", "huge.toml"),
    benchmark("unrecognized arguments: --fold", "--fold-s", "3"),
    benchmark("'0' is not a whole number from 1", "--workers", "0"),
    benchmark("'two' is not a whole number from 1", "--workers", "two"),
    benchmark("'1' is not a whole number from 2 to 1,000", "--folds", "1"),
    benchmark("'0' is not a whole number from 1", "--rounds", "0"),
    benchmark("'-1' is not a whole number from 0", "--trials=-1"),
    benchmark("'-1' is not a whole number from 0", "--seed=-1"),
    benchmark("is not a whole number from 0 to 4,294,967,295", "--seed", "4294967296"),
    benchmark("is not a whole number from 1 to 1,000", *DATA, "--repeats", "3000000000000"),
    benchmark("is not a whole number from 1 to 2,147,483,647", "--rounds", "99999999999999999999999"),
    benchmark("'1.5' is not a whole number", "--jobs", "1.5"),
    benchmark("'0' is not a number above 0", "--alert-cost", "0"),
    benchmark("'nan' is not a number above 0", "--alert-cost", "nan"),
    benchmark("'-3' is not a number of 0 or more", "--gap=-3"),
    benchmark("invalid choice: 'auc'", "--select", "auc"),
    benchmark("there is no method 'focal'; choose from", "--methods", "focal"),
    benchmark("there is no booster 'xgb'; choose from", "--boosters", "xgb"),
    benchmark("does not exist: give a .csv", "--data", "nowhere.csv", "--target", "fraud"),
    benchmark("--data needs --target NAME", "--data", "payments.csv"),
    benchmark("no column 'paid' for the target", "--data", "payments.csv", "--target", "paid"),
    benchmark("no column 'day' for the time", *DATA, "--time", "day"),
    benchmark("--gap needs --time", *DATA, "--gap", "7"),
    benchmark("--alert-cost needs --amount", *DATA, "--alert-cost", "5"),
    benchmark("--alerts-per-day needs --time", *DATA, "--alerts-per-day", "5"),
    benchmark("needs a time that is dates", *DATA, "--time", "when", "--alerts-per-day", "5"),
    benchmark("--repeats is for folds at random", *DATA, "--time", "when", "--repeats", "2"),
    benchmark("--drift is for the simulator", *DATA, "--drift", "0.5"),
    benchmark("--target needs --data", "--target", "fraud"),
    benchmark("--data does not go with --suite", "--suite", "simulator", "--data", "payments.csv"),
    benchmark("nor a suite of the package", "--suite", "openmll"),
    benchmark("task.toml is not TOML", "--suite", "task.toml"),
    benchmark("--jobs does not go with --workers", "--workers", "2", "--jobs", "2"),
    benchmark("--workers is for this machine", "--workers", "2", "--scheduler", "localhost:1"),
    benchmark("prevalence is 0.9", "--prevalence", "0.9"),
    benchmark("prevalence is nan", "--prevalence", "nan"),
    benchmark("give 1000 or more", "--transactions", "10"),
    benchmark("has no .csv", "--data", "empty", "--target", "fraud"),
    benchmark("broken.csv cannot be read as csv", "--data", "broken.csv", "--target", "fraud"),
    benchmark("fewer than 9 folds", *DATA, "--folds", "9"),
    benchmark("is a file: give a folder", *DATA, "--output", "payments.csv"),
    benchmark("--drop needs --data", "--drop", "id"),
    benchmark("no column 'id' for the column to drop", *DATA, "--drop", "id"),
    benchmark("each needs its own column", "--data", "payments.csv", "--target", "fraud", "--amount", "fraud"),
    Case(
        "a folder without results",
        "focalboost report",
        Status2,
        "has no results.parquet",
        command("report", "empty"),
        files,
    ),
    Case(
        "half a table of results",
        "focalboost report",
        Status2,
        "cannot be read as results",
        command("report", "half"),
        files,
    ),
]
