"""What ``focalboost.load`` is given, and the files that a fit goes on from."""

import json
import subprocess
import sys
from functools import cache

import lightgbm as lgb
import numpy as np
import xgboost as xgb
from bad_input.case import Case

import focalboost
from focalboost import FocalLGBMClassifier, FocalXGBClassifier
from focalboost.estimators.model_file import save

X = np.random.default_rng(0).normal(size=(90, 2))
Y = (np.arange(90) % 3 == 0).astype(int)
FILES = ("model.ubj", "model.json", "model.txt")
CUTS = 20


@cache
def fitted(name):
    if name.endswith(".txt"):
        return FocalLGBMClassifier(n_estimators=2, n_jobs=1, verbosity=-1).fit(X, Y)
    return FocalXGBClassifier(n_estimators=2, n_jobs=1).fit(X, Y)


def case(given, message, name, write, error=ValueError):
    """Cases of a file, which is written as given."""
    return Case(
        given, f"load, {name}", error, message, lambda folder: focalboost.load(folder / name), lambda f: write(f / name)
    )


def going_on(given, message, name, write):
    """Cases of a file from which a training goes on."""
    estimator, argument = (
        (FocalLGBMClassifier, "init_model") if name.endswith(".txt") else (FocalXGBClassifier, "xgb_model")
    )

    def fit(folder):
        return estimator(n_estimators=2, n_jobs=1).fit(X, Y, **{argument: folder / name})

    return Case(
        given, f"{estimator.__name__}.fit, {argument}={name}", ValueError, message, fit, lambda f: write(f / name)
    )


def content(text):
    return lambda path: path.write_bytes(text if isinstance(text, bytes) else text.encode())


def damaged(change):
    """Save a model, and change its bytes."""

    def write(path):
        save(fitted(path.name), path)
        path.write_bytes(change(path.read_bytes()))

    return write


def other_byte(content):
    return content[:400] + bytes([content[400] ^ 1]) + content[401:]


def half(content):
    return content[: len(content) // 2]


def of_the_other_library(path):
    other = path.with_name("model.ubj" if path.suffix == ".txt" else "model.txt")
    save(fitted(other.name), other)
    other.rename(path)


def plain_xgboost(path):
    xgb.XGBClassifier(n_estimators=2).fit(X, Y).save_model(path)


def plain_lightgbm(path):
    lgb.LGBMClassifier(n_estimators=2, verbosity=-1).fit(X, Y).booster_.save_model(path)


def of_a_later_format(path):
    model = FocalXGBClassifier(n_estimators=2, n_jobs=1).fit(X, Y)
    link = json.loads(model.get_booster().attr("focalboost"))
    model.get_booster().set_attr(focalboost=json.dumps(link | {"format": 99}))
    model.get_booster().save_model(path)


def with_a_damaged_link(path):
    model = FocalXGBClassifier(n_estimators=2, n_jobs=1).fit(X, Y)
    model.get_booster().set_attr(focalboost='{"format": 1, "loss"')
    model.get_booster().save_model(path)


_IN_A_CHILD = """
import sys
from pathlib import Path
import focalboost
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        focalboost.load(path)
    except ValueError as error:
        if not str(error):
            raise
    else:
        raise SystemExit(f"{path.name} was loaded")
print("all refused")
"""


def cut(name):
    """Cut a model at many places, and load what is left in a process of its own, which must survive."""

    def write(folder):
        path = folder / name
        save(fitted(name), path)
        whole = path.read_bytes()
        path.unlink()
        for i in range(CUTS):
            (folder / f"{i:02}-{name}").write_bytes(whole[: len(whole) * i // CUTS])

    def call(folder):
        child = subprocess.run([sys.executable, "-c", _IN_A_CHILD, folder], capture_output=True, text=True, timeout=120)
        if child.returncode or child.stdout.strip() != "all refused":
            raise AssertionError(f"status {child.returncode}: {child.stdout} {child.stderr}")
        focalboost.load(sorted(folder.iterdir())[CUTS // 2])

    return Case(
        f"a model cut at {CUTS} places", f"load, {name}", ValueError, "damaged|cannot read|no model", call, write
    )


CASES = [
    case("an empty file", "0 bytes.* holds no model", "model.ubj", content("")),
    case("random bytes", "holds no model", "model.ubj", content(np.random.default_rng(0).bytes(500))),
    case("random bytes after a brace", "cannot read", "model.ubj", content(b"{" + np.random.default_rng(0).bytes(500))),
    case("JSON of something else", "cannot read", "model.json", content('{"name": "Ann", "version": [1, 2, 3]}')),
    case("a CSV file", "holds no model", "model.txt", content("a,b\n1,2\n")),
    case("the first line of a LightGBM model", "cannot read", "model.txt", content("tree\n")),
    case("a pickle", "holds no model", "model.pkl", content(b"\x80\x04\x95\x00")),
    case("a model of xgboost.XGBClassifier", "not of this package", "model.ubj", plain_xgboost),
    case("a model of xgboost.XGBClassifier", "not of this package", "model.json", plain_xgboost),
    case("a model of lightgbm.LGBMClassifier", "not of this package", "model.txt", plain_lightgbm),
    case("a model of a later focalboost", "later focalboost .format 99.: upgrade", "model.json", of_a_later_format),
    case("a model whose link is damaged", "is damaged", "model.json", with_a_damaged_link),
    *(case("a model with one byte changed", "damaged", name, damaged(other_byte)) for name in FILES),
    *(case("a model with more behind its end", "damaged|cannot", name, damaged(lambda b: b + b)) for name in FILES),
    *map(cut, FILES),
    *(
        going_on("a model with one byte changed", "is damaged: its SHA-256", name, damaged(other_byte))
        for name in FILES
    ),
    *(going_on("half a model", "cannot read .* incomplete", name, damaged(half)) for name in FILES),
    *(
        going_on("a model of the other library", "no model of this library", name, of_the_other_library)
        for name in FILES
    ),
    *(going_on("an empty file", "cannot read", name, content("")) for name in FILES),
    *(going_on("a CSV file", "no model of this library", name, content("a,b\n1,2\n")) for name in FILES),
    case("a folder", "Is a directory", "model.ubj", lambda path: path.mkdir(), OSError),
    case("no such file", "No such file", "model.ubj", lambda _: None, FileNotFoundError),
    Case("a number", "load", TypeError, "from a path, an xgboost.Booster", lambda _: focalboost.load(5)),
    Case(
        "a plain booster",
        "load",
        ValueError,
        "not of this package",
        lambda _: focalboost.load(xgb.train({}, xgb.DMatrix(X, Y), 1)),
    ),
    Case(
        "a name that is no format",
        "save",
        ValueError,
        "saved as .ubj or .json",
        lambda f: save(fitted("m.ubj"), f / "m.pt"),
    ),
    Case("something that is no model", "save", TypeError, "can be saved", lambda f: save([1], f / "m.ubj")),
]
