"""What each package trains: by its documented call, from its own start, the same trees for all."""

import pickle
from functools import cache, partial
from typing import Any

import numpy as np
from calling import Model, Rows, Way, made
from derivatives import cell
from sklearn.metrics import average_precision_score, log_loss
from ways import estimator

from focalboost.datasets.simulator import simulate_card_fraud

ROUNDS = 50
SIMULATIONS = {50_000: 10, 200_000: 3}  # by number of payments
FEW, MANY = SIMULATIONS
_SAME = {"learning_rate": 0.1, "reg_lambda": 1.0}
TREES: dict[str, dict[str, Any]] = {
    "xgboost": {**_SAME, "max_depth": 6, "min_child_weight": 1.0, "n_jobs": 2, "verbosity": 0},
    "lightgbm": {**_SAME, "num_leaves": 31, "min_child_weight": 1.0, "n_jobs": 2, "verbosity": -1},
    "catboost": {**_SAME, "max_depth": 6, "thread_count": 2, "verbose": False, "allow_writing_files": False},
}
_EXACT: dict[str, dict[str, Any]] = {  # a row of weight 2 can count as two
    "xgboost": {},
    "lightgbm": {"min_child_samples": 1},
    "catboost": {"bootstrap_type": "No", "random_strength": 0.0},
}
_CLASSIFIERS = {"xgboost": "XGBClassifier", "lightgbm": "LGBMClassifier", "catboost": "CatBoostClassifier"}
BUILT_IN = tuple(
    estimator(booster, f"{name}()", partial(made, f"{booster}:{name}")) for booster, name in _CLASSIFIERS.items()
)


def cells(ways: tuple[Way, ...], ours: Way | None = None) -> dict[str, Any]:
    """Return the cells of a package in one booster: of the documented way or, where that fails, of the next."""
    row: dict[str, Any] = {"documented call": f"`{ways[0].call}`"}
    told = []
    for way in ways:
        try:
            model = way.train(_small()._replace(weight=None), TREES[way.booster], 2)
        except Exception as error:  # a package that fails is a cell, too
            told.append(f"{type(error).__name__}: {str(error).splitlines()[0][:80]}")
            continue
        row["works"] = "; ".join([*told, f"`{way.call}` works"]) if told else "yes"
        row["starts at"] = cell(_start, way)
        row["weights"] = cell(_weights, way)
        row["model pickles"] = cell(pickles, model.fitted)
        measured = cell(_measures, way, ours)
        return row | (measured if isinstance(measured, dict) else {"log-loss": measured})
    return row | {"works": "; ".join(told)}


def pickles(thing: Any) -> str:
    """Say whether a copy can be made by pickle."""
    pickle.loads(pickle.dumps(thing))
    return "yes"


@cache
def payments(n: int, seed: int) -> tuple[Rows, Rows]:
    """Simulate payments: the first 60 % in time to train on, the rest to test on."""
    data = simulate_card_fraud(n, random_state=seed)
    table = data.features.apply(lambda column: column.cat.codes if column.dtype == "category" else column)
    X, cut = table.to_numpy(np.float64), int(0.6 * n)
    return Rows(X[:cut], data.target[:cut]), Rows(X[cut:], data.target[cut:])


@cache
def _small() -> Rows:
    """Return weighted rows with few values a column, so that bins do not depend on copies."""
    rng = np.random.default_rng(0)
    X = rng.integers(0, 8, (2000, 3)).astype(float)
    y = (rng.random(2000) < 1 / (1 + np.exp(2 - X[:, 0] / 2))).astype(int)
    return Rows(X, y, rng.integers(1, 3, 2000).astype(float))


def _start(way: Way) -> str:
    """Return the raw score from which training starts: that of a model whose tree counts for nothing."""
    train, _ = payments(FEW, 0)
    model = way.train(train, TREES[way.booster] | {"learning_rate": 1e-6}, 1)
    return f"{round(float(np.median(model.scores(train.X))), 2) + 0.0:g}"


def _weights(way: Way) -> str:
    """Say whether a row of weight 2 counts as two rows."""
    rows, trees = _small(), TREES[way.booster] | _EXACT[way.booster]
    twice = np.repeat(np.arange(len(rows.y)), rows.weight.astype(int))
    weighted, copied, plain = (
        way.train(data, trees, 5).scores(rows.X)
        for data in (rows, Rows(rows.X[twice], rows.y[twice]), rows._replace(weight=None))
    )
    far = np.abs(plain - copied).max()
    if np.abs(weighted - plain).max() < 1e-3 * far:
        return "ignored"
    return "yes" if np.abs(weighted - copied).max() < 0.1 * far else "not as copies"


@cache
def _measured(way: Way, n: int) -> np.ndarray:
    """Return, by seed, mean probability over prevalence in training, and log-loss and others on later payments."""
    rows = []
    for seed in range(SIMULATIONS[n]):
        train, test = payments(n, seed)
        model: Model = way.train(train, TREES[way.booster], ROUNDS)
        inflation = model.probabilities(train.X).mean() / train.y.mean()
        loss = log_loss(test.y, np.asarray(model.probabilities(test.X), np.float64))
        scores = model.scores(test.X)
        rows.append((inflation, loss, average_precision_score(test.y, scores), np.abs(scores).max()))
    return np.array(rows)


def _measures(way: Way, ours: Way | None) -> dict[str, str]:
    inflation, loss, _, largest = _measured(way, FEW).mean(axis=0)
    row = {
        "probability / prevalence": f"{inflation:.1f}",
        "log-loss": f"{loss:.4f}",
        "largest score": f"{largest:.1f}",
    }
    for n in SIMULATIONS:
        precision = _measured(way, n)[:, 2]
        row[f"AP, {n:,}"] = f"{precision.mean():.3f}"
        if ours not in (None, way):
            ahead = precision - _measured(ours, n)[:, 2]
            row[f"AP, {n:,}"] += f" ({ahead.mean():+.3f} ± {ahead.std(ddof=1) / np.sqrt(len(ahead)):.3f})"
    return row
