"""Which rows train, which choose the checkpoint, and which judge the result.

The columns and shares stand in dataloader.py; results.json certifies the outcome.
"""

import numpy as np
import polars as pl

from labwright.parts.equal_rows import equal_rows
from labwright.parts.split import split_stratified
from labwright.parts.units import units_of_rows

# ---- rows to parts -------------------------------------------------------------------


def split_rows(
    table: pl.DataFrame,
    column: str | None,
    equal_in: list[str],
    shares: tuple[float, float, float],
    seed: int,
) -> dict[str, np.ndarray]:
    """Positions in `table` of the rows of train, val and test.

    Rows that are equal in all columns of `equal_in` stay together; with none, each row
    stands alone.

    Raises:
        ValueError: a part would be empty.
    """
    units = pl.Series(np.arange(len(table)))
    if equal_in:
        units = equal_rows(table, equal_in)
    parts = split_stratified(key_of(table, column), units, shares, seed)
    if empty := [name for name, rows in parts.items() if len(rows) == 0]:
        raise ValueError(
            f"expected rows in each part, found none of {len(table)} in {empty}. "
            "More data, or another split rule, is needed."
        )
    return parts


def bootstrap_units(rows: pl.DataFrame, column: str | None) -> np.ndarray:
    """For each row the unit with which a bootstrap draws it, int64 (N,)."""
    return units_of_rows(key_of(rows, column))


def key_of(table: pl.DataFrame, column: str | None) -> pl.Series:
    """The column that the rule looks at; row numbers where it looks at none."""
    return table[column].alias("key") if column else pl.Series(np.arange(len(table)))
