"""Rows of a table as series on even steps: what was measured when, and gaps between."""

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

# isort: split
from timing import Clock, moments_of, steps_of

# ---- grid ----------------------------------------------------------------------------

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


# ---- grid ----------------------------------------------------------------------------


class Grid(NamedTuple):
    """Cells of all series, one after the other; a cell is one step of one series."""

    target: np.ndarray  # float64 (G,), NaN where unknown
    filled: np.ndarray  # float64 (G,), gaps filled from the past alone
    past: np.ndarray  # float32 (G, P): covariates whose future is unknown
    known: np.ndarray  # float32 (G, K): covariates known in advance
    waves: np.ndarray  # float32 (G, W): the calendar
    first: np.ndarray  # int64 (S + 1,): where the cells of each series begin
    begins: np.ndarray  # int64 (S,): the step of each series' first cell

    def steps(self, cells: np.ndarray, series: np.ndarray) -> np.ndarray:
        """The number of each cell's step."""
        numbers: np.ndarray = self.begins[series] + cells - self.first[series]
        return numbers

    def save(self, folder: Path) -> None:
        for name, array in self._asdict().items():
            np.save(folder / f"grid_{name}.npy", array)


def load_grid(folder: Path) -> Grid:
    """What `Grid.save` wrote, mapped into memory."""
    names = Grid._fields
    return Grid(
        *(np.load(folder / f"grid_{name}.npy", mmap_mode="r") for name in names)
    )


def series_names(table: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The series of a table in the order of their names; one without a name if none."""
    if not columns:
        return pl.DataFrame({"series": [""]})
    names = [
        table[name].alias("cell").cast(pl.String).fill_null("") for name in columns
    ]
    keys = pl.DataFrame(
        [each.alias(name) for each, name in zip(names, columns, strict=True)]
    )
    return keys.unique(maintain_order=True).sort(pl.all())


def lay(
    table: pl.DataFrame,
    names: pl.DataFrame,
    clock: Clock,
    target: str,
    past: list[str],
    known: list[str],
    ahead: int = 0,
) -> Grid:
    """Clean rows as cells. With `ahead`, each series ends so many after its last target.

    What is known in advance is taken from rows behind the last target, where there are
    any; a gap takes the last value before it.
    """
    columns = [target, *past, *known]
    values = np.stack(
        [
            table[n].alias("cell").cast(pl.Float64).fill_null(np.nan).to_numpy()
            for n in columns
        ],
        axis=1,
    )
    steps, series = steps_of(table, clock), number_series(table, names, clock.series)
    timed = ~np.isnan(steps)
    values, series, steps = values[timed], series[timed], steps[timed].astype(np.int64)
    if ahead:
        values, series, steps = end_ahead(values, series, steps, ahead)
    laid = lay_on_grid(series, steps, values)
    cells, first = laid["values"], laid["first"]
    filled = np.zeros(len(cells))
    for begin, end in pairwise(first):
        filled[begin:end] = fill_from_past(cells[begin:end, 0], clock.season)
        cells[begin:end, 1:] = last_known(cells[begin:end, 1:])
    owner = np.repeat(np.arange(len(first) - 1), np.diff(first))
    moments = moments_of(
        laid["begins"][owner] + np.arange(len(cells)) - first[owner], clock
    )
    others = cells[:, 1:].astype(np.float32)
    return Grid(
        target=cells[:, 0],
        filled=filled,
        past=others[:, : len(past)],
        known=others[:, len(past) :],
        waves=waves_of_calendar(moments, clock.waves),
        first=first,
        begins=laid["begins"],
    )


def number_series(
    table: pl.DataFrame, names: pl.DataFrame, columns: list[str]
) -> np.ndarray:
    """Which of the series each row belongs to, int64 (N,)."""
    if not columns:
        return np.zeros(len(table), dtype=np.int64)
    cells = [
        table[name].alias(f"k{i}").cast(pl.String).fill_null("")
        for i, name in enumerate(columns)
    ]
    keys = [f"k{i}" for i in range(len(columns))]
    known = names.rename(dict(zip(columns, keys, strict=True)))
    found = pl.DataFrame(cells).join(
        known.with_row_index("series"), on=keys, how="left", maintain_order="left"
    )
    return found["series"].cast(pl.Int64).to_numpy()


def end_ahead(
    values: np.ndarray, series: np.ndarray, steps: np.ndarray, ahead: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows up to `ahead` steps behind the last known target of each series, and all of these."""
    targeted = ~np.isnan(values[:, 0])
    last = np.full(int(series.max()) + 1, -(2**62))
    np.maximum.at(last, series[targeted], steps[targeted])
    kept = steps <= last[series] + ahead
    some = np.flatnonzero(last > -(2**62))
    new = np.repeat(some, ahead)
    coming = np.repeat(last[some], ahead) + np.tile(np.arange(1, ahead + 1), len(some))
    empty = np.full((len(new), values.shape[1]), np.nan)
    return (
        np.concatenate([values[kept], empty]),
        np.concatenate([series[kept], new]),
        np.concatenate([steps[kept], coming]),
    )


def until(grid: Grid, cell: int, series: int, horizon: int, season: int) -> Grid:
    """One series as it was known at a cell: what is later is not there.

    Of the horizon there is only what is known in advance.
    """
    low, high = int(grid.first[series]), int(cell) + horizon

    def hidden(values: np.ndarray) -> np.ndarray:
        kept = np.full((high - low, *values.shape[1:]), np.nan, dtype=values.dtype)
        kept[: cell - low] = values[low:cell]
        return kept

    target = hidden(grid.target)
    return Grid(
        target=target,
        filled=fill_from_past(target, season),
        past=hidden(grid.past),
        known=grid.known[low:high],
        waves=grid.waves[low:high],
        first=np.array([0, high - low]),
        begins=grid.begins[[series]],
    )
