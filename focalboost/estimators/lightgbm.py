"""LightGBM's classifier with focal loss."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from focalboost._optional import optional_import
from focalboost.estimators.columns import check_order, check_types, names_of
from focalboost.estimators.eval_metrics import LightGBMMetric, as_list
from focalboost.estimators.forks import survives_fork
from focalboost.estimators.gamma_path import chosen_gamma
from focalboost.estimators.inputs import check_eval_set, check_features, check_model, check_start
from focalboost.estimators.labels import codes_of, encode
from focalboost.estimators.lightgbm_model import as_booster, complete, link_of
from focalboost.estimators.link import FocalLink
from focalboost.estimators.parent import adopt, as_parent, library_errors, with_booster_read, with_booster_written
from focalboost.estimators.training import Objective, refuse, training_link
from focalboost.objectives.focal import MulticlassFocalLoss

optional_import("sklearn", "FocalLGBMClassifier")
lgb = optional_import("lightgbm", "FocalLGBMClassifier")

_OBJECTIVE = "focal loss is the objective; for another one use lightgbm.LGBMClassifier"
_WEIGHT = "it has no effect with focal loss; give class_weight instead"
REFUSED = {
    **dict.fromkeys(("objective", "objective_type", "app", "application", "loss"), _OBJECTIVE),
    **dict.fromkeys(("scale_pos_weight", "is_unbalance", "unbalance", "unbalanced_sets"), _WEIGHT),
    "boost_from_average": "training starts at the loss's best constant score, found from y; leave it out",
    "num_class": "it follows from y; leave it out",
    **dict.fromkeys(
        ("pos_bagging_fraction", "neg_bagging_fraction"),
        "it has no effect with focal loss; use subsample and subsample_freq, or undersample beforehand and say so "
        "with deployment_prevalence",
    ),
}
METRIC_ALIASES = ("metric", "metrics", "metric_types")
_FOCAL = ("gamma", "alpha", "curvature", "scaled", "match_prevalence", "deployment_prevalence")


class FocalLGBMClassifier(lgb.LGBMClassifier):  # type: ignore[misc, name-defined]
    """``lightgbm.LGBMClassifier`` with focal loss: started right, with probabilities that mean what they say.

    Takes every parameter of the parent but those that contradict focal loss (``objective``, ``scale_pos_weight``,
    ``is_unbalance`` and the like).

    Parameters
    ----------
    gamma : float or "auto" or GammaPath, default 2.0
        Focusing parameter, >= 0; 0 is (class-weighted) cross-entropy. "auto" chooses it from the training data; see
        ``GammaPath``.
    class_weight : None, "balanced", "effective" or dict, default None
        Weights of the classes in the loss, by label; a label that is not named has the weight 1. They change what the
        model attends to, not what ``predict_proba`` means: the posterior undoes them.
    alpha : float, optional
        In (0, 1), for two classes: shorthand of Lin et al. for the weights 1 - alpha and alpha, in the order of
        ``classes_``, which is sorted.
    curvature : {"auto", "exact", "absolute", "fisher", "truncated"}, default "auto"
        Second-order term; see ``BinaryFocalLoss``.
    scaled : bool, default True
        Whether the loss is brought to cross-entropy's scale, so that ``min_child_weight`` and ``reg_lambda`` mean what
        they mean there; see ``BinaryFocalLoss.scaled_to``.
    match_prevalence : bool, default True
        Whether probabilities are shifted, by one number on the log-odds (or one a class), so that their mean over the
        training rows is the prevalence. Cross-entropy's mean comes to it by itself as training converges, from a little
        above, and is left as it is; focal loss's is too low for much longer. It costs one prediction of the training
        rows.
    deployment_prevalence : None, float, dict or sequence, default None
        Shares of the classes where the model is used, if they differ from those of the training data, as after
        undersampling of negatives: a float is the share of the second of two classes. See ``shift_prior``.
    min_child_weight, reg_lambda : float, default 1.0
        As in ``lightgbm.LGBMClassifier``, whose defaults are 1e-3 and 0. With those a leaf can take a huge value, with
        cross-entropy as with focal loss; 1, which is XGBoost's default, lowers the log-loss by 7 to 10 % (median
        of 17 data sets, ``benchmarks/calibration``).
    boosting_type, num_leaves, max_depth, learning_rate, n_estimators, subsample_for_bin, min_split_gain
        As in ``lightgbm.LGBMClassifier``.
    min_child_samples, subsample, subsample_freq, colsample_bytree, reg_alpha
        As in ``lightgbm.LGBMClassifier``.
    objective : None
        Focal loss; anything else is refused.
    random_state, n_jobs, importance_type, **kwargs
        As in ``lightgbm.LGBMClassifier``.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        Class labels.
    gamma_ : float
        Focusing parameter of the fitted model.
    gamma_search_ : GammaSearch
        How it was chosen, after ``gamma="auto"``.
    loss_ : BinaryFocalLoss or MulticlassFocalLoss
        The loss that was minimised; labels are coded 0, ..., n_classes - 1.
    link_ : FocalLink
        What turns raw scores into probabilities.

    Notes
    -----
    The start is a part of the first tree, as with LightGBM's own objectives, so that every prediction of the booster
    itself holds it: raw scores, SHAP values (which explain the raw score), saved files.

    Metrics, names and callables alike, measure the recovered probabilities, so early stopping does as well; without
    one, the metric is their log-loss. They are measured before ``match_prevalence``, which follows the training.

    Examples
    --------
    >>> import numpy as np
    >>> from focalboost import FocalLGBMClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(2000, 3))
    >>> y = np.where(X[:, 0] + rng.normal(size=2000) > 3, "fraud", "fine")
    >>> model = FocalLGBMClassifier(gamma=2.0, n_estimators=20, verbosity=-1).fit(X, y)
    >>> model.classes_.tolist()
    ['fine', 'fraud']
    >>> bool(abs(model.predict_proba(X)[:, 1].mean() - (y == "fraud").mean()) < 0.01)
    True
    """

    def __init__(
        self,
        *,
        gamma: Any = 2.0,
        class_weight: Any = None,
        alpha: float | None = None,
        curvature: str = "auto",
        scaled: bool = True,
        match_prevalence: bool = True,
        deployment_prevalence: Any = None,
        boosting_type: str = "gbdt",
        num_leaves: int = 31,
        max_depth: int = -1,
        learning_rate: float = 0.1,
        n_estimators: int = 100,
        subsample_for_bin: int = 200_000,
        objective: None = None,
        min_split_gain: float = 0.0,
        min_child_weight: float = 1.0,
        min_child_samples: int = 20,
        subsample: float = 1.0,
        subsample_freq: int = 0,
        colsample_bytree: float = 1.0,
        reg_alpha: float = 0.0,
        reg_lambda: float = 1.0,
        random_state: Any = None,
        n_jobs: int | None = None,
        importance_type: str = "split",
        **kwargs: Any,
    ) -> None:
        super().__init__(
            boosting_type=boosting_type,
            num_leaves=num_leaves,
            max_depth=max_depth,
            learning_rate=learning_rate,
            n_estimators=n_estimators,
            subsample_for_bin=subsample_for_bin,
            objective=objective,
            class_weight=class_weight,
            min_split_gain=min_split_gain,
            min_child_weight=min_child_weight,
            min_child_samples=min_child_samples,
            subsample=subsample,
            subsample_freq=subsample_freq,
            colsample_bytree=colsample_bytree,
            reg_alpha=reg_alpha,
            reg_lambda=reg_lambda,
            random_state=random_state,
            n_jobs=n_jobs,
            importance_type=importance_type,
            **kwargs,
        )
        self.gamma = gamma
        self.alpha = alpha
        self.curvature = curvature
        self.scaled = scaled
        self.match_prevalence = match_prevalence
        self.deployment_prevalence = deployment_prevalence

    @survives_fork
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        init_score: Any = None,
        eval_set: Any = None,
        eval_names: list[str] | None = None,
        eval_sample_weight: Any = None,
        eval_class_weight: Any = None,
        eval_init_score: Any = None,
        eval_metric: Any = None,
        feature_name: Any = "auto",
        categorical_feature: Any = "auto",
        callbacks: Any = None,
        init_model: Any = None,
        **kwargs: Any,
    ) -> Self:
        """Train.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Features, in any form that LightGBM takes.
        y : array-like of shape (n,)
            Class labels of any type.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.
        init_score, eval_init_score : array-like, optional
            Raw scores to start from, instead of the best constant one; the former is needed again for every prediction.
        eval_set : list of (X, y), optional
            Validation sets.
        eval_metric : str, callable, or list of these, optional
            Measures of the recovered probabilities: names of LightGBM's for classification, "brier", "focal_loss", or
            callables as LightGBM takes them.
        eval_names, eval_sample_weight, eval_class_weight, feature_name, categorical_feature, callbacks, **kwargs
            As in ``lightgbm.LGBMClassifier.fit``.
        init_model : str, path, lightgbm.Booster or lightgbm.LGBMModel, optional
            Training goes on from this model, with its start.

        Returns
        -------
        self
            Fitted.

        Raises
        ------
        ValueError
            For parameters that contradict focal loss, for data that no classifier can use, and for a file
            ``init_model`` that is damaged or holds no model of LightGBM.
        TypeError
            For parameters of another type.
        FileNotFoundError
            If there is no file ``init_model``.
        """
        refuse(self, lgb.LGBMClassifier(), REFUSED)
        labels = encode(y)
        check_features(X, labels.codes.shape[0], "lightgbm")
        if labels.classes is None:
            raise ValueError(
                f"y has {labels.codes.shape[1]} labels a row; LightGBM trains on one: use "
                "sklearn.multioutput.MultiOutputClassifier(FocalLGBMClassifier()), or FocalXGBClassifier"
            )
        if eval_init_score is not None and init_score is None:
            raise ValueError("eval_init_score without init_score: give both, or neither to start at the best constant")
        if isinstance(eval_set, tuple):
            eval_set = [eval_set]
        check_eval_set(eval_set, X, labels.classes, "lightgbm")
        check_start("init_score", init_score, labels.codes.shape[0])
        check_model("init_model", init_model)
        if init_model is not None:
            init_model = as_booster(init_model)
        by_row = {"sample_weight": sample_weight, "init_score": init_score}
        others = {
            "eval_set": eval_set,
            "eval_names": eval_names,
            "eval_sample_weight": eval_sample_weight,
            "eval_class_weight": eval_class_weight,
            "eval_init_score": eval_init_score,
            "feature_name": feature_name,
            "categorical_feature": categorical_feature,
            "callbacks": callbacks,
            "init_model": init_model,
            **kwargs,
        }
        gamma = chosen_gamma(self, X, y, by_row, {**others, "eval_metric": eval_metric})
        link = training_link(self, labels, sample_weight, gamma=gamma)
        if init_model is not None:
            with library_errors(lgb, lgb.basic.LightGBMError):
                previous = link_of(init_model)
            if init_score is not None or (previous is not None and previous.own_start):
                raise ValueError("init_model and init_score: LightGBM starts from the model's scores alone; give one")
            link = replace(link, start=() if previous is None else previous.start)
        elif init_score is not None:
            link = replace(link, start=(), own_start=True)
        if "eval_X" in kwargs:
            _each(lambda rows: check_types(rows, "lightgbm"), kwargs["eval_X"])
            _each(lambda rows: check_order(rows, names_of(X)), kwargs["eval_X"])
        if "eval_y" in kwargs:  # LightGBM encodes the labels of eval_set alone
            others["eval_y"] = _each(lambda target: codes_of(target, labels.classes), kwargs["eval_y"])
        objective = Objective(link)
        unnamed = self._unnamed_parameters(*METRIC_ALIASES)
        parent = self._parent(
            objective=objective,
            _objective=objective,
            class_weight=None,
            _class_weight=None,
            # Without the filter a model of rows too few to split is constant, as with LightGBM's own objectives;
            # with it a custom objective ends in a failed check.
            _other_params={"feature_pre_filter": False} | unnamed | {"metric": "None"},
        )
        metrics = [LightGBMMetric(link, metric) for metric in self._chosen_metrics(eval_metric, link)]
        with library_errors(lgb, lgb.basic.LightGBMError):
            fitted = parent.fit(X, y, eval_metric=metrics, **by_row, **others)
        if self.match_prevalence and not link.is_cross_entropy:
            link = link.matched(self._training_scores(fitted, X, objective, init_score), sample_weight)
        link = complete(fitted.booster_, link)
        adopt(self, fitted)
        self._set_link(link)
        return self

    @survives_fork
    def decision_function(
        self,
        X: Any,
        *,
        init_score: Any = None,
        **kwargs: Any,
    ) -> NDArray[np.float64]:
        """Return raw scores, the start included.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Features.
        init_score : array-like, optional
            Start of these rows, for a model that was trained with ``init_score``.
        **kwargs
            ``start_iteration``, ``num_iteration``, ``validate_features`` and others of ``lightgbm.Booster.predict``.

        Returns
        -------
        array of float64, shape (n,) or (n, n_classes)
            Of two classes without weights, positive scores mean that the second is the more probable.

        Raises
        ------
        ValueError
            If the model was trained with ``init_score`` and none is given, or a table has the columns of the training
            data in another order.
        """
        self._check_order(X)
        with library_errors(lgb, lgb.basic.LightGBMError):
            raw = self._parent().predict(X, raw_score=True, **kwargs)
        if self.link_.own_start != (init_score is not None):
            raise ValueError(
                "this model was trained with init_score: give init_score= for these rows as well"
                if self.link_.own_start
                else "this model was trained without init_score: it starts by itself"
            )
        if init_score is None:
            return self.link_.scores(raw)
        if np.shape(init_score) != raw.shape:
            raise ValueError(
                f"init_score has the shape {np.shape(init_score)}; for these rows it must have {raw.shape}"
            )
        return np.asarray(raw + np.asarray(init_score))

    @survives_fork
    def predict_proba(
        self,
        X: Any,
        raw_score: bool = False,
        start_iteration: int = 0,
        num_iteration: int | None = None,
        pred_leaf: bool = False,
        pred_contrib: bool = False,
        validate_features: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Return the recovered posterior probabilities.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Features.
        raw_score : bool, default False
            Whether to return raw scores instead, as ``decision_function`` does.
        start_iteration, num_iteration, pred_leaf, pred_contrib, validate_features
            As in ``lightgbm.LGBMClassifier.predict_proba``. The shift of ``match_prevalence`` is that of all rounds,
            whatever their number here.
        **kwargs
            ``init_score``, for a model that was trained with it, and others of ``lightgbm.Booster.predict``.

        Returns
        -------
        array of float64, shape (n, n_classes)
            A column for each class in the order of ``classes_``, for data in which the classes have the shares
            ``deployment_prevalence``, or those of the training data. Or leaves, or SHAP values of the raw score.

        Raises
        ------
        ValueError
            As in ``decision_function``.
        """
        arguments = {
            "start_iteration": start_iteration,
            "num_iteration": num_iteration,
            "validate_features": validate_features,
            **kwargs,
        }
        if pred_leaf or pred_contrib:
            self._check_order(X)
            return self._parent().predict(X, pred_leaf=pred_leaf, pred_contrib=pred_contrib, **arguments)
        scores = self.decision_function(X, **arguments)
        return scores if raw_score else self.link_.probabilities(scores, self.deployment_prevalence)

    def predict(
        self,
        X: Any,
        raw_score: bool = False,
        start_iteration: int = 0,
        num_iteration: int | None = None,
        pred_leaf: bool = False,
        pred_contrib: bool = False,
        validate_features: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Return the most probable class of each row.

        Parameters
        ----------
        X, raw_score, start_iteration, num_iteration, pred_leaf, pred_contrib, validate_features, **kwargs
            As in ``predict_proba``.

        Returns
        -------
        array of shape (n,)
            Labels; or raw scores, leaves or SHAP values. Where costs differ, choose the threshold with scikit-learn's
            ``TunedThresholdClassifierCV`` or ``FixedThresholdClassifier`` around the estimator.
        """
        result = self.predict_proba(
            X, raw_score, start_iteration, num_iteration, pred_leaf, pred_contrib, validate_features, **kwargs
        )
        return result if raw_score or pred_leaf or pred_contrib else self.link_.labels(result)

    def _state(self) -> dict[str, Any]:
        """Return the attributes that a copy or a pickle has."""
        return dict(vars(self))

    def __getstate__(self) -> dict[str, Any]:
        return with_booster_written(self._state())

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(with_booster_read(state, lgb.Booster))

    def __copy__(self) -> Self:
        twin: Self = as_parent(self, type(self))  # with the same booster
        return twin

    def _check_order(self, X: Any) -> None:
        """Refuse columns that LightGBM would take for each other."""
        if names_of(X):  # else the booster need not be asked for its own
            check_order(X, self.feature_name_)

    def _parent(self, **changes: Any) -> Any:
        """Be LightGBM's own class, which hands all its parameters to the booster."""
        return as_parent(self, lgb.LGBMClassifier, **{"_other_params": self._unnamed_parameters()} | changes)

    def _unnamed_parameters(self, *but: str) -> dict[str, Any]:
        """Parameters beside the constructor's; the parent's ``set_params`` puts every name there."""
        return {name: value for name, value in self._other_params.items() if name not in (*_FOCAL, *but)}

    def _training_scores(self, fitted: Any, X: Any, objective: Objective, init_score: Any) -> NDArray[np.float64]:
        """Return the trained model's raw scores of the training rows."""
        booster = fitted.booster_
        last = booster.current_iteration() - 1
        stopped_early = 0 < booster.best_iteration <= last
        trees_stay = "\n[boosting: gbdt]\n" in booster.model_to_string(num_iteration=1)
        if trees_stay and not stopped_early and objective.calls == last + 1:  # every call made trees, all of them new
            # The last round began with the scores of all others, which the objective has seen.
            return np.asarray(objective.scores + fitted.predict(X, raw_score=True, start_iteration=last))
        raw = fitted.predict(X, raw_score=True)
        return objective.link.scores(raw if init_score is None else raw + np.asarray(init_score))

    def _chosen_metrics(self, eval_metric: Any, link: FocalLink) -> list[Any]:
        """Metrics of ``fit`` and of the constructor, in LightGBM's order."""
        default = "multi_logloss" if isinstance(link.loss, MulticlassFocalLoss) else "binary_logloss"
        constructed = next((self._other_params[name] for name in METRIC_ALIASES if name in self._other_params), None)
        if eval_metric is None:
            return as_list(constructed, default)
        return as_list(eval_metric, default) + (as_list(constructed, default) if constructed is not None else [])

    def _set_link(self, link: FocalLink) -> None:
        self.link_ = link
        self.loss_ = self._objective = link.loss
        self.gamma_ = link.loss.gamma


def _each(function: Callable[[Any], Any], values: Any) -> Any:
    """Apply a function to each of LightGBM's validation sets, of which one may come alone."""
    return tuple(map(function, values)) if isinstance(values, tuple) else function(values)
