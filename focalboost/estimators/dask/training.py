"""What a training on a Dask cluster needs: one loss for all workers, and how each applies it to its own rows."""

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from focalboost.estimators.dask.labels import ClassTotals
from focalboost.estimators.labels import Labels
from focalboost.estimators.link import FocalLink
from focalboost.estimators.training import Objective, training_link
from focalboost.losses.class_weight import weights_of_counts
from focalboost.objectives.arguments import read_arguments
from focalboost.objectives.xgboost import expects_flat


def cluster_link(estimator: Any, totals: ClassTotals) -> FocalLink:
    """Make the loss of an estimator's parameters, and find where its training starts, from all partitions.

    Both depend on the labels through the totals of the classes alone, so one row a class stands for the data.

    Parameters
    ----------
    estimator : object
        The estimator, with the focal parameters.
    totals : ClassTotals
        Totals over all partitions.

    Returns
    -------
    FocalLink
        With the best constant scores as ``start``.

    Raises
    ------
    ValueError
        If ``gamma`` is no number, or as ``training_link``.
    """
    if not isinstance(estimator.gamma, Real):
        single = type(estimator).__name__.removeprefix("Dask")
        raise ValueError(
            f"{type(estimator).__name__}(gamma={estimator.gamma!r}): on a cluster gamma is a number; choose it on a "
            f"sample that fits in memory, {single}(gamma={estimator.gamma!r}).fit(X_sample, y_sample).gamma_"
        )
    class_weight = estimator.class_weight
    if class_weight in ("balanced", "effective"):  # they count rows, which the one row a class does not tell
        weights = weights_of_counts(totals.counts, class_weight)
        class_weight = dict(zip(totals.classes.tolist(), weights.tolist(), strict=True))
    labels = Labels(np.arange(totals.classes.size), totals.classes)
    return training_link(estimator, labels, totals.weights, class_weight=class_weight)


class WorkerObjective(Objective):
    """The loss on the rows of one worker, in the conventions of ``xgboost.dask.train`` and of LightGBM's classes.

    Other than the loss itself it does not compare the start with these rows: where the classes' shares differ from
    worker to worker, no start is the best one for all, and the right one was found over all rows.
    """

    def __call__(self, first: Any, second: Any, sample_weight: Any = None) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return gradient and curvature.

        Parameters
        ----------
        first, second : object
            Raw scores and an ``xgboost.DMatrix``, or labels and raw scores.
        sample_weight : array of shape (n,), optional
            Weights, in the second form.

        Returns
        -------
        gradient, curvature : array of float32
            See ``BinaryFocalLoss``.
        """
        y_true, raw, weight, _ = read_arguments(first, second, sample_weight)
        gradient = np.empty_like(raw, dtype=np.float32)
        curvature = np.empty_like(gradient)
        self.link.loss.gradient_hessian(y_true, self.link.scores(raw), weight, gradient, curvature)
        return (gradient.ravel(), curvature.ravel()) if expects_flat(gradient, raw) else (gradient, curvature)
