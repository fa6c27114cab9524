"""Columns made and rows chosen by the expressions of a task, `derive` and `where`."""

import math
from collections.abc import Iterator, Sequence

import polars as pl

from labwright.errors import TaskError
from labwright.plan.building import Building, remeasured, spelled
from labwright.plan.decisions import Decision, Value
from labwright.plan.derived import columns_of
from labwright.plan.expressions import checked
from labwright.plan.say import count, line, percent
from labwright.profile.facts import TableProfile
from labwright.task.model import Task

UNREADABLE = 0.01  # share of a column's cells that may not parse in later data


def make_columns(task: Task, building: Building) -> dict[str, Value]:
    """Make the columns of `derive`, keep the rows of `where`; the constants of made.py.

    Raises:
        TaskError: an expression cannot be used.
    """
    typed, facts = building.facts.table, building.facts
    reads: dict[str, None] = {}
    for name, text in task.derive.items():
        check_name(name, typed)
        values = checked(text, f"derive.{name}", typed)
        check_type(values, text, f"derive.{name}")
        typed = typed.with_columns(values.alias(name))
        building.raw = building.raw.with_columns(values.alias(name))
        reads |= dict.fromkeys(columns_of(text))
    kept = None
    if task.where:
        kept = chosen_rows(task.where, typed)
        reads |= dict.fromkeys(columns_of(task.where))
    used = [name for name in reads if name not in task.derive]
    check_plain(used, building)
    building.facts = remeasured(building, kept)
    building.decisions += about_made(task, building.facts, kept)
    return {
        "DERIVE": dict(task.derive),
        "WHERE": task.where or "true",
        "USED": used_columns(facts, used),
    }


def check_name(name: str, typed: pl.DataFrame) -> None:
    """A column that is made has a name of its own."""
    if name.strip() and name not in typed.columns and name != "(file)":
        return
    raise TaskError(
        "a new name for a column that is made",
        f"{name!r}, which is there already" if name.strip() else "a blank one",
        "Choose another name; `drop` leaves the old column out.",
        key="derive",
    )


def check_type(values: pl.Series, text: str, key: str) -> None:
    """A column that is made has values."""
    if values.dtype == pl.Null or values.null_count() == len(values):
        raise TaskError(
            f"values of the expression in `{key}`",
            f"{text!r}, which has none in any of {count(len(values), 'row')}",
            "Correct it.",
            key=key,
        )


def chosen_rows(where: str, typed: pl.DataFrame) -> pl.Series:
    """Which rows are in use."""
    holds = checked(where, "where", typed)
    if holds.dtype != pl.Boolean:
        raise TaskError(
            "an expression that is true or false in `where`",
            f"{where!r}, which is {holds.dtype}",
            "Compare it with a value: year >= 2011.",
            key="where",
        )
    kept = holds.fill_null(value=False)
    if not kept.any():
        raise TaskError(
            "rows for which `where` is true",
            f"none of {count(len(kept), 'row')} for {where!r}",
            "Correct it, or leave it out.",
            key="where",
        )
    return kept


def check_plain(used: Sequence[str], building: Building) -> None:
    """Expressions read numbers, dates and texts, and no list that is still text."""
    for name in used:
        raw, typed = building.raw.schema[name], building.facts.table.schema[name]
        if typed.is_nested() and raw != typed:
            raise TaskError(
                "columns of numbers, dates or texts in `derive` and `where`",
                f"`{name}`, a {building.facts.columns[name].kind}",
                "Take it out of the expression.",
                key="derive",
            )


def used_columns(facts: TableProfile, used: Sequence[str]) -> dict[str, Value]:
    """The columns that expressions read, as `tidy` takes them."""
    columns = {name: facts.columns[name] for name in used}
    types = {name: facts.table.schema[name] for name in used}
    numbers = [name for name in used if types[name] == pl.Float64]
    dates = [name for name in used if types[name] == pl.Datetime]
    lost = [columns[name].unreadable / facts.rows for name in (*numbers, *dates)]
    return {
        "numbers": numbers,
        "written": {n: mark for n in numbers if (mark := columns[n].decimal)},
        "dates": {name: columns[name].date_format or "" for name in dates},
        "texts": [name for name in used if name not in (*numbers, *dates)],
        "missing": spelled(facts),
        "max_unreadable": max(UNREADABLE, math.ceil(200 * max(lost, default=0)) / 100),
    }


def about_made(
    task: Task, facts: TableProfile, kept: pl.Series | None
) -> Iterator[Decision]:
    """The columns that are made, and the rows that are in use."""
    for name, text in task.derive.items():
        column = facts.columns[name]
        reason = f"the task file says so; a {column.kind}: {column.why}"
        if "true" in (counted := dict(column.values)):
            share = percent(counted["true"] / facts.rows)
            reason += f", true in {share} of the rows"
        yield Decision("derive", text, reason, about=name)
    if kept is not None:
        rows = int(kept.sum())
        share = percent(rows / len(kept))
        reason = f"the task file says so; {rows:,} of {len(kept):,} rows, {share}"
        yield Decision("where", task.where, reason, line("where", None))
