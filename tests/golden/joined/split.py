"""Which rows train, which choose the checkpoint, and which judge the result.

The columns and shares stand in dataloader.py; results.json certifies the outcome.
"""

import numpy as np
import polars as pl

# ---- equal rows ----------------------------------------------------------------------


def equal_rows(table: pl.DataFrame, columns: list[str]) -> pl.Series:
    """For each row the number of the first row that equals it in all of `columns`."""
    hashes = table.select(pl.selectors.by_name(columns)).hash_rows().to_numpy()
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    return pl.Series("unit", first[inverse])


# ---- split ---------------------------------------------------------------------------

PARTS = ("train", "val", "test")


def split_by_time(
    key: pl.Series, units: pl.Series, shares: tuple[float, float, float], seed: int
) -> dict[str, np.ndarray]:
    """The earliest rows train, the latest judge; equal times stay together.

    A key of texts counts as numbers: years, steps.

    Raises:
        ValueError: `key` has too few distinct times to cut it twice.
    """
    if key.dtype == pl.String:
        key = key.cast(pl.Float64, strict=False)
    times = key.rank("dense").fill_null(0).to_numpy()
    ordered = np.sort(times)
    ends = np.cumsum(shares)[:2] * len(times)
    val, test = ordered[np.round(ends).astype(np.int64).clip(max=len(times) - 1)]
    later = (times >= val).astype(np.int64) + (times >= test)
    parts = {name: np.flatnonzero(later == i) for i, name in enumerate(PARTS)}
    if empty := [name for name, rows in parts.items() if not len(rows)]:
        raise ValueError(
            f"expected times that can be cut into three parts, found {key.n_unique()} "
            f"distinct ones, which leave {empty} empty. Another split rule is needed."
        )
    return parts


# ---- units ---------------------------------------------------------------------------


def units_of_time(key: pl.Series) -> np.ndarray:
    """Stretches of neighbouring times are a unit, int64 (N,).

    A block is as long as the cube root of the number of times, which keeps the dependence
    of neighbours inside a block (Künsch, 1989; Hall, Horowitz & Jing, 1995). A key of
    texts counts as numbers, as it does for the split.
    """
    if key.dtype == pl.String:
        key = key.cast(pl.Float64, strict=False)
    ranks = key.rank("dense").fill_null(0).to_numpy()
    times: np.ndarray = np.unique(ranks, return_inverse=True)[1]
    length = max(1, round((times.max(initial=0) + 1) ** (1 / 3)))
    blocks: np.ndarray = times // length
    return blocks


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
    parts = split_by_time(key_of(table, column), units, shares, seed)
    if empty := [name for name, rows in parts.items() if len(rows) == 0]:
        raise ValueError(
            f"expected rows in each part, found none of {len(table)} in {empty}. "
            "More data, or another split rule, is needed."
        )
    return parts


def bootstrap_units(rows: pl.DataFrame, column: str | None) -> np.ndarray:
    """For each row the unit with which a bootstrap draws it, int64 (N,)."""
    return units_of_time(key_of(rows, column))


def key_of(table: pl.DataFrame, column: str | None) -> pl.Series:
    """The column that the rule looks at; row numbers where it looks at none."""
    return table[column].alias("key") if column else pl.Series(np.arange(len(table)))
