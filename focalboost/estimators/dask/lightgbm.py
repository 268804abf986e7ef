"""LightGBM's classifier with focal loss, on a Dask cluster."""

import warnings
from functools import partial
from typing import Any, Self

import numpy as np

from focalboost._optional import optional_import
from focalboost.estimators.dask.labels import class_totals, encoded
from focalboost.estimators.dask.predict import predicted
from focalboost.estimators.dask.prevalence import cluster_matched
from focalboost.estimators.dask.training import WorkerObjective, cluster_link
from focalboost.estimators.lightgbm import METRIC_ALIASES, REFUSED, FocalLGBMClassifier
from focalboost.estimators.lightgbm_model import complete
from focalboost.estimators.parent import adopt, as_parent
from focalboost.estimators.training import refuse

distributed = optional_import("distributed", "DaskFocalLGBMClassifier")
lgb = optional_import("lightgbm", "DaskFocalLGBMClassifier")

_NO_EVALUATION = (
    "LightGBM's workers each measure their own rows, and would stop in different rounds; find the number of rounds on "
    "a sample with FocalLGBMClassifier, or use DaskFocalXGBClassifier"
)
_REFUSED_HERE = REFUSED | dict.fromkeys(
    ("early_stopping_round", "early_stopping_rounds", "early_stopping", "n_iter_no_change", *METRIC_ALIASES),
    _NO_EVALUATION,
)


class DaskFocalLGBMClassifier(FocalLGBMClassifier):
    """``FocalLGBMClassifier`` trained on all workers of a Dask cluster.

    Classes, class weights, the loss's scale and the start are found over all partitions, so the model is the one that
    ``FocalLGBMClassifier`` fits to the same rows, up to the borders of the histograms' bins, and to the rows of a leaf,
    which LightGBM guesses from their curvature where ``min_child_samples`` is above 1.

    Parameters
    ----------
    client : distributed.Client, optional
        The cluster; by default the current client. It is not pickled, nor can scikit-learn's ``clone`` copy one.
    **kwargs
        All parameters of ``FocalLGBMClassifier``, and those of ``lightgbm.DaskLGBMClassifier`` such as ``tree_learner``
        and ``machines``. ``gamma`` is a number: choose it on a sample that fits in memory. Early stopping is refused.

    Attributes
    ----------
    classes_, gamma_, loss_, link_
        As in ``FocalLGBMClassifier``.

    Notes
    -----
    The data is read twice, the labels for the classes and the features for ``match_prevalence``: ``persist`` it where
    making it is expensive.

    LightGBM finds the bins of a feature in the rows of one worker: shuffle rows that are sorted. Every worker that
    takes part needs rows.
    """

    def __init__(self, *, client: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.client = client

    def fit(  # type: ignore[override]
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        feature_name: Any = "auto",
        categorical_feature: Any = "auto",
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
        feature_name, categorical_feature
            As in ``lightgbm.LGBMClassifier.fit``.

        Returns
        -------
        self
            Fitted.

        Raises
        ------
        TypeError
            For labels or weights that are no dask collections.
        ValueError
            As ``FocalLGBMClassifier.fit``, where ``gamma`` is no number, and for early stopping.
        """
        refuse(self, lgb.LGBMClassifier(), _REFUSED_HERE)
        client = distributed.get_client() if self.client is None else self.client
        totals = class_totals(client, y, sample_weight)
        link = cluster_link(self, totals)
        params = self._parent(
            objective=WorkerObjective(link),
            class_weight=None,
            _other_params={"feature_pre_filter": False} | self._unnamed_parameters("client") | {"metric": "None"},
        ).get_params()
        if totals.classes.size > 2:
            params["num_class"] = totals.classes.size
        # Not the classifier: its workers find the classes in their own rows, where one may be missing.
        trainer = lgb.DaskLGBMRegressor(client=client, **params)
        with warnings.catch_warnings():
            if self.n_jobs is None:
                warnings.filterwarnings("ignore", "Parameter n_jobs will be ignored")
            trainer.fit(
                X,
                encoded(y, totals.classes),
                sample_weight=sample_weight,
                feature_name=feature_name,
                categorical_feature=categorical_feature,
            )
        fitted = trainer.to_local()
        if self.match_prevalence:
            link = cluster_matched(client, link, partial(fitted.predict, raw_score=True), X, sample_weight)
        link = complete(fitted.booster_, link)
        adopt(self, fitted)
        self._classes, self._n_classes = totals.classes, totals.classes.size
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
        dask Array of float64, shape (n,) or (n, n_classes)
            As ``FocalLGBMClassifier.decision_function``.
        """
        columns = None if self.n_classes_ == 2 else self.n_classes_
        return predicted(self.to_local(), "decision_function", X, columns, np.float64)

    def predict_proba(self, X: Any) -> Any:  # type: ignore[override]
        """Return the recovered posterior probabilities, lazily.

        Parameters
        ----------
        X : dask DataFrame or Array of shape (n, n_features)
            Features.

        Returns
        -------
        dask Array of float64, shape (n, n_classes)
            As ``FocalLGBMClassifier.predict_proba``.
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

    def to_local(self) -> FocalLGBMClassifier:
        """Return the fitted model for data in memory.

        Returns
        -------
        FocalLGBMClassifier
            With the same booster and parameters.
        """
        local: FocalLGBMClassifier = as_parent(self, FocalLGBMClassifier)
        del local.client
        return local

    def _state(self) -> dict[str, Any]:
        return {**super()._state(), "client": None, "_other_params": self._unnamed_parameters("client")}

    @classmethod
    def _get_param_names(cls) -> list[str]:
        """Names for ``get_params``, which would not look behind ``**kwargs``."""
        return sorted([*FocalLGBMClassifier._get_param_names(), "client"])
