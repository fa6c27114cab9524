"""Rows of a table as series on even steps: what was measured when, and gaps between."""

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from labwright.parts.grid import (
    fill_from_past,
    last_known,
    lay_on_grid,
    waves_of_calendar,
)
from labwright.recipes.forecast.timing import Clock, moments_of, steps_of

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
