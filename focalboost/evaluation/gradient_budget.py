"""Where the gradient goes: the share of each group of rows in what the trees are grown for, round by round."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost._optional import optional_import
from focalboost.evaluation.row_groups import GROUPS, easy_or_hard, group_shares
from focalboost.evaluation.style import GRADIENT_COLOURS, drawing, legend_below
from focalboost.losses.focal import FocalLoss
from focalboost.objectives.arguments import read_arguments

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

    from focalboost import BinaryFocalLoss, MulticlassFocalLoss

_NOT_CV = "cv trains several models at once, and a gradient budget is for one: call train for each fold"


class GradientBudget:
    """Shares of groups of rows in the total absolute gradient and in the curvature, round by round.

    A round's tree is grown for the rows that have the gradient. This tells which those are, and whether focal loss
    changes it: on data where the easy majority has little of cross-entropy's gradient already, it can do little.

    Parameters
    ----------
    loss : BinaryFocalLoss or MulticlassFocalLoss
        The loss that is minimised; or another one, to see what it would do at the same scores. Its class weights
        matter, its scale does not.
    groups : array-like of shape (n,), optional
        A label for each row that is watched, such as its segment or its quantile of the amount; the plot has colours
        for ten. Without it, rows are grouped at each round by whether they are of the most frequent class (`majority`),
        and by whether the sigmoid or softmax of their raw scores gives their class less than 1/2 (`hard`).

    Raises
    ------
    TypeError
        If `loss` is none of this package.
    ValueError
        If `groups` is no array of labels, one a row.

    See Also
    --------
    focalboost.benchmark.Results.plot_gradients : The same for the methods of a comparison.

    Examples
    --------
    In LightGBM, the rows that it trains on are watched; in XGBoost, those of any DMatrix:

    >>> import lightgbm, numpy as np, xgboost
    >>> from focalboost import BinaryFocalLoss, GradientBudget
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(2000, 3))
    >>> y = (X[:, 0] + rng.normal(size=2000) > 2.5).astype(int)
    >>> loss, cross_entropy = BinaryFocalLoss(gamma=2.0), BinaryFocalLoss(gamma=0.0)
    >>> budget, other = GradientBudget(loss), GradientBudget(cross_entropy)
    >>> data = xgboost.DMatrix(X, y)
    >>> watch = [budget.xgboost_callback(data), other.xgboost_callback(data)]
    >>> _ = xgboost.train(loss.xgboost_params(y), data, 10, obj=loss, callbacks=watch)
    >>> for name, table in {"focal loss": budget.table, "cross-entropy": other.table}.items():
    ...     print(name, table.set_index(["rounds", "group"])["gradient"][9, "easy majority"].round(1))
    focal loss 0.5
    cross-entropy 0.9
    >>> budget = GradientBudget(loss, groups=np.where(X[:, 1] > 0, "mobile", "desktop"))
    >>> data = lightgbm.Dataset(X, y, init_score=loss.init_score(y))
    >>> settings = {**loss.lightgbm_params(), "lambda_l2": 1.0, "verbose": -1}
    >>> _ = lightgbm.train(settings, data, 10, callbacks=[budget.lightgbm_callback()])
    >>> budget.table.columns.to_list()
    ['rounds', 'group', 'rows', 'gradient', 'curvature']
    """

    def __init__(self, loss: BinaryFocalLoss | MulticlassFocalLoss, groups: ArrayLike | None = None) -> None:
        if not isinstance(loss, FocalLoss):
            raise TypeError(f"loss must be a BinaryFocalLoss or MulticlassFocalLoss; it is {loss!r}")
        self.loss = loss
        self._names: tuple[Any, ...] = GROUPS
        self._codes: NDArray[np.intp] | None = None
        if groups is not None:
            labels = np.asarray(groups)
            if labels.ndim != 1:
                raise ValueError(f"groups has {labels.ndim} dimensions, but must be one label for each row")
            try:
                names, self._codes = np.unique(labels, return_inverse=True)
            except TypeError as error:
                raise ValueError(
                    f"groups has labels that cannot be told apart by order ({error}): give text"
                ) from error
            self._names = tuple(names.tolist())
        self._records: list[dict[str, Any]] = []

    def record(
        self, rounds: int, y_true: ArrayLike, raw_prediction: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> None:
        """Add the shares at given scores; the callbacks do it before each round.

        Parameters
        ----------
        rounds : int
            How many have been trained: it is the next one's tree that is grown for these gradients.
        y_true : array-like of shape (n,)
            Labels, as the loss takes them.
        raw_prediction : array-like of shape (n,) or (n, n_classes)
            Raw scores.
        sample_weight : array-like of shape (n,), optional
            As in training.

        Raises
        ------
        ValueError
            If the loss refuses the rows, they are not as many as the groups' labels, or so many rounds are recorded
            already: a budget is for one training.
        """
        if self._records and rounds <= self._records[-1]["rounds"]:
            raise ValueError(
                f"{self._records[-1]['rounds']} rounds are recorded already: make a budget for each training; in a "
                'search such as gamma="auto", for the training with what it chose'
            )
        gradient, curvature = self.loss.gradient_hessian(y_true, raw_prediction, sample_weight)
        target = np.asarray(y_true)
        if target.ndim != 1:
            raise ValueError(f"y_true has {target.ndim} dimensions: a gradient budget needs one label for each row")
        codes = easy_or_hard(target, np.asarray(raw_prediction)) if self._codes is None else self._codes
        if len(codes) != len(target):
            raise ValueError(f"groups has {len(codes)} labels, but there are {len(target)} rows: give one for each")
        size = {"gradient": np.abs(gradient), "curvature": curvature}
        number = len(self._names)
        shares = {
            name: group_shares(values.reshape(len(target), -1).sum(axis=1), codes, number)
            for name, values in size.items()
        }
        rows = np.bincount(codes, minlength=number)
        self._records += [
            {"rounds": rounds, "group": group, "rows": int(rows[place])}
            | {name: share[place] for name, share in shares.items()}
            for place, group in enumerate(self._names)
        ]

    def xgboost_callback(self, data: Any) -> Any:
        """Return a callback for ``xgboost.train`` or for an estimator's `callbacks`.

        Parameters
        ----------
        data : xgboost.DMatrix
            The rows to be watched, with weights and with labels 0, 1, ...: those of the training, or others.

        Returns
        -------
        xgboost.callback.TrainingCallback
            Before each round it predicts the rows, from where the last round's prediction ended, and computes their
            gradients. The first round is left out where XGBoost has its start still to estimate, which it does for its
            own objectives without `base_score`.

        Raises
        ------
        ValueError
            In ``xgboost.cv``.

        Notes
        -----
        The objective's raw scores must be log-odds: the loss, "binary:logistic" or "multi:softprob". An estimator that
        keeps the callback cannot be pickled; ``save`` works, and so does pickling after ``set_params(callbacks=None)``.
        """
        xgboost = optional_import("xgboost", "A gradient budget of XGBoost")
        record = self._record

        class Watch(xgboost.callback.TrainingCallback):  # type: ignore[misc, name-defined]
            def before_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:  # noqa: ARG002
                if not isinstance(model, xgboost.Booster):
                    raise ValueError(_NOT_CV)
                rounds = model.num_boosted_rounds()
                if rounds or not _start_is_estimated(model):
                    record(rounds, model.predict(data, output_margin=True), data)
                return False

        return Watch()

    def lightgbm_callback(self) -> Callable[[Any], None]:
        """Return a callback for ``lightgbm.train`` or for an estimator's ``fit(callbacks=)``.

        Returns
        -------
        callable
            Before each round it computes the gradients of the rows of the training, at the scores that LightGBM has
            for them.

        Raises
        ------
        ValueError
            In training: if LightGBM trains an objective of its own, whose scores it does not hand out; with DART,
            which drops trees whenever it is asked for scores; in ``lightgbm.cv``.
        """

        def watch(environment: Any) -> None:
            if hasattr(environment.model, "boosters"):
                raise ValueError(_NOT_CV)
            objective = environment.params.get("objective") or "regression"  # LightGBM's default
            if isinstance(objective, str) and objective not in ("none", "None", "null", "custom", "na"):
                raise ValueError(
                    f"LightGBM hands out no raw scores of its own objective {objective!r}: train with the loss as the "
                    "objective, such as BinaryFocalLoss(gamma=0.0) for cross-entropy"
                )
            if "dart" in (environment.params.get(alias) for alias in ("boosting", "boosting_type", "boost")):
                raise ValueError("asking LightGBM's DART for its scores changes the training: use boosting='gbdt'")

            def measure(scores: Any, data: Any) -> tuple[str, float, bool]:
                self._record(environment.iteration, scores, data)
                return "gradient budget", 0.0, True

            environment.model.eval_train(measure)

        watch.before_iteration = True  # type: ignore[attr-defined]
        return watch

    def _record(self, rounds: int, scores: Any, data: Any) -> None:
        rows = read_arguments(scores, data, None)
        self.record(rounds, rows.y_true, rows.raw_prediction, rows.sample_weight)

    @property
    def table(self) -> pd.DataFrame:
        """What was recorded, a row for each round and group.

        Its columns: `rounds` (trained so far), `group`, `rows` (their number), and `gradient` and `curvature`: shares
        of the sum over all rows, 0 where that is 0.
        """
        columns = ["rounds", "group", "rows", "gradient", "curvature"]
        table: pd.DataFrame = optional_import("pandas", "The table of a gradient budget").DataFrame(
            self._records, columns=columns
        )
        return table

    def plot(self) -> Figure:
        """Draw the shares over the rounds: of the absolute gradient, and of the curvature.

        Returns
        -------
        matplotlib.figure.Figure
            Areas that add up to 1.

        Raises
        ------
        ValueError
            If nothing was recorded.
        """
        if not self._records:
            raise ValueError("nothing was recorded: give a callback of this budget to the training, then plot")
        colours = None if self._codes is not None else list(GRADIENT_COLOURS.values())
        with drawing(height=3.4) as figure:
            panels = figure.subplots(1, 2, sharex=True, sharey=True)
            for panel, share in zip(panels, ("gradient", "curvature"), strict=True):
                area = self.table.pivot(index="rounds", columns="group", values=share).reindex(columns=self._names)
                panel.stackplot(area.index, area.T, labels=list(self._names), colors=colours)
                panel.set_title({"gradient": "|gradient|", "curvature": "curvature"}[share])
                panel.set_ylim(0, 1)
                panel.margins(x=0)
                panel.grid(visible=False)
                panel.set_xlabel("Rounds")
            panels[0].set_ylabel("Share of the total")
            legend_below(figure, panels[0])
        return figure


def _start_is_estimated(model: Any) -> bool:
    start = json.loads(model.save_config())["learner"]["learner_model_param"]
    return bool(start["boost_from_average"] == "1")
