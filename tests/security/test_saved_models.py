"""Files of models that ``save`` wrote: their libraries read them, and no damage passes unseen."""

import json
import subprocess
import sys
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pytest
import xgboost as xgb

from focalboost import FocalLGBMClassifier, FocalXGBClassifier
from focalboost.estimators.model_file import load, save

FUZZ = Path(__file__).with_name("fuzz_model_files.py")
rng = np.random.default_rng(0)
X = rng.normal(size=(300, 3))
Y = {"two": np.where(X[:, 0] > 0.7, 'a focalboost_sha256:"]', "b"), "three": np.digitize(X[:, 0], [-0.5, 0.7])}
FILES = ("m.ubj", "m.json", "m.txt")


def fitted(name, y=Y["two"], **parameters):
    if name.endswith("txt"):
        return FocalLGBMClassifier(n_estimators=3, num_leaves=4, n_jobs=1, verbosity=-1, **parameters).fit(X, y)
    return FocalXGBClassifier(n_estimators=3, max_depth=2, n_jobs=1, **parameters).fit(X, y)


def raw_scores(path):
    """What someone gets who has the library alone."""
    if path.suffix == ".txt":
        return lgb.Booster(model_file=path).predict(X, raw_score=True)
    return xgb.Booster(model_file=path).predict(xgb.DMatrix(X), output_margin=True)


@pytest.mark.parametrize("y", Y)
@pytest.mark.parametrize("name", FILES)
def test_it_is_the_librarys_own_file_with_a_digest(name, y, tmp_path):
    model = fitted(name, Y[y])
    save(model, tmp_path / name)
    (model.booster_ if name.endswith("txt") else model.get_booster()).save_model(tmp_path / f"plain-{name}")
    np.testing.assert_array_equal(raw_scores(tmp_path / name), raw_scores(tmp_path / f"plain-{name}"))
    content, plain = ((tmp_path / file).read_bytes() for file in (name, f"plain-{name}"))
    assert 64 < len(content) - len(plain) < 120
    for loaded in (load(tmp_path / name), load(str(tmp_path / f"plain-{name}"))):
        np.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
        assert loaded.classes_.tolist() == model.classes_.tolist()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, f"plain-{name}"])


@pytest.mark.parametrize("name", FILES)
def test_the_library_drops_the_digest_with_what_it_changes(name, tmp_path):
    save(fitted(name), tmp_path / name)
    if name.endswith("txt"):
        changed = lgb.Booster(model_file=tmp_path / name)
        changed.set_leaf_output(0, 0, 9.0)
    else:
        changed = xgb.Booster(model_file=tmp_path / name)[:2]
    changed.save_model(tmp_path / f"changed-{name}")
    # Once in the label of a class, but not as the file's.
    assert (tmp_path / f"changed-{name}").read_bytes().count(b"focalboost_sha256") == 1
    load(tmp_path / f"changed-{name}")


def test_no_damage_is_loaded_and_none_ends_the_process():
    found = subprocess.run(
        [sys.executable, FUZZ, "--mutations", "25", "--files", "digest"], capture_output=True, text=True, timeout=120
    )
    assert found.returncode == 0, found.stderr
    counts = json.loads(found.stdout[found.stdout.index("{") :])
    assert set(counts) == {"digest.ubj", "digest.json", "digest.txt"}
    for outcomes in counts.values():
        assert set(outcomes) <= {"error", "not changed"}
        assert outcomes["error"] >= 20


@pytest.mark.parametrize("name", FILES)
def test_the_error_says_what_is_wrong(name, tmp_path):
    path = tmp_path / name
    save(fitted(name), path)
    content = path.read_bytes()
    place = content.rindex(b"leaf_value=" if name.endswith("txt") else b"split_conditions") + 40
    path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    with pytest.raises(ValueError, match=rf"{name} is damaged: its SHA-256 is not that .*; get the file again"):
        load(path)
    place = content.rindex(b"focalboost_sha256") + 3  # without its name the digest is no digest
    path.write_bytes(content[:place] + b"_" + content[place + 1 :])
    with pytest.raises(ValueError, match=f"cannot read .*{name}: it is incomplete, damaged"):
        load(path)


@pytest.mark.parametrize("name", FILES)
def test_an_estimator_of_the_class_reads_it_and_saves_again(name, tmp_path):
    model = fitted(name)
    save(model, tmp_path / name)
    if not name.endswith("txt"):
        again = FocalXGBClassifier()
        again.load_model(tmp_path / name)
        np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    save(load(tmp_path / name), tmp_path / f"again-{name}")
    np.testing.assert_array_equal(load(tmp_path / f"again-{name}").predict_proba(X), model.predict_proba(X))


def test_what_cannot_be_saved_leaves_the_earlier_file(tmp_path):
    path = tmp_path / "m.ubj"
    save(fitted("m.ubj"), path)
    content = path.read_bytes()
    for model in (FocalXGBClassifier(), FocalLGBMClassifier()):
        with pytest.raises(ValueError, match="fit"):  # NotFittedError
            save(model, path)
    for model in (xgb.XGBClassifier(n_estimators=1).fit(X, Y["three"]), fitted("m.ubj").get_booster(), None):
        with pytest.raises(TypeError, match="a FocalXGBClassifier or a FocalLGBMClassifier can be saved; this is"):
            save(model, path)
    with pytest.raises(ValueError, match=r"m\.pkl: a model of XGBoost is saved as \.ubj or \.json"):
        save(fitted("m.ubj"), tmp_path / "m.pkl")
    assert path.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["m.ubj"]
