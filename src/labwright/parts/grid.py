"""Series of different length laid on one line of even steps, with gaps as NaN.

Cell i of every array belongs to one step of one series; `first[s]` to `first[s + 1]` are
the cells of series s, without a step left out, and `begins[s]` is the number of its first
step.
"""

import numpy as np
import polars as pl

MOST_CELLS = 50  # for each row: more means that the steps are not those of the data


def lay_on_grid(
    series: np.ndarray, steps: np.ndarray, values: np.ndarray
) -> dict[str, np.ndarray]:
    """Rows in any order, to cells.

    Args:
        series: Number of each row's series, 0 to S - 1, int64 (N,).
        steps: Number of each row's step, int64 (N,).
        values: The target first, then covariates, float64 (N, C) with NaN.

    Returns:
        "values" float64 (G, C): the mean of rows that share a series and a step, NaN
        where there is none; "first" int64 (S + 1,), "begins" int64 (S,). A series begins
        with its first known target and has no cells if it has none.

    Raises:
        ValueError: the steps are so fine that most cells would be empty.
    """
    names = [f"v{i}" for i in range(values.shape[1])]
    rows = pl.DataFrame({"s": series, "t": steps}).with_columns(
        pl.Series(name, values[:, i]).fill_nan(None) for i, name in enumerate(names)
    )
    cells = rows.group_by("s", "t").agg(pl.col(names).mean()).sort("s", "t")
    start = pl.col("t").filter(pl.col("v0").is_not_null()).min()
    cells = cells.filter(pl.col("t") >= start.over("s"))
    ends = cells.group_by("s").agg(
        pl.col("t").min().alias("from"), pl.col("t").max().alias("to")
    )
    count = int(series.max()) + 1
    begins, lengths = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    which = ends["s"].to_numpy()
    begins[which] = ends["from"].to_numpy()
    lengths[which] = ends["to"].to_numpy() - begins[which] + 1
    if lengths.sum() > MOST_CELLS * max(1_000, len(series)):
        raise ValueError(
            f"expected about as many steps as the {len(series)} rows, found "
            f"{lengths.sum()} between the first and the last. Mend the times that lie "
            "apart, or set a longer STEP."
        )
    first = np.concatenate([[0], np.cumsum(lengths)])
    filled = np.full((first[-1], len(names)), np.nan)
    owner = cells["s"].to_numpy()
    place = first[owner] + cells["t"].to_numpy() - begins[owner]
    filled[place] = cells.select(pl.col(names).fill_null(np.nan)).to_numpy()
    return {"values": filled, "first": first, "begins": begins}


def last_known(values: np.ndarray) -> np.ndarray:
    """NaN replaced by the nearest earlier value of each column, (T, C); else it stays."""
    places = np.where(np.isnan(values), -1, np.arange(len(values))[:, None])
    places = np.maximum.accumulate(places, axis=0)
    taken = np.take_along_axis(values, np.maximum(places, 0), axis=0)
    return np.where(places >= 0, taken, np.nan)


def fill_from_past(values: np.ndarray, season: int) -> np.ndarray:
    """Gaps of one series (T,) filled by the last known value of the same season.

    Where the season has none yet, by the last known value. No cell depends on a later one,
    but for cells before the first known value, which take that.
    """
    short = -len(values) % season
    padded = np.concatenate([values, np.full(short, np.nan)])
    seasonal = last_known(padded.reshape(-1, season)).reshape(-1)[: len(values)]
    filled = last_known(seasonal[:, None])[:, 0]
    known = np.flatnonzero(~np.isnan(filled))
    filled[: known[0] if len(known) else None] = filled[known[0]] if len(known) else 0.0
    return filled


def waves_of_calendar(
    moments: np.ndarray, waves: dict[str, tuple[float, int]]
) -> np.ndarray:
    """Where in each period a moment is, as sines and cosines, float32 (N, W).

    `waves` has for each period its length, in the unit of the moments, and how many
    harmonics describe it.
    """
    angles = [
        2 * np.pi * harmonic * (moments / length % 1)
        for length, harmonics in waves.values()
        for harmonic in range(1, harmonics + 1)
    ]
    columns = [wave(angle) for angle in angles for wave in (np.sin, np.cos)]
    empty = np.zeros((len(moments), 0))
    return np.stack(columns, axis=1).astype(np.float32) if columns else empty
