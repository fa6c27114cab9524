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


def deal(
    strata: np.ndarray,
    units: np.ndarray,
    shares: tuple[float, float, float],
    seed: int,
) -> dict[str, np.ndarray]:
    """Row numbers of each part, with the same shares in every stratum.

    Units of several rows come first, the largest first, each to the part that lacks most
    rows. Single rows follow by a low-discrepancy sequence that runs on through all
    strata, so that their rounding errors cancel out instead of adding up.
    """
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(units))
    order = shuffled[np.argsort(strata[shuffled], kind="stable")]
    _, first, unit, size = np.unique(
        units[order], return_index=True, return_inverse=True, return_counts=True
    )
    stratum = np.unique(strata[order][first], return_inverse=True)[1]  # of each unit
    lacks = np.bincount(stratum, weights=size)[:, None] * np.array(shares)
    part = np.zeros(len(first), dtype=np.int64)
    several = np.flatnonzero(size > 1)
    for u in several[np.lexsort((first[several], -size[several]))]:
        part[u] = np.argmax(lacks[stratum[u]])
        lacks[stratum[u], part[u]] -= size[u]
    single = np.flatnonzero(size == 1)
    single = single[np.argsort(first[single])]
    bounds = np.cumsum(np.maximum(lacks, 0), axis=1)
    bounds /= np.maximum(bounds[:, -1:], 1e-9)  # what each part still lacks, as shares
    golden = (np.arange(len(single)) * 0.6180339887 + rng.random()) % 1
    part[single] = (golden[:, None] >= bounds[stratum[single], :2]).sum(axis=1)
    rows = part[unit]
    return {name: np.sort(order[rows == i]) for i, name in enumerate(PARTS)}


def split_stratified(
    key: pl.Series, units: pl.Series, shares: tuple[float, float, float], seed: int
) -> dict[str, np.ndarray]:
    """By chance, with each value of `key` in the same proportions in every part."""
    strata = key.rank("dense").fill_null(0).to_numpy()
    return deal(strata, units.to_numpy(), shares, seed)


# ---- units ---------------------------------------------------------------------------


def units_of_rows(key: pl.Series) -> np.ndarray:
    """Each row is a unit of its own, int64 (N,); `key` does not matter."""
    return np.arange(len(key))


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
