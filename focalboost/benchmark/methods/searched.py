"""Families whose own parameter is searched together with the trees': one method each in the tuned table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from focalboost.benchmark.methods.class_weight import ClassWeight
from focalboost.benchmark.methods.focal import Focal

if TYPE_CHECKING:
    from collections.abc import Callable

    from focalboost.benchmark.boosters.booster import Booster
    from focalboost.benchmark.methods.method import Method


@dataclass(frozen=True)
class Searched:
    """A family whose members differ in one number.

    Attributes
    ----------
    name, family : str
        See `Method`.
    parameter : str
        The number's name.
    low, high, first : float
        Where it is searched, and where the search begins.
    member : callable
        From the number to the method.
    """

    name: str
    family: str
    parameter: str
    low: float
    high: float
    first: float
    member: Callable[[float], Method]

    @property
    def description(self) -> str:
        """One line that says what it does."""
        return f"{self.family}, its {self.parameter} from {self.low:g} to {self.high:g} searched with the trees"

    def runs_in(self, booster: Booster) -> bool:
        """Return whether the family's members run in the library."""
        return self.member(self.first).runs_in(booster)

    def suggested(self, trial: Any) -> Method:
        """Return the member that an Optuna trial suggests."""
        return self.member(trial.suggest_float(self.parameter, self.low, self.high))


SEARCHED = {
    "focal": Searched("focal_chosen", "focal", "gamma", 0.25, 4.0, 1.0, Focal),
    "class_weight": Searched(
        "class_weight_chosen",
        "class_weight",
        "power",
        0.1,
        1.0,
        0.5,
        lambda power: ClassWeight("class_weight_chosen", power),
    ),
}
