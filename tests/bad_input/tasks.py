"""What the TOML files of tasks and suites hold, and what a comparison is asked for."""

import duckdb
import numpy as np
import pandas as pd
from bad_input.case import Case

from focalboost.benchmark import Settings, Trees, run, simulated_task
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.folds import StratifiedFolds, TemporalFolds
from focalboost.benchmark.group_folds import GroupFolds
from focalboost.benchmark.parts import read
from focalboost.benchmark.suite import find_suite, read_suite
from focalboost.benchmark.task import Costs, frame_task
from focalboost.benchmark.task_file import read_task
from focalboost.datasets.errors import DataError
from focalboost.datasets.roles import Roles

DATA = '[data]\nfile = "payments.csv"\n'
COLUMNS = '[columns]\ntarget = "fraud"\n'
SIMULATOR = '[data]\nsimulator = "card_fraud"\n'


def toml(given, message, text, reader=read_task):
    """A task, or a suite, by its text."""

    def write(folder):
        (folder / "task.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        (folder / "payments.csv").write_text("amount,when,fraud\n1,1,0\n2,2,1\n3,3,0\n")
        duckdb.connect(folder / "payments.duckdb").close()

    where = "a suite" if reader is read_suite else "a task"
    return Case(given, where, DataError, message, lambda folder: reader(folder / "task.toml"), write)


def loaded(path):
    return read(read_task(path))


def suite(given, message, text):
    return toml(given, message, text, read_suite)


def asked(given, message, call, where, error=BenchmarkError):
    return Case(given, where, error, message, lambda _: call())


def splits(given, message, folds, *, roles=None, positives=5):
    """The reading of a task whose rows cannot be split."""
    frame = pd.DataFrame({"amount": np.arange(40.0), "when": np.arange(40), "fraud": np.arange(40) < positives})
    frame["who"] = np.where(frame["fraud"], 0, np.arange(40))
    return asked(given, message, lambda: read(frame_task(frame, roles or Roles("fraud"), folds)), "folds", DataError)


CASES = [
    toml("no TOML", "task.toml is not TOML", "data ="),
    toml("no UTF-8", "task.toml is not TOML", "name = 'prêt'".encode("latin-1")),
    toml("an empty file", "the task has no data", ""),
    toml("an unknown key", "the task has 'colums'; choose from name, data, columns", DATA + "[colums]\ntarget = 'a'\n"),
    toml("an unknown key of [data]", "has 'fil'|give one of", '[data]\nfil = "payments.csv"\n' + COLUMNS),
    toml("two sources", "file and openml: give one of", DATA + "openml = 42175\n" + COLUMNS),
    toml("a number as file", "file is 5: give a text", "[data]\nfile = 5\n" + COLUMNS),
    toml("an empty target", "target is '': give a text that is not empty", DATA + '[columns]\ntarget = ""\n'),
    toml("no target", "has no target: name the column to predict", DATA),
    toml("a list as target", "target is \\['fraud'\\]: give a text", DATA + '[columns]\ntarget = ["fraud"]\n'),
    toml("a file that is not there", "does not exist", '[data]\nfile = "nowhere.csv"\n' + COLUMNS),
    toml(
        "the home of nobody",
        "a user whom this machine does not know",
        '[data]\nfile = "~nobody-at-all/a.csv"\n' + COLUMNS,
    ),
    toml("lists in lists in lists", "task.toml is not TOML", "x = " + "[" * 5000),
    toml("10^20 folds", "n is 1000.*: give 2 to 1000", DATA + COLUMNS + f"[folds]\nn = {10**20}\n"),
    toml("3e12 repeats", "repeats is 3000.*: give 1 to 1000", DATA + COLUMNS + f"[folds]\nrepeats = {3 * 10**12}\n"),
    toml(
        "an alert_cost of 401 digits",
        "alert_cost is 1000.*: give a number",
        DATA + COLUMNS + f'amount = "amount"\n[costs]\nalert_cost = {10**400}\n',
    ),
    toml(
        "a query that is a comment",
        "has no statement: give a SELECT",
        '[data]\nduckdb = "payments.duckdb"\nquery = "--"\n' + COLUMNS,
        loaded,
    ),
    toml("a random_state below 0", "random_state is -5; give 0 or more", SIMULATOR + "random_state = -5\n", loaded),
    toml("one fold", "n is 1: give 2 to 1000", DATA + COLUMNS + "[folds]\nn = 1\n"),
    toml("half a fold", "n is 2.5: give a whole number", DATA + COLUMNS + "[folds]\nn = 2.5\n"),
    toml("a yes as number of folds", "n is True: give a whole number", DATA + COLUMNS + "[folds]\nn = true\n"),
    toml("a gap without time", "it needs a time in", DATA + COLUMNS + "[folds]\ngap = 7\n"),
    toml("a NaN gap", "give 0 or more", DATA + COLUMNS + 'time = "when"\n[folds]\ngap = nan\n'),
    toml("repeats with time", "one way to split by time", DATA + COLUMNS + 'time = "when"\n[folds]\nrepeats = 2\n'),
    toml("alert_cost without amount", "needs an amount", DATA + COLUMNS + "[costs]\nalert_cost = 5\n"),
    toml(
        "a negative alert_cost",
        "a finite number above 0",
        DATA + COLUMNS + 'amount = "amount"\n[costs]\nalert_cost = -5\n',
    ),
    toml("columns of a simulator", "leave it out", SIMULATOR + COLUMNS),
    toml("an unknown simulator", "choose from card_fraud", '[data]\nsimulator = "bank"\n'),
    toml("an unknown argument of a simulator", "choose from", SIMULATOR + "frauds = 5\n"),
    toml("text as an argument of a simulator", "give a number", SIMULATOR + 'prevalence = "low"\n'),
    suite("no tasks", "has no tasks: give tasks", 'name = "ours"\n'),
    suite("a file that is not there", "matches none in", 'tasks = ["nowhere.toml"]\n'),
    suite("a text as tasks", "give a list of texts", 'tasks = "card.toml"\n'),
    suite(
        "two tasks of one name",
        "each needs its own name",
        '[[task]]\nname = "a"\ndata = { simulator = "card_fraud" }\n' * 2,
    ),
    suite("an unknown key", "choose from name, description", "task_files = []\n"),
    asked(
        "no such suite", "nor a suite of the package; these are", lambda: find_suite("openmll"), "--suite", DataError
    ),
    splits(
        "fewer positives than folds", "the rarer class has 3 rows, fewer than 5 folds", StratifiedFolds(5), positives=3
    ),
    splits("too few positives to validate on", "give more positives", StratifiedFolds(2), positives=5),
    splits(
        "a gap as long as all time",
        "with --data a --gap below",
        TemporalFolds(2, 90),
        roles=Roles("fraud", time="when"),
    ),
    splits(
        "all positives before the tests", "use fewer --folds", TemporalFolds(2, 0), roles=Roles("fraud", time="when")
    ),
    splits(
        "all positives in one group",
        "in 1 groups, fewer than 3 folds",
        GroupFolds(3),
        roles=Roles("fraud", group="who"),
    ),
    splits("folds by time without time", "need a timestamp", TemporalFolds(2, 0)),
    splits("folds by group without group", "need the group", GroupFolds(2)),
    asked("alert_cost=0", "a finite number above 0", lambda: Costs(alert_cost=0), "Costs", DataError),
    asked("rounds=0", "give 1 or more", lambda: Trees(rounds=0), "Trees"),
    asked("learning_rate=-0.1", "give a number above 0", lambda: Trees(learning_rate=-0.1), "Trees"),
    asked("learning_rate=NaN", "give a number above 0", lambda: Trees(learning_rate=np.nan), "Trees"),
    asked("reg_lambda=-1", "give 0 or more", lambda: Trees(reg_lambda=-1), "Trees"),
    asked("subsample=0", "up to 1 for all", lambda: Trees(subsample=0), "Trees"),
    asked("colsample=80", "up to 1 for all", lambda: Trees(colsample=80), "Trees"),
    asked("num_leaves=1", "give 2 or more", lambda: Trees(num_leaves=1), "Trees"),
    asked("select='auc'", "give one of average_precision, log_loss", lambda: Settings(select="auc"), "Settings"),
    asked("trials=-1", "give 0 for no tuned table", lambda: Settings(trials=-1), "Settings"),
    asked("trials with reg_lambda=0", "on a log scale", lambda: Settings(Trees(reg_lambda=0), trials=3), "Settings"),
    asked("no tasks", "there is nothing to train", lambda: run([]), "run"),
    asked("an unknown method", "choose from", lambda: run([simulated_task(1000)], ["focal"]), "run"),
    asked("an unknown booster", "choose from", lambda: run([simulated_task(1000)], boosters=["xgb"]), "run"),
    asked("two tasks of one name", "rename one", lambda: run([simulated_task(1000)] * 2), "run"),
    asked("prevalence=0.9", "up to 0.2", lambda: simulated_task(prevalence=0.9).load(), "simulated_task", DataError),
    asked("10 transactions", "give 1000 or more", lambda: simulated_task(10).load(), "simulated_task", DataError),
    asked("drift=2", "from 0", lambda: simulated_task(drift=2).load(), "simulated_task", DataError),
]
