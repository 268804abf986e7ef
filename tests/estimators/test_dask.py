"""On a Dask cluster of two processes both estimators fit the model that their single-machine twins fit."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

from focalboost import FocalLGBMClassifier, FocalXGBClassifier

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")

import dask.array as da  # noqa: E402 (only where Dask is installed)
import dask.dataframe as dd  # noqa: E402

from focalboost import DaskFocalLGBMClassifier, DaskFocalXGBClassifier  # noqa: E402

N = 2000
XGB = {"n_estimators": 15, "max_depth": 3}
# LightGBM guesses a leaf's rows from its curvature, on several machines with other rounding: one row is always there.
LGB = {"n_estimators": 15, "num_leaves": 8, "min_child_samples": 1, "min_child_weight": 1.0, "verbosity": -1}
PAIRS = [
    pytest.param(DaskFocalXGBClassifier, FocalXGBClassifier, XGB, id="xgboost"),
    pytest.param(DaskFocalLGBMClassifier, FocalLGBMClassifier, LGB, id="lightgbm"),
]
# Values that all workers have, fewer than bins, give the same bins as on one machine. What is left is the order of
# summation: of float64 in LightGBM's histograms and XGBoost's, whose leaves and scores are float32.
TOLERANCE = 1e-5

pytestmark = [
    pytest.mark.usefixtures("client"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),  # XGBoost 2.0's tracker
]


@pytest.fixture(scope="module")
def client():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a cluster says of ports and sockets of this machine is not tested here
        with (
            distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 20, size=(N, 4)).astype(float)
    logit = (X[:, 0] + X[:, 1] - 26) / 3
    y = np.where(rng.random(N) < 1 / (1 + np.exp(-logit)), "fraud", "fine")
    return X, y, rng.uniform(0.5, 2, N)


def array(values, rows=500):
    return da.from_array(values, chunks=(rows, *values.shape[1:]))


@pytest.mark.parametrize(("cluster_class", "local_class", "params"), PAIRS)
@pytest.mark.parametrize("focal", [{"gamma": 2.0}, {"gamma": 1.0, "class_weight": "balanced"}])
def test_frames_with_string_labels_and_weights(client, data, cluster_class, local_class, params, focal):
    X, y, weight = data
    frame = pd.DataFrame(X, columns=list("abcd"))
    rows, labels, weights = (dd.from_pandas(part, npartitions=4) for part in (frame, pd.Series(y), pd.Series(weight)))
    ours = cluster_class(client=client, **params, **focal).fit(rows, labels, sample_weight=weights)
    twin = local_class(**params, **focal).fit(frame, y, sample_weight=weight)
    assert ours.loss_.class_weight == pytest.approx(twin.loss_.class_weight)
    assert ours.loss_.scale == pytest.approx(twin.loss_.scale)
    assert ours.link_.prevalence == pytest.approx(twin.link_.prevalence)
    assert ours.link_.shift == pytest.approx(twin.link_.shift, abs=TOLERANCE)
    assert ours.link_.shift[1] != 0
    proba = ours.predict_proba(rows)
    assert isinstance(proba, da.Array)
    np.testing.assert_allclose(proba.compute(), twin.predict_proba(frame), atol=TOLERANCE)
    np.testing.assert_allclose(
        ours.decision_function(rows).compute(), twin.decision_function(frame), atol=10 * TOLERANCE
    )
    np.testing.assert_array_equal(ours.predict(rows).compute(), twin.predict(frame))


@pytest.mark.parametrize(("cluster_class", "local_class", "params"), PAIRS)
def test_three_classes_of_which_the_workers_lack_some(data, cluster_class, local_class, params):
    X, _, _ = data
    X = np.array(X)
    y = np.repeat([7, 8, 9], [N // 2, 3 * N // 10, N // 5])  # sorted: no partition of 500 rows has all classes
    X[:, 2] = (X[:, 2] + 2 * y) % 20
    ours = cluster_class(**params).fit(array(X), array(y))
    twin = local_class(**params).fit(X, y)
    assert ours.classes_.tolist() == [7, 8, 9]
    assert ours.decision_function(array(X)).shape == (N, 3)
    np.testing.assert_allclose(ours.predict_proba(array(X)).compute(), twin.predict_proba(X), atol=TOLERANCE)


@pytest.mark.parametrize(("cluster_class", "local_class", "params"), PAIRS)
def test_local_and_pickled_models_predict_the_same(client, data, cluster_class, local_class, params, tmp_path):
    X, y, _ = data
    fraud = y == "fraud"
    ours = cluster_class(**params).set_params(client=client, deployment_prevalence=0.01).fit(array(X), array(fraud))
    expected = ours.predict_proba(array(X)).compute()
    local = ours.to_local()
    assert type(local) is local_class
    assert "client" not in local.get_params()
    np.testing.assert_array_equal(local.predict_proba(X), expected)
    copied = pickle.loads(pickle.dumps(ours))
    assert copied.client is None
    np.testing.assert_array_equal(copied.predict_proba(array(X)).compute(), expected)
    if local_class is FocalXGBClassifier:
        ours.save_model(tmp_path / "model.json")
        loaded = FocalXGBClassifier(deployment_prevalence=0.01)
        loaded.load_model(tmp_path / "model.json")
        np.testing.assert_array_equal(loaded.predict_proba(X), expected)


def test_early_stopping_sees_the_same_measure_as_on_one_machine(data):
    X, y, weight = data
    params = XGB | {"n_estimators": 60, "learning_rate": 0.5, "early_stopping_rounds": 3, "eval_metric": "logloss"}
    train, valid = slice(0, 1400), slice(1400, N)
    ours = DaskFocalXGBClassifier(**params).fit(
        array(X[train]),
        array(y[train]),
        eval_set=[(array(X[valid], 450), array(y[valid], 450))],  # of unequal size, so that a plain mean would be wrong
        sample_weight_eval_set=[array(weight[valid], 450)],
        verbose=False,
    )
    twin = FocalXGBClassifier(**params).fit(
        X[train], y[train], eval_set=[(X[valid], y[valid])], sample_weight_eval_set=[weight[valid]], verbose=False
    )
    assert 0 < ours.best_iteration == twin.best_iteration < 56
    history, expected = (model.evals_result()["validation_0"]["logloss"] for model in (ours, twin))
    np.testing.assert_allclose(history, expected, atol=2e-6)  # XGBoost passes metrics on with six decimals


def test_training_goes_on(data):
    X, y, _ = data
    first = DaskFocalXGBClassifier(**XGB).fit(array(X), array(y))
    ours = DaskFocalXGBClassifier(**XGB).fit(array(X), array(y), xgb_model=first)
    assert ours.get_booster().num_boosted_rounds() == 30
    assert ours.predict_proba(array(X))[:, 1].mean().compute() == pytest.approx(np.mean(y == "fraud"), rel=0.05)


def test_feature_weights(data):
    X, y, _ = data
    ours = DaskFocalXGBClassifier(**XGB, colsample_bynode=0.5).fit(array(X), array(y), feature_weights=[0, 1, 1, 0])
    assert set(ours.get_booster().get_score()) == {"f1", "f2"}


def test_empty_partitions(data):
    X, y, weight = data
    frame = pd.DataFrame(X, columns=list("abcd")).assign(y=y, w=weight, row=np.arange(N))
    frame = dd.from_pandas(frame, npartitions=4).query("row < 900")  # two of four partitions are empty
    rows = frame[list("abcd")]
    ours = DaskFocalXGBClassifier(**XGB).fit(
        rows, frame.y, sample_weight=frame.w, eval_set=[(rows, frame.y)], verbose=False
    )
    twin = FocalXGBClassifier(**XGB).fit(X[:900], y[:900], sample_weight=weight[:900])
    np.testing.assert_allclose(ours.predict_proba(rows).compute(), twin.predict_proba(X[:900]), atol=TOLERANCE)


@pytest.mark.parametrize("cluster_class", [DaskFocalXGBClassifier, DaskFocalLGBMClassifier])
@pytest.mark.parametrize(
    ("given", "change", "message"),
    [
        ({"gamma": "auto"}, {}, r"gamma='auto'.*sample.*Focal(XGB|LGBM)Classifier\(gamma='auto'\)"),
        ({"objective": "binary"}, {}, "focal loss is the objective"),
        ({}, {"y": np.zeros(N, dtype=int)}, "one class alone"),
        ({}, {"y": np.full(N, np.nan)}, "500 missing labels"),
        ({}, {"y": np.linspace(0, 1, N)}, "continuous"),
        ({}, {"sample_weight": np.full(N, -1.0)}, "sample_weight must be finite and >= 0"),
        ({}, {"sample_weight": np.ones(N + 1)}, "sample_weight has 5 partitions, y 4"),
        ({}, {"sample_weight": np.ones(N - 1)}, "sample_weight has 499 rows, that of y 500"),
    ],
)
def test_what_cannot_be_trained_is_an_error(data, cluster_class, given, change, message):
    X, y, _ = data
    change = {name: array(values) for name, values in ({"y": y} | change).items()}
    with pytest.raises(ValueError, match=message):
        cluster_class(**given).fit(array(X), **change)


@pytest.mark.parametrize("cluster_class", [DaskFocalXGBClassifier, DaskFocalLGBMClassifier])
def test_data_in_memory_is_an_error(data, cluster_class):
    X, y, _ = data
    with pytest.raises(TypeError, match="y must be a dask Series or a one-dimensional dask Array; it is ndarray"):
        cluster_class().fit(array(X), y)
    fitted = cluster_class(n_estimators=1).fit(array(X), array(y))
    with pytest.raises(TypeError, match=r"X must be a dask DataFrame or a two-dimensional dask Array.*to_local"):
        fitted.predict(X)


def test_lightgbm_refuses_early_stopping():
    with pytest.raises(ValueError, match=r"early_stopping_round=5.*different rounds"):
        DaskFocalLGBMClassifier(early_stopping_round=5).fit(None, None)


def test_parameters_are_those_of_the_twin_and_the_cluster():
    extra = {"client", "coll_cfg"}
    assert set(DaskFocalXGBClassifier(max_depth=2).get_params()) == {*FocalXGBClassifier().get_params(), *extra}
    ours = DaskFocalLGBMClassifier(num_leaves=5, tree_learner="voting").get_params()
    assert set(ours) == {*FocalLGBMClassifier().get_params(), "client", "tree_learner"}
    assert ours["num_leaves"] == 5
