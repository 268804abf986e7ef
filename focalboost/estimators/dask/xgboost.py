"""XGBoost's classifier with focal loss, on a Dask cluster."""

from dataclasses import replace
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from focalboost._optional import optional_import
from focalboost.estimators.dask.labels import class_totals, encoded
from focalboost.estimators.dask.predict import predicted
from focalboost.estimators.dask.prevalence import cluster_matched
from focalboost.estimators.dask.training import WorkerObjective, cluster_link
from focalboost.estimators.eval_metrics import XGBoostMetrics, as_list
from focalboost.estimators.link import ATTRIBUTE
from focalboost.estimators.parent import as_parent
from focalboost.estimators.training import refuse
from focalboost.estimators.xgboost import REFUSED, FocalXGBClassifier
from focalboost.estimators.xgboost_model import as_booster, link_of
from focalboost.objectives.focal import MulticlassFocalLoss

da = optional_import("dask.array", "DaskFocalXGBClassifier")
distributed = optional_import("distributed", "DaskFocalXGBClassifier")
xgb = optional_import("xgboost", "DaskFocalXGBClassifier")
xgb_dask = optional_import("xgboost.dask", "DaskFocalXGBClassifier")
collective = optional_import("xgboost.collective", "DaskFocalXGBClassifier")

_BINNED = (None, "auto", "hist", "gpu_hist")
"""Tree methods for which XGBoost's own classes make the bins at once."""


class DaskFocalXGBClassifier(FocalXGBClassifier):
    """``FocalXGBClassifier`` trained on all workers of a Dask cluster.

    Classes, class weights, the loss's scale and the start are found over all partitions, so the model is the one that
    ``FocalXGBClassifier`` fits to the same rows, up to the borders of the histograms' bins.

    Parameters
    ----------
    client : distributed.Client, optional
        The cluster; by default the current client. It is not pickled, nor can scikit-learn's ``clone`` copy one.
    coll_cfg : xgboost.collective.Config, optional
        How the workers talk to each other, from XGBoost 3.0.
    **kwargs
        All parameters of ``FocalXGBClassifier``. ``gamma`` is a number: choose it on a sample that fits in memory.

    Attributes
    ----------
    classes_, gamma_, loss_, link_
        As in ``FocalXGBClassifier``.

    Notes
    -----
    The data is read twice, the labels for the classes and the features for ``match_prevalence``: ``persist`` it where
    making it is expensive.

    Early stopping sees one value of each metric on all workers: the mean over them by their rows' weight. That is exact
    for means over rows (log-loss, error, Brier score, focal loss); "auc" and "aucpr" are means of the workers' own.

    SHAP values of a Dask collection: ``xgboost.dask.predict(client, model.get_booster(), X, pred_contribs=True)``.
    """

    def __init__(self, *, client: Any = None, coll_cfg: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.client = client
        self.coll_cfg = coll_cfg

    def fit(  # type: ignore[override]
        self,
        X: Any,
        y: Any,
        *,
        sample_weight: Any = None,
        eval_set: Any = None,
        verbose: bool | int | None = True,
        xgb_model: Any = None,
        sample_weight_eval_set: Any = None,
        feature_weights: Any = None,
    ) -> Self:
        """Train.

        Parameters
        ----------
        X : dask DataFrame or Array of shape (n, n_features)
            Features.
        y : dask Series or Array of shape (n,)
            Class labels of any type.
        sample_weight : dask Series or Array of shape (n,), optional
            Weights of the rows.
        eval_set : list of (X, y), optional
            Validation sets, of dask collections.
        sample_weight_eval_set : list of dask Series or Array, optional
            Their weights.
        verbose
            As in ``xgboost.dask.DaskXGBClassifier.fit``.
        xgb_model : str, path, xgboost.Booster or xgboost.XGBModel, optional
            Training goes on from this model, with its start.
        feature_weights : array-like or dask Array of shape (n_features,), optional
            As in ``xgboost.XGBClassifier.fit``.

        Returns
        -------
        self
            Fitted.

        Raises
        ------
        TypeError
            For labels or weights that are no dask collections.
        ValueError
            As ``FocalXGBClassifier.fit``, and where ``gamma`` is no number.
        """
        refuse(self, xgb.XGBClassifier(), REFUSED)
        client = distributed.get_client() if self.client is None else self.client
        totals = class_totals(client, y, sample_weight)
        link = cluster_link(self, totals)
        loss_params = link.loss.xgboost_params(np.arange(totals.classes.size), totals.weights)
        if xgb_model is not None:
            xgb_model = as_booster(xgb_model)
            previous = link_of(xgb_model)
            link = replace(link, start=() if previous is None else previous.start)
            loss_params.pop("base_score", None)
        elif "base_score" in loss_params:
            link = replace(link, start=())
        params = self._parent().get_xgb_params()
        default_metric = "mlogloss" if isinstance(link.loss, MulticlassFocalLoss) else "logloss"
        metrics = as_list(params.pop("eval_metric"), default_metric)
        if feature_weights is None:
            feature_weights = getattr(self, "feature_weights", None)  # a parameter of the class from XGBoost 3.1 on
        by_feature = {} if feature_weights is None else {"feature_weights": da.asarray(feature_weights)}
        data = self._matrix(client, X, y, totals.classes, weight=sample_weight, **by_feature)
        eval_set = eval_set or []
        eval_weights = sample_weight_eval_set or [None] * len(eval_set)
        if len(eval_weights) != len(eval_set):
            raise ValueError(f"sample_weight_eval_set has {len(eval_weights)} entries, eval_set {len(eval_set)}")
        evals = [
            (self._matrix(client, rows, target, totals.classes, data, weight=weight), f"validation_{i}")
            for i, ((rows, target), weight) in enumerate(zip(eval_set, eval_weights, strict=True))
        ]
        trained = xgb_dask.train(
            client,
            params | loss_params,
            data,
            self.get_num_boosting_rounds(),
            evals=evals,
            obj=WorkerObjective(link),
            early_stopping_rounds=self.early_stopping_rounds,
            xgb_model=xgb_model,
            verbose_eval=verbose,
            callbacks=self.callbacks,
            custom_metric=_ClusterMetrics(link, metrics),
            **({} if self.coll_cfg is None else {"coll_cfg": self.coll_cfg}),
        )
        self._Booster = trained["booster"]
        if self.match_prevalence:
            link = cluster_matched(client, link, partial(self._parent().predict, output_margin=True), X, sample_weight)
        self._Booster.set_attr(**{ATTRIBUTE: link.to_json()})
        self.evals_result_ = trained["history"]
        self._set_link(link)
        return self

    def decision_function(self, X: Any) -> Any:  # type: ignore[override]
        """Return raw scores, the start included, lazily.

        Parameters
        ----------
        X : dask DataFrame or Array of shape (n, n_features)
            Features.

        Returns
        -------
        dask Array of float32, shape (n,) or (n, n_classes)
            As ``FocalXGBClassifier.decision_function``.
        """
        columns = None if self.n_classes_ == 2 else self.n_classes_
        return predicted(self.to_local(), "decision_function", X, columns, np.float32)

    def predict_proba(self, X: Any) -> Any:  # type: ignore[override]
        """Return the recovered posterior probabilities, lazily.

        Parameters
        ----------
        X : dask DataFrame or Array of shape (n, n_features)
            Features.

        Returns
        -------
        dask Array of float64, shape (n, n_classes)
            As ``FocalXGBClassifier.predict_proba``.
        """
        return predicted(self.to_local(), "predict_proba", X, self.n_classes_, np.float64)

    def predict(self, X: Any) -> Any:  # type: ignore[override]
        """Return the most probable class of each row, lazily.

        Parameters
        ----------
        X : dask DataFrame or Array of shape (n, n_features)
            Features.

        Returns
        -------
        dask Array of shape (n,)
            Labels.
        """
        return predicted(self.to_local(), "predict", X, None, self.classes_.dtype)

    def to_local(self) -> FocalXGBClassifier:
        """Return the fitted model for data in memory.

        Returns
        -------
        FocalXGBClassifier
            With the same booster and parameters.
        """
        local: FocalXGBClassifier = as_parent(self, FocalXGBClassifier)
        del local.client, local.coll_cfg
        return local

    def _state(self) -> dict[str, Any]:
        return {**super()._state(), "client": None}

    def _matrix(self, client: Any, X: Any, y: Any, classes: NDArray[Any], ref: Any = None, **weights: Any) -> Any:
        """Features and codes of labels on the workers; bins are made at once where the tree method has them."""
        binned: dict[str, Any] = {"max_bin": self.max_bin, "ref": ref} if self.tree_method in _BINNED else {}
        return (xgb_dask.DaskQuantileDMatrix if binned else xgb_dask.DaskDMatrix)(
            client,
            X,
            encoded(y, classes),
            missing=self.missing,
            enable_categorical=self.enable_categorical,
            feature_types=self.feature_types,
            **weights,
            **binned,
        )


class _ClusterMetrics(XGBoostMetrics):
    """Metrics of a validation set that lies on several workers: the workers' values, averaged by their rows' weight.

    XGBoost averages over workers as well, but without their weights, and a worker may have no rows.
    """

    def __call__(self, raw: NDArray[Any], data: Any) -> list[tuple[str, float]]:
        weights = data.get_weight()
        weight = float(weights.sum() if weights.size else data.num_row())
        if weight > 0:
            results = super().__call__(raw, data)
        else:
            results = [(metric if isinstance(metric, str) else "", 0.0) for metric in self.chosen]
        values = np.array([weight, *(weight * value for _, value in results)])
        sums = collective.allreduce(values, collective.Op.SUM)
        return [(name, total / sums[0]) for (name, _), total in zip(results, sums[1:].tolist(), strict=True)]
