"""The binary focal loss; also multilabel, column by column."""

from dataclasses import InitVar, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focalboost.losses.arrays import Floats, as_array, as_number, as_scores, raise_for_invalid
from focalboost.losses.device import device_labels, device_weights, on_host
from focalboost.losses.focal import FAST_GAMMA, FocalLoss
from focalboost.losses.intercept import binary_intercept
from focalboost.losses.posterior import binary_logit, softplus


@dataclass(frozen=True)
class BinaryFocal(FocalLoss):
    """Binary focal loss (Lin et al. 2017): a row's cross-entropy times (1 - p)^gamma, p its true class's probability.

    With label y in {0, 1}, raw score z, s = 2y - 1, u = s z, p = sigmoid(u), q = 1 - p and class weight a_y:

        loss       a q^gamma (-log p)
        gradient   -s a q^gamma (q + gamma p (-log p))
        Hessian    a p q^gamma (q (1 + 2 gamma) - gamma q (-log p) + gamma^2 p (-log p))

    Domain: y in {0, 1}, z on the whole real line. Link: the inverse of ``predict_proba``, which is the
    logistic one for gamma = 0 alone. Two-dimensional labels and scores are a multilabel problem, column by column.
    """

    gamma: float = 2.0
    class_weight: Any = None
    curvature: str = "auto"
    alpha: InitVar[float | None] = None
    scale: float = 1.0

    def __post_init__(self, alpha: float | None) -> None:
        if alpha is not None:
            if self.class_weight is not None:
                raise ValueError("give alpha or class_weight, not both: alpha=a is class_weight=(1 - a, a)")
            share = as_number(alpha, "alpha")
            if not 0 < share < 1:
                raise ValueError(f"alpha must be in (0, 1); it is {alpha!r}")
            object.__setattr__(self, "class_weight", (1 - share, share))
        super().__post_init__()

    @property
    def _n_classes(self) -> int:
        return 2

    def _label_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return shape

    def loss(self, y_true: ArrayLike, raw_prediction: ArrayLike, sample_weight: ArrayLike | None = None) -> Floats:
        """Compute the loss of each row.

        Parameters
        ----------
        y_true : array-like of shape (n,) or (n, K)
            Labels, 0 or 1.
        raw_prediction : array-like of shape (n,) or (n, K)
            Raw scores.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        array of the shape of ``raw_prediction``
            float32 for float32 scores, else float64; in nats, times weights and ``scale``.

        Raises
        ------
        ValueError
            For shapes that do not agree, and for a NaN score, a label other than 0 and 1, or a weight that is negative
            or not finite; the message names the row.

        Examples
        --------
        >>> from focalboost import BinaryFocalLoss
        >>> BinaryFocalLoss(gamma=2.0).loss([1, 1], [0.0, 5.0]).round(8).tolist()
        [0.1732868, 3e-07]
        """
        from focalboost.kernels.binary import loss_kernel

        values = np.empty_like(as_scores(raw_prediction))
        self._run(loss_kernel(self.gamma == FAST_GAMMA), y_true, raw_prediction, sample_weight, values)
        return values

    def fit_intercept_only(
        self, y_true: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> float | NDArray[np.float64]:
        """Compute the best constant raw score z0, from which boosting should start.

        It solves logit eta(z0) = logit(prevalence), eta the recovered posterior (see ``predict_proba``), to machine
        precision.

        Parameters
        ----------
        y_true : array-like of shape (n,) or (n, K)
            Training labels, 0 or 1.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        float, or array of float64 of shape (K,) for two-dimensional labels
            z0.

        Raises
        ------
        ValueError
            If one class has no row of positive weight (z0 would be infinite), or as ``loss``.

        Examples
        --------
        >>> from focalboost import BinaryFocalLoss
        >>> round(BinaryFocalLoss(gamma=1.0).fit_intercept_only([0] * 98 + [1] * 2), 3)
        -2.163
        """
        loss = self.resolve_class_weight(y_true)
        labels = as_array(y_true, "y_true")
        if labels.ndim == 2:
            return np.array([loss.fit_intercept_only(column, sample_weight) for column in labels.T])
        negatives, positives = loss._class_totals(labels, sample_weight).tolist()
        return binary_intercept(negatives, positives, self.gamma, loss._known_class_weight())

    def predict_log_proba(self, raw_prediction: ArrayLike) -> NDArray[np.float64]:
        """Return the logarithms of ``predict_proba``, exact where a probability underflows.

        Parameters
        ----------
        raw_prediction : array-like of shape (n,) or (n, K)
            Raw scores.

        Returns
        -------
        array of float64
            As ``predict_proba``.

        Raises
        ------
        ValueError
            As ``predict_proba``.
        """
        raw = self._checked_scores(raw_prediction)
        logit = binary_logit(raw, self.gamma, self._known_class_weight())
        if raw.ndim == 2:
            return -softplus(-logit)
        return np.column_stack([-softplus(logit), -softplus(-logit)])

    def _fill_derivatives(
        self,
        curvature: int,
        y_true: ArrayLike,
        raw: Floats,
        sample_weight: ArrayLike | None,
        gradient: Floats,
        hessian: Floats,
    ) -> None:
        from focalboost.kernels.binary import gradient_hessian_kernel

        kernel = gradient_hessian_kernel(curvature, self.gamma == FAST_GAMMA)
        self._run(kernel, y_true, raw, sample_weight, gradient, hessian)

    def _fill_on_device(
        self, curvature: int, y_true: Any, raw: Any, sample_weight: Any, gradient: Any, hessian: Any
    ) -> None:
        from focalboost.kernels.cuda.binary import gradient_hessian_kernel
        from focalboost.kernels.cuda.launch import launch

        n_rows = raw.shape[0]
        labels, weight = device_labels(y_true, raw.shape), device_weights(sample_weight, n_rows)
        class_weight = self._scaled_class_weight(y_true, raw.dtype)
        numbers = [raw.dtype.type(number) for number in (self.gamma, *class_weight)]
        kernel = gradient_hessian_kernel(curvature, self.gamma == FAST_GAMMA, weight is not None, raw.ndim == 2)
        row_weight = raw if weight is None else weight
        if launch(kernel, n_rows, labels, raw, row_weight, *numbers, gradient, hessian):
            raise_for_invalid(on_host(labels), on_host(raw), on_host(weight), 2)

    def _run(
        self,
        kernel: Any,
        y_true: ArrayLike,
        raw_prediction: ArrayLike,
        sample_weight: ArrayLike | None,
        *out: Floats,
    ) -> None:
        """Run a kernel over all rows, on flat views in the order of the scores."""
        from focalboost.kernels.chunks import run_in_chunks

        labels, raw, weight = self._arrays(y_true, raw_prediction, sample_weight)
        order: Literal["C", "F"] = "C" if raw.flags.c_contiguous else "F"
        flat_weight: NDArray[Any] | None = weight
        if weight is not None and raw.ndim == 2:
            flat_weight = np.broadcast_to(weight[:, None], raw.shape).ravel(order)
        flat = [array.ravel(order) for array in (np.asarray(labels, order=order), raw, *out)]
        weight_0, weight_1 = self._scaled_class_weight(labels, raw.dtype)

        def work(rows: slice) -> bool:
            labels, raw, *out = (array[rows] for array in flat)
            weight = None if flat_weight is None else flat_weight[rows]
            return bool(kernel(labels, raw, weight, self.gamma, weight_0, weight_1, *out))

        if run_in_chunks(work, raw.size):
            raise_for_invalid(labels, raw, weight, 2)

    def _checked_scores(self, raw_prediction: ArrayLike) -> Floats:
        raw = as_scores(raw_prediction)
        raise_for_invalid(np.zeros(raw.shape, np.uint8), raw, None, 2)
        return raw
