"""What a folder of results holds when it is read, measured again or continued."""

import numpy as np
import pandas as pd
from bad_input.case import Case

from focalboost import __version__
from focalboost.benchmark import Results, Settings, Trees, run
from focalboost.benchmark.about import About
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.folds import StratifiedFolds
from focalboost.benchmark.rows import Row
from focalboost.benchmark.settings import record_settings
from focalboost.benchmark.store import Store
from focalboost.benchmark.task import frame_task
from focalboost.datasets.roles import Roles
from focalboost.evaluation.measures import MEASURES

SETTINGS = Settings(Trees(rounds=3, threads=1))
FRAME = pd.DataFrame({"amount": np.arange(60.0), "fraud": np.arange(60) % 3 == 0})
PREDICTIONS = pd.DataFrame(
    {"row": [0, 1], "part": "test", "label": [0, 1], "probability": [0.1, 0.9], "uncorrected": [0.1, 0.9]}
)
KEY = ("cards", "xgboost", "cross_entropy", "fixed", 0)


def task(frame=FRAME):
    return frame_task(frame, Roles("fraud"), StratifiedFolds(2), "cards")


def comparison(folder):
    """Make the folder of a comparison of one fit, without a fit."""
    (folder / "out").mkdir()
    record = SETTINGS.record() | task().record() | {"focalboost version": __version__}
    record_settings(folder / "out", record)
    store = Store(folder / "out")
    store.predictions.save(KEY, PREDICTIONS)
    store.add(Row(*KEY, dict.fromkeys(MEASURES, 0.5), 0.5, 3, 0.5, 1.0, 1.0, n_fit=8, n_validation=2, n_test=2))
    About({"cross_entropy": "log-loss"}, {"cross_entropy": "cross_entropy"}, {"cards": []}).save(folder / "out")
    return folder / "out"


def table(change):
    """Change the table of results."""

    def damage(out):
        path = out / "results.parquet"
        change(pd.read_parquet(path)).to_parquet(path)

    return damage


def saved(change):
    """Change the bytes of the fit's predictions."""

    def damage(out):
        path = Store(out).predictions.path(KEY)
        path.write_bytes(change(path.read_bytes()))

    return damage


def text(name, content):
    return lambda out: (out / name).write_text(content)


def half(name):
    def damage(out):
        content = (out / name).read_bytes()
        (out / name).write_bytes(content[: len(content) // 2])

    return damage


def reading(folder):
    Results(folder / "out")


def measuring(folder):
    Results(folder / "out").remeasure()


def continuing(folder, settings=SETTINGS, tasks=None, out="out"):
    run(tasks or [task()], ["cross_entropy"], ["xgboost"], settings=settings, folder=folder / out)


def case(given, message, damage=lambda _: None, call=reading):
    where = {reading: "Results", measuring: "Results.remeasure"}.get(call, "run, to continue")
    return Case(given, where, BenchmarkError, message, call, lambda folder: damage(comparison(folder)))


def other_rounds(folder):
    continuing(folder, Settings(Trees(rounds=4, threads=1)))


def other_data(folder):
    continuing(folder, tasks=[task(FRAME.iloc[1:])])


def of_another_version(out):
    record_settings(out, {"focalboost version": "0.0.1"})


def into_a_file(folder):
    continuing(folder, out="out/about.json")


def no_predictions(out):
    pd.DataFrame({"a": [1]}).to_parquet(Store(out).predictions.path(KEY))


def predictions(change):
    """Change the table of the fit's predictions."""

    def damage(out):
        path = Store(out).predictions.path(KEY)
        change(pd.read_parquet(path)).to_parquet(path)

    return damage


UNMEASURED = "holds no predictions that can be measured .*remove it"
CASES = [
    case("half of results.parquet", "results.parquet cannot be read as results", half("results.parquet")),
    case("an empty results.parquet", "cannot be read as results", text("results.parquet", "")),
    case("a CSV named results.parquet", "cannot be read as results", text("results.parquet", "task,fold\na,0\n")),
    case("results without the column fold", "it has no column fold", table(lambda rows: rows.drop(columns="fold"))),
    case("results with text as measure", "cannot be read as results", table(lambda rows: rows.assign(brier="good"))),
    case("results with text as fold", "cannot be read as results", table(lambda rows: rows.assign(fold="first"))),
    case("results without a task's name", "cannot be read as results", table(lambda rows: rows.assign(task=None))),
    case("half of settings.json", "settings.json cannot be read", half("settings.json")),
    case("no settings.json", "settings.json cannot be read", lambda out: (out / "settings.json").unlink()),
    case("a list in settings.json", "does not hold settings", text("settings.json", "[1]")),
    case(
        "settings.json in UTF-16",
        "settings.json cannot be read",
        lambda out: (out / "settings.json").write_bytes("{}".encode("utf-16")),
    ),
    case("half of about.json", "about.json cannot be read", half("about.json")),
    case("a list in about.json", "about.json cannot be read", text("about.json", "[1]")),
    case("unknown entries in about.json", "about.json cannot be read", text("about.json", '{"colour": {}}')),
    case(
        "a number as descriptions in about.json", "about.json cannot be read", text("about.json", '{"descriptions": 3}')
    ),
    case(
        "an empty folder",
        "has no results.parquet: give the --output",
        lambda out: [path.unlink() for path in out.iterdir() if path.is_file()],
    ),
    case("a task that it does not have", "choose from cards", call=lambda folder: Results(folder / "out", ["card"])),
    case(
        "half of a fit's predictions",
        "cannot be read .*remove it",
        saved(lambda content: content[: len(content) // 2]),
        measuring,
    ),
    case("empty predictions of a fit", "cannot be read .*remove it", saved(lambda _: b""), measuring),
    case("another table as predictions", "it has no column", no_predictions, measuring),
    case("predictions without labels", UNMEASURED, predictions(lambda rows: rows.drop(columns="label")), measuring),
    case("predictions with text as label", UNMEASURED, predictions(lambda rows: rows.assign(label="no")), measuring),
    case("predictions without a test", UNMEASURED, predictions(lambda rows: rows[rows["part"] != "test"]), measuring),
    case("predictions above 1", UNMEASURED, predictions(lambda rows: rows.assign(probability=7.0)), measuring),
    case("half of results.parquet", "cannot be read as results", half("results.parquet"), continuing),
    case("half of settings.json", "--overwrite to discard", half("settings.json"), continuing),
    case("results of another number of rounds", "rounds was 3, now 4", call=other_rounds),
    case("results of other data", "cards: data was", call=other_data),
    case("results of another version", "focalboost version was 0.0.1, now", of_another_version, continuing),
    case("a file as folder", "is a file: give a folder", call=into_a_file),
]
