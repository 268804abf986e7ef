"""The softmax focal loss of several classes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focalboost.losses.arrays import Floats, as_scores, raise_for_invalid
from focalboost.losses.device import device_labels, device_weights, on_host
from focalboost.losses.focal import FAST_GAMMA, FocalLoss
from focalboost.losses.intercept import multiclass_intercept
from focalboost.losses.posterior import multiclass_log_proba


@dataclass(frozen=True)
class MulticlassFocal(FocalLoss):
    """Softmax focal loss: a row's cross-entropy times (1 - p)^gamma, p the softmax probability of its true class y.

    With u = z_y - log(sum of exp(z_k) over k != y), the margin of the true class, p = sigmoid(u), q = 1 - p, pi the
    softmax over the other classes, and G, H the negative gradient and the Hessian of the binary loss at u:

        loss       a_y q^gamma (-log p)
        gradient   -a_y G for the true class, a_y G pi_j for another
        Hessian    a_y H for the true class, a_y (H pi_j^2 + G pi_j (1 - pi_j)) for another (the diagonal)

    Domain: y in {0, ..., n_classes - 1}, K scores on the real line, of which only the differences count. Link: the
    inverse of ``predict_proba``. The truncated curvature leaves out H's one negative term, as the binary loss does.
    """

    n_classes: int
    gamma: float = 2.0
    class_weight: Any = None
    curvature: str = "auto"
    scale: float = 1.0

    def __post_init__(self) -> None:
        if not isinstance(self.n_classes, int | np.integer) or isinstance(self.n_classes, bool) or self.n_classes < 2:
            raise ValueError(f"n_classes must be an integer of at least 2; it is {self.n_classes!r}")
        object.__setattr__(self, "n_classes", int(self.n_classes))
        super().__post_init__()

    @property
    def _n_classes(self) -> int:
        return self.n_classes

    def loss(self, y_true: ArrayLike, raw_prediction: ArrayLike, sample_weight: ArrayLike | None = None) -> Floats:
        """Compute the loss of each row.

        Parameters
        ----------
        y_true : array-like of shape (n,)
            Labels 0, ..., n_classes - 1.
        raw_prediction : array-like of shape (n, n_classes)
            Raw scores.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        array of shape (n,)
            float32 for float32 scores, else float64; in nats, times weights and ``scale``.

        Raises
        ------
        ValueError
            For shapes that do not agree, and for a NaN score, a label that is no class, or a weight that is negative or
            not finite; the message names the row.

        Examples
        --------
        >>> from focalboost import MulticlassFocalLoss
        >>> MulticlassFocalLoss(3, gamma=0.0).loss([2], [[0.0, 0.0, 0.0]]).round(4).tolist()
        [1.0986]
        """
        from focalboost.kernels.binary import loss_kernel
        from focalboost.kernels.chunks import run_in_chunks
        from focalboost.kernels.multiclass import margin_kernel

        labels, raw, weight = self._arrays(y_true, raw_prediction, sample_weight)
        row_weight = self._row_weight(labels, weight, raw.dtype)
        margin, values = np.empty((2, raw.shape[0]), raw.dtype)
        to_margin, to_loss = margin_kernel(), loss_kernel(self.gamma == FAST_GAMMA)
        positive = np.ones(raw.shape[0], np.uint8)

        def work(rows: slice) -> bool:
            invalid = to_margin(labels, raw, margin, rows.start, rows.stop)
            return bool(
                to_loss(positive[rows], margin[rows], row_weight[rows], self.gamma, 1.0, 1.0, values[rows]) or invalid
            )

        if run_in_chunks(work, raw.shape[0]):
            raise_for_invalid(labels, raw, weight, self.n_classes)
        return values

    def fit_intercept_only(self, y_true: ArrayLike, sample_weight: ArrayLike | None = None) -> NDArray[np.float64]:
        """Compute the best constant raw scores z0, from which boosting should start.

        At z0 the recovered posterior (see ``predict_proba``) is the prevalence of each class.

        Parameters
        ----------
        y_true : array-like of shape (n,)
            Training labels 0, ..., n_classes - 1.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        array of float64, shape (n_classes,)
            z0, which sums to zero.

        Raises
        ------
        ValueError
            If a class has no row of positive weight, or as ``loss``.

        Examples
        --------
        >>> from focalboost import MulticlassFocalLoss
        >>> MulticlassFocalLoss(3, gamma=0.0).fit_intercept_only([0, 0, 1, 2]).round(4).tolist()
        [0.4621, -0.231, -0.231]
        """
        loss = self.resolve_class_weight(y_true)
        return multiclass_intercept(loss._class_totals(y_true, sample_weight), self.gamma, loss._known_class_weight())

    def predict_log_proba(self, raw_prediction: ArrayLike) -> NDArray[np.float64]:
        """Return the logarithms of ``predict_proba``, exact where a probability underflows.

        Parameters
        ----------
        raw_prediction : array-like of shape (n, n_classes)
            Raw scores.

        Returns
        -------
        array of float64, shape (n, n_classes)
            Logarithms of probabilities.

        Raises
        ------
        ValueError
            As ``predict_proba``.
        """
        raw = as_scores(raw_prediction)
        raise_for_invalid(np.zeros(self._label_shape(raw.shape), np.uint8), raw, None, self.n_classes)
        return multiclass_log_proba(raw, self.gamma, self._known_class_weight())

    def _fill_derivatives(
        self,
        curvature: int,
        y_true: ArrayLike,
        raw_prediction: ArrayLike,
        sample_weight: ArrayLike | None,
        gradient: Floats,
        hessian: Floats,
    ) -> None:
        from focalboost.kernels.chunks import run_in_chunks
        from focalboost.kernels.focal import FISHER
        from focalboost.kernels.multiclass import gradient_hessian_kernel
        from focalboost.kernels.multiclass_fisher import fisher_kernel

        labels, raw, weight = self._arrays(y_true, raw_prediction, sample_weight)
        squared = self.gamma == FAST_GAMMA
        kernel = fisher_kernel(squared) if curvature == FISHER else gradient_hessian_kernel(curvature, squared)
        class_weight = np.array(self._scaled_class_weight(labels, raw.dtype), raw.dtype)

        def work(rows: slice) -> bool:
            return bool(kernel(labels, raw, weight, self.gamma, class_weight, gradient, hessian, rows.start, rows.stop))

        if run_in_chunks(work, raw.shape[0]):
            raise_for_invalid(labels, raw, weight, self.n_classes)

    def _fill_on_device(
        self, curvature: int, y_true: Any, raw: Any, sample_weight: Any, gradient: Any, hessian: Any
    ) -> None:
        from focalboost.kernels.cuda.launch import launch, to_device
        from focalboost.kernels.cuda.multiclass import gradient_hessian_kernel
        from focalboost.kernels.cuda.multiclass_fisher import fisher_kernel
        from focalboost.kernels.focal import FISHER

        n_rows, squared = raw.shape[0], self.gamma == FAST_GAMMA
        labels, weight = device_labels(y_true, self._label_shape(raw.shape)), device_weights(sample_weight, n_rows)
        weighted = weight is not None
        if curvature == FISHER:
            kernel = fisher_kernel(squared, weighted)
        else:
            kernel = gradient_hessian_kernel(curvature, squared, weighted)
        class_weight = to_device(np.array(self._scaled_class_weight(y_true, raw.dtype), raw.dtype))
        row_weight = weight if weighted else class_weight
        gamma = raw.dtype.type(self.gamma)
        if launch(kernel, n_rows, labels, raw, row_weight, gamma, class_weight, gradient, hessian):
            raise_for_invalid(on_host(labels), on_host(raw), on_host(weight), self.n_classes)

    def _label_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        if len(shape) != 2 or shape[1] != self.n_classes:
            raise ValueError(
                f"raw_prediction must have the shape (n, {self.n_classes}), a column for each class; it has {shape}"
            )
        return shape[:1]

    def _row_weight(self, labels: NDArray[Any], weight: Floats | None, dtype: Any) -> NDArray[np.float64]:
        """Class weight times sample weight of each row."""
        raise_for_invalid(labels, None, None, self.n_classes)
        class_weight = np.array(self._scaled_class_weight(labels, dtype))[labels.astype(np.intp)]
        with np.errstate(over="ignore"):
            return class_weight if weight is None else class_weight * weight
