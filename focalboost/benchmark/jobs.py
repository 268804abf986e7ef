"""One training of a comparison as a job that any process can do: from a task's name to rows and tables."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from focalboost.benchmark.fit import train_and_judge
from focalboost.benchmark.methods.searched import Searched
from focalboost.benchmark.parts import Parts
from focalboost.benchmark.rows import Row
from focalboost.benchmark.tuning import tuned
from focalboost.datasets._tables import pd
from focalboost.evaluation.row_groups import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable

    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.fit import Fit, Outcome, Protocol, Stage
    from focalboost.benchmark.methods.method import Method
    from focalboost.benchmark.parts import Part, Sample
    from focalboost.benchmark.rows import Key
    from focalboost.benchmark.settings import Settings
    from focalboost.benchmark.task import Task
    from focalboost.evaluation.measures import Predicted

_LONGEST_ERROR = 300


@dataclass(frozen=True, eq=False)
class Job:
    """One training.

    Attributes
    ----------
    task, booster, method, fold
        What is trained on what.
    protocols : tuple of str
        ("fixed", "stopped"), which share one training, or ("tuned",).
    """

    task: Task
    booster: Booster
    method: Method | Searched
    fold: int
    protocols: tuple[Protocol, ...]

    def key(self, protocol: Protocol) -> Key:
        """Return the key of the row under a protocol."""
        return self.task.name, self.booster.name, self.method.name, protocol, self.fold

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys of the rows that it gives."""
        return tuple(map(self.key, self.protocols))

    @property
    def label(self) -> str:
        """What it is, in words."""
        what = "tuning " if self.protocols == ("tuned",) else ""
        return f"{self.task.name}, fold {self.fold}: {what}{self.booster.name} {self.method.name}"


@dataclass(frozen=True, eq=False)
class Finished:
    """What a job gives: a row for each protocol and, if it did not fail, the predictions by row and its stages."""

    rows: tuple[Row, ...]
    predictions: tuple[pd.DataFrame, ...] = ()
    stages: pd.DataFrame | None = None


def run_job(job: Job, settings: Settings, begun: Callable[[tuple[Row, ...]], None] = lambda _: None) -> Finished:
    """Do a job; a fit that fails, whatever the reason, is a row with its error.

    Parameters
    ----------
    job : Job
        What is to be done.
    settings : Settings
        The same for all.
    begun : callable, optional
        Given the rows as they are before the training, when the data are read.

    Raises
    ------
    ImportError
        If a library is missing: so it would be for every other fit.
    DataError
        If the data cannot be read any more, or the fold cannot be cut.
    """
    part = _parts(job.task).part(job.fold)
    rows = tuple(_empty_row(key, part) for key in job.keys)
    begun(rows)
    try:
        outcome = _train(job, part, settings)
    except ImportError:
        raise
    # One method's failure, whatever it is, must not cost the others' results.
    except (Exception, SystemExit) as error:
        return failed(job, _described(error), rows)
    return Finished(
        rows=tuple(_row(row, fit, outcome) for row, fit in zip(rows, outcome.fits, strict=True)),
        predictions=tuple(_predictions(part, fit) for fit in outcome.fits),
        stages=pd.DataFrame([_stage(stage) for stage in outcome.stages]),
    )


def failed(job: Job, error: str, rows: tuple[Row, ...] = ()) -> Finished:
    """Return what a job gives that failed: rows with the error; numbers of rows are 0 where they are not known."""
    return Finished(tuple(replace(row, error=error) for row in rows or (Row(*key) for key in job.keys)))


def _train(job: Job, part: Part, settings: Settings) -> Outcome:
    method, trees, note = job.method, settings.trees, ""
    if isinstance(method, Searched) or job.protocols == ("tuned",):
        method, trees, note = tuned(method, job.booster, part, settings, job.fold)
    outcome = train_and_judge(method, job.booster, part, trees, settings.select, job.task.costs, job.protocols)
    return replace(outcome, note=note) if note else outcome


def forget() -> None:
    """Let go of the data that the last job has left for the next."""
    with _reading:
        _read.clear()


# Of one process: jobs come sorted, so those of a task follow each other.
_read: dict[tuple[str, str, str], Parts] = {}
_reading = Lock()


def _parts(task: Task) -> Parts:
    key = task.name, task.fingerprint, repr(task.folds)
    with _reading:
        if key not in _read:
            _read.clear()
            _read[key] = Parts(task)
        return _read[key]


def _empty_row(key: Key, part: Part) -> Row:
    return Row(
        *key,
        n_fit=len(part.fit.target),
        n_validation=len(part.validation.target),
        n_test=len(part.test.target),
        fit_positives=int(part.fit.target.sum()),
        validation_positives=int(part.validation.target.sum()),
        test_positives=int(part.test.target.sum()),
    )


def _row(row: Row, fit: Fit, outcome: Outcome) -> Row:
    return replace(
        row,
        measures=fit.measures,
        validation_score=fit.validation_score,
        rounds=fit.rounds,
        threshold=fit.terms.threshold,
        alert_cost=fit.terms.alert_cost,
        alerts_per_period=fit.terms.alerts_per_period,
        train_seconds=outcome.train_seconds,
        predict_seconds=outcome.predict_seconds,
        peak_memory_mib=outcome.peak_memory_mib,
        note=outcome.note or None,
    )


def _predictions(part: Part, fit: Fit) -> pd.DataFrame:
    tables = [
        _table("validation", part.validation, fit.validation),
        _table("test", part.test, fit.test),
    ]
    return pd.concat(tables, ignore_index=True)


def _table(name: str, sample: Sample, predicted: Predicted) -> pd.DataFrame:
    columns: dict[str, Any] = {
        "row": sample.source_row,
        "part": name,
        "label": predicted.label,
        # In float64, so that measures come out the same to the last bit.
        "probability": predicted.probability.astype(np.float64),
        "uncorrected": predicted.uncorrected.astype(np.float64),
    }
    known = {"amount": sample.amount, "period": sample.period, "group": sample.group}
    return pd.DataFrame(columns | {name: values for name, values in known.items() if values is not None})


def _stage(stage: Stage) -> dict[str, float]:
    measures = asdict(stage)
    shares = measures.pop("gradient_shares")
    return measures | (shares or dict.fromkeys(GROUPS, np.nan))


def _described(error: BaseException) -> str:
    # XGBoost's messages go on with a stack of addresses.
    text = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {text}"[:_LONGEST_ERROR]
