"""Long tables: each row is a step, and several columns are the same for all of a series."""

import polars as pl

from labwright.acquire.acquired import Metadata
from labwright.errors import NoTargetError, SeveralTargetsError
from labwright.plan.entities import entities
from labwright.plan.say import count, names
from labwright.plan.series.arrangement import Arrangement
from labwright.plan.target import find_target
from labwright.plan.words import split_name, word_set
from labwright.profile.facts import Column, TableProfile
from labwright.profile.names import is_id_name
from labwright.task.model import Task

FEWEST_SERIES = 20
STEPS_EACH = 5  # rows of a series, on average
TIME_WORDS = word_set(
    "time t step timestep timestamp ts date datetime day hour minute second seconds frame "
    "sample index idx order tick cycle cycles position visit elapsed ms"
)
SERIES_WORDS = word_set(
    "series id sequence trial recording segment window episode experiment run measurement "
    "unit engine case stream track gesture signal curve"
)


def find_long(
    task: Task, table: TableProfile, metadata: Metadata
) -> Arrangement | None:
    """A column that names series, within which the target never changes and time rises.

    The series are those of the fewest that time tells apart: no step comes twice.
    """
    try:
        target = find_target(task, table, metadata).columns
    except (NoTargetError, SeveralTargetsError):
        return None
    others = [c for name, c in table.columns.items() if name not in target]
    times = [c for c in others if _is_time(c)]
    for series in _named_series(others):
        if not _same_within(table.table, series.name, target):
            continue
        for time in times:
            if time is series or not _tells_apart(table.table, series.name, time.name):
                continue
            values = [
                c.name
                for c in others
                if c.kind == "number" and c not in (series, time)
                if not _same_within(table.table, series.name, (c.name,))
            ]
            if values:
                return _found(table, series, time, values, target)
    return None


def _found(
    table: TableProfile,
    series: Column,
    time: Column,
    values: list[str],
    target: tuple[str, ...],
) -> Arrangement:
    each = (series.rows - series.missing) / series.distinct
    return Arrangement(
        "long",
        {name: (name,) for name in values},
        f"{names(list(target))} is the same in all rows of one `{series.name}`: "
        f"{count(series.distinct, 'series', 'series')} of {each:.3g} steps on average, "
        f"in the order of `{time.name}`",
        (series.name, time.name),
        source=table,
    )


def _named_series(columns: list[Column]) -> list[Column]:
    """Columns that may name series, the one with the fewest first."""
    repeated = {column.name for column in entities(columns)}
    found = [
        column
        for column in columns
        if column.distinct >= FEWEST_SERIES
        and column.rows - column.missing >= STEPS_EACH * column.distinct
        and column.kind in ("identifier", "category", "number")
        and column.whole is not False
        and (
            column.name in repeated
            or is_id_name(column.name)
            or SERIES_WORDS & set(split_name(column.name))
        )
    ]
    return sorted(found, key=lambda column: column.distinct)


def _is_time(column: Column) -> bool:
    if column.kind == "date":
        return True
    said = TIME_WORDS & set(split_name(column.name))
    return bool(said) and column.whole is not None


def _same_within(rows: pl.DataFrame, series: str, columns: tuple[str, ...]) -> bool:
    """Whether columns have one value in all rows of each series."""
    key = rows[series].alias("series")
    cells = [rows[name].alias(f"{i}") for i, name in enumerate(columns)]
    distinct = (
        pl.DataFrame([key, *cells])
        .drop_nulls()
        .group_by("series")
        .agg(pl.exclude("series").n_unique())
    )
    counted = distinct.drop("series")
    return all((column == 1).all() for column in counted)


def _tells_apart(rows: pl.DataFrame, series: str, time: str) -> bool:
    """Whether no series has two rows at one time."""
    pairs = pl.DataFrame([rows[series].alias("series"), rows[time].alias("time")])
    return not pairs.drop_nulls("series").is_duplicated().any()
