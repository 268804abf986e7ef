"""The forms in which packages train: by a booster's function, or as a classifier."""

from collections.abc import Callable
from typing import Any

import numpy as np
from calling import Model, Rows, Way, made, sigmoid

Keywords = Callable[[Any], dict[str, Any]]
_RAW = {
    "xgboost": {"output_margin": True},
    "lightgbm": {"raw_score": True},
    "catboost": {"prediction_type": "RawFormulaVal"},
}


def xgboost_train(call: str, keywords: Keywords, to_probability: Any = sigmoid) -> Way:
    """Train by `xgboost.train` with keywords, which may need the data."""

    def train(rows: Rows, trees: dict[str, Any], rounds: int) -> Model:
        data = made("xgboost:DMatrix", rows.X, rows.y, weight=rows.weight)
        booster = made("xgboost:train", trees, data, rounds, **keywords(data))

        def margins(X: np.ndarray) -> np.ndarray:
            return booster.predict(made("xgboost:DMatrix", X), output_margin=True)

        return Model(booster, margins, lambda X: to_probability(margins(X)))

    return Way("xgboost", call, train)


def lightgbm_train(call: str, keywords: Keywords, to_probability: Any = sigmoid) -> Way:
    """Train by `lightgbm.train` with keywords, which may need the data; an objective goes to the parameters."""

    def train(rows: Rows, trees: dict[str, Any], rounds: int) -> Model:
        data = made("lightgbm:Dataset", rows.X, rows.y, weight=rows.weight)
        more = keywords(data)
        objective = {"objective": more.pop("objective")} if "objective" in more else {}
        booster = made("lightgbm:train", trees | objective, data, rounds, **more)
        return Model(booster, booster.predict, lambda X: to_probability(booster.predict(X)))

    return Way("lightgbm", call, train)


def estimator(booster: str, call: str, make: Callable[..., Any], to_probability: Any = None) -> Way:
    """Fit a classifier; without a link its probabilities are those of `predict_proba`."""

    def train(rows: Rows, trees: dict[str, Any], rounds: int) -> Model:
        weight = {} if rows.weight is None else {"sample_weight": rows.weight}
        model = make(n_estimators=rounds, **trees).fit(rows.X, rows.y, **weight)

        def scores(X: np.ndarray) -> np.ndarray:
            own = getattr(model, "decision_function", None)
            return own(X) if own else model.predict(X, **_RAW[booster])

        def probabilities(X: np.ndarray) -> np.ndarray:
            return to_probability(scores(X)) if to_probability else model.predict_proba(X)[:, 1]

        return Model(model, scores, probabilities)

    return Way(booster, call, train)


def imbalance_xgboost(call: str, make: Callable[..., Any]) -> Way:
    """Fit that package's class, which has names of its own and takes no weights."""

    def train(rows: Rows, trees: dict[str, Any], rounds: int) -> Model:
        own = {"max_depth": trees["max_depth"], "eta": trees["learning_rate"], "num_round": rounds, "verbosity": 0}
        model = make(**own).fit(rows.X, rows.y)
        return Model(model, model.predict, model.predict_sigmoid)

    return Way("xgboost", call, train)
