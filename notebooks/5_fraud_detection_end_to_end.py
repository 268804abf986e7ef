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
# # Fraud detection end to end
#
# From a stream of card payments to a model that is served and watched. At the end you can train with focal loss through
# each interface of XGBoost and LightGBM, compare it fairly with class weights, tune it, raise alerts where the money is,
# explain them, save the model, serve one payment at a time, and see when it has aged.

# %%
import os
import tempfile
from pathlib import Path

import lightgbm as lgb
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn.model_selection import TimeSeriesSplit

from focalboost import BinaryFocalLoss, FocalLGBMClassifier, FocalXGBClassifier, load, save, shift_prior, tune
from focalboost.datasets.simulator import simulate_card_fraud
from focalboost.estimators.tuning import focal_space
from focalboost.evaluation.bootstrap import bootstrap_average_precision, interval
from focalboost.evaluation.metrics import average_precision, log_loss
from focalboost.evaluation.money import bayes_alerts, best_threshold, savings

QUICK = os.environ.get("FOCALBOOST_QUICK") == "1"
BLUE, PURPLE, GREEN, GREY = "#0b6cb5", "#7a3ff0", "#00805a", "#7c8592"
plt.rcParams.update({"figure.figsize": (7, 3.2), "figure.dpi": 90, "figure.constrained_layout.use": True})
plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.3})

# %% [markdown]
# ## The data, split in time
#
# 240 days of simulated payments, 1 % fraud, which drifts from compromised terminals to stolen cards. The first 30 days
# only fill the features' windows. A fraud is known after 7 days, so as many are left out before validation and test.

# %%
payments = simulate_card_fraud(30_000 if QUICK else 200_000, n_days=240, prevalence=0.01, drift=1.0)
day = (payments.timestamp - payments.timestamp[0].astype("datetime64[D]")) // np.timedelta64(1, "D")
spans = {"train": (30, 120), "valid": (127, 150), "test": (157, 190), "later": (190, 240)}
train, valid, test, later = (np.flatnonzero((day >= first) & (day < end)) for first, end in spans.values())
X, y, amount = payments.features, payments.target, payments.amount
pd.DataFrame({"rows": map(len, (train, valid, test, later)), "frauds": [y[rows].sum() for rows in (train, valid, test, later)]}, spans)

# %% [markdown]
# ## Four interfaces
#
# One loss object is the objective in all of them. Training must start at the best constant score: XGBoost takes it as
# `base_score`; LightGBM as `init_score`, which it does not keep, so that `z0` is added to its scores. All return raw
# scores, of which `loss.predict_proba` makes probabilities (notebook 4). The two estimators do all this by themselves.

# %%
X_train, y_train, X_test, y_test = X.iloc[train], y[train], X.iloc[test], y[test]
loss = BinaryFocalLoss(gamma=2.0).scaled_to(y_train)
params, z0, init_score = loss.xgboost_params(y_train), loss.fit_intercept_only(y_train), loss.init_score(y_train)
trees = {"max_depth": 5, "learning_rate": 0.2}
leaves = {"num_leaves": 15, "learning_rate": 0.2, "reg_lambda": 1.0, "min_child_weight": 1.0, "verbosity": -1}
by_wrapper = {"objective": loss, "n_estimators": 30}

booster = xgb.train({**trees, **params}, xgb.DMatrix(X_train, y_train, enable_categorical=True), 30, obj=loss)
model = xgb.XGBClassifier(**by_wrapper, **trees, base_score=params["base_score"], enable_categorical=True)
focal = FocalXGBClassifier(gamma=2.0, n_estimators=30, **trees, enable_categorical=True)
scores = {
    "xgboost.train": booster.predict(xgb.DMatrix(X_test, enable_categorical=True), output_margin=True),
    "XGBClassifier": model.fit(X_train, y_train).predict(X_test, output_margin=True),
    "FocalXGBClassifier": focal.fit(X_train, y_train).decision_function(X_test),
}
dataset = lgb.Dataset(X_train, y_train, init_score=init_score)
booster = lgb.train({**leaves, **loss.lightgbm_params()}, dataset, 30)
model = lgb.LGBMClassifier(**by_wrapper, **leaves).fit(X_train, y_train, init_score=init_score)
focal = FocalLGBMClassifier(gamma=2.0, n_estimators=30, **leaves)
scores |= {
    "lightgbm.train": booster.predict(X_test) + z0,
    "LGBMClassifier": model.predict(X_test, raw_score=True) + z0,
    "FocalLGBMClassifier": focal.fit(X_train, y_train).decision_function(X_test),
}
table = pd.DataFrame({"average precision": {name: average_precision(y_test, z) for name, z in scores.items()}})
first = [*["xgboost.train"] * 3, *["lightgbm.train"] * 3]
table["largest difference"] = [np.abs(z - scores[f]).max() for z, f in zip(scores.values(), first, strict=True)]
assert table["largest difference"].max() < 1e-6
table.round(6)

# %% [markdown]
# TEXT
#
# ## Against class weights
#
# TEXT

# %%
def fit(**parameters):
    """Train XGBoost until the log-loss of the validation rows rises."""
    model = FocalXGBClassifier(
        n_estimators=300, early_stopping_rounds=20, enable_categorical=True, **trees, **parameters
    )
    return model.fit(X_train, y_train, eval_set=[(X.iloc[valid], y[valid])], verbose=False)


models = {
    "class-weighted": fit(gamma=0.0, class_weight="balanced"),
    "cross-entropy": fit(gamma=0.0),
    "focal, gamma 2": fit(gamma=2.0),
}
proba = {name: model.predict_proba(X_test)[:, 1] for name, model in models.items()}
table = pd.DataFrame(index=models)
table["rounds"] = [model.best_iteration + 1 for model in models.values()]
table["average precision"] = [average_precision(y_test, p) for p in proba.values()]
table["log-loss"] = [log_loss(y_test, p) for p in proba.values()]
replicates = bootstrap_average_precision(y_test, list(proba.values()), group=payments.customer[test])
low, high = interval(replicates[:, 2:] - replicates)
table["focal's lead, from"], table["to"] = low, high
table.round(4)

# %% [markdown]
# ## Tuning

# %%
result = tune(
    FocalXGBClassifier(enable_categorical=True, **trees),
    X_train,
    y_train,
    cv=TimeSeriesSplit(3),
    n_trials=3 if QUICK else 8,
    max_rounds=30 if QUICK else 200,
    early_stopping_rounds=20,
    scoring="average_precision",
    space=lambda trial: focal_space(trial) | {"max_depth": trial.suggest_int("max_depth", 3, 7)},
    show_progress_bar=False,
)
print(result.summary())
tuned = result.estimator

# %% [markdown]
# ## Alerts where the money is

# %%
cost = 10.0
p_valid, p_test = model.predict_proba(X.iloc[valid])[:, 1], model.predict_proba(X_test)[:, 1]
threshold = best_threshold(y[valid], p_valid, amount[valid], cost)
rules = {
    "probability > 0.5": p_test > 0.5,
    f"probability > {threshold:.3f}, best on validation rows": p_test >= threshold,
    "probability x amount > cost": bayes_alerts(p_test, amount[test], cost),
}
table = pd.DataFrame(index=rules)
table["alerts"] = [alert.sum() for alert in rules.values()]
table["frauds found"] = [y_test[alert].sum() for alert in rules.values()]
table["saved, % of the fraud"] = [100 * savings(y_test, alert, amount[test], cost) for alert in rules.values()]
table.round(1)

# %% [markdown]
# ## Why an alert

# %%
rows = xgb.DMatrix(X_test, enable_categorical=True)
shap = pd.DataFrame(model.get_booster().predict(rows, pred_contribs=True), columns=[*X.columns, "start"])
assert np.allclose(shap.sum(axis=1), model.decision_function(X_test), atol=1e-3)
top = shap.drop(columns="start").abs().mean().nlargest(8).index[::-1]
figure, axes = plt.subplots(1, 2, sharey=True)
axes[0].barh(top, shap[top].abs().mean(), color=PURPLE)
axes[0].set(title="all test rows", xlabel="mean |SHAP value|")
axes[1].barh(top, shap.loc[p_test.argmax(), top], color=PURPLE)
axes[1].set(title="the highest score", xlabel="SHAP value")

# %% [markdown]
# ## Saved, loaded, served

# %%
with tempfile.TemporaryDirectory() as folder:
    save(model, Path(folder) / "fraud.ubj")
    served = load(Path(folder) / "fraud.ubj")
requests = X_test.head(200).to_dict("records")  # as a service gets them: one payment, no table
answers = [served.predict_proba(pd.DataFrame([request]).astype(X.dtypes))[0, 1] for request in requests]
assert np.array_equal(answers, p_test[:200])

# %% [markdown]
# ## Watching it

# %%
production = np.concatenate([test, later])
p = model.predict_proba(X.iloc[production])[:, 1]
alert = bayes_alerts(p, amount[production], cost)
weeks = pd.DataFrame({"week": (day[production] - day[production][0]) // 7, "fraud": y[production], "posterior": p})
weeks["precision"] = np.where(alert, y[production], np.nan)
weeks["recall"] = np.where(y[production] == 1, alert, np.nan)
weeks = weeks.groupby("week").mean()
figure, axes = plt.subplots(1, 2)
(100 * weeks[["posterior", "fraud"]]).plot(ax=axes[0], color=[PURPLE, GREY], ylim=(0, None), ylabel="%")
(100 * weeks[["precision", "recall"]]).plot(ax=axes[1], color=[PURPLE, GREEN], ylim=(0, None))
weeks.round(4)

# %%
rng = np.random.default_rng(0)
rarer = later[(y[later] == 0) | (rng.random(len(later)) < 0.25)]
known, new = np.array_split(rarer, 2)
share, trained = y[known].mean(), y_train.mean()
before = served.predict_proba(X.iloc[new])
after = served.set_params(deployment_prevalence=share).predict_proba(X.iloc[new])
assert np.allclose(after, shift_prior(before, [1 - trained, trained], [1 - share, share]))
table = pd.DataFrame(index=["as trained", "deployment_prevalence"])
table["mean / prevalence"] = [q[:, 1].mean() / y[new].mean() for q in (before, after)]
table["log-loss"] = [log_loss(y[new], q[:, 1]) for q in (before, after)]
table.round(4)
