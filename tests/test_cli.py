import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from focalboost import __version__
from focalboost.benchmark import scheduling, suite_names
from focalboost.benchmark.boosters import BOOSTERS
from focalboost.cli import main

SMALL = ["--jobs", "1", "--folds", "2", "--rounds", "3"]
LEAST = ["--boosters", "xgboost", "--methods", "cross_entropy"]
SIMULATED = [*SMALL, "--transactions", "3000", "--prevalence", "0.02"]


@pytest.fixture
def table(tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "pay [1].csv"
    fraud = rng.random(400) < 0.1
    pd.DataFrame(
        {
            "amount": np.exp(rng.normal(size=400) + fraud),
            'odd "name" [<{:,': rng.normal(size=400),
            "shop": rng.choice(["a", "b", None], 400),
            "when": pd.date_range("2024-01-01", periods=400, freq="h").astype(str),
            "user": np.arange(400) % 40,
            "fraud": np.where(fraud, "yes", "no"),
        }
    ).to_csv(path, index=False)
    return path


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command with its output in one folder; return the status and what was printed."""

    def run(*arguments):
        status = main(["benchmark", "--output", str(tmp_path / "out"), *map(str, arguments)])
        return status, capsys.readouterr()

    return run


def test_the_simulator_gives_every_row_and_prints_its_table(run, tmp_path):
    status, printed = run(*SIMULATED)
    assert status == 0
    results = pd.read_parquet(tmp_path / "out" / "results.parquet")
    assert results["error"].isna().all()
    # 2 folds and 2 protocols of 9 methods in each of 2 libraries, and of the sanity rows.
    assert len(results) == 2 * 2 * (9 * 2 + 2)
    assert results["average_precision"].between(0, 1).all()
    for text in ("card_fraud", "xgboost, stopped", "lightgbm, stopped", "Verdict"):
        assert text in printed.out
    # The chosen member of two families besides.
    assert len(pd.read_csv(tmp_path / "out" / "summary.csv")) == 2 * (11 * 2 + 2)
    assert "<!doctype html>" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8").lower()
    assert "focal_chosen" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")


def test_a_users_file_with_text_dates_gaps_and_odd_names_works(run, table, tmp_path):
    status, printed = run("--data", table, "--target", "fraud", *SMALL)
    assert status == 0
    assert "the rarer value, 'yes', is taken as positive" in printed.err
    assert "column 'when' holds dates" in printed.err
    results = pd.read_parquet(tmp_path / "out" / "results.parquet")
    assert results["error"].isna().all()
    assert set(results["task"]) == {"pay [1]"}
    assert "pay [1]" in printed.out


def test_a_folder_gives_a_task_for_each_file(run, table, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    frame = pd.read_csv(table)
    frame.to_parquet(folder / "one.parquet")
    frame.to_csv(folder / "one.csv", index=False)
    frame.to_csv(folder / "two.csv", index=False)
    (folder / "README.md").write_text("x")
    chosen = ["--boosters", "lightgbm", "--methods", "focal_gamma_2,class_weight_balanced"]
    status, printed = run("--data", folder, "--target", "fraud", *SMALL, *chosen)
    assert status == 0
    assert "passed over" in printed.err
    assert "README.md" in printed.err
    results = pd.read_parquet(tmp_path / "out" / "results.parquet")
    assert set(results["task"]) == {"one.csv", "one.parquet", "two"}
    assert set(results["method"]) == {"focal_gamma_2", "class_weight_balanced"}
    assert set(results["booster"]) == {"lightgbm"}
    assert len(results) == 3 * 2 * 2 * 2
    for name in ("one.csv", "one.parquet", "two"):
        assert name in printed.out


def split_by(run, table, *options):
    return run("--data", table, "--target", "fraud", *SMALL, *options, *LEAST)


@pytest.mark.parametrize(
    ("options", "notes", "folds"),
    [
        (["--time", "when"], ["rows sorted by column 'when', read as dates"], "TemporalFolds(n_folds=2, gap=0.0)"),
        (["--time", "when", "--gap", "1.5"], ["it is no feature"], "TemporalFolds(n_folds=2, gap=1.5)"),
        (
            ["--group", "user", "--repeats", "2"],
            ["groups the rows (40 groups"],
            "GroupFolds(parts=2, repeats=2, seed=0)",
        ),
        (
            ["--time", "when", "--group", "user", "--amount", "amount", "--seed", "3"],
            ["rows sorted by", "groups the rows", "half are trained on and half tested"],
            "TemporalGroupFolds(n_folds=2, gap=0.0, seed=3)",
        ),
    ],
)
def test_a_users_columns_of_time_and_group_decide_the_split(run, table, tmp_path, options, notes, folds):
    status, printed = split_by(run, table, *options)
    assert status == 0
    for note in notes:
        assert note in printed.err
    record = json.loads((tmp_path / "out" / "settings.json").read_text())
    assert record["pay [1]: folds"] == folds
    results = pd.read_parquet(tmp_path / "out" / "results.parquet")
    assert results["error"].isna().all()


def test_results_of_another_split_are_not_continued(run, table):
    assert split_by(run, table, "--time", "when")[0] == 0
    for options in (
        [],
        ["--time", "when", "--gap", "1"],
        ["--time", "when", "--amount", "amount"],
        ["--group", "user"],
    ):
        status, printed = split_by(run, table, *options)
        assert status == 2
        assert "has results of other settings (pay [1]: " in printed.err
    assert split_by(run, table, "--time", "when")[0] == 0


def test_the_file_that_lacks_a_column_is_named(run, table, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    frame = pd.read_csv(table)
    frame.to_csv(folder / "one.csv", index=False)
    frame.drop(columns="when").to_parquet(folder / "two.parquet")
    status, printed = split_by(run, folder, "--time", "when")
    assert status == 2
    assert f"{folder / 'two.parquet'}: no column 'when' for the time; the columns are 'amount', " in printed.err


def test_the_same_seed_gives_the_same_table_and_another_run_continues(run, tmp_path):
    some = [*SIMULATED, "--methods", "cross_entropy,focal_gamma_1"]
    assert run(*some)[0] == 0
    path = tmp_path / "out" / "results.parquet"
    first = pd.read_parquet(path)
    assert run(*some)[0] == 0
    pd.testing.assert_frame_equal(pd.read_parquet(path), first)
    assert run(*some, "--overwrite")[0] == 0
    measured = ["train_seconds", "predict_seconds", "peak_memory_mib"]
    pd.testing.assert_frame_equal(pd.read_parquet(path).drop(columns=measured), first.drop(columns=measured))


def test_an_interruption_says_how_to_continue(run, monkeypatch, tmp_path):
    some = [*SIMULATED, "--methods", "cross_entropy,focal_gamma_1", "--boosters", "xgboost"]
    run_job, jobs = scheduling.run_job, []

    def interrupted(*arguments):
        if len(jobs) == 3:
            raise KeyboardInterrupt
        jobs.append(arguments)
        return run_job(*arguments)

    monkeypatch.setattr(scheduling, "run_job", interrupted)
    status, printed = run(*some)
    assert status == 130
    assert "the same command continues" in printed.err
    assert len(pd.read_parquet(tmp_path / "out" / "results.parquet")) == 2 * 3
    monkeypatch.setattr(scheduling, "run_job", run_job)
    status, printed = run(*some)
    assert status == 0
    assert "1/1 card_fraud, fold 1: xgboost focal_gamma_1" in printed.err


def test_a_report_is_made_again_from_what_was_saved(run, tmp_path, capsys):
    assert run(*SIMULATED, *LEAST)[0] == 0
    out = tmp_path / "out"
    written = (out / "report.html").read_bytes()
    (out / "report.html").unlink()
    assert main(["report", str(out)]) == 0
    assert (out / "report.html").read_bytes() == written
    assert "cross_entropy" in capsys.readouterr().out
    assert main(["report", str(tmp_path)]) == 2
    assert "has no results.parquet: give the --output of a comparison" in capsys.readouterr().err


def test_a_suite_is_one_or_several_files_of_tasks(run, table, tmp_path):
    for name in ("one", "two"):
        columns = 'target = "fraud"\namount = "user"'
        text = f'[data]\nfile = "{table.name}"\n[columns]\n{columns}\n[folds]\nn = 2\n'
        (tmp_path / f"{name}.toml").write_text(text)
    suites = ["--suite", tmp_path / "one.toml", "--suite", tmp_path / "two.toml"]
    assert run(*suites, "--rounds", "3", "--jobs", "1", *LEAST)[0] == 0
    results = pd.read_parquet(tmp_path / "out" / "results.parquet")
    assert set(results["task"]) == {"one", "two"}


def test_columns_without_a_use_are_dropped(run, table, tmp_path):
    status, printed = split_by(run, table, "--drop", "user,when")
    assert status == 0
    assert "dropped: 'user', 'when'" in printed.err
    results = pd.read_parquet(tmp_path / "out" / "results.parquet")
    assert results["error"].isna().all()


def test_costs_of_alerts_are_those_given(run, table, tmp_path):
    costs = ["--amount", "user", "--time", "when", "--alert-cost", "2.5", "--alerts-per-day", "3"]
    assert split_by(run, table, *costs)[0] == 0
    results = pd.read_parquet(tmp_path / "out" / "results.parquet")
    assert set(results["alert_cost"]) == {2.5}
    assert set(results["alerts_per_period"]) == {3.0}


def test_several_processes_give_the_same_table(run, tmp_path):
    some = [*SIMULATED[2:], *LEAST]
    assert run(*some, "--jobs", "1")[0] == 0
    first = pd.read_parquet(tmp_path / "out" / "results.parquet")
    assert run(*some, "--workers", "2", "--overwrite")[0] == 0
    measured = ["train_seconds", "predict_seconds", "peak_memory_mib"]
    again = pd.read_parquet(tmp_path / "out" / "results.parquet")
    pd.testing.assert_frame_equal(again.drop(columns=measured), first.drop(columns=measured))


def test_the_tuned_table_is_asked_for_by_trials(run, tmp_path):
    assert run(*SIMULATED, "--boosters", "xgboost", "--methods", "cross_entropy,focal_gamma_1", "--trials", "2")[0] == 0
    results = pd.read_parquet(tmp_path / "out" / "results.parquet")
    assert set(results.loc[results["protocol"] == "tuned", "method"]) == {"cross_entropy", "focal_chosen"}


def test_other_settings_are_refused_until_overwritten(run, tmp_path):
    some = [*SIMULATED, "--methods", "cross_entropy", "--boosters", "xgboost"]
    assert run(*some)[0] == 0
    status, printed = run(*some, "--rounds", "4")
    assert status == 2
    assert printed.err.startswith("focalboost: error: ")
    assert "rounds was 3, now 4" in printed.err
    assert run(*some, "--rounds", "4", "--overwrite")[0] == 0
    assert json.loads((tmp_path / "out" / "settings.json").read_text())["rounds"] == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--data", "nowhere.csv", "--target", "fraud"], "nowhere.csv does not exist"),
        (["--data", "nowhere.csv"], "--data needs --target NAME"),
        (["--target", "fraud"], "--target needs --data, which is not given"),
        (["--data", "x.csv", "--target", "y", "--drift", "0.5"], "--drift is for the simulator, not for --data"),
        (["--gap", "7"], "--gap needs --data, which is not given"),
        (["--repeats", "1"], "--repeats needs --data, which is not given"),
        (["--data", "x.csv", "--target", "y", "--gap", "7"], "--gap needs --time, which is not given"),
        (["--data", "x.csv", "--target", "y", "--time", "t", "--repeats", "2"], "--repeats is for folds at random"),
        (["--data", "x.csv", "--target", "y", "--time", "y"], "column 'y' is given as target and as time"),
        (["--boosters", "yggdrasil"], "there is no booster 'yggdrasil'; choose from xgboost, lightgbm"),
        (["--methods", "focal"], "there is no method 'focal'; choose from constant, "),
        (["--suite", "nowhere.toml"], "nowhere.toml is neither a file nor a suite of the package; these are "),
        (["--suite", "simulator", "--folds", "3"], "--folds does not go with --suite, whose tasks say it"),
        (["--suite", "simulator", "--alert-cost", "3"], "--alert-cost does not go with --suite, whose tasks say it"),
        (["--data", "x.csv", "--target", "y", "--alert-cost", "3"], "--alert-cost needs --amount"),
        (["--data", "x.csv", "--target", "y", "--alerts-per-day", "3"], "--alerts-per-day needs --time"),
        (["--workers", "2", "--jobs", "1"], "--jobs does not go with --workers, which share the cores"),
        (["--scheduler", "tcp://x:1", "--workers", "2"], "--workers is for this machine, not for --scheduler"),
        (["--scheduler", "tcp://x:1", "--time-limit", "9"], "--time-limit is for this machine, not for --scheduler"),
        (["--scheduler", "tcp://x:1", "--memory-limit", "9"], "--memory-limit is for this machine, not for --"),
        (["--prevalence", "0.9"], "prevalence is 0.9; give a share above 0 and up to 0.2"),
        (["--transactions", "10"], "n_transactions is 10; give 1000 or more"),
    ],
)
def test_mistakes_are_one_line_and_status_2(run, arguments, message):
    status, printed = run(*arguments)
    assert status == 2
    assert message in printed.err
    assert printed.err.startswith("focalboost: error: ")
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_a_wrong_target_lists_the_columns(run, table):
    status, printed = run("--data", table, "--target", "froud")
    assert status == 2
    assert "no column 'froud' for the target; the columns are 'amount', " in printed.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--folds", "1"],
        ["--rounds", "0"],
        ["--jobs", "two"],
        ["--seed", "-1"],
        ["--gap", "-1"],
        ["--gap", "nan"],
        ["--gap", "a"],
        ["--alert-cost", "0"],
        ["--alerts-per-day", "inf"],
        ["--trials", "-1"],
        ["--time-limit", "0"],
        ["--memory-limit", "much"],
        ["--select", "accuracy"],
        ["--colour", "red"],
    ],
)
def test_arguments_that_cannot_be_read_are_refused_by_the_parser(run, capsys, arguments):
    with pytest.raises(SystemExit) as refused:
        run(*arguments)
    assert refused.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_version(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"focalboost {__version__}\n"


def test_help_names_every_suite_and_library(capsys):
    with pytest.raises(SystemExit):
        main(["benchmark", "--help"])
    told = capsys.readouterr().out
    for name in (*suite_names(), *BOOSTERS):
        assert name in told


def test_help_imports_no_library():
    program = (
        "import sys\n"
        "from focalboost.cli import main\n"
        "try:\n"
        "    main(['benchmark', '--help'])\n"
        "except SystemExit:\n"
        "    pass\n"
        "heavy = {'pandas', 'pyarrow', 'rich', 'sklearn', 'scipy', 'xgboost', 'lightgbm', 'numba'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0
    for option in (
        "--suite NAME",
        "--trials N",
        "--scheduler ADDRESS",
        "--target NAME",
        "--time NAME",
        "--gap G",
        "--group NAME",
        "--amount NAME",
    ):
        assert option in done.stdout


@pytest.mark.parametrize(
    ("library", "extra"),
    [
        ("pandas", "benchmark"),
        ("rich", "benchmark"),
        ("sklearn", "metrics"),
        ("filelock", "benchmark"),
        ("jinja2", "benchmark"),
        ("matplotlib", "benchmark"),
        ("xgboost", "xgboost"),
        ("lightgbm", "lightgbm"),
    ],
)
def test_a_missing_library_is_named_with_its_extra(tmp_path, library, extra):
    program = (
        "import sys\n"
        "class Missing:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] == {library!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Missing())\n"
        "from focalboost.cli import main\n"
        f"sys.exit(main(['benchmark', '--output', {str(tmp_path / 'out')!r}, *{SIMULATED!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert f"needs {library}, which is not installed: pip install 'focalboost[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 2


def test_a_run_without_a_training_that_ended_fails(run):
    status, printed = run(*SIMULATED, *LEAST, "--memory-limit", "0.001")
    assert status == 2
    assert "error: every training failed, such as by " in printed.err
