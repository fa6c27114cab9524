"""Columns of times, and whether rows are the moments of a series."""

from collections.abc import Sequence

import polars as pl

from labwright.plan.say import count
from labwright.plan.words import split_name
from labwright.profile.facts import Column

MOMENTS = 10  # fewest distinct times of a series, or of a split by time
SERIES = 0.95  # of the rows have a moment of their own in a series
REGULAR = 0.75  # of the steps are within half and twice the usual step
PANEL = (
    0.5  # of all pairs of entity and moment have a row where there are several series
)


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


def series_of(
    columns: Sequence[Column], rows: pl.DataFrame
) -> tuple[Column, str] | None:
    """The date of which each row is a moment, of one series or of several, and why."""
    for date in moments(columns):
        known = date.rows - date.missing
        enough = date.distinct >= MOMENTS and known >= SERIES * date.rows
        if date.kind != "date" or not enough:
            continue
        if date.distinct >= SERIES * known and is_regular(rows[date.name]):
            return date, (
                f"each row is a moment of one series: {date.distinct:,} distinct, "
                f"evenly spaced values of `{date.name}` in {count(known, 'row')}"
            )
        if entity := _panel(date, columns, rows):
            return date, (
                f"each row is a moment of one of {entity.distinct:,} series: one row "
                f"for each `{entity.name}` and `{date.name}`"
            )
    return None


def is_regular(dates: pl.Series) -> bool:
    """Whether most steps between distinct moments are about the usual one."""
    distinct = dates.drop_nulls().unique().sort().to_physical()
    steps = distinct.diff().drop_nulls().to_numpy()
    if len(steps) < MOMENTS - 1:
        return False
    usual = float(sorted(steps)[len(steps) // 2])
    return float(((steps >= usual / 2) & (steps <= 2 * usual)).mean()) >= REGULAR


def _panel(
    date: Column, columns: Sequence[Column], rows: pl.DataFrame
) -> Column | None:
    """A column whose values each have one row at most moments of the date."""
    known = date.rows - date.missing
    for entity in columns:
        coded = entity.kind in ("category", "identifier", "boolean")
        pairs = date.distinct * entity.distinct
        if coded and entity.distinct > 1 and PANEL * pairs <= known <= pairs:
            both = pl.DataFrame({name: rows[name] for name in (date.name, entity.name)})
            if both.n_unique() == len(both) and is_regular(rows[date.name]):
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
