"""The focusing parameter chosen from the training data, cross-entropy among the candidates."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from focalboost._optional import optional_import
from focalboost.estimators.labels import Labels, encode
from focalboost.estimators.scores import SCORES


@dataclass(frozen=True)
class GammaSearch:
    """What a search for gamma has found.

    Attributes
    ----------
    gamma : float
        The choice.
    gammas : tuple of float
        The candidates.
    scores : array of shape (n_gammas, n_folds)
        Each one's measure on the held-out part of each fold.
    scoring : str
        The measure.
    """

    gamma: float
    gammas: tuple[float, ...]
    scores: NDArray[np.float64]
    scoring: str

    @classmethod
    def of(cls, gammas: tuple[float, ...], scores: NDArray[np.float64], scoring: str) -> Self:
        """Choose: the best candidate if it beats gamma 0 by more than a standard error, else gamma 0.

        Parameters
        ----------
        gammas, scores, scoring
            As in the attributes; the first candidate is 0.

        Returns
        -------
        GammaSearch
            With the choice.
        """
        best, difference, error = _best(gammas, scores, scoring)
        return cls(best if _sign(scoring) * difference > error else 0.0, gammas, scores, scoring)

    def __str__(self) -> str:
        """Say what was chosen, and how sure that is."""
        best, difference, error = _best(self.gammas, self.scores, self.scoring)
        chosen = "gamma 0, cross-entropy" if self.gamma == 0 else f"gamma {self.gamma:g}"
        if best == 0:
            return f"{chosen}: no other of {self.gammas} has a better {self.scoring}"
        return (
            f"{chosen}: the best focal loss, gamma {best:g}, changes cross-entropy's {self.scoring} by "
            f"{difference:+.4g}, standard error {error:.2g} over {self.scores.shape[1]} folds"
        )


@dataclass(frozen=True)
class GammaPath:
    """How ``gamma="auto"`` chooses: cross-validation of a short path of candidates, on recovered probabilities.

    The best candidate is taken if it beats cross-entropy (gamma 0) by more than one standard error of the paired
    difference over the folds; else cross-entropy is, because focal loss then buys nothing that the data can show.

    The cost is ``len(gammas) * cv`` more fits, on the share (cv - 1) / cv of the rows: by default 16 times
    the time of one fit. Nothing is warm: the trees of one gamma are no start for another's.

    Parameters
    ----------
    gammas : sequence of float, default (0.0, 0.5, 1.0, 2.0)
        Candidates; 0 is among them, or added.
    scoring : {"log_loss", "average_precision"}, default "log_loss"
        What decides.
    cv : int, default 5
        Number of folds, stratified by class.
    random_state : int, default 0
        Seed of the folds.

    Examples
    --------
    >>> import numpy as np
    >>> from focalboost import FocalXGBClassifier, GammaPath
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(600, 3))
    >>> y = X[:, 0] + rng.normal(size=600) > 1.5
    >>> path = GammaPath(gammas=(0.0, 2.0), cv=3)
    >>> model = FocalXGBClassifier(gamma=path, n_estimators=5).fit(X, y)
    >>> model.gamma_search_.scores.shape
    (2, 3)
    """

    gammas: tuple[float, ...] = (0.0, 0.5, 1.0, 2.0)
    scoring: Literal["log_loss", "average_precision"] = "log_loss"
    cv: int = 5
    random_state: int = 0

    def __post_init__(self) -> None:
        if self.scoring not in SCORES:
            raise ValueError(f"scoring={self.scoring!r}: allowed are {', '.join(map(repr, SCORES))}")
        cv: Any = self.cv
        if not isinstance(cv, Integral):
            raise TypeError(f"cv must be a whole number of folds; it is {cv!r}")
        if cv < 2:
            raise ValueError(f"cv must be at least 2 folds; it is {cv!r}")
        object.__setattr__(self, "gammas", tuple(sorted({0.0, *_checked(self.gammas)})))

    def search(
        self, estimator: Any, X: Any, y: Any, by_row: Mapping[str, Any], others: Mapping[str, Any]
    ) -> GammaSearch:
        """Cross-validate every candidate.

        Parameters
        ----------
        estimator : FocalXGBClassifier or FocalLGBMClassifier
            With all other parameters; it is not changed.
        X, y : array-like
            Training data.
        by_row : mapping
            Arguments of ``fit`` that hold one value or row for each row of ``X``; None where they are not given.
        others : mapping
            Other arguments of ``fit``.

        Returns
        -------
        GammaSearch
            The choice and what it rests on.

        Raises
        ------
        ValueError
            If a class has fewer rows than there are folds.
        """
        base = optional_import("sklearn.base", 'gamma="auto"')
        take = optional_import("sklearn.utils", 'gamma="auto"')._safe_indexing
        labels = encode(y)
        given = {name: np.asarray(value) for name, value in by_row.items() if value is not None}
        scores = np.empty((len(self.gammas), self.cv))
        for fold, (train, test) in enumerate(self._folds(labels)):
            start = {name: value[test] for name, value in given.items() if name != "sample_weight"}
            weight = given["sample_weight"][test] if "sample_weight" in given else None
            for row, gamma in enumerate(self.gammas):
                model = base.clone(estimator).set_params(gamma=gamma, deployment_prevalence=None)
                arguments = {name: value[train] for name, value in given.items()} | dict(others)
                model.fit(take(X, train), np.asarray(y)[train], **arguments)
                proba = model.predict_proba(take(X, test), **start)
                scores[row, fold] = _measure(self.scoring, labels, test, proba, weight)
        found = GammaSearch.of(self.gammas, scores, self.scoring)
        logging.getLogger("focalboost").info("%s", found)
        return found

    def _folds(self, labels: Labels) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        selection = optional_import("sklearn.model_selection", 'gamma="auto"')
        settings = {"n_splits": self.cv, "shuffle": True, "random_state": self.random_state}
        if labels.classes is None:
            yield from selection.KFold(**settings).split(labels.codes)
            return
        counts = np.bincount(labels.codes)
        if counts.min() < self.cv:
            rarest = labels.classes.tolist()[counts.argmin()]
            raise ValueError(
                f'gamma="auto" with {self.cv} folds needs {self.cv} rows of each class; {rarest!r} has {counts.min()}: '
                "give gamma a number, or GammaPath(cv=...)"
            )
        yield from selection.StratifiedKFold(**settings).split(labels.codes, labels.codes)


def chosen_gamma(estimator: Any, X: Any, y: Any, by_row: Mapping[str, Any], others: Mapping[str, Any]) -> Any:
    """Return an estimator's gamma, after the search that it asks for; what that found becomes ``gamma_search_``.

    Parameters
    ----------
    estimator, X, y, by_row, others
        As in ``GammaPath.search``.

    Returns
    -------
    float
        Or whatever else was given, for the loss to check.

    Raises
    ------
    ValueError
        For a string other than "auto", or as ``GammaPath.search``.
    """
    gamma = estimator.gamma
    if isinstance(gamma, str):
        if gamma != "auto":
            raise ValueError(f'gamma={gamma!r}: allowed are a number >= 0, "auto" and a GammaPath')
        gamma = GammaPath()
    if not isinstance(gamma, GammaPath):
        vars(estimator).pop("gamma_search_", None)  # of an earlier fit
        return gamma
    estimator.gamma_search_ = gamma.search(estimator, X, y, by_row, others)
    return estimator.gamma_search_.gamma


def _checked(gammas: Any) -> list[float]:
    try:
        numbers = [float(gamma) for gamma in gammas]
    except (TypeError, ValueError):
        raise TypeError(f"gammas must be several numbers, such as (0.5, 1.0); it is {gammas!r}") from None
    if not all(0 <= gamma < np.inf for gamma in numbers):
        raise ValueError(f"gammas must be finite and >= 0; it is {gammas!r}")
    return numbers


def _measure(scoring: str, labels: Labels, rows: NDArray[np.intp], proba: NDArray[np.float64], weight: Any) -> float:
    """Measure the probabilities of some rows; over several labels a row, the mean."""
    score, codes = SCORES[scoring][0], labels.codes[rows]
    if labels.classes is not None:
        return score(codes, proba, weight)
    columns = zip(codes.T, proba.T, strict=True)
    return float(np.mean([score(code, np.column_stack([1 - p, p]), weight) for code, p in columns]))


def _sign(scoring: str) -> float:
    """Return the sign that makes more better."""
    return 1.0 if SCORES[scoring][1] == "maximize" else -1.0


def _best(gammas: tuple[float, ...], scores: NDArray[np.float64], scoring: str) -> tuple[float, float, float]:
    """Find the best candidate, its mean difference to gamma 0, and that difference's standard error."""
    best = int((_sign(scoring) * scores.mean(axis=1)).argmax())
    difference = scores[best] - scores[0]
    return gammas[best], float(difference.mean()), float(difference.std(ddof=1) / np.sqrt(difference.size))
