"""From a booster's raw scores to probabilities and labels: all that must be kept beside the trees."""

import json
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from focalboost.estimators.prevalence import matching_shift, moments_of
from focalboost.losses.prior import shift_prior
from focalboost.objectives.focal import BinaryFocalLoss, MulticlassFocalLoss

ATTRIBUTE = "focalboost"
"""The name under which a booster carries its link."""

_FORMAT = 1
_LARGEST_LABEL = 2**16
"""Bytes of a label in a file: a damaged type could ask for all the memory there is."""


@dataclass(frozen=True, eq=False)
class FocalLink:
    """Loss, classes and start of a trained model.

    Attributes
    ----------
    loss : BinaryFocalLoss or MulticlassFocalLoss
        The loss that the booster was trained with, its class weights as numbers.
    classes : array of shape (K,), or None
        Class labels; None where there are several labels a row.
    prevalence : tuple of float
        Weighted share of each class, or of each label, in the training data.
    start : tuple of float
        What must be added to the booster's raw scores, one number or one a column; empty where it holds its start
        itself.
    shift : tuple of float
        What is added to the logarithm of each class's probability, or to the log-odds of each label, so that their
        means over the training rows are ``prevalence``; empty for nothing.
    own_start : bool
        Whether training started from scores of the user's own, which every prediction needs again.
    """

    loss: BinaryFocalLoss | MulticlassFocalLoss
    classes: NDArray[Any] | None
    prevalence: tuple[float, ...]
    start: tuple[float, ...] = ()
    shift: tuple[float, ...] = ()
    own_start: bool = False

    @property
    def is_cross_entropy(self) -> bool:
        """Whether the loss is cross-entropy without class weights, a proper scoring rule."""
        return self.loss.gamma == 0 and len(set(self.loss.class_weight or (1.0,))) == 1

    def matched(self, scores: ArrayLike, sample_weight: Any = None) -> Self:
        """Return the link whose mean probabilities are the training prevalence.

        Where the loss ``is_cross_entropy`` there is no need: its means follow from the training itself.

        Parameters
        ----------
        scores : array-like of shape (n,) or (n, K)
            Raw scores of the training rows, the start included.
        sample_weight : array-like of shape (n,), optional
            Their weights.

        Returns
        -------
        FocalLink
            With ``shift``.
        """
        weight = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        log_proba = self.loss.predict_log_proba(scores)
        prevalence = np.array(self.prevalence)
        if self.classes is not None:
            return replace(self, shift=tuple(matching_shift(moments_of(log_proba, weight), prevalence).tolist()))
        shift = []
        for column, share in zip(log_proba.T, prevalence, strict=True):
            rest = np.log1p(-np.exp(np.minimum(column, -1e-300)))
            both = moments_of(np.column_stack([rest, column]), weight)
            shift.append(float(matching_shift(both, np.array([1 - share, share]))[1]))
        return replace(self, shift=tuple(shift))

    def scores(self, raw_prediction: ArrayLike) -> NDArray[Any]:
        """Return raw scores with the start.

        Parameters
        ----------
        raw_prediction : array-like of shape (n,) or (n, K)
            A booster's raw scores.

        Returns
        -------
        array of the same shape and type
            As the loss takes them.
        """
        raw = np.asarray(raw_prediction)
        if not self.start:
            return raw
        return np.asarray(raw + np.asarray(self.start if raw.ndim == 2 else self.start[0], dtype=raw.dtype))

    def probabilities(self, scores: ArrayLike, prevalence: Any = None) -> NDArray[np.float64]:
        """Return the recovered posterior.

        Parameters
        ----------
        scores : array-like of shape (n,) or (n, K)
            Raw scores, the start included.
        prevalence : float, mapping or sequence, optional
            Shares of the classes where the model is used, if others than in training: the share of the second class
            (of two), a mapping by class, or one number a class or label.

        Returns
        -------
        array of float64, shape (n, K)
            A column for each class, or for each label.
        """
        proba = self.loss.predict_proba(scores)
        if self.shift:
            proba = self._reweighted(proba, np.exp(self.shift))
        if prevalence is None:
            return proba
        shares = self._shares(prevalence)
        if self.classes is not None:
            return shift_prior(proba, self.prevalence, shares)
        used, trained = np.array(shares), np.array(self.prevalence)
        return self._reweighted(proba, used / (1 - used) * (1 - trained) / trained)

    def labels(self, probability: NDArray[np.float64]) -> NDArray[Any]:
        """Return the most probable class of each row, or the labels that are more probable than not.

        Parameters
        ----------
        probability : array of shape (n, K)
            As ``probabilities`` returns them.

        Returns
        -------
        array of shape (n,) or (n, L)
            In the type of the training labels.
        """
        if self.classes is None:
            return (probability > 0.5).astype(np.int64)
        return np.asarray(self.classes[probability.argmax(axis=1)])

    def to_json(self) -> str:
        """Write the link as one line of text.

        Returns
        -------
        str
            JSON, from which ``from_json`` makes an equal link.

        Raises
        ------
        TypeError
            If the classes are no numbers, bools or strings.
        """
        loss, classes = self.loss, self.classes
        return json.dumps(
            {
                "format": _FORMAT,
                "loss": "softmax" if isinstance(loss, MulticlassFocalLoss) else "binary",
                "gamma": loss.gamma,
                "class_weight": loss.class_weight,
                "curvature": loss.curvature,
                "scale": loss.scale,
                "classes": None if classes is None else {"dtype": classes.dtype.str, "values": classes.tolist()},
                "prevalence": self.prevalence,
                "start": self.start,
                "shift": self.shift,
                "own_start": self.own_start,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a link.

        Parameters
        ----------
        text : str
            What ``to_json`` wrote.

        Returns
        -------
        FocalLink
            An equal link.

        Raises
        ------
        ValueError
            If the text is damaged or of a later version.
        """
        try:
            saved = json.loads(text)
            version = saved["format"]
            if version == _FORMAT:
                return cls._from_dict(saved)
        except (ValueError, TypeError, KeyError, RecursionError):
            raise ValueError(f"the attribute {ATTRIBUTE!r} of this model is damaged: {text[:80]!r}") from None
        raise ValueError(f"this model was saved by a later focalboost (format {version}): upgrade focalboost")

    @classmethod
    def _from_dict(cls, saved: dict[str, Any]) -> Self:
        parameters = {name: saved[name] for name in ("gamma", "class_weight", "curvature", "scale")}
        loss: BinaryFocalLoss | MulticlassFocalLoss
        if saved["loss"] == "binary":
            loss = BinaryFocalLoss(**parameters)
        else:
            loss = MulticlassFocalLoss(len(saved["prevalence"]), **parameters)
        classes = None
        if saved["classes"] is not None:
            values, dtype = saved["classes"]["values"], np.dtype(saved["classes"]["dtype"])
            if dtype.itemsize > max(np.array(values).itemsize, _LARGEST_LABEL):
                raise ValueError(f"labels of {dtype.itemsize} bytes")
            classes = np.array(values, dtype=dtype)  # at once, for NumPy's own texts end before their last NULs
        numbers = {name: tuple(saved[name]) for name in ("prevalence", "start", "shift")}
        return cls(loss, classes, own_start=bool(saved["own_start"]), **numbers)

    def _reweighted(self, proba: NDArray[np.float64], factors: NDArray[np.float64]) -> NDArray[np.float64]:
        """Multiply the classes' probabilities, or the labels' odds, by factors."""
        weighted = proba * factors
        if self.classes is None:
            return np.asarray(weighted / (weighted + 1 - proba))
        # A product with ones: NumPy is ten times slower in summing rows of few numbers.
        return np.asarray(weighted / (weighted @ np.ones(weighted.shape[1]))[:, None])

    def _shares(self, prevalence: Any) -> tuple[float, ...]:
        """Shares by class or label, from any of the forms that a user may give."""
        try:
            return self._checked_shares(prevalence)
        except TypeError:
            raise ValueError(f"deployment_prevalence={prevalence!r}: give a share between 0 and 1") from None

    def _checked_shares(self, prevalence: Any) -> tuple[float, ...]:
        expected = len(self.prevalence)
        if isinstance(prevalence, str):
            raise TypeError
        if np.ndim(prevalence) == 0 and not isinstance(prevalence, dict):
            if expected != 2 or self.classes is None:
                raise ValueError(
                    f"deployment_prevalence={prevalence!r}: one number is for two classes; give one for each of the "
                    f"{expected} classes or labels"
                )
            shares: tuple[float, ...] = (1 - float(prevalence), float(prevalence))
        elif isinstance(prevalence, dict):
            names = list(range(expected)) if self.classes is None else self.classes.tolist()
            if set(prevalence) != set(names):
                raise ValueError(
                    f"deployment_prevalence has the keys {sorted(prevalence, key=str)}; it must have {names}"
                )
            shares = tuple(float(prevalence[name]) for name in names)
        else:
            shares = tuple(float(share) for share in prevalence)
        if len(shares) != expected or not all(0 < share < 1 for share in shares):
            raise ValueError(
                f"deployment_prevalence={prevalence!r}: {expected} shares between 0 and 1 are needed, one for each of "
                f"{'the labels' if self.classes is None else self.classes.tolist()}"
            )
        return shares


def required(link: FocalLink | None, name: str) -> FocalLink:
    """Return a link that must be there.

    Parameters
    ----------
    link : FocalLink or None
        What a booster carries.
    name : str
        What the model is called, for the error.

    Returns
    -------
    FocalLink
        The same.

    Raises
    ------
    ValueError
        For None.
    """
    if link is None:
        raise ValueError(
            f"{name} holds a model, but not of this package: it was not trained by FocalXGBClassifier or "
            "FocalLGBMClassifier; load it with its own library"
        )
    return link


def unreadable(library: Any, name: str) -> ValueError:
    """Return the error of a file that a library cannot parse.

    Parameters
    ----------
    library : module
        XGBoost or LightGBM.
    name : str
        What the model is called.

    Returns
    -------
    ValueError
        To be raised.
    """
    return ValueError(
        f"{library.__name__} {library.__version__} cannot read {name}: it is incomplete, damaged, of a later version, "
        "or no model of this library"
    )
