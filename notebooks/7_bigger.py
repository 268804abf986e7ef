# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Bigger: GPU, Dask, external memory
#
# One array on one machine is not always enough. At the end you will know what to write for a GPU; how to train on a
# Dask cluster, and from files that never lie in memory all at once; when these give the same model, and how far apart
# they are when not; how many rows fit where. **No GPU was at hand**: nothing is shown of what one does.

# %%
import os
import tempfile
from pathlib import Path

import dask.dataframe as dd
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xgboost as xgb
from distributed import Client, LocalCluster
from numba import cuda
from sklearn.metrics import average_precision_score

from focalboost import BinaryFocalLoss, DaskFocalXGBClassifier, FocalXGBClassifier
from focalboost.datasets.simulator import simulate_card_fraud

plt.rcParams.update({"figure.figsize": (7, 3.2), "figure.dpi": 90, "figure.constrained_layout.use": True})
plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.3})
QUICK = os.environ.get("FOCALBOOST_QUICK") == "1"
rows, prevalence, rounds = (8_000, 0.03, 8) if QUICK else (200_000, 0.005, 60)
temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)

# %% [markdown]
# ## Data in files
# Eight parquet files of payments to train on, the latest fifth of the payments to test. Everything twice: the columns
# as they are, and each in at most 200 steps with missing values as -1. What for will be seen.

# %%
simulated = simulate_card_fraud(rows, prevalence=prevalence, random_state=1)
features = simulated.features.assign(merchant_category=simulated.features["merchant_category"].cat.codes)
columns = {"as they are": features, "in 200 steps": (200 * features.rank(pct=True)).round().fillna(-1)}
n_train, tests = rows * 4 // 5, {}
for name, table in columns.items():
    table = table.astype("float32").assign(is_fraud=simulated.target)
    tests[name] = table.iloc[n_train:]
    (folder / name).mkdir()
    for part, start in enumerate(range(0, n_train, n_train // 8)):
        table.iloc[start : start + n_train // 8].to_parquet(folder / name / f"part-{part}.parquet", index=False)


def split(table):
    """Return features and labels."""
    return table.drop(columns="is_fraud"), table["is_fraud"]


# %% [markdown]
# ## GPU
# XGBoost grows trees on a GPU with `device="cuda", tree_method="hist"`, in the estimators as in `xgboost.train`.
# (`tree_method="gpu_hist"` is accepted by XGBoost 2.0 to 3.0, and an error from 3.1 on.) The gradients come from the
# CPU, unless the loss is asked for more: `BinaryFocalLoss(device="cuda")`, with XGBoost 2.1 or later and
# `pip install 'focalboost[cuda]'`. That code gives the CPU's gradients in Numba's simulator, as the tests check; on a
# GPU it has not run. This cell uses a GPU if there is one, and else says what is missing.

# %%
X, y = split(pd.read_parquet(folder / "as they are"))
loss = BinaryFocalLoss(gamma=2.0, device="cuda").scaled_to(y)
device = "cuda" if xgb.build_info()["USE_CUDA"] and cuda.is_available() else "cpu"
params = {"device": device, "tree_method": "hist", "nthread": 1} | loss.xgboost_params(y)
try:
    booster = xgb.train(params, xgb.QuantileDMatrix(X, y), 2, obj=loss)
    print(f"{booster.num_boosted_rounds()} rounds on the GPU")
except (ImportError, RuntimeError) as error:
    print(f"XGBoost is built for CUDA: {xgb.build_info()['USE_CUDA']}; a GPU is here: {cuda.is_available()}\n{error}")

# %% [markdown]
# ## Dask, external memory
# **Dask** has the same estimator with `Dask` before its name. Start, scale and class weights are found over all
# partitions; `to_local()` gives the estimator for one machine, to save and to serve. Below, a cluster of two workers in
# this process; on a real one it is `Client("tcp://scheduler:8786")`, and nothing else changes.
#
# **External memory**: XGBoost asks a `DataIter` for one batch after the other. A `QuantileDMatrix` of it keeps only the
# bins in memory; from XGBoost 3.0 an `ExtMemQuantileDMatrix` keeps them on disk. The loss needs no more than the
# classes' totals, which are added up over the files.

# %%
trees = {"n_estimators": rounds, "max_depth": 4, "n_jobs": 1}


def one_machine(name, **more):
    """Train on an array in memory."""
    model = FocalXGBClassifier(gamma=2.0, **trees, **more)
    model.fit(*split(pd.read_parquet(folder / name)), eval_set=[split(tests[name])], verbose=False)
    return model.decision_function(split(tests[name])[0]), model.evals_result()["validation_0"]["logloss"]


def on_a_cluster(name):
    """Train on two workers of a Dask cluster."""
    kept = os.dup(2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # where XGBoost's workers write their addresses
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None)
    with cluster, Client(cluster) as client:
        X, y = split(dd.read_parquet(folder / name).persist())
        test = split(dd.from_pandas(tests[name], npartitions=2))
        model = DaskFocalXGBClassifier(gamma=2.0, client=client, **trees).fit(X, y, eval_set=[test], verbose=False)
        local = model.to_local()
    os.dup2(kept, 2)
    return local.decision_function(split(tests[name])[0]), local.evals_result()["validation_0"]["logloss"]


class Batches(xgb.DataIter):
    """One parquet file in memory at a time."""

    def __init__(self, name):
        self.files = sorted((folder / name).glob("*.parquet"))
        self.reset()
        super().__init__(cache_prefix=str(folder / f"cache {name}"))

    def reset(self):
        """Begin again."""
        self.left = iter(self.files)

    def next(self, input_data):
        """Hand over the next file, and say whether there was one."""
        path = next(self.left, None)
        if path is not None:
            X, y = split(pd.read_parquet(path))
            input_data(data=X, label=y)
        return path is not None


def from_files(name):
    """Train in external memory, and note the bytes a row on disk."""
    batches = Batches(name)
    totals = sum(np.bincount(split(pd.read_parquet(path))[1], minlength=2) for path in batches.files)
    loss = BinaryFocalLoss(gamma=2.0).scaled_to([0, 1], totals)
    params = {"max_depth": 4, "tree_method": "hist", "nthread": 1} | loss.xgboost_params([0, 1], totals)
    data, test, curve = xgb.ExtMemQuantileDMatrix(batches), xgb.DMatrix(*split(tests[name])), {}
    on_disk[name] = sum(path.stat().st_size for path in folder.glob(f"cache {name}*")) / n_train
    told = {"custom_metric": loss.log_loss_metric, "evals_result": curve, "verbose_eval": False}
    booster = xgb.train(params, data, rounds, obj=loss, evals=[(test, "test")], **told)
    return booster.predict(test, output_margin=True), curve["test"]["posterior_log_loss"]


ways = {
    "one machine": (one_machine, {"color": "#7c8592", "linewidth": 4}),
    "external memory": (from_files, {"color": "#00805a", "linestyle": ":", "linewidth": 2.5}),
    "Dask": (on_a_cluster, {"color": "#7a3ff0", "linestyle": "--"}),
    "Dask again": (on_a_cluster, {"color": "#7a3ff0", "linestyle": "-."}),
}
found, on_disk = {}, {}
figure, panels = plt.subplots(1, 2, sharey=True)
for panel, name in zip(panels, columns, strict=True):
    scores = {}
    for way, (train, look) in ways.items():
        scores[way], curve = train(name)
        apart = np.abs(scores[way] - scores["one machine"]).max()
        found[name, way] = average_precision_score(tests[name]["is_fraud"], scores[way]), curve[-1], apart
        panel.plot(range(1, rounds + 1), curve, label=way, **look)
    panel.set(title=f"columns {name}", xlabel="round")
panels[0].set_ylabel("log-loss of the test rows")
panels[1].legend();

# %%
table = pd.DataFrame(found, ["average precision", "log-loss", "largest difference of a score"]).T
assert (table.loc["in 200 steps"].iloc[:, 2] < 1e-3).all()
table.round(5)

# %% [markdown]
# External memory gives the model of the array. Dask gives it where every column has fewer values than bins, 256. Else
# each worker proposes borders of bins from the rows that it has, and which those are differs from run to run, and so the
# model. That is XGBoost's doing, whatever the loss. How much is that? One machine with another number of bins:

# %%
bins = (256, 255, 254, 253, 252)
tried = [average_precision_score(tests["as they are"]["is_fraud"], one_machine("as they are", max_bin=n)[0]) for n in bins]
pd.DataFrame({"average precision": tried}, pd.Index(bins, name="max_bin")).T.round(3)

# %% [markdown]
# ## How many rows fit where
# Bytes a row of the arrays here, and of the cache on disk. **One missing value anywhere doubles the cache**: the columns in
# steps have -1 in their place. Below, how far 58 GB of memory go at 20 features, by the bytes a row that
# `benchmarks/scale` measured up to 1e8 rows (`python benchmarks/scale/scale.py`); lines beyond are computed.

# %%
