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
# Dask cluster, and from files that are never in memory all at once; when these give the same model, and how far apart
# they are when not; how many rows fit where. **No GPU was at hand**: what one gains is not shown.

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

plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.3})
QUICK = os.environ.get("FOCALBOOST_QUICK") == "1"  # tests run less data
rows, prevalence, rounds = (8_000, 0.03, 8) if QUICK else (200_000, 0.005, 60)
temporary = tempfile.TemporaryDirectory()
folder = Path(temporary.name)

# %% [markdown]
# **Data in files:** eight parquet files to train on; the latest fifth of the payments to test. All of it twice: the
# columns as they are, and each in at most 200 steps (-1 if missing), fewer than XGBoost's 256 bins. That will matter.

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
# XGBoost grows trees on a GPU with `device="cuda", tree_method="hist"`, in estimators too. (`gpu_hist` is accepted by
# XGBoost 2.0 to 3.0, and is an error from 3.1 on.) The gradients come from the CPU, unless the loss is asked for more:
# `BinaryFocalLoss(device="cuda")`, with XGBoost 2.1 or later and `pip install '.[cuda]'`. Tests check that this code
# gives the CPU's gradients in Numba's simulator. On a GPU it has not run yet; the cell runs it if there is one.

# %%
X, y = split(pd.read_parquet(folder / "as they are"))
built, present = xgb.build_info()["USE_CUDA"], cuda.is_available()
loss = BinaryFocalLoss(gamma=2.0, device="cuda").scaled_to(y)
params = {"device": "cuda" if built and present else "cpu", "tree_method": "hist", "nthread": 1}
try:
    xgb.train(params | loss.xgboost_params(y), xgb.QuantileDMatrix(X, y), 2, obj=loss)
    print("two rounds with gradients from the GPU")
except (ImportError, RuntimeError) as error:
    print(f"XGBoost is built for CUDA: {built}; a GPU is here: {present}\n{error}")

# %% [markdown]
# ## Dask, external memory
# **Dask** has the same estimator with `Dask` before its name. Start, scale and class weights come from all partitions;
# `to_local()` gives the estimator for one machine, to save and to serve. The cluster below is two workers in this
# process; connect to a real one with `Client("tcp://scheduler:8786")`. **External memory**: XGBoost asks a `DataIter`
# for one batch after the other. A `QuantileDMatrix` of it keeps only the bins in memory; from XGBoost 3.0 an
# `ExtMemQuantileDMatrix` keeps them on disk. The loss needs only the classes' totals, added up over the files.


# %%
def one_machine(name, max_bin=256):
    """Train on an array in memory."""
    model = FocalXGBClassifier(gamma=2.0, n_estimators=rounds, max_depth=4, n_jobs=1, max_bin=max_bin)
    model.fit(*split(pd.read_parquet(folder / name)), eval_set=[split(tests[name])], verbose=False)
    return model.decision_function(split(tests[name])[0]), model.evals_result()["validation_0"]["logloss"]


def on_a_cluster(name):
    """Train on two workers of a Dask cluster."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)  # XGBoost's workers write their addresses on standard error
    cluster = LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0")
    with cluster, Client(cluster) as client:
        X, y = split(dd.read_parquet(folder / name).persist())
        test = split(dd.from_pandas(tests[name], npartitions=2))
        model = DaskFocalXGBClassifier(gamma=2.0, n_estimators=rounds, max_depth=4, n_jobs=1, client=client)
        local = model.fit(X, y, eval_set=[test], verbose=False).to_local()
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
    data = getattr(xgb, "ExtMemQuantileDMatrix", xgb.DMatrix)(batches)  # before XGBoost 3.0: DMatrix
    test, curve = xgb.DMatrix(*split(tests[name])), {}
    on_disk[name] = sum(path.stat().st_size for path in folder.glob(f"cache {name}*")) / n_train
    told = {"custom_metric": loss.log_loss_metric, "evals": [(test, "test")], "evals_result": curve}
    booster = xgb.train(params, data, rounds, obj=loss, verbose_eval=False, **told)
    return booster.predict(test, output_margin=True), curve["test"]["posterior_log_loss"]


ways = {
    "one machine": (one_machine, {"color": "#7c8592", "linewidth": 4}),
    "external memory": (from_files, {"color": "#00805a", "linestyle": ":", "linewidth": 2.5}),
    "Dask": (on_a_cluster, {"color": "#7a3ff0", "linestyle": "--"}),
    "Dask again": (on_a_cluster, {"color": "#7a3ff0", "linestyle": ":"}),
    "one machine, 255 bins": (lambda name: one_machine(name, max_bin=255), {"color": "#1f2430", "linewidth": 0.8}),
}
found, first, on_disk = {}, {}, {}
shown = np.arange(rounds // 6, rounds)  # the first rounds would hide the others
figure, panels = plt.subplots(1, 2, sharey=True, figsize=(7, 3.2), layout="constrained")
for panel, name in zip(panels, columns, strict=True):
    for way, (train, look) in ways.items():
        scores, curve = train(name)
        apart = np.abs(scores - first.setdefault(name, scores)).max()
        found[name, way] = average_precision_score(tests[name]["is_fraud"], scores), curve[-1], apart
        panel.plot(shown + 1, np.array(curve)[shown], label=way, **look)
    panel.set(title=f"columns {name}", xlabel="round")
panels[0].set_ylabel("log-loss of the test rows")
panels[1].legend(loc="lower right", fontsize=8)
table = pd.DataFrame(found, ["average precision", "log-loss", "largest difference of a score"]).T
assert (table.loc[(slice(None), "external memory"), table.columns[2]] == 0).all()
assert (table.loc["in 200 steps"].iloc[:, 2] < 1e-5).all()  # all one model
table.round(5)

# %% [markdown]
# External memory gives the array's model. Dask gives it where every column has fewer values than there are bins, 256.
# Otherwise each worker proposes the bins' borders from its own rows, and which rows these are differs from run to run:
# that is how XGBoost makes bins, before any loss is asked. Scores then differ about as much as with one bin fewer.
# ## How many rows fit where
# The table: bytes a row here, of the array and of the bins on disk; **missing values double the bins on disk** (the
# columns in steps have none). The figure: bytes a row that `python benchmarks/scale/scale.py` measured at 20 features,
# up to 1e8 rows (1e7 for the estimator), extended to more. 58 GB is what training may take of a machine of 64 GiB.

# %%
_, axes = plt.subplots(figsize=(7, 3.2), layout="constrained")
sizes = {"array, estimator": 203, "bins in memory": 108, "the array alone, computed": 80, "bins on disk": 60}
for (way, size), color in zip(sizes.items(), ["#7a3ff0", "#0b6cb5", "#7c8592", "#00805a"], strict=True):
    axes.loglog([1e6, 1e10], [size / 1e3, size * 10], color=color, label=f"{way}: {size} bytes a row")
axes.axhline(58, color="#1f2430", linewidth=0.8, label="58 GB, of a machine of 64 GiB")
axes.set(xlabel="rows", ylabel="GB of memory")
axes.legend(loc="lower right", fontsize=8)
pd.DataFrame({"bytes a row": {"array": X.to_numpy().nbytes / n_train} | on_disk}).round(1)

# %% [markdown]
# ## What to keep
# - **External memory gives the array's model**, here to the last bit. It needs a `DataIter` and the classes' totals.
# - **Dask gives it where columns have fewer values than bins** (differences below 1e-5). Otherwise scores differ by up
#   to about 1, and average precision by up to some hundredths, from run to run: by chance, as with 255 bins.
# - **58 GB hold** 2.9e8 rows of 20 features in an array, 5.4e8 as bins, 9.7e8 with bins on disk (computed); **missing
#   values** take the bins on disk from 53 to 114 bytes a row, here at 21 features. **GPU**: not tried on one.
