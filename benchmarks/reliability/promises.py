"""Do what an extra promises where little else is installed: ``python promises.py [EXTRA ...] EXTRA``, the last one."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import focalboost

RNG = np.random.default_rng(0)
X = RNG.normal(size=(2000, 4))
Y = (RNG.random(2000) < 1 / (1 + np.exp(3 - 2 * X[:, 0]))).astype(int)
LOSS = focalboost.BinaryFocalLoss(gamma=2.0)


def nothing() -> None:
    """Compute losses, derivatives and posteriors."""
    gradient, curvature = LOSS.gradient_hessian(Y, X[:, 0])
    assert np.isfinite(gradient).all()
    assert (curvature > 0).all()
    assert abs(LOSS.predict_proba([LOSS.fit_intercept_only(Y)])[0, 1] - Y.mean()) < 1e-9
    softmax = focalboost.MulticlassFocalLoss(3)
    assert np.allclose(softmax.predict_proba(X[:, :3]).sum(axis=1), 1)
    assert np.isfinite(LOSS.scaled_to(Y).log_loss_metric(Y, X[:, 0])[1])
    assert focalboost.class_weights(Y, "balanced")
    assert focalboost.shift_prior([[0.5, 0.5]], [0.5, 0.5], [0.9, 0.1])[0, 1] < 0.5


def xgboost() -> None:
    """Train with the loss in XGBoost's two interfaces, and the classifier; read its file."""
    import xgboost as xgb

    data = xgb.DMatrix(X, Y)
    booster = xgb.train(LOSS.xgboost_params(Y), data, 5, obj=LOSS, custom_metric=LOSS.average_precision_metric)
    _separates(LOSS.predict_proba(booster.predict(data, output_margin=True)))
    start = LOSS.xgboost_params(Y)["base_score"]
    xgb.XGBClassifier(objective=LOSS, base_score=start, n_estimators=3).fit(X, Y)
    model = focalboost.FocalXGBClassifier(n_estimators=5).fit(X, Y)
    _separates(model.predict_proba(X))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.ubj"
        model.save_model(file)
        assert np.allclose(focalboost.load(file).predict_proba(X), model.predict_proba(X))


def lightgbm() -> None:
    """Train with the loss in LightGBM's two interfaces, and the classifier; read its file."""
    import lightgbm as lgb

    data = lgb.Dataset(X, Y, init_score=LOSS.init_score(Y))
    booster = lgb.train({**LOSS.lightgbm_params(), "lambda_l2": 1.0, "verbosity": -1}, data, 5, feval=LOSS.metric)
    _separates(LOSS.predict_proba(booster.predict(X) + LOSS.fit_intercept_only(Y)))
    lgb.LGBMClassifier(objective=LOSS, n_estimators=3, verbosity=-1).fit(X, Y, init_score=LOSS.init_score(Y))
    model = focalboost.FocalLGBMClassifier(n_estimators=5, verbosity=-1).fit(X, Y)
    _separates(model.predict_proba(X))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.txt"
        model.booster_.save_model(file)
        assert np.allclose(focalboost.load(file).predict_proba(X), model.predict_proba(X))


def metrics() -> None:
    """Measure how the scores rank."""
    assert LOSS.average_precision_metric(Y, X[:, 0])[1] > 2 * Y.mean()


def benchmark() -> None:
    """Run the command and write its report."""
    _command("--quick")


def dask() -> None:
    """Train the classifier of whichever booster is there on a cluster in this process."""
    import dask.array as da
    from distributed import Client, LocalCluster

    estimator = focalboost.DaskFocalXGBClassifier if "xgboost" in sys.argv else focalboost.DaskFocalLGBMClassifier
    features, labels = da.from_array(X, chunks=(1000, 4)), da.from_array(Y, chunks=1000)
    local = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None)
    with local as cluster, Client(cluster):
        model = estimator(n_estimators=5).fit(features, labels)
        _separates(model.predict_proba(features).compute())


def tuning() -> None:
    """Search a little."""
    xgb = "xgboost" in sys.argv
    estimator = focalboost.FocalXGBClassifier() if xgb else focalboost.FocalLGBMClassifier(verbosity=-1)
    result = focalboost.tune(estimator, X, Y, n_trials=3, cv=2, max_rounds=5)
    assert result.summary()
    _separates(result.estimator.predict_proba(X))


def catboost() -> None:
    """Fill CatBoost's rows of the benchmark."""
    _command("--quick", "--boosters", "catboost")


def data() -> None:
    """Load a packaged data set."""
    from focalboost.datasets.packaged import load_packaged

    assert len(load_packaged("haberman").features) > 0


def duckdb() -> None:
    """Run the command on a DuckDB file."""
    import duckdb as db
    import pandas as pd

    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "payments.duckdb")
        frame = pd.DataFrame(X, columns=list("abcd")).assign(fraud=Y)
        connection = db.connect(file)
        connection.register("frame", frame)
        connection.execute("create table payments as select * from frame")
        connection.close()
        _command("--data", file, "--target", "fraud", "--rounds", "3", "--folds", "2")


def _command(*arguments: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = Path(sys.executable).with_name("focalboost")
        subprocess.run([command, "benchmark", "--jobs", "1", "--output", folder, *arguments], check=True)
        assert (Path(folder) / "report.html").stat().st_size > 0


def _separates(probabilities: np.ndarray) -> None:
    assert probabilities[Y == 1, 1].mean() > probabilities[Y == 0, 1].mean()


if __name__ == "__main__":
    globals()[sys.argv[-1]]()
