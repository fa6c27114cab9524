"""Which rule deals rows to train, val and test.

1. explicit: `split` in the task file;
2. time: the task speaks of the future, or each row is a moment of one series (or of
   several: one row for each entity and moment);
3. group: a column that names an entity has several rows a value, or the series that
   rows are moments of settle the target;
4. stratified for classes, random for numbers and labels.

Where time and group both apply and the words do not decide, groups are kept apart: no
row of a test group was ever seen, which is the more careful of the two.
"""

import re
from collections.abc import Sequence

import polars as pl

from labwright.plan.entities import entities, is_called, rows_each
from labwright.plan.moments import Series, moments, series_of, untimed_rows
from labwright.plan.say import count, line
from labwright.plan.split_asked import asked_split
from labwright.plan.split_case import Case, SplitChoice
from labwright.plan.words import split_name
from labwright.profile.facts import Column
from labwright.profile.names import is_row_name
from labwright.task.model import Task

_SPAN = r"(?:hour|day|week|month|quarter|season|year|period)s?"
FUTURE = re.compile(
    r"\b(?:future|forecast\w*|tomorrow\w*|upcoming|in advance"
    rf"|{_SPAN} ahead"
    rf"|(?:next|coming|following|later) (?:\d+ |few |two |three )?{_SPAN})\b",
    re.IGNORECASE,
)
NEW = re.compile(
    r"\b(?:new|unseen|unknown|other|held.?out) (\w+)|\bacross (\w+)", re.IGNORECASE
)


def choose_split(case: Case) -> SplitChoice:
    """The rule by the order in the module docstring.

    Raises:
        SplitError: the rule that the task file asks for is impossible.
    """
    if case.task.split:
        return asked_split(case, case.task.split)
    own = (column for column in case.columns if column.name not in case.joined)
    groups = entities(own)
    new = _new_entity(case, groups)
    if future := FUTURE.search(_text(case.task)):
        return _future(case, future[0], new)
    if new:
        return _by_group(case, new, "the task speaks of new ones")
    series = series_of(case.columns, case.rows)
    if series and groups:
        return _by_group_over_time(groups[0], series)
    if series:
        return _by_time(case, series)
    if groups:
        return _by_group(case, groups[0], "it names an entity")
    return _by_chance(case)


# ---- what the words say


def _text(task: Task) -> str:
    hints = task.preprocessing_hints
    texts = [
        task.output_description,
        task.description,
        task.input_description,
        " ".join(split_name(task.name)),
        *([hints] if isinstance(hints, str) else hints),
    ]
    return " . ".join(texts)


def _new_entity(case: Case, groups: Sequence[Column]) -> Column | None:
    """The entity of which the task says that new ones will come."""
    words = [word for pair in NEW.findall(_text(case.task)) for word in pair if word]
    repeated = [
        column
        for column in case.columns
        if column.kind in ("category", "identifier")
        and 3 <= column.distinct <= (column.rows - column.missing) / 2
    ]
    called = [column for column in (*groups, *repeated) if is_called(column, words)]
    return called[0] if called else None


def _future(case: Case, said: str, new: Column | None) -> SplitChoice:
    times = moments(case.columns)
    says = f"the task speaks of the future ('{said}')"
    if new:
        reason = (
            f"{says} and of new values of `{new.name}`: groups are the more careful"
        )
        return SplitChoice("group", new.name, reason, _otherwise(case))
    if times:
        latest = (
            f"the latest of {count(times[0].distinct, 'value')} of `{times[0].name}`"
        )
        reason = f"{says}: {latest} judge"
        untimed = untimed_rows(times[0].name, times[0].missing)
        otherwise = _line(case.by_chance)
        return SplitChoice("time", times[0].name, reason, otherwise, untimed)
    chance = _by_chance(case)
    doubt = (
        f"The task speaks of the future ('{said}'), but no column holds dates or "
        "years: rows are dealt by chance, which may flatter the result."
    )
    return SplitChoice(
        chance.rule, chance.column, chance.reason, chance.change, (doubt,)
    )


# ---- what the columns say


def _by_group(case: Case, column: Column, why: str) -> SplitChoice:
    reason = (
        f"`{column.name}` has {rows_each(column)}, and {why}: no value is in two parts"
    )
    return SplitChoice("group", column.name, reason, _otherwise(case))


def _by_time(case: Case, series: Series) -> SplitChoice:
    time, entity = series.time, series.entity
    if entity and _is_settled(case, entity):
        why = f"`{case.targets[0]}` is the same in all rows of each"
        return _by_group(case, entity, why)
    doubts = untimed_rows(time.name, time.missing)
    others = {column.name for column in case.columns if not is_row_name(column.name)}
    if case.form == "regression" and others == {time.name}:
        ahead = line("horizon", 12)
        alone = f"`{time.name}` alone describes a row; {ahead} forecasts the next ones."
        doubts = (*doubts, alone)
    return SplitChoice("time", time.name, series.why, _line(case.by_chance), doubts)


def _is_settled(case: Case, entity: Column) -> bool:
    """Whether who a row is about settles the target, which several of them share."""
    target = case.rows[case.targets[0]]
    pairs = pl.DataFrame({"who": case.rows[entity.name], "what": target})
    return 2 * target.n_unique() <= pairs.n_unique() == entity.distinct


def _by_group_over_time(group: Column, series: Series) -> SplitChoice:
    later = _line("time", series.time.name)
    careful = "groups kept apart are the more careful"
    return SplitChoice(
        "group",
        group.name,
        f"`{group.name}` has {rows_each(group)}; {series.why}, but {careful}",
        later,
        (f"Both time and groups fit; {later} judges by later moments instead.",),
    )


def _by_chance(case: Case) -> SplitChoice:
    notes, otherwise = ["no column names an entity or makes a series"], None
    if dates := [column for column in moments(case.columns) if column.kind == "date"]:
        distinct = count(dates[0].distinct, "distinct value")
        rows = count(dates[0].rows, "row")
        notes.append(f"`{dates[0].name}` has {distinct} in {rows}")
        otherwise = _line("time", dates[0].name)
    if len(case.parts) > 1:
        notes.append(f"the source's own split ({', '.join(case.parts)}) is set aside")
        otherwise = _line("official")
    if case.by_class:
        notes.insert(0, "every class has the same share in each part")
        return SplitChoice("stratified", case.targets[0], "; ".join(notes), otherwise)
    return SplitChoice("random", None, "; ".join(notes), otherwise)


def _otherwise(case: Case) -> str:
    """The line that splits by time where there are times, else by chance."""
    times = moments(case.columns)
    return _line("time", times[0].name) if times else _line("random")


def _line(rule: str, time_column: str | None = None) -> str:
    more = {"time_column": time_column} if time_column else {}
    return line("split", {"rule": rule} | more)
