"""Columns of times, and whether rows are the moments of a series."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from labwright.plan.say import count
from labwright.plan.words import split_name
from labwright.profile.facts import Column
from labwright.profile.names import TIME_WORDS

MOMENTS = 10  # fewest distinct times of a series, or of a split by time
SERIES = 0.95  # of the rows have a moment of their own in a series
REGULAR = 0.75  # of the steps are within half and twice the usual step
PANEL = (
    0.5  # of all pairs of entity and moment have a row where there are several series
)


@dataclass(frozen=True)
class Series:
    """What makes rows the moments of one series, or of several.

    Attributes:
        time: The column that says when each row was.
        entity: The column that tells several apart; None for one series.
        why: With the figures.
    """

    time: Column
    entity: Column | None
    why: str


def moments(columns: Sequence[Column]) -> list[Column]:
    """Columns of dates, the most distinct first; then columns of years."""
    dates = [column for column in columns if column.kind == "date"]
    years = [
        column
        for column in columns
        if column.whole
        and {"year", "yr"} & set(split_name(column.name))
        and column.distinct >= MOMENTS
    ]
    return sorted(dates, key=lambda c: -c.distinct) + years


def series_of(columns: Sequence[Column], rows: pl.DataFrame) -> Series | None:
    """The series of which each row is a moment.

    Times are dates, years, and numbers that are called after time and rise or fall from
    row to row, such as 1949.083, 1949.167 … or seconds.
    """
    for time in [*moments(columns), *_counters(columns, rows)]:
        known = time.rows - time.missing
        if time.distinct < MOMENTS or known < SERIES * time.rows:
            continue
        if time.distinct >= SERIES * known and is_regular(rows[time.name]):
            why = (
                f"each row is a moment of one series: {time.distinct:,} distinct, "
                f"evenly spaced values of `{time.name}` in {count(known, 'row')}"
            )
            return Series(time, None, why)
        if entity := _panel(time, columns, rows):
            why = (
                f"each row is a moment of one of {entity.distinct:,} series: one row "
                f"for each `{entity.name}` and `{time.name}`"
            )
            return Series(time, entity, why)
    return None


def _counters(columns: Sequence[Column], rows: pl.DataFrame) -> list[Column]:
    """Numbers that are called after time, in the order of the rows."""
    named = (c for c in columns if TIME_WORDS & set(split_name(c.name)))
    numbers = (c for c in named if c.kind != "date" and rows[c.name].dtype.is_numeric())
    return [
        column
        for column in numbers
        if rows[column.name].drop_nulls().is_sorted()
        or rows[column.name].drop_nulls().is_sorted(descending=True)
    ]


def is_regular(dates: pl.Series) -> bool:
    """Whether most steps between distinct moments are about the usual one."""
    distinct = dates.drop_nulls().unique().sort().to_physical()
    steps = distinct.diff().drop_nulls().to_numpy()
    if len(steps) < MOMENTS - 1:
        return False
    usual = float(sorted(steps)[len(steps) // 2])
    return float(((steps >= usual / 2) & (steps <= 2 * usual)).mean()) >= REGULAR


def _panel(
    time: Column, columns: Sequence[Column], rows: pl.DataFrame
) -> Column | None:
    """A column whose values each have one row at most of the moments."""
    known = time.rows - time.missing
    for entity in columns:
        coded = entity.kind in ("category", "identifier", "boolean")
        pairs = time.distinct * entity.distinct
        if coded and entity.distinct > 1 and PANEL * pairs <= known <= pairs:
            both = pl.DataFrame({name: rows[name] for name in (time.name, entity.name)})
            if both.n_unique() == len(both) and is_regular(rows[time.name]):
                return entity
    return None


def untimed_rows(column: str, untimed: int) -> tuple[str, ...]:
    """The warning about rows without a time; none where all have one."""
    if not untimed:
        return ()
    rows = count(untimed, "row")
    return (
        f"{rows} without a time in `{column}` train, as if they were the earliest.",
    )
