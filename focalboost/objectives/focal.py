"""The public losses: one object that is the objective everywhere."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focalboost.losses.binary import BinaryFocal
from focalboost.losses.multiclass import MulticlassFocal
from focalboost.objectives import metrics
from focalboost.objectives.arguments import RoundData, read_arguments
from focalboost.objectives.device import checked_device, device_gradient_hessian
from focalboost.objectives.metrics import Metric
from focalboost.objectives.outputs import round_outputs
from focalboost.objectives.start import warn_of_first_round
from focalboost.objectives.xgboost import booster_params, expects_flat

if TYPE_CHECKING:
    from focalboost.losses.focal import FocalLoss as _Base
else:
    _Base = object


class _Objective(_Base):
    """The booster's side of a loss."""

    device: str

    def __post_init__(self, *arguments: Any) -> None:
        checked_device(self.device)
        super().__post_init__(*arguments)

    def __call__(self, first: Any, second: Any, sample_weight: Any = None) -> tuple[Any, Any]:
        """Be the objective: return gradient and curvature as the calling booster wants them.

        Parameters
        ----------
        first, second : object
            Raw scores and an ``xgboost.DMatrix`` or ``lightgbm.Dataset``, or labels and raw scores.
        sample_weight : array-like of shape (n,), optional
            Weights, in the second form; a data set brings its own.

        Returns
        -------
        gradient, curvature : array of float32
            Of the scores' shape and order; flat for XGBoost 2.0. With ``device="cuda"`` they lie on the device.

        Raises
        ------
        ValueError
            As ``gradient_hessian``; with ``device="cuda"`` also if LightGBM calls.
        ImportError, RuntimeError
            With ``device="cuda"``, if numba-cuda is not installed, no GPU is found, or XGBoost takes no device arrays.
        """
        data = read_arguments(first, second, sample_weight, keep_on_device=self.device != "cpu")
        warn_of_first_round(self, data)
        return self.derivatives_of_round(data, data.data)

    def derivatives_of_round(self, data: RoundData, training: Any) -> tuple[Any, Any]:
        """Return gradient and curvature as ``__call__`` does, of what ``read_arguments`` made of its arguments.

        Parameters
        ----------
        data : RoundData
            Labels, scores and weights.
        training : object, or None
            What stays the same from round to round: they then share their output arrays (see ``round_outputs``).

        Returns
        -------
        gradient, curvature : array of float32
            As ``__call__``.
        """
        if self.device != "cpu":
            return device_gradient_hessian(self, self.device, data)
        raw = data.raw_prediction
        gradient, hessian = round_outputs(training, raw)
        self.gradient_hessian(data.y_true, raw, data.sample_weight, gradient, hessian)
        if expects_flat(gradient, raw):
            return gradient.ravel(), hessian.ravel()
        return gradient, hessian

    def xgboost_params(self, y_true: ArrayLike, sample_weight: ArrayLike | None = None) -> dict[str, Any]:
        """Return the parameters that ``xgboost.train`` needs beside ``obj=``.

        ``xgb.train({**params, **loss.xgboost_params(y)}, dtrain, obj=loss, custom_metric=loss.metric)``

        Parameters
        ----------
        y_true : array-like
            Training labels.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        dict
            ``objective`` (which fixes what ``base_score`` means: ``"binary:logistic"`` or ``"multi:softprob"``),
            ``base_score``, the best constant score, ``disable_default_eval_metric`` (the default one reads the scores
            as something else) and, for many classes, ``num_class``. XGBoost before 3.1 has no ``base_score`` for
            several columns: there it is left out, and ``base_margin=loss.init_score(y)`` goes to the ``DMatrix``.

        Raises
        ------
        ValueError
            As ``fit_intercept_only``.
        ImportError
            For several columns, if XGBoost is not installed.

        Notes
        -----
        ``scale_pos_weight`` has no effect with a custom objective, and the objective cannot see it: use
        ``class_weight``. ``Booster.predict`` applies the logistic or softmax link, whose result is not the probability:
        take ``output_margin=True`` and give it to ``predict_proba``.

        On a GPU: ``device="cuda"`` with ``tree_method="hist"`` from XGBoost 2.0; ``tree_method="gpu_hist"`` is still
        taken, with a warning, up to 3.0 and is an error from 3.1.

        Examples
        --------
        >>> from focalboost import BinaryFocalLoss
        >>> round(BinaryFocalLoss(gamma=0.0).xgboost_params([0, 0, 0, 1])["base_score"], 12)
        0.25
        """
        return booster_params(self, y_true, sample_weight)

    def lightgbm_params(self) -> dict[str, Any]:
        """Return the parameters that ``lightgbm.train`` needs.

        ``lgb.train({**params, **loss.lightgbm_params()}, lgb.Dataset(X, y, init_score=loss.init_score(y)))``

        Returns
        -------
        dict
            ``objective``, the loss itself; ``metric="None"``, because LightGBM's own metrics read raw scores as
            probabilities; and, for many classes, ``num_class``.

        Notes
        -----
        LightGBM does not keep the start: add ``loss.fit_intercept_only(y)`` to ``Booster.predict``, which returns raw
        scores, before ``predict_proba``. ``is_unbalance``, ``scale_pos_weight``, ``boost_from_average``,
        ``pos_bagging_fraction`` and ``neg_bagging_fraction`` have no effect with a custom objective; the loss warns of
        those that it sees.

        Examples
        --------
        >>> from focalboost import BinaryFocalLoss
        >>> BinaryFocalLoss(gamma=1.0).lightgbm_params()["metric"]
        'None'
        """
        params: dict[str, Any] = {"objective": self, "metric": "None"}
        n_classes = getattr(self, "n_classes", None)
        return params if n_classes is None else params | {"num_class": n_classes}

    def init_score(self, y_true: ArrayLike, sample_weight: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return the best constant score once for each row: LightGBM's ``init_score``, XGBoost's ``base_margin``.

        For a validation set, whose start is that of the training set, repeat ``fit_intercept_only(y_train)`` instead.

        Parameters
        ----------
        y_true : array-like
            Training labels.
        sample_weight : array-like of shape (n,), optional
            Weights of the rows.

        Returns
        -------
        array of float64, shape (n,) or (n, K)
            Equal rows.

        Raises
        ------
        ValueError
            As ``fit_intercept_only``.

        Examples
        --------
        >>> from focalboost import BinaryFocalLoss
        >>> BinaryFocalLoss(gamma=0.0).init_score([0, 0, 0, 1]).round(3).tolist()
        [-1.099, -1.099, -1.099, -1.099]
        """
        z0 = np.asarray(self.fit_intercept_only(y_true, sample_weight))
        return np.tile(z0, (np.shape(y_true)[0], *(1 for _ in z0.shape)))

    @property
    def metric(self) -> Metric:
        """The focal loss itself, as ``custom_metric``, ``feval`` or ``eval_metric``."""
        return Metric(self, "focal_loss", metrics.mean_loss, is_higher_better=False)

    @property
    def log_loss_metric(self) -> Metric:
        """Log-loss of the recovered probabilities, as ``custom_metric``, ``feval`` or ``eval_metric``."""
        return Metric(self, "posterior_log_loss", metrics.log_loss, is_higher_better=False)

    @property
    def brier_metric(self) -> Metric:
        """Brier score of the recovered probabilities, as ``custom_metric``, ``feval`` or ``eval_metric``."""
        return Metric(self, "posterior_brier", metrics.brier, is_higher_better=False)

    @property
    def average_precision_metric(self) -> Metric:
        """Average precision, as ``custom_metric``, ``feval`` or ``eval_metric``; needs scikit-learn."""
        return Metric(self, "aucpr_average", metrics.average_precision, is_higher_better=True)


@dataclass(frozen=True)
class BinaryFocalLoss(_Objective, BinaryFocal):
    """Binary (and multilabel) focal loss, as the objective of XGBoost and LightGBM.

    Pass the object itself: ``xgboost.train(obj=loss)``, ``XGBClassifier(objective=loss)``,
    ``lightgbm.train({"objective": loss})``, ``LGBMClassifier(objective=loss)``.

    Parameters
    ----------
    gamma : float, default 2.0
        Focusing parameter, from 0, which is (class-weighted) cross-entropy, to 100.
    class_weight : None, "balanced", "effective", dict or pair of floats
        Weights of the classes 0 and 1; a scheme's are computed from the labels of each call (see ``class_weights``).
    curvature : {"auto", "exact", "absolute", "fisher", "truncated"}, default "auto"
        What the booster gets as second-order term, for the Hessian is negative where p is small: the Hessian floored at
        a small positive value; its absolute value; its expectation over the label under the recovered posterior; the
        Hessian without its negative term. "auto" is "truncated".
    alpha : float, optional
        In (0, 1): shorthand of Lin et al. for ``class_weight=(1 - alpha, alpha)``.
    scale : float, default 1.0
        Multiplies loss, gradient and curvature; see ``scaled_to``.
    device : str, default "cpu"
        Where gradients are computed when XGBoost (2.1 or later) calls the loss: "cpu", "cuda", or "cuda:1" and so on.
        It should be the device that XGBoost trains on; "cpu" works with any. "cuda" needs ``focalboost[cuda]`` and has
        not been measured on a GPU yet. It says where, not what: losses that differ in it alone are equal, and no model
        file holds it. ``gradient_hessian`` computes where its scores are, whatever this says.

    Notes
    -----
    Immutable, hashed and compared by value, and picklable. With label y in {0, 1}, raw score z, s = 2y - 1, u = s z,
    p = sigmoid(u), q = 1 - p and class weight a_y:

        loss       a q^gamma (-log p)
        gradient   -s a q^gamma (q + gamma p (-log p))
        Hessian    a p q^gamma (q (1 + 2 gamma) - gamma q (-log p) + gamma^2 p (-log p))

    References
    ----------
    Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017. Charoenphakdee et al., "On Focal Loss for
    Class-Posterior Probability Estimation", CVPR 2021.

    Examples
    --------
    >>> from focalboost import BinaryFocalLoss
    >>> BinaryFocalLoss(gamma=2.0, alpha=0.25)
    BinaryFocalLoss(gamma=2.0, class_weight=(0.75, 0.25), curvature='auto', scale=1.0, device='cpu')
    """

    device: str = field(default="cpu", kw_only=True, compare=False)


@dataclass(frozen=True)
class MulticlassFocalLoss(_Objective, MulticlassFocal):
    """Softmax focal loss of several classes, as the objective of XGBoost and LightGBM.

    Parameters
    ----------
    n_classes : int
        Number of classes, at least 2.
    gamma : float, default 2.0
        Focusing parameter, from 0, which is (class-weighted) cross-entropy, to 100.
    class_weight : None, "balanced", "effective", dict or sequence of floats
        Weights of the classes; a scheme's are computed from the labels of each call (see ``class_weights``).
    curvature : {"auto", "exact", "absolute", "fisher", "truncated"}, default "auto"
        As for ``BinaryFocalLoss``, on the diagonal of each row's Hessian.
    scale : float, default 1.0
        Multiplies loss, gradient and curvature; see ``scaled_to``.
    device : str, default "cpu"
        As for ``BinaryFocalLoss``.

    Notes
    -----
    Immutable, hashed and compared by value, and picklable. The second-order term is the Hessian's diagonal, p (1 - p)
    at gamma = 0; XGBoost's own softmax objective uses twice, LightGBM's K / (K - 1) times that.

    Examples
    --------
    >>> from focalboost import MulticlassFocalLoss
    >>> MulticlassFocalLoss(3, gamma=1.0)
    MulticlassFocalLoss(n_classes=3, gamma=1.0, class_weight=None, curvature='auto', scale=1.0, device='cpu')
    """

    device: str = field(default="cpu", kw_only=True, compare=False)
