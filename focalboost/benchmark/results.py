"""What a comparison found, read from its folder: tables, predictions, figures and the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from focalboost.benchmark.about import read_about
from focalboost.benchmark.choice import with_chosen
from focalboost.benchmark.errors import BenchmarkError
from focalboost.benchmark.lock import locked
from focalboost.benchmark.remeasure import remeasure
from focalboost.benchmark.report import write_report
from focalboost.benchmark.report.figures.critical_difference import plot_critical_difference
from focalboost.benchmark.report.figures.gamma import plot_gamma
from focalboost.benchmark.report.figures.gradients import plot_gradients
from focalboost.benchmark.report.figures.learning import plot_learning
from focalboost.benchmark.report.figures.money import plot_money
from focalboost.benchmark.report.figures.precision_recall import plot_precision_recall
from focalboost.benchmark.report.figures.reliability import plot_reliability
from focalboost.benchmark.report.figures.time import plot_time
from focalboost.benchmark.rows import KEY, to_table
from focalboost.benchmark.settings import read_settings
from focalboost.benchmark.store import RESULTS, Store
from focalboost.datasets._tables import pd
from focalboost.evaluation.row_groups import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHOSEN = ("focal", "class_weight")
_PREDICTIONS = ("fold", "row", "label", "probability", "uncorrected")
_STAGES = ("rounds", "average_precision", "log_loss", "validation_average_precision", "validation_log_loss")


class Results:
    """A comparison's folder.

    Parameters
    ----------
    folder : str or Path
        The ``folder`` of `run`, or the ``--output`` of the command.
    tasks : sequence of str, optional
        Only these tasks; by default all that there are.

    Attributes
    ----------
    table : pandas.DataFrame
        One row for each task, booster, method, protocol and fold: the measures, those of `Row`, and
        ``test_over_train``, the number of test rows over that of fit and validation rows. Of the families focal and
        class_weight, the member that is best on the validation rows of a fold is a method too (``focal_chosen``,
        ``class_weight_chosen``; its name is in ``chosen_method``).
    curves : pandas.DataFrame
        Average precision and log-loss, of test and validation rows, after numbers of rounds.
    gradients : pandas.DataFrame
        Each group's share of the sum of absolute gradients over the fit rows, after numbers of rounds.
    tasks : tuple of str
        Their names.
    descriptions : dict of str to str
        By method, what it is.
    notes : dict of str to list of str
        By task, what was decided in reading its data.
    settings : dict of str to str, int or float
        What must be the same to reproduce the results.

    Raises
    ------
    BenchmarkError
        If there are no results, or none of one of the tasks, or they cannot be read.
    """

    def __init__(self, folder: str | Path, tasks: Sequence[str] | None = None) -> None:
        self.folder = Path(folder)
        if not (self.folder / RESULTS).is_file():
            raise BenchmarkError(f"{folder} has no {RESULTS}: give the --output of a comparison")
        self._store = Store(self.folder)
        there = tuple(dict.fromkeys(row.task for row in self._store.rows()))
        for task in tasks or ():
            if task not in there:
                raise BenchmarkError(f"{folder} has no results of task {task!r}; choose from {', '.join(there)}")
        self.tasks = there if tasks is None else tuple(task for task in there if task in tasks)
        about = read_about(self.folder)
        self.descriptions = about.descriptions
        self.notes = about.notes
        # Sorted: which of two equal members is chosen must not depend on which was run first.
        self._families = {
            family: sorted(name for name, of in about.families.items() if of == family) for family in _CHOSEN
        }
        self.settings = read_settings(self.folder)
        self._read()

    # Functions of a comparison's results: each is a method here.
    plot_critical_difference = plot_critical_difference
    plot_gamma = plot_gamma
    plot_gradients = plot_gradients
    plot_learning = plot_learning
    plot_money = plot_money
    plot_precision_recall = plot_precision_recall
    plot_reliability = plot_reliability
    plot_time = plot_time

    def report(self, folder: str | Path | None = None) -> tuple[Path, Path]:
        """Write ``report.html``, one file that needs nothing else, and ``report.md``.

        Parameters
        ----------
        folder : str or Path, optional
            An existing folder; by default that of the results.

        Returns
        -------
        html, markdown : Path
            The files.
        """
        return write_report(self, self.folder if folder is None else Path(folder))

    def remeasure(self) -> None:
        """Compute all measures again from the saved predictions, and save them.

        Raises
        ------
        BenchmarkError
            If a file cannot be read or written, or a run is writing to the folder; nothing is changed then.
        """
        with locked(self.folder):
            # Read again: a run may have added rows.
            self._store = Store(self.folder)
            remeasure(self._store)
        self._read()

    def predictions(self, task: str, booster: str, method: str, protocol: str) -> pd.DataFrame:
        """Return what a method said of the test rows of every fold.

        Parameters
        ----------
        task, booster, method, protocol : str
            Which.

        Returns
        -------
        pandas.DataFrame
            fold, row (place in the data's source, from 0), label, probability, uncorrected (before the posterior);
            amount, period (the day) and group, where the task has them. Folds that failed are left out.

        Raises
        ------
        BenchmarkError
            If a file cannot be read.
        """
        rows = self.table[(self.table[list(KEY[:-1])] == [task, booster, method, protocol]).all(axis=1)]
        # A run that was killed may have left a file of a fit that failed when it was tried again.
        rows = rows[rows["error"].isna()]
        keys = [
            (task, booster, method if pd.isna(chosen) else str(chosen), protocol, int(fold))
            for fold, chosen in zip(rows["fold"], rows["chosen_method"], strict=True)
        ]
        saved = self._store.predictions.read_all(keys)
        if saved.empty:
            return pd.DataFrame(columns=list(_PREDICTIONS))
        tested = saved[saved["part"] == "test"].drop(columns=[*KEY[:-1], "part"])
        return tested[["fold", *tested.columns.drop("fold")]].reset_index(drop=True)

    def _read(self) -> None:
        rows = [row for row in self._store.rows() if row.task in self.tasks]
        table = to_table(rows)
        table["test_over_train"] = table["n_test"] / (table["n_fit"] + table["n_validation"])
        at_defaults = table["protocol"] != "tuned"
        self.table = pd.concat(
            [with_chosen(table[at_defaults], self._families), table[~at_defaults]], ignore_index=True
        )
        stages = self._store.stages.read_all(row.key for row in rows if row.protocol != "fixed" and row.error is None)
        self.curves = stages.reindex(columns=[*KEY, *_STAGES])
        self.gradients = (
            stages.reindex(columns=[*KEY, "rounds", *GROUPS])
            .dropna(subset=list(GROUPS))
            .melt([*KEY, "rounds"], var_name="group", value_name="share")
        )
