"""What a bootstrap draws: rows that stand or fall together are drawn together."""

import numpy as np
import polars as pl


def units_of_rows(key: pl.Series) -> np.ndarray:
    """Each row is a unit of its own, int64 (N,); `key` does not matter."""
    return np.arange(len(key))


def units_of_groups(key: pl.Series) -> np.ndarray:
    """All rows of one value of `key` are a unit, int64 (N,); one without is a unit."""
    groups = key.rank("dense").cast(pl.Int64).to_frame("group")
    alone = -pl.int_range(pl.len(), dtype=pl.Int64)
    ids = groups.select(pl.col("group").fill_null(alone)).to_series().to_numpy()
    return np.unique(ids, return_inverse=True)[1]


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
