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
# # The landscape
# A booster sees a loss through two numbers per row: its gradient and its curvature. This notebook shows how fast focal
# loss forgets easy rows, where its curvature turns negative, what the four curvature policies do there, and why
# training must start at the right constant: from a wrong one, average precision can be that of chance.

# %%
import os
import warnings

import lightgbm as lgb
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xgboost as xgb
from scipy.optimize import brentq
from scipy.special import expit, logit

from focalboost import BinaryFocalLoss, FocalStartWarning
from focalboost.datasets.simulator import simulate_card_fraud
from focalboost.evaluation.metrics import average_precision

QUICK = os.environ.get("FOCALBOOST_QUICK") == "1"  # tests run less data
pd.options.display.float_format = "{:.6g}".format
COLORS = {0: "#0b6cb5", 1: "#b99bff", 2: "#7a3ff0", 5: "#3b0f8c",  # cross-entropy, and focal loss by gamma
          "exact": "#7c8592", "fisher": "#c85a00", "absolute": "#00805a", "truncated": "#7a3ff0"}  # fmt: skip
GAMMAS, POLICIES = list(COLORS)[:4], list(COLORS)[4:]
LINES = dict(zip(COLORS, ["--", "-.", "-", ":"] * 2, strict=True))
plt.rcParams.update({"figure.figsize": (7, 3.2), "figure.dpi": 90, "axes.spines.top": False, "axes.spines.right": False,
                     "axes.grid": True, "grid.alpha": 0.3, "figure.constrained_layout.use": True})  # fmt: skip

# %% [markdown]
# ## Easy rows: e against e^(gamma + 1)
# Let p be the probability that the model gives to the true class, and e = 1 - p its error. Then
# - cross-entropy is -log(1 - e) = e + e²/2 + e³/3 + ... (Taylor's series at e = 0), so about e
# - focal loss is alpha e^gamma times that: alpha (e^(gamma+1) + e^(gamma+2)/2 + ...), so about alpha e^(gamma+1)
#
# Alpha is the weight of the row's class (1 here). If so, log loss over log e has slope gamma + 1. For e below 0.01:

# %%
error = np.logspace(-6, -0.05, 200)
easy = {}
for gamma in GAMMAS:
    loss = BinaryFocalLoss(gamma)
    value = loss.loss(np.ones(200), logit(1 - error))
    plt.loglog(error, value, LINES[gamma], color=COLORS[gamma], label=gamma)
    slope = np.polyfit(np.log(error[error < 0.01]), np.log(value[error < 0.01]), 1)[0]
    easy[gamma] = {"gamma + 1": gamma + 1, "slope": slope, "loss at e = 0.01": loss.loss([1], [logit(0.99)])[0]}
    assert abs(slope - (gamma + 1)) < 1e-3
plt.gca().set(xlabel="error e = 1 - p", ylabel="loss of a row")
plt.legend().set_title("gamma")
pd.DataFrame(easy).T.rename_axis("gamma")

# %% [markdown]
# It does. At e = 0.01 cross-entropy is about 0.01 and focal loss at gamma 2 about 0.000001; both are half a percent
# more, the next term of the series (e/2).
#
# ## Hard rows: negative curvature
# Cross-entropy is convex. Focal loss is not: where the model is confidently wrong, its second derivative is negative,
# and Newton's step, -gradient / curvature, points away from the minimum. The border is found by root finding.

# %%
z = np.linspace(-7, 7, 400)
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
for gamma in GAMMAS:
    loss = BinaryFocalLoss(gamma)
    left.plot(z, loss.gradient_hessian(np.ones(400), z)[0], LINES[gamma], color=COLORS[gamma], label=gamma)
    right.plot(z, loss.exact_hessian(np.ones(400), z), LINES[gamma], color=COLORS[gamma])
left.set(xlabel="raw score z of a positive row", ylabel="gradient")
right.set(xlabel="raw score z of a positive row", ylabel="second derivative")
left.legend().set_title("gamma")
border = {}
for loss in map(BinaryFocalLoss, (0.5, 1, 2, 3, 5)):
    root = brentq(lambda z, loss=loss: loss.exact_hessian([1], [z])[0], -10, -1)
    border[loss.gamma] = {"negative where p is below": expit(root), "posterior there": loss.predict_proba([root])[0, 1]}
border = pd.DataFrame(border).T.rename_axis("gamma")
assert np.allclose(border.iloc[:, 0], [0.018, 0.043, 0.058, 0.058, 0.050], atol=6e-4)
border

# %% [markdown]
# A booster needs a positive number there, and the package has four policies. "exact" floors the second derivative at
# 1e-16, "absolute" takes its absolute value, "truncated" (the default) leaves out its one negative term, and "fisher"
# takes its expectation over the label under the recovered posterior. Left: the curvature used. Right: the resulting
# step, -gradient / curvature, of a leaf that holds only such rows, without a penalty. Gamma 2; grey: the second
# derivative is negative; right of it "exact" and "absolute" coincide.

# %%
figure, panels = plt.subplots(1, 2, figsize=(9, 3.2))
steps = {}
for policy in POLICIES:
    gradient, curvature = BinaryFocalLoss(2.0, curvature=policy).gradient_hessian(np.ones(400), z)
    steps[policy] = -gradient / curvature
    for panel, value in zip(panels, (curvature, steps[policy]), strict=True):
        panel.semilogy(z, value, LINES[policy], color=COLORS[policy], label=policy)
for panel, name, limits in zip(panels, ("curvature used", "step"), ((1e-9, 1), (0.1, 1e9)), strict=True):
    panel.axvspan(-7, logit(border.iloc[2, 0]), color="#7c8592", alpha=0.15)
    panel.set(xlabel="raw score z of a positive row", ylabel=name, xlim=(-7, 3), ylim=limits)
panels[0].legend()
assert abs(expit(z[steps["truncated"] > steps["absolute"]].max()) - 0.006) < 3e-4
assert np.allclose(np.log10(np.interp([-2.8, -4, -7], z, steps["fisher"])), [2.85, 4.33, 8.17], atol=0.05)

# %% [markdown]
# "exact" leads to steps of about 1e16, off the chart; those of "fisher" are 700 at the border (z = -2.8), 2e4 at z = -4
# and 1.5e8 at z = -7. "absolute" has a pole at the border, "truncated" has none; below p = 0.6 % "absolute" takes the
# shorter step. In the end both grow as p falls, so a penalty must bound them.
#
# ## Where training starts
# Before the first tree all rows have one score: 0; the logit of the prevalence, which is right for cross-entropy; or z0
# (`loss.fit_intercept_only`), this loss's best constant, whose recovered posterior is the prevalence. So by the last
# table, at gamma 2, a positive starts in the negative region: from the class prior, wherever positives are rarer than
# 5.8 %; from z0, only where they are rarer than 0.05 % (the posterior there); from 0, never.
#
# Now we train: simulated card payments, 0.9 % fraud, the last third of the time as test, gamma 2, the scaled loss; all
# starts on one data set, z0 on seven more. From a bad start the package warns (`FocalStartWarning`): switched off here.

# %%
warnings.simplefilter("ignore", FocalStartWarning)
SETTINGS = {"LightGBM": {}, "LightGBM, penalty 1": {"lambda_l2": 1, "min_sum_hessian_in_leaf": 1}, "XGBoost": {}}


def score_later(setting, loss, start, rounds):
    """Train on the past from a constant score, and score the rest."""
    if setting == "XGBoost":
        params = {**loss.xgboost_params(y), "base_score": expit(start), "nthread": 1, "eta": 0.1}
        return xgb.train(params, xgb.DMatrix(X, y), rounds, obj=loss).predict(xgb.DMatrix(later), output_margin=True)
    params = {**loss.lightgbm_params(), **SETTINGS[setting], "num_threads": 1, "verbosity": -1}
    booster = lgb.train(params, lgb.Dataset(X, y, init_score=np.full(len(y), start)), rounds)
    return booster.predict(later, raw_score=True) + start


runs, price = {}, {}
for seed in range(2 if QUICK else 8, 0, -1):
    data = simulate_card_fraud(20_000 if QUICK else 60_000, prevalence=0.009, random_state=seed)
    columns, cut = data.features.select_dtypes("number"), len(data.target) * 2 // 3  # no categories, to keep it short
    X, later, y, truth = columns[:cut], columns[cut:], data.target[:cut], data.target[cut:]
    for policy in POLICIES:
        loss = BinaryFocalLoss(2.0, curvature=policy).scaled_to(y)
        starts = {"z0": loss.fit_intercept_only(y), "0": 0.0, "class prior": logit(y.mean())}
        for name, start in list(starts.items())[: 3 if seed == 1 else 1]:
            for setting in SETTINGS:
                score = score_later(setting, loss, start, 15 if QUICK else 50)
                runs[setting, policy, name, seed] = average_precision(truth, score), np.abs(score).max()
            if seed == 1:
                G, H = (part.sum() for part in loss.gradient_hessian(y, np.full(len(y), start)))
                price[name, policy] = {"G": G, "H": H, "price": G**2 / (H + 1) - 2 * (G / 2) ** 2 / (H / 2 + 1)}
                score = score_later("XGBoost", loss, start, rounds=1)
                price[name, policy] |= {"start": start, "lowest score": score.min(), "highest score": score.max()}
runs = pd.DataFrame(runs, index=["AP", "largest"]).T.unstack([2, 3]).sort_index(axis=1)
table = runs["AP"].xs(1, axis=1, level=1)[["z0", "0", "class prior"]].rename_axis("AP from", axis=1)
gap = runs["AP", "z0"] - runs["AP", "z0"].groupby(level=0).transform("last")  # the last is "truncated"
assert (table.loc["LightGBM, penalty 1", "class prior"] < 1.01 * truth.mean()).all()  # no split at all
assert (runs["largest", "class prior", 1]["LightGBM"][["exact", "fisher"]] > 1000).all()
assert table[["z0", "0"]].min().min() > 10 * truth.mean()
new = {"largest |score|": runs["largest", "class prior", 1], "z0, gap to truncated": gap.mean(axis=1)}
table.assign(**new, **{"s.e.": gap.sem(axis=1)}).round(3).rename_axis(["setting", "curvature"])

# %% [markdown]
# AP (average precision; chance: .007) and largest score from the class prior on one set; mean gap in AP on all eight.
# - **From z0 every policy works.** "exact" and "absolute" train the same models, which cannot be told from "truncated"
#   here; "fisher" is .02 to .08 behind. It trails on 11 real data sets too, by about 1 % (`benchmarks/curvature`).
# - **From 0 all train, but AP is lower** in 10 of 12, by up to .10; on those 11 sets 5 to 7 % of LightGBM's fits fail.
# - **From the class prior the penalised LightGBM never splits**: AP is chance. Without a penalty, its default, it does,
#   but with "exact" and "fisher" the scores explode. XGBoost never splits with these two.
#
# Why? A node's score is G² / (H + penalty), where G and H are the sums of gradient and curvature. Split it into two
# halves that want the same step, and their scores add up to less than before. A split pays only if the halves differ
# enough to make up for this price. With a penalty of 1, and with XGBoost's lowest and highest score after a round:

# %%
price = pd.DataFrame(price).T
assert (price["highest score"] == price["lowest score"])["class prior"].all()  # no split
price.round(2)

# %% [markdown]
# - At z0 G is 0, and a split costs nothing. At the class prior all positives push one way, and the negatives, forgotten
#   by the loss, do not push back: G is large, H small, and the price is 270 to 9,900, whatever the library.
# - With "absolute" and "truncated" no first split pays. XGBoost keeps the single leaf of such a tree: all scores move
#   towards z0, until splits pay. LightGBM drops the round, so the next is the same. Without a penalty splits are free.
# - With "exact" and "fisher" H is .13, less than the 1 that XGBoost (`min_child_weight`) and the penalised LightGBM ask
#   of a leaf: no leaf gets a value, nothing moves. LightGBM's default asks for .001, and its steps are huge.
#
# ## What to keep
# - An easy row's loss falls as alpha e^(gamma+1); a hard row's curvature is negative for p below a few percent.
# - Start at z0: the estimators do; `loss.xgboost_params` and `loss.init_score` give it to the libraries' interfaces.
#   From the class prior AP was chance in 6 of 12 trainings, from z0 in none. Below a prevalence of 0.05 % z0 too is in
#   the negative region. From z0, "truncated", "exact" and "absolute" hardly differ; "fisher" trails.
