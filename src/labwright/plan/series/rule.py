"""Whether the rows of a table are whole series, or can be brought to be."""

import re

import polars as pl

from labwright.acquire.acquired import Acquired, Metadata
from labwright.plan.say import count, line, names
from labwright.plan.series.arrangement import Arrangement, SeriesChoice, arranged
from labwright.plan.series.long import find_long
from labwright.plan.series.wide import find_wide
from labwright.profile.facts import Column, TableProfile
from labwright.task.model import Task

FEWEST_STEPS = 5  # of the longest list: labels and coordinates are shorter
NO_SERIES = re.compile(
    r"embed|vector|bbox|label|categor|token|input_ids|attention_mask"
)


def find_series(
    task: Task, table: TableProfile, acquired: Acquired
) -> SeriesChoice | None:
    """Columns of lists of numbers, numbered columns, or rows that are steps of a series.

    The table that the choice brings has one row a series.
    """
    if task.task_type == "sequence":
        return None
    asked = task.recipe == "series"
    found = (
        find_lists(task, table, acquired.metadata, asked)
        or find_wide(task, table, asked)
        or find_long(task, table, acquired.metadata)
    )
    if found is None:
        return None
    change = None if asked or found.form == "lists" else line("recipe", "table")
    return SeriesChoice(
        name="series",
        columns=tuple(found.channels),
        reason="the task file says so" if asked else found.reason,
        change=change,
        table=arranged(table, found),
        arrangement=found,
    )


def find_lists(
    task: Task, table: TableProfile, metadata: Metadata, asked: bool
) -> Arrangement | None:
    """Columns whose cells are lists of numbers, but for those that are to be predicted.

    Lists of one or a few numbers are labels or coordinates, and no series.
    """
    wanted = (task.target,) if isinstance(task.target, str) else task.target or ()
    left = {*wanted, *task.drop, metadata.target}
    found = [
        column
        for name, column in table.columns.items()
        if column.kind == "series" and name not in left
        if task.inputs is None or name in task.inputs
        if asked or is_series(column, table.table[name])
    ]
    if not found:
        return None
    said = (
        found[0].why if len(found) == 1 else count(len(found), "column") + " of lists"
    )
    return Arrangement(
        "lists",
        {column.name: (column.name,) for column in found},
        f"{names([column.name for column in found])}: {said}",
    )


def is_series(column: Column, lists: pl.Series) -> bool:
    """Whether lists are long enough, and not named after something else."""
    longest = lists.list.len().fill_null(0).to_numpy().max(initial=0)
    return longest >= FEWEST_STEPS and not NO_SERIES.search(column.name.lower())
