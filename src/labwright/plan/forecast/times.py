"""Which columns say when a row was, and which tell several series apart.

Time: the column that the task names; a date, with a column of hours where each date has
several rows; columns of year, month and day; a counter that is called after time; else
the order of the rows. Series: none where each moment has one row; else the fewest columns
of names under which it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from labwright.errors import TaskError
from labwright.parts import moments as moments_part
from labwright.plan.entities import is_place
from labwright.plan.forecast.horizon import text_of
from labwright.plan.say import count, line, names
from labwright.plan.words import split_name, stem
from labwright.profile.facts import Column, TableProfile
from labwright.profile.names import TIME_WORDS, is_row_name
from labwright.task.model import Task

UNIQUE = 0.95  # of the rows have a moment of their own in their series
PARTS = {  # what a column of numbers may be called and hold
    "year": (("year", "yr", "yyyy"), 1500, 2300),
    "quarter": (("quarter", "qtr"), 1, 4),
    "month": (("month", "mon", "mnth", "mm"), 1, 12),
    "day": (("day", "mday", "dd"), 1, 31),
    "hour": (("hour", "hr", "hh"), 0, 23),
    "minute": (("minute", "min"), 0, 59),
}
FEWEST_ROWS = 20  # of a series, on average: fewer are no series to forecast
BEYOND_COUNTING = 2**53  # where not every whole number is a float


@dataclass(frozen=True)
class Timing:
    """When rows were.

    Attributes:
        columns: Names by what they hold, the recipe's TIME.
        how: Name of the part that reads them: "moment_of_date" …
        reason: Why.
        series: Columns that tell series apart.
        series_reason: Why.
        moments: Of each row, float64 (N,), null where none is given.
    """

    columns: dict[str, str]
    how: str
    reason: str
    series: tuple[str, ...]
    series_reason: str
    moments: pl.Series

    @property
    def dated(self) -> bool:
        """Whether moments are seconds since 1970."""
        return self.how in ("moment_of_date", "moment_of_parts")


def find_timing(task: Task, table: TableProfile, target: str) -> Timing:
    """Time and series of a table.

    Raises:
        TaskError: the column that the task names for the time holds none.
    """
    columns = [c for c in table.columns.values() if c.name != target]
    asked = task.split.time_column if task.split else None
    candidates = list(_candidates(columns, asked, table))
    if asked is not None and not candidates:
        raise TaskError(
            "a column of dates, years or counts as the time",
            f"{asked!r}, which holds none or is absent",
            f"Name another: {line('split', {'rule': 'time', 'time_column': 'date'})}.",
            key="split",
        )
    read = [
        (time, how, why, _moments(table.table, time, how))
        for time, how, why in candidates
    ]
    for time, how, why, moments in read:
        used = set(time.values())
        others = [column for column in columns if column.name not in used]
        found = find_series(task, others, moments, table.table)
        if found is not None:
            return Timing(time, how, why, *found, moments)
    by_order = _series_in_order(task, columns, table)
    moments = _moments(table.table, {}, "moment_of_place", list(by_order[0]))
    why = "no column says when a row was: rows follow each other evenly, in their order"
    return Timing({}, "moment_of_place", why, *by_order, moments)


def _moments(
    table: pl.DataFrame, time: dict[str, str], how: str, series: Sequence[str] = ()
) -> pl.Series:
    moments: pl.Series = getattr(moments_part, how)(table, time, list(series))
    return moments


# ---- time


def _candidates(
    columns: Sequence[Column], asked: str | None, table: TableProfile
) -> Sequence[tuple[dict[str, str], str, str]]:
    """Ways to read the time, the likeliest first."""
    found: list[tuple[dict[str, str], str, str]] = []
    if asked is not None:
        columns = [column for column in columns if column.name == asked]
    parts = {unit: name for unit in PARTS if (name := _part(unit, columns))}
    dates = [column for column in columns if column.kind == "date"]
    for date in sorted(dates, key=lambda column: -column.distinct):
        why = f"`{date.name}` has {count(date.distinct, 'date')}"
        found.append(({"date": date.name}, "moment_of_date", why))
        within = {unit: parts[unit] for unit in ("hour", "minute") if unit in parts}
        if within and date.distinct < date.rows:
            both = {"date": date.name} | within
            why = f"{names(list(both.values()))} together say when a row was"
            found.append((both, "moment_of_date", why))
    if "year" in parts:
        said = names(list(parts.values()))
        found.append((parts, "moment_of_parts", f"{said} say when a row was"))
    counters = [column for column in columns if _counts(column, asked)]
    for column in sorted(counters, key=lambda column: -column.distinct):
        why = f"`{column.name}` counts the time: {count(column.distinct, 'value')}"
        found.append(({"number": column.name}, "moment_of_number", why))
    return found


def _part(unit: str, columns: Sequence[Column]) -> str | None:
    """The column that holds years, months … by its name and its values."""
    called, low, high = PARTS[unit]
    for column in columns:
        whole = column.whole and isinstance(column.low, int | float)
        if whole and split_name(column.name)[-1:] and column.missing == 0:
            said = bool(set(called) & set(split_name(column.name)))
            if (
                said
                and low <= float(column.low or 0) <= float(column.high or 0) <= high
            ):
                return column.name
    return None


def _counts(column: Column, asked: str | None) -> bool:
    """Whether a column of numbers counts the time."""
    if column.whole is None or column.kind == "date":
        return False
    if (
        max(abs(float(column.low or 0)), abs(float(column.high or 0)))
        >= BEYOND_COUNTING
    ):
        return False
    words = set(split_name(column.name))
    named = bool(words & {*TIME_WORDS, "date", "ds"}) or is_row_name(column.name)
    return (named or asked == column.name) and column.distinct >= FEWEST_ROWS


# ---- series


def find_series(
    task: Task, columns: Sequence[Column], moments: pl.Series, table: pl.DataFrame
) -> tuple[tuple[str, ...], str] | None:
    """Columns under which each moment has one row, and why; None where none do."""
    rows = len(moments) - moments.null_count()
    asked = task.split.group_column if task.split else None
    if asked in table.columns:
        return (str(asked),), "the task file says so"
    said = _said_each(task, [column for column in columns if _names(column)])
    if said is not None:
        return (said.name,), f"the task speaks of each `{said.name}`"
    if moments.n_unique() >= UNIQUE * rows:
        return (), "each moment has one row: one series"
    likely = sorted(
        (column for column in columns if _names(column)),
        key=lambda c: (not _said_each(task, [c]), not is_place(c), c.distinct),
    )[:12]
    for size in (1, 2):
        for chosen in combinations(likely, size):
            keys = [column.name for column in chosen]
            cells = [table[k].alias(f"k{i}") for i, k in enumerate(keys)]
            seen = pl.DataFrame([moments.alias("moment"), *cells])
            if seen.n_unique() >= UNIQUE * rows and _long(seen, rows):
                series = seen.drop("moment").n_unique()
                why = f"{count(series, 'value')} of {names(keys)}"
                return tuple(keys), f"each moment has one row for each of {why}"
    return None


def _names(column: Column) -> bool:
    """Whether a column may name series: it has several values, each with many rows."""
    many = 1 < column.distinct <= (column.rows - column.missing) / 2
    coded = column.kind in ("category", "identifier", "boolean", "text")
    return many and (coded or bool(column.whole))


def _long(seen: pl.DataFrame, rows: int) -> bool:
    return rows >= FEWEST_ROWS * seen.drop("moment").n_unique()


def _said_each(task: Task, columns: Sequence[Column]) -> Column | None:
    """The column of which the task says "each": "the sales of each city"."""
    for column in columns:
        if column.kind not in ("category", "identifier"):
            continue
        said = {stem(word) for word in split_name(column.name)}
        for text in text_of(task):
            words = list(split_name(text))
            for i, word in enumerate(words[:-1]):
                if word in ("each", "every", "per") and stem(words[i + 1]) in said:
                    return column
    return None


def _series_in_order(
    task: Task, columns: Sequence[Column], table: TableProfile
) -> tuple[tuple[str, ...], str]:
    """Series of rows that follow each other: by what the task says "each" of."""
    asked = task.split.group_column if task.split else None
    if asked in table.columns:
        return (str(asked),), "the task file says so"
    said = _said_each(task, [c for c in columns if _names(c)])
    if said is not None:
        return (said.name,), f"the task speaks of each `{said.name}`"
    return (), "nothing tells several series apart: one series"
