"""How far the comparison is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import math
import sys
import time
from typing import TYPE_CHECKING, Any, Protocol

from focalboost._optional import optional_import
from focalboost.benchmark.visible import visible

if TYPE_CHECKING:
    from types import TracebackType

    from focalboost.benchmark.rows import Row

# Seconds; of trainings that take longer than this each, the time left is not known.
_SPEED_PERIOD = 3600.0


class Progress(Protocol):
    """What is told while the comparison runs."""

    def expect(self, trainings: int) -> None:
        """Tell how many trainings are to be made."""
        ...

    def note(self, text: str) -> None:
        """Tell something about the data."""
        ...

    def begin(self, label: str) -> None:
        """Tell what is done now."""
        ...

    def end(self, row: Row) -> None:
        """Tell that a training is made, by its last row."""
        ...


class Silent:
    """Progress that no one is told."""

    def expect(self, trainings: int) -> None:
        """Tell no one."""

    def note(self, text: str) -> None:
        """Tell no one."""

    def begin(self, label: str) -> None:
        """Tell no one."""

    def end(self, row: Row) -> None:
        """Tell no one."""


class TerminalProgress:
    """Progress on standard error, for use in a ``with`` block."""

    def __init__(self) -> None:
        rich = optional_import("rich.progress", "The progress bar")
        console = optional_import("rich.console", "The progress bar").Console(stderr=True)
        self._total = 0
        self._done = 0
        self._training = 0.0
        self._begun = time.perf_counter()
        self._bar: Any = None
        if console.is_terminal:
            self._bar = rich.Progress(
                rich.BarColumn(bar_width=20),
                rich.MofNCompleteColumn(),
                rich.TimeRemainingColumn(),
                rich.TextColumn("{task.description}", markup=False),
                console=console,
                transient=True,
                speed_estimate_period=_SPEED_PERIOD,
            )
            self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> TerminalProgress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        if self._done:
            seconds = time.perf_counter() - self._begun
            print(
                f"{self._done} fits in {seconds:.0f} s, {60.0 * self._done / seconds:.0f} a minute; of training itself "
                f"{self._training:.0f} s",
                file=sys.stderr,
            )

    def expect(self, trainings: int) -> None:
        """Tell how many trainings are to be made."""
        self._total = trainings
        if self._bar is not None:
            self._bar.update(self._task, total=trainings)

    def note(self, text: str) -> None:
        """Tell something about the data."""
        if self._bar is None:
            print(f"note: {visible(text)}", file=sys.stderr, flush=True)
        else:
            self._bar.console.print(f"note: {visible(text)}", markup=False, highlight=False)

    def begin(self, label: str) -> None:
        """Tell what is done now."""
        if self._bar is not None:
            self._bar.update(self._task, description=visible(label))

    def end(self, row: Row) -> None:
        """Tell that a training is made."""
        self._done += 1
        self._training += 0.0 if math.isnan(row.train_seconds) else row.train_seconds
        how = "tuned " if row.protocol == "tuned" else ""
        label = visible(f"{row.task}, fold {row.fold}: {how}{row.booster} {row.method}")
        if self._bar is not None:
            # Of trainings in other processes, this is all that is heard.
            self._bar.update(self._task, advance=1, description=label)
            return
        outcome = f"AP {row.measures['average_precision']:.3f}" if row.error is None else row.error
        print(f"{self._done}/{self._total} {label}: {visible(outcome)}", file=sys.stderr, flush=True)
