"""What every scenario may be asked for."""

from __future__ import annotations

from focalboost.datasets.errors import DataError
from focalboost.datasets.simulator.labels import count_frauds

_FEWEST_ROWS = 1000
_FEWEST_FRAUDS = 10


def check_arguments(
    rows_name: str,
    n_rows: int,
    *,
    n_days: int,
    prevalence: float,
    largest_prevalence: float,
    drift: float,
    undetected: float,
    label_delay_days: int,
    random_state: int,
) -> None:
    """Raise a DataError for the first argument that is outside its range.

    Parameters
    ----------
    rows_name : str
        The name of the argument `n_rows`, such as "n_transactions".
    n_rows, n_days, prevalence, drift, undetected, label_delay_days, random_state
        The scenario's arguments.
    largest_prevalence : float
        The most frauds, found or not, that the scenario has room for, as a share of the rows.
    """
    if n_rows < _FEWEST_ROWS:
        raise DataError(f"{rows_name} is {n_rows}; give {_FEWEST_ROWS} or more")
    if not 30 <= n_days <= 3650:
        raise DataError(f"n_days is {n_days}; give 30 to 3650")
    if not 0.0 < prevalence <= largest_prevalence:
        raise DataError(f"prevalence is {prevalence}; give a share above 0 and up to {largest_prevalence}")
    if round(prevalence * n_rows) < _FEWEST_FRAUDS:
        raise DataError(
            f"prevalence {prevalence} of {n_rows} rows is below {_FEWEST_FRAUDS} frauds; "
            f"give {_FEWEST_FRAUDS / prevalence:.0f} rows or more, or a larger prevalence"
        )
    if not 0.0 <= drift <= 1.0:
        raise DataError(f"drift is {drift}; give a number from 0 (none) to 1")
    if not 0.0 <= undetected < 1.0:
        raise DataError(f"undetected is {undetected}; give a share from 0 (every fraud is found) to below 1")
    if count_frauds(n_rows, prevalence, undetected) > round(largest_prevalence * n_rows):
        raise DataError(
            f"prevalence {prevalence} of frauds that are found and undetected {undetected} make more than "
            f"{largest_prevalence} frauds in all; give a prevalence up to {largest_prevalence * (1.0 - undetected):.4g}"
        )
    if not 0 <= label_delay_days <= 3650:
        raise DataError(f"label_delay_days is {label_delay_days}; give 0 to 3650")
    if random_state < 0:
        raise DataError(f"random_state is {random_state}; give 0 or more")
