"""Which rule deals rows to train, val and test.

1. explicit: `split` in the task file;
2. time: the task speaks of the future, or each row is a moment of one series (or of
   several: one row for each entity and moment);
3. group: a column that names an entity has several rows a value;
4. stratified for classes, random for numbers and labels.

Where time and group both apply and the words do not decide, groups are kept apart: no row
of a test group was ever seen, which is the more careful of the two.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from labwright.errors import SplitError
from labwright.plan.entities import entities, is_called, rows_each
from labwright.plan.say import count, line, names
from labwright.plan.task_type import Form
from labwright.plan.words import split_name
from labwright.profile.facts import Column
from labwright.task.model import SplitRule, Task

FUTURE = re.compile(
    r"\b(future|forecast\w*|tomorrow\w*|upcoming|in advance|(hours?|days?|weeks?|months?|years?)"
    r" ahead|(next|coming|following|later) (\d+ |few |two |three )?(hour|day|week|month|quarter|"
    r"season|year|period)s?)\b",
    re.IGNORECASE,
)
NEW = re.compile(
    r"\b(?:new|unseen|unknown|other|held.?out) (\w+)|\bacross (\w+)", re.IGNORECASE
)
SERIES = 0.95  # of the rows have a moment of their own in a series
REGULAR = 0.75  # of the steps are within half and twice the usual step
PANEL = 0.5  # of all pairs of entity and moment have a row in a panel
MOMENTS = 10  # fewest of a series
FILE = "(file)"  # the column that says which file a row came from


@dataclass(frozen=True)
class SplitChoice:
    """A split rule, the column that it looks at, and why."""

    rule: SplitRule
    column: str | None
    reason: str
    change: str | None = None
    warnings: tuple[str, ...] = ()


def choose_split(
    task: Task,
    columns: Mapping[str, Column],
    rows: pl.DataFrame,
    targets: Sequence[str],
    form: Form,
    official: Mapping[str, str],
) -> SplitChoice:
    """The rule by the order in the module docstring.

    Args:
        columns: Facts of every column.
        rows: Rows that have a target.
        official: Part that the source gives each of the table's files.

    Raises:
        SplitError: the rule asked for is impossible.
    """
    open_columns = [c for name, c in columns.items() if name not in targets]
    if task.split:
        return _explicit(task, open_columns, rows, targets, form, official)
    dates = [c for c in open_columns if c.kind == "date"]
    groups = entities(open_columns)
    future = FUTURE.search(_text(task))
    new = _new_entity(task, open_columns, groups)
    if new and not future:
        return _group(new, "the task speaks of new ones", dates)
    if future:
        return _future(future[0], dates, open_columns, new, targets, form)
    series = next((why for c in dates if (why := _series(c, rows, open_columns))), None)
    if series and groups:
        return _both(series, groups[0])
    if series:
        column, reason = series
        otherwise = line("split", _alternative(form))
        return SplitChoice("time", column.name, reason, otherwise)
    if groups:
        return _group(groups[0], "it names an entity", dates)
    return _by_chance(targets, form, dates, official)


# ---- asked for


def _explicit(
    task: Task,
    columns: Sequence[Column],
    rows: pl.DataFrame,
    targets: Sequence[str],
    form: Form,
    official: Mapping[str, str],
) -> SplitChoice:
    assert task.split is not None
    rule, said = task.split.rule, "the task file says so"
    named = {column.name for column in columns}
    for asked in (task.split.time_column, task.split.group_column):
        if asked is not None and asked not in named:
            raise SplitError(
                f"the split's column {asked!r} beside the target",
                f"{count(len(named), 'column')}: {names(sorted(named), 12)}",
                "Correct the name.",
                key="split",
                candidates=sorted(named)[:20],
            )
    if rule == "time":
        return _asked_time(task.split.time_column, columns, rows, said)
    if rule == "group":
        return _asked_group(task.split.group_column, columns, rows, said)
    if rule == "official":
        if len(set(official.values())) < 2:
            raise SplitError(
                "an official split, in files of several parts",
                f"{count(len(set(official.values())), 'official part')}",
                f"Leave `split` out, or write {line('split', _alternative(form))}.",
                key="split",
            )
        return SplitChoice("official", FILE, said)
    if rule == "stratified" and form in ("regression", "multilabel"):
        raise SplitError(
            "one class a row for a stratified split",
            f"{names(list(targets))} under {form}",
            f"Write {line('split', {'rule': 'random'})}.",
            key="split",
            candidates=("random",),
        )
    return SplitChoice(rule, targets[0] if rule == "stratified" else None, said)


def _asked_time(
    asked: str | None, columns: Sequence[Column], rows: pl.DataFrame, said: str
) -> SplitChoice:
    column = asked or next((c.name for c in _moments(columns)), None)
    if column is None:
        raise SplitError(
            "a column of dates or years for a split by time",
            f"none among {count(len(columns), 'column')}",
            f"Name it: {line('split', {'rule': 'time', 'time_column': 'date'})}.",
            key="split",
        )
    distinct = rows[column].n_unique()
    if distinct < MOMENTS:
        raise SplitError(
            f"at least {MOMENTS} distinct times in `{column}` for a split by time",
            count(distinct, "distinct time"),
            "Name another column, or another rule.",
            key="split",
        )
    reason = said if asked else f"{said}, and `{column}` is the column of dates"
    return SplitChoice("time", column, reason)


def _asked_group(
    asked: str | None, columns: Sequence[Column], rows: pl.DataFrame, said: str
) -> SplitChoice:
    found = entities(columns)
    if asked is None and not found:
        raise SplitError(
            "a column that names the groups",
            f"none among {count(len(columns), 'column')} that names an entity with "
            "several rows",
            f"Name it: {line('split', {'rule': 'group', 'group_column': 'user'})}.",
            key="split",
            candidates=[
                c.name for c in columns if c.kind in ("category", "identifier")
            ][:20],
        )
    column = asked or found[0].name
    groups = rows[column].n_unique()
    if groups < 3:
        raise SplitError(
            f"at least 3 groups in `{column}`, one for each part",
            count(groups, "group"),
            "Name another column, or another rule.",
            key="split",
        )
    reason = said if asked else f"{said}, and `{column}` names an entity"
    return SplitChoice("group", column, f"{reason}: {count(groups, 'group')}")


# ---- detectors


def _text(task: Task) -> str:
    hints = task.preprocessing_hints
    return " . ".join(
        [
            task.output_description,
            task.description,
            task.input_description,
            " ".join(split_name(task.name)),
            hints if isinstance(hints, str) else " . ".join(hints),
        ]
    )


def _new_entity(
    task: Task, columns: Sequence[Column], groups: Sequence[Column]
) -> Column | None:
    """The entity of which the task says that new ones will come."""
    words = [a or b for a, b in NEW.findall(_text(task))]
    if not words:
        return None
    repeated = [
        c
        for c in columns
        if c.kind in ("category", "identifier")
        and 3 <= c.distinct <= (c.rows - c.missing) / 2
    ]
    called = [c for c in (*groups, *repeated) if is_called(c, words)]
    return called[0] if called else None


def _moments(columns: Sequence[Column]) -> list[Column]:
    """Columns of times, those with the most distinct ones first; years count last."""
    dates = [c for c in columns if c.kind == "date"]
    years = [
        c
        for c in columns
        if c.whole
        and {"year", "yr"} & set(split_name(c.name))
        and c.distinct >= MOMENTS
    ]
    return sorted(dates, key=lambda c: -c.distinct) + years


def _series(
    date: Column, rows: pl.DataFrame, columns: Sequence[Column]
) -> tuple[Column, str] | None:
    """Why each row is a moment of one series, or of several, by this date; or None."""
    known = date.rows - date.missing
    if date.distinct < MOMENTS or known < SERIES * date.rows:
        return None
    if date.distinct >= SERIES * known and _is_regular(rows[date.name]):
        return date, (
            f"each row is a moment of one series: {date.distinct:,} distinct, evenly "
            f"spaced values of `{date.name}` in {count(known, 'row')}"
        )
    for entity in columns:
        coded = entity.kind in ("category", "identifier", "boolean")
        pairs = date.distinct * entity.distinct
        if coded and entity.distinct > 1 and PANEL * pairs <= known <= pairs:
            both = pl.DataFrame([rows[date.name], rows[entity.name]])
            if both.n_unique() == len(both) and _is_regular(rows[date.name]):
                return date, (
                    f"each row is a moment of one of {entity.distinct:,} series: one row "
                    f"for each `{entity.name}` and `{date.name}`"
                )
    return None


def _is_regular(dates: pl.Series) -> bool:
    """Whether most steps between distinct moments are about the usual one."""
    moments = dates.drop_nulls().unique().sort().to_physical()
    steps = moments.diff().drop_nulls().to_numpy()
    if len(steps) < MOMENTS - 1:
        return False
    usual = float(sorted(steps)[len(steps) // 2])
    return float(((steps >= usual / 2) & (steps <= 2 * usual)).mean()) >= REGULAR


# ---- choices


def _alternative(form: Form) -> dict[str, str]:
    return {"rule": "stratified" if form in ("binary", "multiclass") else "random"}


def _group(column: Column, why: str, dates: Sequence[Column]) -> SplitChoice:
    otherwise = {"rule": "random"}
    if dates:
        otherwise = {"rule": "time", "time_column": dates[0].name}
    return SplitChoice(
        "group",
        column.name,
        f"`{column.name}` has {rows_each(column)}, and {why}: no value is in two parts",
        line("split", otherwise),
    )


def _future(
    said: str,
    dates: Sequence[Column],
    columns: Sequence[Column],
    new: Column | None,
    targets: Sequence[str],
    form: Form,
) -> SplitChoice:
    moments = _moments(columns)
    if new:
        time = {"rule": "time", "time_column": moments[0].name} if moments else None
        return SplitChoice(
            "group",
            new.name,
            f"the task speaks of the future ('{said}') and of new values of `{new.name}`; "
            "groups kept apart are the more careful",
            line("split", time or {"rule": "random"}),
        )
    if not moments:
        chance = _by_chance(targets, form, dates, {})
        return SplitChoice(
            chance.rule,
            chance.column,
            chance.reason,
            chance.change,
            (
                f"The task speaks of the future ('{said}'), but no column holds dates or "
                "years: rows are dealt by chance, which may flatter the result.",
            ),
        )
    return SplitChoice(
        "time",
        moments[0].name,
        f"the task speaks of the future ('{said}'): the latest of "
        f"{count(moments[0].distinct, 'distinct value')} of `{moments[0].name}` judge",
        line("split", _alternative(form)),
    )


def _both(series: tuple[Column, str], group: Column) -> SplitChoice:
    date, why = series
    time = line("split", {"rule": "time", "time_column": date.name})
    return SplitChoice(
        "group",
        group.name,
        f"`{group.name}` has {rows_each(group)}; {why}, but groups kept apart are the more "
        "careful",
        time,
        (
            f"Both time and groups fit these data; {time} predicts later moments instead.",
        ),
    )


def _by_chance(
    targets: Sequence[str],
    form: Form,
    dates: Sequence[Column],
    official: Mapping[str, str],
) -> SplitChoice:
    notes, otherwise = [], None
    if dates:
        date = dates[0]
        notes.append(
            f"`{date.name}` has {count(date.distinct, 'distinct value')} in "
            f"{count(date.rows, 'row')} and makes no series"
        )
        otherwise = line("split", {"rule": "time", "time_column": date.name})
    if len(set(official.values())) > 1:
        parts = ", ".join(sorted(set(official.values())))
        notes.append(f"the source's own split ({parts}) is set aside")
        otherwise = line("split", {"rule": "official"})
    if form in ("binary", "multiclass"):
        says = "every class has the same share in each part; no time or group was found"
        reason = "; ".join([says, *notes])
        return SplitChoice("stratified", targets[0], reason, otherwise)
    says = "rows are independent as far as the columns tell: no time or group was found"
    return SplitChoice("random", None, "; ".join([says, *notes]), otherwise)
