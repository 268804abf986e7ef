"""The family member that validation rows choose, as a method of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

_FIT = ["task", "booster", "protocol", "fold"]


def with_chosen(results: pd.DataFrame, families: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Append a row for each fold and family: that of the member with the best validation score.

    This is what a user does who tries each gamma and keeps the best on validation rows: nothing is fitted
    again, and the test rows have no say. Picking the best on the test rows instead would flatter the family, the more
    so the larger it is.

    Parameters
    ----------
    results : pandas.DataFrame
        One row a fit, with the columns task, booster, method, protocol, fold, validation_score (larger is better, NaN
        if there is none), train_seconds and error (missing where the fit did not fail).
    families : mapping of str to sequence of str
        The methods of each family, by its name. Of equal scores the method that comes first here is chosen.

    Returns
    -------
    pandas.DataFrame
        The results with a new column ``chosen_method``, missing in their own rows, and below them the new rows: copies
        of the chosen ones, but that ``method`` is the family's name and ``_chosen``, ``chosen_method`` is the
        member's name, and ``train_seconds`` is the sum over the members, all of which had to be trained. Where
        a member failed, the others are chosen from. No row where fewer than two members were tried, or all failed.

    Raises
    ------
    ValueError
        If the results have such rows already.

    Examples
    --------
    >>> import pandas as pd
    >>> results = pd.DataFrame(
    ...     {
    ...         "task": "cards", "booster": "xgboost", "protocol": "stopped", "fold": 0, "error": None,
    ...         "method": ["focal_gamma_1", "focal_gamma_2"],
    ...         "validation_score": [0.61, 0.64],
    ...         "average_precision": [0.58, 0.57],
    ...         "train_seconds": [2.0, 3.0],
    ...     }
    ... )
    >>> chosen = with_chosen(results, {"focal": ["focal_gamma_1", "focal_gamma_2"]}).iloc[-1]
    >>> chosen["method"], chosen["chosen_method"], float(chosen["train_seconds"])
    ('focal_chosen', 'focal_gamma_2', 5.0)
    """
    table = results.reset_index(drop=True)
    there = table["method"].isin([f"{family}_chosen" for family in families])
    if there.any():
        raise ValueError(f"the results have rows of {table['method'][there].iloc[0]} already: give them without")
    chosen = {f"{family}_chosen": _chosen(table, members) for family, members in families.items()}
    names = [name for name, rows in chosen.items() for _ in range(len(rows))]
    members = [str(method) for rows in chosen.values() for method in rows["method"]]
    seconds = [second for rows in chosen.values() for second in rows["train_seconds"]]
    # Rows are taken, not concatenated: all other columns keep their dtypes.
    places = [place for rows in chosen.values() for place in rows.index]
    longer = table.iloc[[*range(len(table)), *places]].reset_index(drop=True)
    longer["method"] = [*table["method"], *names]
    longer["chosen_method"] = [*[None] * len(table), *members]
    longer["train_seconds"] = [*table["train_seconds"], *seconds]
    return longer


def _chosen(table: pd.DataFrame, members: Sequence[str]) -> pd.DataFrame:
    """Return the chosen rows, in the table's order of folds, with the members' seconds summed."""
    rows = table[table["method"].isin(members)]
    folds = rows.groupby(_FIT, sort=False, observed=True)
    rows = rows.assign(
        train_seconds=folds["train_seconds"].transform("sum", min_count=1),
        tried=folds["method"].transform("size"),
        place=rows["method"].map({method: place for place, method in enumerate(members)}),
    )
    usable = rows[(rows["tried"] > 1) & rows["validation_score"].notna() & rows["error"].isna()]
    best_first = usable.sort_values(["validation_score", "place"], ascending=[False, True])
    return best_first.drop_duplicates(_FIT).sort_index()
