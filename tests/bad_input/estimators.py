"""What the classifiers, the search and the gamma path are given."""

import lightgbm as lgb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import xgboost as xgb
from bad_input.case import Case
from sklearn.exceptions import NotFittedError

import focalboost
from focalboost import FocalLGBMClassifier, FocalXGBClassifier, GammaPath

rng = np.random.default_rng(0)
X = rng.normal(size=(90, 2))
Y = (np.arange(90) % 3 == 0).astype(int)
XGB = FocalXGBClassifier, {"n_estimators": 2, "n_jobs": 1}, xgb.XGBClassifier
LGBM = FocalLGBMClassifier, {"n_estimators": 2, "n_jobs": 1, "verbosity": -1}, lgb.LGBMClassifier
BOTH = (XGB, LGBM)


def fitting(given, error, message, *, X=X, y=Y, libraries=BOTH, parameters=None, **arguments):
    """Cases of ``fit``, one for each library."""

    def case(estimator, settings):
        def fit(_, model=None):
            model = estimator() if model is None else model
            return model.set_params(**settings | (parameters or {})).fit(X, y, **arguments)

        return Case(given, f"{estimator.__name__}.fit", error, message, fit)

    return [case(*library[:2]) for library in libraries]


def given(text, error, message, *, libraries=BOTH, **parameters):
    """Cases of a parameter."""
    return fitting(text, error, message, libraries=libraries, parameters=parameters)


def predicting(text, error, message, call, libraries=BOTH):
    """Cases of a fitted model's methods."""

    def case(estimator, settings):
        def predict(_):
            return call(estimator(**settings).fit(X, Y))

        return Case(text, f"{estimator.__name__}.predict_proba", error, message, predict)

    return [case(*library[:2]) for library in libraries]


def tuning(text, error, message, **arguments):
    def call(_):
        options = {"n_trials": 1, "cv": 2, "max_rounds": 2, "show_progress_bar": False} | arguments
        model = options.pop("estimator", XGB[0](**XGB[1]))
        return focalboost.tune(model, options.pop("X", X), options.pop("y", Y), **options)

    return Case(text, "focalboost.tune", error, message, call)


FRAME = pd.DataFrame(X, columns=["a", "b"])
NUMBERS = pa.Table.from_pandas(FRAME)
TEXT = NUMBERS.set_column(0, "a", pa.array(["x", "y"] * 45))
NAN = np.where(np.arange(90) == 3, np.nan, Y)
SHORT = np.ones(80)

FITTING = [
    *fitting("continuous labels", ValueError, "continuous", y=rng.normal(size=90)),
    *fitting("soft labels", ValueError, "continuous", y=Y * 0.7 + 0.1),
    *fitting("a missing label", ValueError, "1 missing labels .* the first in row 3", y=NAN),
    *fitting("None among text labels", ValueError, "missing labels", y=np.where(Y, "a", None)),
    *fitting("one class alone", ValueError, "one class alone", y=np.zeros(90, int)),
    *fitting("no rows", ValueError, "no rows", X=X[:0], y=Y[:0]),
    *fitting(
        "numbers and text as labels",
        ValueError,
        "int among them.*give y.astype",
        y=np.array([1, "a", 2] * 30, dtype=object),
    ),
    *fitting(
        "dates as labels",
        ValueError,
        "give y.astype",
        y=np.array(["2024-01-31", "2024-02-01"] * 45, dtype="datetime64[D]"),
    ),
    *fitting("complex labels", ValueError, "labels are real numbers", y=Y * 1j),
    *fitting("80 labels for 90 rows", ValueError, "X has 90 rows, y has 80", y=Y[:80]),
    *fitting("no labels", ValueError, "y", y=None),
    *fitting("labels of three dimensions", ValueError, "shape", y=np.zeros((90, 1, 2))),
    *fitting("two label columns beside 0 and 1", ValueError, "0 or 1", y=np.column_stack([Y, Y + 1])),
    *fitting(
        "a label column that is always 0",
        ValueError,
        r"columns \[1\] of y are the same",
        y=np.column_stack([Y, 0 * Y]),
        libraries=[XGB],
    ),
    *fitting("several labels a row", ValueError, "MultiOutputClassifier", y=np.column_stack([Y, Y]), libraries=[LGBM]),
    *fitting("features of text", ValueError, "give numbers", X=np.array([["a", "b"]] * 90)),
    *fitting("features of one dimension", ValueError, "2-dimensional|2D array", X=X[:, 0]),
    *fitting("features of complex numbers", ValueError, "Complex data not supported", X=X * 1j),
    *fitting(
        "a column of text", ValueError, "must be int, float", X=pd.DataFrame({"a": X[:, 0], "b": ["x", "y", "z"] * 30})
    ),
    *fitting(
        "a column of dates",
        ValueError,
        "days since the first date",
        X=pd.DataFrame({"d": pd.date_range("2024-01-01", periods=90)}),
    ),
    *fitting("infinite features", ValueError, "contains `inf`", X=np.where(X > 2, np.inf, X), libraries=[XGB]),
    *fitting("no columns", ValueError, "at least 1 column|minimum of 1", X=X[:, :0]),
    *fitting("80 weights for 90 rows", ValueError, "must hold 90 numbers", sample_weight=SHORT),
    *fitting("all weights zero", ValueError, "positive weight", sample_weight=np.zeros(90)),
    *fitting("a negative weight", ValueError, "from 0 to 1e", sample_weight=np.where(np.arange(90) == 5, -1.0, 1.0)),
    *fitting("a NaN weight", ValueError, "from 0 to 1e", sample_weight=np.where(np.arange(90) == 5, np.nan, 1.0)),
    *fitting("an infinite weight", ValueError, "from 0 to 1e", sample_weight=np.where(np.arange(90) == 5, np.inf, 1.0)),
    *fitting("weights of text", ValueError, "sample_weight", sample_weight=np.array(["a"] * 90)),
    *fitting("one class without weight", ValueError, "positive weight", sample_weight=1.0 - Y),
    *fitting("masked labels", ValueError, "y has 30 masked values", y=np.ma.masked_array(Y, Y == 1)),
    *fitting("masked features", ValueError, "X has [0-9]+ masked values", X=np.ma.masked_array(X, X > 1)),
    *fitting("masked weights", ValueError, "masked values", sample_weight=np.ma.masked_array(np.ones(90), Y == 1)),
    *fitting(
        "bools as Python objects", ValueError, r"bool among them: .* give y.astype\(int\)", y=(Y == 1).astype(object)
    ),
    *fitting("NaN in a list of texts", ValueError, "missing labels", y=["a", "b", np.nan] * 30),
    *fitting("an Arrow table with text", ValueError, r"does not take: 'a' \(string\): give", X=TEXT),
    *fitting("a Polars table with text", ValueError, r"does not take: 'a' \(String\): give", X=pl.from_arrow(TEXT)),
    *fitting(
        "an Arrow table with categories",
        ValueError,
        "does not take: 'a' .dictionary.*pandas table",
        X=TEXT.set_column(0, "a", TEXT["a"].dictionary_encode()),
        libraries=[LGBM],
    ),
    *fitting(
        "an eval_set of Arrow with text", ValueError, "eval_set.0.: X has columns", X=NUMBERS, eval_set=[(TEXT, Y)]
    ),
    *fitting(
        "an eval_X of Arrow with text", ValueError, "X has columns", X=NUMBERS, libraries=[LGBM], eval_X=TEXT, eval_y=Y
    ),
    *fitting("an eval_set without rows", ValueError, r"eval_set\[0\]: it has no rows", eval_set=[(X[:0], Y[:0])]),
    *fitting("a pair as eval_set", ValueError, "list of pairs", libraries=[XGB], eval_set=(X, Y)),
    *fitting(
        "an eval_set with columns in another order",
        ValueError,
        r"eval_set\[0\]: X has the columns of the training data in another order",
        X=FRAME,
        eval_set=[(FRAME[["b", "a"]], Y)],
    ),
    *fitting("eval_set without labels", ValueError, "eval_set", eval_set=[X]),
    *fitting("a validation label that is no class", ValueError, "training data has not", eval_set=[(X, Y + 1)]),
    *fitting("eval_set with other columns", ValueError, "training data has 2", eval_set=[(X[:, :1], Y)]),
    *fitting("an unknown measure", ValueError, "allowed are", libraries=[LGBM], eval_metric="rmse"),
    *given("an unknown measure", ValueError, "allowed are", libraries=[XGB], eval_metric="rmse"),
    *given(
        "a measure of raw scores",
        TypeError,
        "give a name instead",
        libraries=[XGB],
        eval_metric=focalboost.BinaryFocalLoss().metric,
    ),
    *given("eval_metric=3", TypeError, "a name, a callable or a list", libraries=[XGB], eval_metric=3),
    *given("gamma=-1", ValueError, "gamma must be finite and >= 0", gamma=-1),
    *given("gamma=1e6", ValueError, "gamma", gamma=1e6),
    *given("gamma='best'", ValueError, '"auto" and a GammaPath', gamma="best"),
    *given("gamma=None", TypeError, "gamma must be a number", gamma=None),
    *given("alpha=1", ValueError, r"alpha must be in \(0, 1\)", alpha=1),
    *given("alpha with class_weight", ValueError, "not both", alpha=0.25, class_weight="balanced"),
    *fitting(
        "alpha with three classes", ValueError, "use class_weight", y=np.arange(90) % 3, parameters={"alpha": 0.2}
    ),
    *given("class_weight of an unknown class", ValueError, "which y has not", class_weight={"fraud": 2.0}),
    *given("class_weight='sqrt'", ValueError, "allowed are", class_weight="sqrt"),
    *given("class_weight={1: -2}", ValueError, "positive finite", class_weight={1: -2}),
    *given("class_weight={1: 'two'}", TypeError, "class's weight must be a number", class_weight={1: "two"}),
    *given("class_weight=(1, 2, 3)", ValueError, "2 positive finite weights", class_weight=(1, 2, 3)),
    *given("curvature='newton'", ValueError, "allowed are", curvature="newton"),
    *given("scaled='yes'", TypeError, "scaled", scaled="yes"),
    *given("match_prevalence=None", TypeError, "match_prevalence", match_prevalence=None),
    *given("a loss as objective", ValueError, "focal loss is the objective", objective=focalboost.BinaryFocalLoss()),
    *given("scale_pos_weight=10", ValueError, "no effect with focal loss", scale_pos_weight=10),
    *given("base_score=0.1", ValueError, "leave base_score out", libraries=[XGB], base_score=0.1),
    *given("num_class=2", ValueError, "it follows from y", num_class=2),
    *given("is_unbalance=True", ValueError, "no effect with focal loss", libraries=[LGBM], is_unbalance=True),
    *given("boost_from_average=True", ValueError, "leave it out", libraries=[LGBM], boost_from_average=True),
    *given("n_estimators=0", ValueError, "n_estimators", n_estimators=0),
    *given("n_estimators=-5", ValueError, "n_estimators", n_estimators=-5),
    *given("learning_rate='fast'", TypeError, "learning_rate must be a number", learning_rate="fast"),
    *fitting("80 starts for 90 rows", ValueError, "each of the 90 rows", libraries=[XGB], base_margin=SHORT),
    *fitting("80 starts for 90 rows", ValueError, "each of the 90 rows", libraries=[LGBM], init_score=SHORT),
    *fitting("NaN starts", ValueError, "NaN", libraries=[XGB], base_margin=np.full(90, np.nan)),
    *fitting("NaN starts", ValueError, "NaN", libraries=[LGBM], init_score=np.full(90, np.nan)),
    *fitting("eval_init_score alone", ValueError, "give both", libraries=[LGBM], eval_init_score=[np.ones(90)]),
    *fitting(
        "init_model that does not exist",
        FileNotFoundError,
        "there is no such file",
        libraries=[LGBM],
        init_model="nowhere.txt",
    ),
    *fitting(
        "xgb_model that does not exist",
        FileNotFoundError,
        "there is no such file",
        libraries=[XGB],
        xgb_model="nowhere.ubj",
    ),
    *fitting(
        "a class rarer than the folds",
        ValueError,
        "needs 5 rows of each class",
        y=(np.arange(90) < 3).astype(int),
        parameters={"gamma": "auto"},
    ),
]

CASES = [
    *FITTING,
    *[
        Case(
            "before fit",
            f"{estimator.__name__}.{method}",
            NotFittedError,
            "fit",
            lambda _, estimator=estimator, method=method: getattr(estimator(), method)(X),
        )
        for estimator, _, _ in BOTH
        for method in ("predict_proba", "predict", "decision_function")
    ],
    *predicting(
        "columns in another order",
        ValueError,
        "another order .'b' where 'a' was.|feature_names mismatch",
        lambda model: model.fit(FRAME, Y).predict_proba(FRAME[["b", "a"]]),
    ),
    *predicting("another number of columns", ValueError, "2", lambda model: model.predict_proba(X[:, :1])),
    *predicting(
        "other columns",
        ValueError,
        "expected b|Expected 'b'",
        lambda model: model.fit(pd.DataFrame(X, columns=["a", "b"]), Y).predict_proba(
            pd.DataFrame(X, columns=["a", "c"]), validate_features=True
        ),
    ),
    *predicting(
        "deployment_prevalence=0",
        ValueError,
        "shares between 0 and 1",
        lambda model: model.set_params(deployment_prevalence=0.0).predict_proba(X),
    ),
    *predicting(
        "deployment_prevalence='low'",
        ValueError,
        "give a share",
        lambda model: model.set_params(deployment_prevalence="low").predict_proba(X),
    ),
    *predicting(
        "deployment_prevalence={1: 0.1}",
        ValueError,
        "it must have",
        lambda model: model.set_params(deployment_prevalence={1: 0.1}).predict_proba(X),
    ),
    *predicting(
        "deployment_prevalence=(0.5, 0.2, 0.3)",
        ValueError,
        "2 shares",
        lambda model: model.set_params(deployment_prevalence=(0.5, 0.2, 0.3)).predict_proba(X),
    ),
    *predicting(
        "no base_margin, after a fit with one",
        ValueError,
        "give base_margin",
        lambda model: model.fit(X, Y, base_margin=np.zeros(90)).predict_proba(X),
        [XGB],
    ),
    *predicting(
        "no init_score, after a fit with one",
        ValueError,
        "give init_score",
        lambda model: model.fit(X, Y, init_score=np.zeros(90)).predict_proba(X),
        [LGBM],
    ),
    *predicting(
        "init_score, after a fit without",
        ValueError,
        "starts by itself",
        lambda model: model.predict_proba(X, init_score=np.zeros(90)),
        [LGBM],
    ),
    *predicting(
        "80 init_scores for 90 rows",
        ValueError,
        "init_score",
        lambda model: model.fit(X, Y, init_score=np.zeros(90)).predict_proba(X, init_score=SHORT),
        [LGBM],
    ),
    Case("scoring='auc'", "GammaPath", ValueError, "allowed are", lambda _: GammaPath(scoring="auc")),
    Case("cv=1", "GammaPath", ValueError, "at least 2 folds", lambda _: GammaPath(cv=1)),
    Case("cv=2.5", "GammaPath", TypeError, "cv", lambda _: GammaPath(cv=2.5)),
    Case("gammas=(-1.0,)", "GammaPath", ValueError, "gamma", lambda _: GammaPath(gammas=(-1.0,))),
    Case("gammas=('a',)", "GammaPath", TypeError, "several numbers", lambda _: GammaPath(gammas=("a",))),
    Case("gammas=2.0", "GammaPath", TypeError, "gamma", lambda _: GammaPath(gammas=2.0)),
    tuning("n_trials=0", ValueError, "n_trials=0: it must be at least 1", n_trials=0),
    tuning("n_trials='many'", TypeError, "n_trials", n_trials="many"),
    tuning("n_trials=2.5", TypeError, "n_trials", n_trials=2.5),
    tuning("max_rounds=0", ValueError, "at least 1", max_rounds=0),
    tuning("scoring='auc'", ValueError, "allowed are", scoring="auc"),
    tuning("cv=1", ValueError, "at least 2 folds", cv=1),
    tuning("cv='five'", (TypeError, ValueError), "cv", cv="five"),
    tuning("a class with fewer rows than folds", ValueError, "fewer than folds", y=(np.arange(90) < 1).astype(int)),
    tuning("several labels a row", ValueError, "search for each label alone", y=np.column_stack([Y, Y])),
    tuning("80 labels for 90 rows", ValueError, "inconsistent", y=Y[:80]),
    tuning("80 weights for 90 rows", ValueError, "inconsistent", sample_weight=SHORT),
    tuning("80 groups for 90 rows", ValueError, "inconsistent", groups=np.arange(80)),
    tuning("one class alone", ValueError, "one class alone", y=np.zeros(90)),
    tuning("a plain XGBClassifier", TypeError, "must be a FocalXGBClassifier", estimator=xgb.XGBClassifier()),
    tuning("a class, no instance", TypeError, "an instance", estimator=FocalXGBClassifier),
    tuning(
        "early_stopping_rounds of its own",
        ValueError,
        "early stopping",
        estimator=FocalXGBClassifier(early_stopping_rounds=3),
    ),
    tuning("space='wide'", TypeError, "space", space="wide"),
    tuning("a space that returns a list", TypeError, "must return a dict", n_trials=3, space=lambda _: [1]),
    tuning("a space with an unknown parameter", ValueError, "does not have", n_trials=3, space=lambda _: {"depth": 3}),
    tuning(
        "a space with n_estimators",
        ValueError,
        "early stopping finds",
        n_trials=3,
        space=lambda _: {"n_estimators": 3},
    ),
    tuning("storage without study_name", ValueError, "give a name", storage="sqlite:///study.db"),
    tuning("timeout=-1", ValueError, "timeout", timeout=-1),
]
