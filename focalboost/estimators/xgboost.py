"""XGBoost's classifier with focal loss."""

from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from focalboost._optional import optional_import
from focalboost.estimators.eval_metrics import XGBoostMetrics, as_list
from focalboost.estimators.forks import survives_fork
from focalboost.estimators.gamma_path import chosen_gamma
from focalboost.estimators.inputs import check_eval_set, check_features, check_model, check_start
from focalboost.estimators.labels import codes_of, encode
from focalboost.estimators.link import ATTRIBUTE, FocalLink
from focalboost.estimators.parent import adopt, as_parent, library_errors, with_booster_read, with_booster_written
from focalboost.estimators.training import Objective, refuse, training_link
from focalboost.estimators.xgboost_model import as_booster, link_of, read
from focalboost.losses.arrays import refuse_masked
from focalboost.objectives.focal import MulticlassFocalLoss

optional_import("sklearn", "FocalXGBClassifier")
xgb = optional_import("xgboost", "FocalXGBClassifier")

REFUSED = {
    "objective": "focal loss is the objective; for another one use xgboost.XGBClassifier",
    "base_score": "training starts at the loss's best constant score, found from y; leave base_score out, "
    "or give base_margin to fit",
    "scale_pos_weight": "it has no effect with focal loss; give class_weight={negative: 1, positive: weight} instead",
    "num_class": "it follows from y; leave it out",
    "disable_default_eval_metric": "choose metrics with eval_metric; leave it out",
}


class _XGBClassifier(xgb.XGBClassifier):  # type: ignore[misc, name-defined]
    """The parent with several metrics of our own, where its way to hand over a callable takes one alone."""

    def _configure_fit(self, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        model, _, *others = super()._configure_fit(*args, **kwargs)
        return model, self.eval_metric, *others


class FocalXGBClassifier(xgb.XGBClassifier):  # type: ignore[misc, name-defined]
    """``xgboost.XGBClassifier`` with focal loss: started right, with probabilities that mean what they say.

    Takes every parameter of the parent but those that contradict focal loss: ``objective``, ``base_score``,
    ``scale_pos_weight``. Two of the parent's names mean something else here, in line with the literature on focal
    loss: ``gamma`` is the focusing parameter and ``alpha`` the weight of positives. XGBoost's own are
    ``min_split_loss`` and ``reg_alpha``.

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
    min_split_loss : float, optional
        XGBoost's ``gamma``: least reduction of the loss for a split.
    **kwargs
        All parameters of ``xgboost.XGBClassifier``.

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
    SHAP values, ``get_booster().predict(pred_contribs=True)`` or the shap package, explain the raw score, of which
    the probability is an increasing function (of two classes).

    ``eval_metric`` names and callables measure the recovered probabilities, so early stopping does as well; without
    one, the metric is their log-loss. They are measured before ``match_prevalence``, which follows the training.

    Examples
    --------
    >>> import numpy as np
    >>> from focalboost import FocalXGBClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(2000, 3))
    >>> y = np.where(X[:, 0] + rng.normal(size=2000) > 3, "fraud", "fine")
    >>> model = FocalXGBClassifier(gamma=2.0, n_estimators=20).fit(X, y)
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
        min_split_loss: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.gamma = gamma
        self.class_weight = class_weight
        self.alpha = alpha
        self.curvature = curvature
        self.scaled = scaled
        self.match_prevalence = match_prevalence
        self.deployment_prevalence = deployment_prevalence
        self.min_split_loss = min_split_loss

    @survives_fork
    def fit(
        self,
        X: Any,
        y: Any,
        *,
        sample_weight: Any = None,
        base_margin: Any = None,
        eval_set: Any = None,
        verbose: bool | int | None = True,
        xgb_model: Any = None,
        sample_weight_eval_set: Any = None,
        base_margin_eval_set: Any = None,
        feature_weights: Any = None,
    ) -> Self:
        """Train.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Features, in any form that XGBoost takes.
        y : array-like of shape (n,) or (n, L)
            Class labels of any type; or 0 and 1 in a column for each of several labels.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.
        base_margin : array-like, optional
            Raw scores to start from, instead of the best constant one; needed again for every prediction.
        eval_set : list of (X, y), optional
            Validation sets.
        verbose, xgb_model, sample_weight_eval_set, base_margin_eval_set, feature_weights
            As in ``xgboost.XGBClassifier.fit``. Training goes on from ``xgb_model`` with that model's start.

        Returns
        -------
        self
            Fitted.

        Raises
        ------
        ValueError
            For parameters that contradict focal loss, for data that no classifier can use, and for a file ``xgb_model``
            that is damaged or holds no model of XGBoost.
        TypeError
            For parameters of another type.
        FileNotFoundError
            If there is no file ``xgb_model``.
        """
        refuse(self, xgb.XGBClassifier(), REFUSED)
        labels = encode(y)
        check_features(X, labels.codes.shape[0], "xgboost")
        check_eval_set(eval_set, X, labels.classes, "xgboost")
        check_start("base_margin", base_margin, labels.codes.shape[0])
        check_model("xgb_model", xgb_model)
        if xgb_model is not None:
            xgb_model = as_booster(xgb_model)
        refuse_masked(sample_weight, "sample_weight")
        weight = None if sample_weight is None else np.asarray(sample_weight)
        by_row = {"sample_weight": weight, "base_margin": base_margin}
        others = {
            "eval_set": eval_set,
            "xgb_model": xgb_model,
            "sample_weight_eval_set": sample_weight_eval_set,
            "base_margin_eval_set": base_margin_eval_set,
            "feature_weights": feature_weights,
        }
        gamma = chosen_gamma(self, X, y, by_row, {**others, "verbose": False})
        link = training_link(self, labels, weight, gamma=gamma)
        params = link.loss.xgboost_params(labels.codes, weight)
        start = np.array(link.start, dtype=np.float32)
        if xgb_model is not None:
            with library_errors(xgb, xgb.core.XGBoostError):
                previous = link_of(xgb_model)
            link = replace(link, start=() if previous is None else previous.start)
            params.pop("base_score", None)
        elif base_margin is not None or "base_score" in params:
            link = replace(link, start=())
        link = replace(link, own_start=base_margin is not None)
        objective = Objective(link, weight)
        default_metric = "mlogloss" if isinstance(link.loss, MulticlassFocalLoss) else "logloss"
        parent = self._parent(
            _XGBClassifier,
            objective=objective,
            base_score=params.get("base_score"),
            eval_metric=XGBoostMetrics(link, as_list(self.eval_metric, default_metric)),
            kwargs=getattr(self, "kwargs", {}) | {"disable_default_eval_metric": True},
        )
        validation = eval_set and [(rows, codes_of(target, labels.classes)) for rows, target in eval_set]
        with library_errors(xgb, xgb.core.XGBoostError):
            fitted = parent.fit(X, labels.codes, **by_row, **others | {"eval_set": validation}, verbose=verbose)
        adopt(self, fitted)
        if self.match_prevalence and not link.is_cross_entropy:
            last = self._last_round(objective) if base_margin is None else None
            raw = link.scores(super().predict(X, output_margin=True, base_margin=base_margin, iteration_range=last))
            link = link.matched(raw if last is None else objective.scores + (raw - start), weight)
        fitted.get_booster().set_attr(**{ATTRIBUTE: link.to_json()})
        self._take(fitted.get_booster(), link)
        return self

    @survives_fork
    def decision_function(
        self,
        X: Any,
        *,
        validate_features: bool = True,
        base_margin: Any = None,
        iteration_range: tuple[int, int] | None = None,
    ) -> NDArray[np.float32]:
        """Return raw scores, the start included.

        Parameters
        ----------
        X : array-like of shape (n, n_features)
            Features.
        validate_features, base_margin, iteration_range
            As in ``xgboost.XGBClassifier.predict``.

        Returns
        -------
        array of float32, shape (n,), (n, n_classes) or (n, L)
            For two classes, several, or several labels a row. Of two classes without weights, positive scores mean that
            the second is the more probable.
        """
        with library_errors(xgb, xgb.core.XGBoostError):
            raw = super().predict(
                X,
                output_margin=True,
                validate_features=validate_features,
                base_margin=base_margin,
                iteration_range=iteration_range,
            )
        if base_margin is not None:
            return np.asarray(raw)
        if self.link_.own_start:
            raise ValueError("this model was trained with base_margin: give base_margin= for these rows as well")
        return self.link_.scores(raw)

    def predict_proba(
        self,
        X: Any,
        validate_features: bool = True,
        base_margin: Any = None,
        iteration_range: tuple[int, int] | None = None,
    ) -> NDArray[np.float64]:
        """Return the recovered posterior probabilities.

        Parameters
        ----------
        X, validate_features, base_margin, iteration_range
            As in ``decision_function``. The shift of ``match_prevalence`` is that of all rounds, whatever the range.

        Returns
        -------
        array of float64, shape (n, n_classes) or (n, L)
            A column for each class in the order of ``classes_``, or for each label, for data in which the classes have
            the shares ``deployment_prevalence``, or those of the training data.
        """
        scores = self.decision_function(
            X, validate_features=validate_features, base_margin=base_margin, iteration_range=iteration_range
        )
        return self.link_.probabilities(scores, self.deployment_prevalence)

    def predict(
        self,
        X: Any,
        *,
        output_margin: bool = False,
        validate_features: bool = True,
        base_margin: Any = None,
        iteration_range: tuple[int, int] | None = None,
    ) -> NDArray[Any]:
        """Return the most probable class of each row.

        Parameters
        ----------
        X, validate_features, base_margin, iteration_range
            As in ``decision_function``.
        output_margin : bool, default False
            Whether to return raw scores instead, as ``decision_function`` does.

        Returns
        -------
        array of shape (n,) or (n, L)
            Labels. Where costs differ, choose the threshold with scikit-learn's ``TunedThresholdClassifierCV`` or
            ``FixedThresholdClassifier`` around the estimator.
        """
        arguments = {
            "validate_features": validate_features,
            "base_margin": base_margin,
            "iteration_range": iteration_range,
        }
        if output_margin:
            return self.decision_function(X, **arguments)
        probability = self.predict_proba(X, **arguments)
        return self.link_.labels(probability)

    def get_xgb_params(self) -> dict[str, Any]:
        """Return XGBoost's own parameters, the focal ones left out.

        Returns
        -------
        dict
            As ``xgboost.XGBClassifier.get_xgb_params``, with the objective whose link the booster's file names.
        """
        params: dict[str, Any] = self._parent().get_xgb_params()
        params.pop("eval_metric", None)  # the names of recovered measures are not all XGBoost's
        if isinstance(getattr(self, "loss_", None), MulticlassFocalLoss):
            params |= {"objective": "multi:softprob", "num_class": self.n_classes_}
        return params

    apply = survives_fork(xgb.XGBClassifier.apply)
    save_model = survives_fork(xgb.XGBClassifier.save_model)

    @survives_fork
    def load_model(self, fname: Any) -> None:
        """Load a model that was saved by ``save_model``, of this class or of its booster.

        Parameters
        ----------
        fname : str, path or bytearray
            As in ``xgboost.XGBClassifier.load_model``.

        Raises
        ------
        ValueError
            If it was not trained by this class, is damaged, or is from a later version.
        """
        self._take(*read(fname))

    def _state(self) -> dict[str, Any]:
        """Return the attributes that a copy or a pickle has."""
        return dict(vars(self))

    def __getstate__(self) -> dict[str, Any]:
        return with_booster_written(self._state())

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(with_booster_read(state, xgb.Booster))

    def __copy__(self) -> Self:
        twin: Self = as_parent(self, type(self))  # with the same booster
        return twin

    def _parent(self, parent: type = xgb.XGBClassifier, **changes: Any) -> Any:
        """Be XGBoost's own class, whose ``gamma`` is another."""
        return as_parent(self, parent, **{"gamma": self.min_split_loss} | changes)

    def _last_round(self, objective: Objective) -> tuple[int, int] | None:
        """Return the range of the last round, if the others' scores are those that it began with."""
        booster = self.get_booster()
        rounds = booster.num_boosted_rounds()
        trees_stay = self.booster in (None, "gbtree") and "process_type" not in self.get_xgb_params()
        stopped_early = booster.attr("best_iteration") is not None
        # As many calls as rounds: all trees are of this training.
        return (rounds - 1, rounds) if trees_stay and not stopped_early and objective.calls == rounds else None

    def _take(self, booster: Any, link: FocalLink) -> None:
        """Become the fitted estimator of a booster."""
        self._Booster = booster
        self._set_link(link)

    @property
    def classes_(self) -> NDArray[Any]:
        """Class labels; 0 and 1 where there are several labels a row."""
        classes = self.link_.classes
        return np.arange(2) if classes is None else classes

    def _set_link(self, link: FocalLink) -> None:
        self.link_ = link
        self.loss_ = link.loss
        self.gamma_ = link.loss.gamma
        self.n_classes_ = self.classes_.size
