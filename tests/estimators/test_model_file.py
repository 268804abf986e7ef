"""What ``focalboost.load`` makes of files and boosters: the model that was saved, or an error that says why not."""

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from sklearn.base import clone

import focalboost
from focalboost import FocalLGBMClassifier, FocalXGBClassifier
from focalboost.estimators import model_file

MODELS = Path(__file__).parent / "models"
SAVED = sorted(path for path in MODELS.glob("*/*") if path.stem in ("binary", "classes"))

rng = np.random.default_rng(0)
X = rng.normal(size=(300, 3))
SCORE = X[:, 0] + rng.normal(size=300) / 2
TASKS = {
    "strings": (np.where(SCORE > 0.7, 'a "]\n[é', "b\\'}日"), {'a "]\n[é': 3.0, "b\\'}日": 1.0}),
    "bools": (SCORE > 0.7, {False: 0.5, True: 1.0}),
    "integers": (np.where(SCORE > 0.7, 7, -3), {7: 2.0, -3: 1.0}),
    "objects": (np.where(SCORE > 0.7, "b", "a").astype(object), None),
    "objects that end in NUL": (np.array(["a", "a\0"], dtype=object)[(SCORE > 0.7).astype(int)], None),
    "three": (np.digitize(SCORE, [-0.5, 0.7]), {0: 1.0, 1: 2.0, 2: 3.0}),
    "three strings": (np.array(["a", "b", "c"])[np.digitize(SCORE, [-0.5, 0.7])], None),
}


def xgboost(**parameters):
    return FocalXGBClassifier(**{"n_estimators": 3, "max_depth": 2, "n_jobs": 1} | parameters)


def lightgbm(**parameters):
    return FocalLGBMClassifier(**{"n_estimators": 3, "num_leaves": 4, "n_jobs": 1, "verbosity": -1} | parameters)


def save(model, path):
    booster = model.get_booster() if isinstance(model, FocalXGBClassifier) else model.booster_
    booster.save_model(path)
    return path


def native(model, path):
    """The booster that someone gets who does not know this package."""
    library = xgb if isinstance(model, FocalXGBClassifier) else lgb
    return library.Booster(model_file=save(model, path))


def assert_same_model(loaded, model, rows=X):
    assert type(loaded) is type(model)
    np.testing.assert_array_equal(loaded.predict_proba(rows), model.predict_proba(rows))
    np.testing.assert_array_equal(loaded.decision_function(rows), model.decision_function(rows))
    np.testing.assert_array_equal(loaded.predict(rows), model.predict(rows))
    np.testing.assert_array_equal(loaded.classes_, model.classes_)
    np.testing.assert_array_equal(loaded.feature_importances_, model.feature_importances_)
    assert loaded.predict(rows).dtype == model.predict(rows).dtype
    assert loaded.n_features_in_ == model.n_features_in_
    assert loaded.loss_ == model.loss_


def focal(model):
    names = ("gamma", "class_weight", "alpha", "curvature", "scaled", "match_prevalence")
    return {name: model.get_params()[name] for name in names}


each_library = pytest.mark.parametrize(("make", "name"), [(xgboost, "m.ubj"), (xgboost, "m.json"), (lightgbm, "m.txt")])


@pytest.mark.parametrize("task", TASKS)
@each_library
def test_the_loaded_model_is_the_saved_one(make, name, task, tmp_path):
    y, class_weight = TASKS[task]
    model = make(gamma=1.5, class_weight=class_weight, curvature="fisher").fit(X, y)
    for source in (save(model, tmp_path / name), str(tmp_path / name), native(model, tmp_path / name)):
        loaded = focalboost.load(source)
        assert_same_model(loaded, model)
        assert focal(loaded) == focal(model)
    assert_same_model(focalboost.load(save(loaded, tmp_path / f"again-{name}")), model)


@each_library
def test_it_has_every_attribute_of_a_fitted_one(make, name, tmp_path):
    model = make().fit(X, SCORE > 0.7)
    loaded = focalboost.load(save(model, tmp_path / name))
    further = {"verbosity", "_fitted_with_feature_names"}  # a parameter of LightGBM's; new in 4.7
    assert {*vars(loaded), *further} == {*vars(model), *further}


@each_library
def test_it_can_be_pickled_cloned_and_fitted(make, name, tmp_path):
    model = make(gamma=1.0, scaled=False, match_prevalence=False, class_weight="balanced").fit(X, SCORE > 0.7)
    loaded = focalboost.load(save(model, tmp_path / name))
    assert_same_model(pickle.loads(pickle.dumps(loaded)), model)
    parameters = {key: value for key, value in make().get_params().items() if key not in focal(model)}
    for again in (clone(loaded), loaded):
        again.set_params(**parameters).fit(X, SCORE > 0.7)
        np.testing.assert_allclose(again.predict_proba(X), model.predict_proba(X), rtol=1e-12)
    other = np.where(X[:, 1] > 1, "c", "d")
    # As many columns: LightGBM 4.6 and later refuse another number beside scikit-learn 1.5.
    assert loaded.set_params(class_weight=None).fit(X, other).classes_.tolist() == ["c", "d"]


@pytest.mark.parametrize(
    "parameters", [{"gamma": 0.0}, {"gamma": 0.0, "scaled": False, "class_weight": {0: 2.0, 1: 1.0}}]
)
@each_library
def test_cross_entropy_is_kept(make, name, parameters, tmp_path):
    model = make(**parameters).fit(X, (SCORE > 0.7).astype(int))
    loaded = focalboost.load(save(model, tmp_path / name))
    assert_same_model(loaded, model)
    assert focal(loaded) == focal(model)


@each_library
def test_the_place_of_use_is_not_in_the_file(make, name, tmp_path):
    model = make(deployment_prevalence=0.001).fit(X, SCORE > 0.7)
    loaded = focalboost.load(save(model, tmp_path / name))
    assert loaded.deployment_prevalence is None
    assert_same_model(loaded.set_params(deployment_prevalence=0.001), model)


@pytest.mark.parametrize("name", ["m.ubj", "m.json"])
def test_several_labels_a_row(name, tmp_path):
    y = np.column_stack([SCORE > 0.5, X[:, 1] > 1, X[:, 2] > 0]).astype(int)
    model = xgboost(class_weight={0: 1.0, 1: 2.0}).fit(X, y)
    for source in (save(model, tmp_path / name), native(model, tmp_path / name)):
        loaded = focalboost.load(source)
        assert_same_model(loaded, model)
        assert focal(loaded) == focal(model)


@pytest.mark.parametrize("name", ["m.ubj", "m.json"])
@pytest.mark.parametrize("y", [SCORE > 0.7, np.digitize(SCORE, [-0.5, 0.7])], ids=["two", "three"])
def test_xgboost_stops_where_it_stopped(name, y, tmp_path):
    model = xgboost(n_estimators=60, learning_rate=1.0, early_stopping_rounds=3)
    model.fit(X[:200], y[:200], eval_set=[(X[200:], y[200:])], verbose=False)
    assert model.best_iteration + 1 < model.get_booster().num_boosted_rounds()
    for source in (save(model, tmp_path / name), native(model, tmp_path / name), model.get_booster()):
        assert_same_model(focalboost.load(source), model)
        assert focalboost.load(source).best_iteration == model.best_iteration


@pytest.mark.filterwarnings("ignore:The argument 'eval_set' is deprecated")
def test_lightgbm_stops_where_it_stopped(tmp_path):
    y = SCORE > 0.7
    model = lightgbm(n_estimators=60, learning_rate=1.0)
    model.fit(X[:200], y[:200], eval_set=[(X[200:], y[200:])], callbacks=[lgb.early_stopping(3, verbose=False)])
    booster = model.booster_
    booster.best_iteration -= 1  # LightGBM drops the trees that come after it, so that it would be the last
    text = lgb.Booster(model_str=booster.model_to_string())
    for source in (save(model, tmp_path / "m.txt"), native(model, tmp_path / "m.txt"), text):
        np.testing.assert_array_equal(focalboost.load(source).predict_proba(X), model.predict_proba(X))
    loaded = focalboost.load(booster)
    assert_same_model(loaded, model)
    assert loaded.best_iteration_ == booster.best_iteration


@each_library
def test_a_booster_is_copied(make, name):  # noqa: ARG001
    model = make().fit(X, SCORE > 0.7)
    booster = model.get_booster() if make is xgboost else model.booster_
    loaded = focalboost.load(booster)
    assert (loaded.get_booster() if make is xgboost else loaded.booster_) is not booster
    assert_same_model(loaded, model)


@each_library
def test_names_and_categories_of_pandas(make, name, tmp_path):
    codes = rng.integers(0, 6, 300)
    frame = pd.DataFrame({"x": X[:, 0], "kind": pd.Categorical(np.array(list("uvwxyz"))[codes])})
    y = (codes % 2 == 0) & (X[:, 0] > -1)
    model = make(**{"enable_categorical": True, "tree_method": "hist"} if make is xgboost else {}).fit(frame, y)
    for source in (save(model, tmp_path / name), native(model, tmp_path / name)):
        loaded = focalboost.load(source)
        assert_same_model(loaded, model, frame)
        names = loaded.get_booster().feature_names if make is xgboost else loaded.feature_name_
        assert names == ["x", "kind"]
    # The model's own categories count, not their numbers in a new frame: LightGBM, and XGBoost from 3.1 on.
    if make is lightgbm or xgb.__version__ >= "3.1":
        reordered = frame.assign(kind=frame["kind"].cat.reorder_categories(list("zyxwvu")))
        np.testing.assert_array_equal(loaded.predict_proba(reordered), model.predict_proba(frame))


def test_a_start_outside_the_trees(tmp_path):
    model = lightgbm(linear_tree=True).fit(X, SCORE > 0.7)
    assert model.link_.start
    assert_same_model(focalboost.load(save(model, tmp_path / "m.txt")), model)


@pytest.mark.filterwarnings("ignore:[^~]*deprecated:UserWarning")  # XGBoost 3.4
@pytest.mark.parametrize("booster", ["dart", "gblinear"])
def test_other_boosters_of_xgboost(booster, tmp_path):
    model = xgboost(booster=booster, importance_type="weight")
    model.set_params(**{"max_depth": None} if booster == "gblinear" else {}).fit(X, SCORE > 0.7)
    loaded = focalboost.load(save(model, tmp_path / "m.ubj")).set_params(importance_type="weight")
    assert_same_model(loaded, model)


@pytest.mark.parametrize("path", SAVED, ids=[f"{path.parent.name}-{path.name}" for path in SAVED])
def test_models_of_other_versions(path):
    library, _, version = path.parent.name.partition("-")
    if library == "xgboost" and version >= "3.1" > xgb.__version__:
        with pytest.raises(ValueError, match=r"install XGBoost 3\.1 or later"):
            focalboost.load(path)
        return
    expected = json.loads((path.parent / "expected.json").read_text())
    loaded = focalboost.load(path)
    assert loaded.classes_.tolist() == expected[path.stem]["labels"]
    np.testing.assert_allclose(loaded.predict_proba(expected["X"]), expected[path.stem]["probability"], rtol=1e-6)


def cut(path, tmp_path, end):
    damaged = tmp_path / path.name
    damaged.write_bytes(path.read_bytes()[:end])
    return damaged


def test_a_hole_in_lightgbms_trees_is_an_error(tmp_path):
    text = (MODELS / "lightgbm-4.2.0" / "binary.txt").read_text()
    first, last = text.index("Tree=0"), text.index("end of trees")
    for start in range(first, last - 50, 97):
        (tmp_path / "m.txt").write_text(text[:start] + text[start + 50 :])
        with pytest.raises(ValueError, match="cannot read"):
            focalboost.load(tmp_path / "m.txt")


OWN_VERSIONS = [path for path in SAVED if path.parent.name in ("xgboost-2.0.3", "lightgbm-4.2.0")]


@pytest.mark.parametrize("path", OWN_VERSIONS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_cut_file_is_an_error(path, tmp_path):
    size = path.stat().st_size
    for end in [*range(6, size, 211), *range(size - 45, size - 2)]:
        with pytest.raises(ValueError, match=rf"cannot read .*{path.name}: it is incomplete"):
            focalboost.load(cut(path, tmp_path, end))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        pickle.dumps({"a": 1}),
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"amount,is_fraud\n1,0\n",
        b"tree",
        b"binf" + bytes(99),
    ],
    ids=["empty", "pickle", "png", "csv", "tree", "xgboost's old binary"],
)
def test_another_kind_of_file_is_an_error(content, tmp_path):
    path = tmp_path / "model.ubj"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"model\.ubj \({len(content)} bytes\) holds no model"):
        focalboost.load(path)


@pytest.mark.parametrize(
    "content", [b'{"a": 1}', b'{"version": [3, 0, 0]}', b"tree\nversion=v4\npandas_categorical:null\n"]
)
def test_what_only_looks_like_a_model_is_an_error(content, tmp_path):
    path = tmp_path / "model"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="cannot read"):
        focalboost.load(path)


def test_no_file_and_no_model(tmp_path):
    with pytest.raises(FileNotFoundError, match="missing"):
        focalboost.load(tmp_path / "missing.ubj")
    for source in (3, None, xgboost(), b"model.ubj"):
        with pytest.raises(TypeError, match=r"from a path, an xgboost\.Booster or a lightgbm\.Booster"):
            focalboost.load(source)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (xgb.XGBClassifier(n_estimators=1), "m.ubj"),
        (xgb.XGBClassifier(n_estimators=1), "m.json"),
        (lgb.LGBMClassifier(n_estimators=1, verbosity=-1), "m.txt"),
    ],
)
def test_a_model_of_the_library_alone_is_an_error(model, name, tmp_path):
    model.fit(X, (SCORE > 0.7).astype(int))
    booster = model.get_booster() if isinstance(model, xgb.XGBModel) else model.booster_
    booster.save_model(tmp_path / name)
    with pytest.raises(ValueError, match="this booster holds a model, but not of this package"):
        focalboost.load(booster)
    with pytest.raises(ValueError, match=f"{name} holds a model, but not of this package"):
        focalboost.load(tmp_path / name)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('"format": 1', '"format": 9', r"later focalboost \(format 9\)"),
        ('"format": 1', '"form": 1', "damaged"),
        ('"gamma": 2.0', '"gamma": -2.0', "damaged"),
        ('"loss": "binary"', '"los": "binary"', "damaged"),
    ],
)
def test_an_attribute_of_another_format_is_an_error(before, after, message, tmp_path):
    booster = lightgbm().fit(X, SCORE > 0.7).booster_
    text = booster.model_to_string()
    assert before in text
    (tmp_path / "m.txt").write_text(text.replace(before, after))
    with pytest.raises(ValueError, match=message):
        focalboost.load(tmp_path / "m.txt")
    booster = xgboost().fit(X, SCORE > 0.7).get_booster()
    booster.set_attr(focalboost=booster.attr("focalboost").replace(before, after))
    with pytest.raises(ValueError, match=message):
        focalboost.load(booster)


@each_library
def test_a_training_goes_on_from_a_file_as_from_the_model(make, name, tmp_path):
    y, argument = SCORE > 0.7, "xgb_model" if make is xgboost else "init_model"
    model = make(class_weight={False: 1.0, True: 3.0}).fit(X, y)
    files = [save(model, tmp_path / name), tmp_path / f"digest-{name}"]
    focalboost.save(model, files[1])
    expected = make().fit(X, y, **{argument: model}).predict_proba(X)
    for file in (*files, str(files[1])):
        np.testing.assert_array_equal(make().fit(X, y, **{argument: file}).predict_proba(X), expected)


@pytest.mark.parametrize("gamma", [1.0, focalboost.GammaPath((0.0, 1.0), cv=2)], ids=["a number", "a search"])
@each_library
def test_no_training_goes_on_from_a_damaged_file(make, name, gamma, tmp_path):
    model = make().fit(X, SCORE > 0.7)
    focalboost.save(model, tmp_path / name)
    content = (tmp_path / name).read_bytes()
    place = content.rindex(b"leaf_value=" if make is lightgbm else b"split_conditions") + 40
    (tmp_path / name).write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    with pytest.raises(ValueError, match=f"{name} is damaged: its SHA-256"):
        make(gamma=gamma).fit(X, SCORE > 0.7, **{"xgb_model" if make is xgboost else "init_model": tmp_path / name})


def test_threads_save_to_one_path(tmp_path):
    model, path = xgboost().fit(X, SCORE > 0.7), tmp_path / "m.ubj"

    def save_often(_):
        for _ in range(30):
            focalboost.save(model, path)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(save_often, range(4)))
    assert_same_model(focalboost.load(path), model)
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_save_leaves_the_earlier_file_alone(tmp_path, monkeypatch):
    model, path = xgboost().fit(X, SCORE > 0.7), tmp_path / "m.ubj"
    focalboost.save(model, path)

    def interrupt(unfinished, _):
        assert unfinished.exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(model_file, "put_in_place", interrupt)
    with pytest.raises(KeyboardInterrupt):
        focalboost.save(xgboost(n_estimators=1).fit(X, SCORE > 0.7), path)
    assert list(tmp_path.iterdir()) == [path]
    assert_same_model(focalboost.load(path), model)
