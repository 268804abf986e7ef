"""What the binary and the softmax focal loss have in common: their parameters, class weights and scale."""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focalboost.losses.arrays import (
    Floats,
    as_array,
    as_labels,
    as_number,
    as_output,
    as_scores,
    as_weights,
    raise_for_invalid,
)
from focalboost.losses.class_weight import normalised_class_weight, weights_of_counts
from focalboost.losses.curvature import checked_curvature, curvature_code
from focalboost.losses.device import device_output, device_scores, is_on_device, on_host

FAST_GAMMA = 2.0
"""The one focusing parameter with a kernel of its own: squaring saves the second exponential, a third of the time."""

LARGEST_GAMMA = 100.0
"""Soon beyond it 2^-gamma, about the gradient where p = 1/2, leaves the range of float32."""

_LARGEST_CLASS_WEIGHT = {np.dtype(np.float32): 1e18, np.dtype(np.float64): 1e150}
"""Curvature multiplies two of them, which stays a normal number up to here, and down to the inverse."""


class FocalLoss(ABC):
    """Parameters and methods that ``BinaryFocal`` and ``MulticlassFocal``, which are dataclasses, share."""

    gamma: float
    class_weight: Any
    curvature: str
    scale: float

    def __post_init__(self) -> None:
        for name in ("gamma", "scale"):
            value = getattr(self, name)
            number = as_number(value, name)
            if not (0 <= number < np.inf) or (name == "scale" and number == 0):
                allowed = "finite and >= 0" if name == "gamma" else "finite and > 0"
                raise ValueError(f"{name} must be {allowed}; it is {value!r}")
            object.__setattr__(self, name, number)
        if self.gamma > LARGEST_GAMMA:
            raise ValueError(
                f"gamma must be at most {LARGEST_GAMMA:g}; it is {self.gamma!r}. At p = 1/2 the gradient is about "
                "2^-gamma: beyond, nothing is learnt"
            )
        checked_curvature(self.curvature)
        object.__setattr__(self, "class_weight", normalised_class_weight(self.class_weight, self._n_classes))

    @property
    @abstractmethod
    def _n_classes(self) -> int: ...

    @abstractmethod
    def _label_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Shape of the labels beside scores of a shape; an error where no labels go with them."""

    @abstractmethod
    def _fill_derivatives(
        self,
        curvature: int,
        y_true: ArrayLike,
        raw: Floats,
        sample_weight: ArrayLike | None,
        gradient: Floats,
        hessian: Floats,
    ) -> None:
        """Compute gradient and curvature, by the kernels' number of a policy, into arrays like ``raw``."""

    @abstractmethod
    def _fill_on_device(
        self, curvature: int, y_true: Any, raw: Any, sample_weight: Any, gradient: Any, hessian: Any
    ) -> None:
        """Do the same with Numba device arrays; labels and weights may be on the host."""

    @abstractmethod
    def predict_log_proba(self, raw_prediction: ArrayLike) -> NDArray[np.float64]:
        """Return the logarithms of ``predict_proba``."""

    def gradient_hessian(
        self,
        y_true: ArrayLike,
        raw_prediction: ArrayLike,
        sample_weight: ArrayLike | None = None,
        gradient_out: Floats | None = None,
        hessian_out: Floats | None = None,
    ) -> tuple[Floats, Floats]:
        """Compute the gradient and the curvature that a booster is to use, in one pass.

        They are computed where the scores are: on a CUDA device for arrays of CuPy, Numba, PyTorch and others that
        have ``__cuda_array_interface__``, which needs the extra ``focalboost[cuda]``. Nothing is copied
        but what is on the host.

        Parameters
        ----------
        y_true : array-like
            Labels: 0 or 1 in the shape of the scores, or, of many classes, 0, ..., n_classes - 1 in the shape (n,).
        raw_prediction : array-like of shape (n,) or (n, K)
            Raw scores in C or Fortran order, float32 or float64 for speed; the arithmetic is done in their type.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.
        gradient_out, hessian_out : array of float32 or float64, optional
            To be filled; of the shape and order of ``raw_prediction``, and on its device.

        Returns
        -------
        gradient, curvature : arrays of the shape of ``raw_prediction``
            ``gradient_out`` and ``hessian_out``, or new arrays of the scores' type and order. The curvature is positive
            for every row of positive weight. On a device new arrays are Numba's, which other libraries take without a
            copy (``cupy.asarray``, ``torch.as_tensor``), and are complete on return.

        Raises
        ------
        ValueError
            As ``loss``.
        ImportError, RuntimeError
            For scores on a device, if numba-cuda is not installed or finds no GPU.

        Notes
        -----
        All arrays on a device must be on the current one. There, class weights "balanced" and "effective" cost a copy
        of the labels to the host in each call, which ``resolve_class_weight`` saves.

        Examples
        --------
        >>> from focalboost import BinaryFocalLoss, MulticlassFocalLoss
        >>> gradient, curvature = BinaryFocalLoss(gamma=0.0).gradient_hessian([0, 1], [0.0, 0.0])
        >>> gradient.tolist(), curvature.tolist()
        ([0.5, -0.5], [0.25, 0.25])
        >>> gradient, _ = MulticlassFocalLoss(3, gamma=0.0).gradient_hessian([2], [[0.0, 0.0, 0.0]])
        >>> gradient.round(4).tolist()
        [[0.3333, 0.3333, -0.6667]]
        """
        curvature = curvature_code(self.curvature)
        return self._derivatives(curvature, y_true, raw_prediction, sample_weight, gradient_out, hessian_out)

    def exact_hessian(self, y_true: ArrayLike, raw_prediction: ArrayLike) -> Floats:
        """Compute the true second derivative, which is negative for hard examples; of many classes, the diagonal.

        Parameters
        ----------
        y_true, raw_prediction : array-like
            As in ``gradient_hessian``.

        Returns
        -------
        array of the shape of ``raw_prediction``
            Times class weight and ``scale``.

        Raises
        ------
        ValueError
            As ``loss``.

        Examples
        --------
        >>> from focalboost import BinaryFocalLoss
        >>> BinaryFocalLoss(gamma=2.0).exact_hessian([1], [-4.0]).round(4).tolist()
        [-0.0467]
        """
        _, hessian = self._derivatives(curvature_code("signed"), y_true, raw_prediction)
        return hessian  # type: ignore[no-any-return]

    def predict_proba(self, raw_prediction: ArrayLike) -> NDArray[np.float64]:
        """Recover the posterior probabilities from raw scores.

        The scores' sigmoid or softmax p is not the probability of a class: focal loss inflates the rare one's. The true
        posterior follows in closed form (Charoenphakdee et al., CVPR 2021), which undoes focusing and class weights a
        together. Binary, with G(u) = q^gamma (q + gamma p (-log p)), and of many classes, up to a common factor:

            logit eta = log(a_0 / a_1) + log G(-z) - log G(z)
            eta_i = p_i / (a_i ((1 - p_i)^gamma - gamma (1 - p_i)^(gamma - 1) p_i log p_i))

        Parameters
        ----------
        raw_prediction : array-like of shape (n,) or (n, K)
            Raw scores, start values included.

        Returns
        -------
        array of float64
            Of shape (n, 2) or (n, n_classes), the probability of each class, rows summing to one; for a binary loss
            with two-dimensional scores, of their shape, the probability of each label.

        Raises
        ------
        ValueError
            For a NaN score, or class weights that wait for training labels.

        Examples
        --------
        >>> from focalboost import BinaryFocalLoss
        >>> BinaryFocalLoss(gamma=1.0).predict_proba([-2.163]).round(4).tolist()
        [[0.98, 0.02]]
        """
        return np.asarray(np.exp(self.predict_log_proba(raw_prediction)))

    @abstractmethod
    def fit_intercept_only(self, y_true: ArrayLike, sample_weight: ArrayLike | None = None) -> Any:
        """Compute the best constant raw score."""

    def resolve_class_weight(self, y_true: ArrayLike) -> Self:
        """Return the same loss with the numbers that "balanced" or "effective" stand for.

        A scheme's weights follow from the training labels. An objective sees those in every round, but probabilities
        and metrics of other rows need the numbers.

        Parameters
        ----------
        y_true : array-like of shape (n,)
            Training labels, 0, ..., K - 1.

        Returns
        -------
        same type
            The loss itself if its weights are numbers already.

        Raises
        ------
        ValueError
            If a class has no row.

        Examples
        --------
        >>> from focalboost import BinaryFocalLoss
        >>> BinaryFocalLoss(class_weight="balanced").resolve_class_weight([0, 0, 0, 1]).class_weight
        (0.6666666666666666, 2.0)
        """
        if not isinstance(self.class_weight, str):
            return self
        labels = as_array(on_host(y_true), "y_true")
        if labels.ndim != 1:
            raise ValueError(
                f"class_weight={self.class_weight!r} is computed for one column of labels; y_true has the shape "
                f"{labels.shape}. Give a weight for each class instead."
            )
        counts = self._class_totals(labels, None).astype(np.int64)
        weights = weights_of_counts(counts, self.class_weight)
        return replace(self, class_weight=tuple(weights.tolist()))  # type: ignore[type-var]

    def scaled_to(self, y_true: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Return the same loss times the number that brings it to cross-entropy's scale.

        ``min_child_weight``, ``min_sum_hessian_in_leaf`` and ``reg_lambda`` are absolute, and focal loss makes
        second-order terms many times smaller than cross-entropy's, so that the same settings mean another model. The
        scaled loss has, at the best constant score, the mean curvature of cross-entropy there: prevalence
        (1 - prevalence), summed over the classes where there are many. Neither that score nor the posterior
        depends on the scale.

        Parameters
        ----------
        y_true : array-like of shape (n,) or (n, K)
            Training labels.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        same type
            With another ``scale``, and with "balanced" or "effective" class weights as numbers.

        Raises
        ------
        ValueError
            As ``fit_intercept_only``.

        Examples
        --------
        >>> from focalboost import BinaryFocalLoss
        >>> y = [0] * 99 + [1]
        >>> loss = BinaryFocalLoss(gamma=2.0).scaled_to(y)
        >>> z0 = loss.fit_intercept_only(y)
        >>> _, curvature = loss.gradient_hessian(y, [z0] * 100)
        >>> round(float(curvature.mean()), 6)
        0.0099
        """
        loss = replace(self.resolve_class_weight(y_true), scale=1.0)  # type: ignore[type-var]  # above the floor
        labels = as_array(y_true, "y_true")
        start = loss.fit_intercept_only(labels, sample_weight)
        # A start for each column: the binary loss has many in a table of labels, else there is one column.
        columns, starts = (labels.T, start) if labels.ndim == 2 else (labels[None], [start])
        if len(columns) == 0:
            raise ValueError(f"y_true has no column of labels; its shape is {labels.shape}")
        ours = theirs = 0.0
        for column, z0 in zip(columns, starts, strict=True):
            totals = loss._class_totals(column, sample_weight)
            prevalence = totals / totals.sum()
            classes = np.arange(loss._n_classes)
            scores = np.full(2, z0) if np.ndim(z0) == 0 else np.tile(z0, (len(classes), 1))
            _, curvature = loss.gradient_hessian(classes, scores)
            ours += float(prevalence @ curvature.reshape(len(classes), -1).sum(axis=1))
            # One score stands for two classes in the binary loss, one for each class in the softmax loss.
            theirs += float((prevalence * (1 - prevalence)).sum()) / (2 if scores.ndim == 1 else 1)
        return replace(loss, scale=theirs / ours)  # type: ignore[type-var]

    def _derivatives(
        self,
        curvature: int,
        y_true: Any,
        raw_prediction: Any,
        sample_weight: Any = None,
        gradient_out: Any = None,
        hessian_out: Any = None,
    ) -> tuple[Any, Any]:
        """Gradient and curvature, by the kernels' number of a policy, computed where the scores are."""
        if is_on_device(raw_prediction):
            scores, output, fill = device_scores, device_output, self._fill_on_device
        else:
            scores, output, fill = as_scores, as_output, self._fill_derivatives
        raw = scores(raw_prediction)
        gradient = output(gradient_out, raw, "gradient_out")
        hessian = output(hessian_out, raw, "hessian_out")
        if gradient_out is not None and gradient_out is hessian_out:
            raise ValueError("gradient_out and hessian_out are the same array: the second would overwrite the first")
        fill(curvature, y_true, raw, sample_weight, gradient, hessian)
        return (gradient if gradient_out is None else gradient_out), (hessian if hessian_out is None else hessian_out)

    def _known_class_weight(self) -> tuple[float, ...]:
        """Class weights as numbers; an error where they wait for training labels."""
        if isinstance(self.class_weight, str):
            raise ValueError(
                f"class_weight={self.class_weight!r} is computed from training labels, which are not known here: "
                "use loss.resolve_class_weight(y_train), or scaled_to(y_train), and train with what it returns"
            )
        return (1.0,) * self._n_classes if self.class_weight is None else tuple(self.class_weight)

    def _scaled_class_weight(self, labels: Any, dtype: Any) -> list[float]:
        """Class weights times scale; an error where arithmetic of a type could not hold what they multiply."""
        weights = [self.scale * weight for weight in self.resolve_class_weight(labels)._known_class_weight()]
        largest = _LARGEST_CLASS_WEIGHT[np.dtype(dtype)]
        if not 1 / largest <= min(weights) <= max(weights) <= largest:
            raise ValueError(
                f"class weights times scale must be between {1 / largest:g} and {largest:g} beside {np.dtype(dtype)} "
                f"scores; they are between {min(weights):g} and {max(weights):g}"
            )
        return weights

    def _class_totals(self, y_true: ArrayLike, sample_weight: ArrayLike | None) -> NDArray[np.float64]:
        """Total weight of each class, all positive."""
        labels = as_array(y_true, "y_true")
        labels = as_labels(labels, (labels.size,))
        weight = as_weights(sample_weight, labels.size)
        raise_for_invalid(labels, None, weight, self._n_classes)
        if labels.size < self._n_classes:  # before a total is made for each of too many classes
            raise ValueError(f"every class of 0, ..., {self._n_classes - 1} needs a row; there are {labels.size} rows")
        totals = np.bincount(labels.astype(np.intp), weights=weight, minlength=self._n_classes).astype(np.float64)
        if not np.all(totals > 0):
            missing = np.flatnonzero(totals == 0).tolist()
            raise ValueError(
                f"every class of 0, ..., {self._n_classes - 1} needs a row of positive weight; "
                f"class {missing} has none among {labels.size} rows"
            )
        return totals

    def _arrays(
        self, y_true: ArrayLike, raw_prediction: ArrayLike, sample_weight: ArrayLike | None
    ) -> tuple[NDArray[Any], Floats, Floats | None]:
        """Labels, scores and weights as arrays whose shapes agree."""
        raw = as_scores(raw_prediction)
        labels = as_labels(y_true, self._label_shape(raw.shape))
        return labels, raw, as_weights(sample_weight, raw.shape[0])

    def _check_rows(self, y_true: ArrayLike, raw_prediction: ArrayLike, sample_weight: ArrayLike | None) -> None:
        """Raise a ValueError for what no loss could be computed of, without computing it."""
        labels, raw, weight = self._arrays(y_true, raw_prediction, sample_weight)
        raise_for_invalid(labels, raw, weight, self._n_classes)
