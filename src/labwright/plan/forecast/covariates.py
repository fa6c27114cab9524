"""What stands beside the target: known in advance, known only of the past, or not used.

By default a covariate is unknown in the future, and only its history is read. Known in
advance are those that the task names, in known_in_advance or in its hints, and yes or no
columns whose names say so: holidays, working days, what is planned. The calendar is known
without a column.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from labwright.errors import TaskError
from labwright.plan.forecast.horizon import text_of
from labwright.plan.say import count, names
from labwright.plan.target import nearest
from labwright.plan.words import split_name, stem
from labwright.profile.facts import Column, TableProfile
from labwright.profile.names import is_row_name
from labwright.task.model import Task

Use = Literal["known", "past", "series", "time", "dropped"]
CALENDAR_NAMES = (
    *("year", "quarter", "month", "week", "weekday", "day", "hour", "minute", "season"),
    *("yr", "mnth", "hr", "dow", "doy", "weekofyear", "dayofweek", "dayofyear", "date"),
)
PLANNED = re.compile(
    r"holiday|festiv|vacation|weekend|work(?:ing)?day|business ?day|school ?day|"
    r"planned|schedul|calendar|promo|campaign|event|opening|closed|open\b",
    re.IGNORECASE,
)
KNOWN = re.compile(
    r"known (?:in advance|ahead|beforehand|for the future)|(?:in advance|ahead) known|"
    r"planned|scheduled|given in advance|future (?:values )?(?:is|are) known|"
    r"known future|available in advance",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Covariate:
    """What a column beside the target is used as, and why."""

    name: str
    use: Use
    reason: str


def choose_covariates(
    task: Task,
    table: TableProfile,
    target: str,
    time: Collection[str],
    series: Collection[str],
) -> list[Covariate]:
    """The use of every column but the target.

    Raises:
        TaskError: known_in_advance, inputs or drop name a column that is absent, or one
            in known_in_advance holds neither numbers nor yes and no.
    """
    _check_named(task, table, target)
    return [
        _choose(task, column, table, time, series)
        for name, column in table.columns.items()
        if name != target
    ]


def _check_named(task: Task, table: TableProfile, target: str) -> None:
    for key in ("known_in_advance", "inputs", "drop"):
        asked: Sequence[str] = getattr(task, key) or ()
        for name in asked:
            if name not in table.columns:
                near = nearest(name, list(table.columns))
                raise TaskError(
                    f"columns of the table in `{key}`",
                    f"{name!r}, which {count(len(table.columns), 'column')} lack",
                    f"Did you mean {near[0]!r}?" if near else "Correct the name.",
                    key=key,
                    candidates=near,
                )
            if name == target:
                raise TaskError(
                    f"columns other than the target in `{key}`",
                    f"{name!r}, which is to be predicted",
                    f"Take it out of `{key}`.",
                    key=key,
                )
    for name in task.known_in_advance or ():
        if not is_numeric(table.columns[name]):
            raise TaskError(
                "columns of numbers or of yes and no in `known_in_advance`",
                f"`{name}`, {table.columns[name].why or table.columns[name].kind}",
                "Take it out, or make a number of it with derive.",
                key="known_in_advance",
            )


def is_numeric(column: Column) -> bool:
    """Whether cells are numbers, or yes and no."""
    return column.whole is not None or column.kind == "boolean"


def _choose(
    task: Task,
    column: Column,
    table: TableProfile,
    time: Collection[str],
    series: Collection[str],
) -> Covariate:
    name = column.name
    if name in time:
        return Covariate(name, "time", "it says when a row was")
    if name in series:
        return Covariate(name, "series", "it tells the series apart")
    if name in task.drop:
        return Covariate(name, "dropped", "the task file says so")
    if task.inputs is not None and name not in task.inputs:
        return Covariate(name, "dropped", "it is not among `inputs`")
    if name in (task.known_in_advance or ()):
        return Covariate(name, "known", "the task file says so")
    if column.kind == "constant":
        return Covariate(name, "dropped", column.why or "it has one value")
    if is_row_name(name) or column.kind == "identifier":
        return Covariate(name, "dropped", "it only numbers or names rows")
    if column.kind == "date" or _tells_time(column, bool(time)):
        return Covariate(name, "dropped", "the calendar of the time says the same")
    if not is_numeric(column):
        why = f"{column.why or column.kind}: this recipe reads numbers and yes or no"
        return Covariate(name, "dropped", why)
    if series and _is_still(column, table, series):
        why = f"it does not change within a series of {names(list(series))}"
        return Covariate(name, "dropped", why)
    if task.known_in_advance is None and (said := _known(task, column)):
        return Covariate(name, "known", said)
    why = "unknown in the future, as far as the task says: only its history is read"
    return Covariate(name, "past", why)


def _tells_time(column: Column, timed: bool) -> bool:
    """Whether a column repeats what the calendar says: hour, weekday, decimal year."""
    words = split_name(column.name)
    joined = "".join(words)
    called = joined in CALENDAR_NAMES or (
        len(words) <= 2
        and all(word in (*CALENDAR_NAMES, "of", "num") for word in words)
    )
    return timed and called and column.kind != "boolean"


def _is_still(column: Column, table: TableProfile, series: Collection[str]) -> bool:
    """Whether each series has one value of the column."""
    rows = table.table
    keys = [rows[name].alias(f"k{i}") for i, name in enumerate(series)]
    frame = pl.DataFrame([*keys, rows[column.name].alias("cell")])
    many = frame.drop_nulls("cell").n_unique()
    return many <= frame.drop("cell").n_unique()


def _known(task: Task, column: Column) -> str | None:
    """Why a column is known for the steps to come; None where nothing says so."""
    words = split_name(column.name)
    for text in text_of(task):
        for sentence in re.split(r"[.;\n]", text):
            said = KNOWN.search(sentence)
            if said and _named_in(column, sentence):
                return f"the task says that it is ('{said[0]}')"
    two = column.distinct <= 2
    if two and PLANNED.search(" ".join(words) + " " + "".join(words)):
        return "yes or no, and its name speaks of what is planned or in the calendar"
    return None


def _named_in(column: Column, sentence: str) -> bool:
    """Whether a sentence has all words of a column's name, in any form."""
    said = {stem(word) for word in split_name(sentence)}
    joined = "".join(split_name(sentence))
    words = split_name(column.name)
    return {stem(word) for word in words} <= said or "".join(words) in joined
