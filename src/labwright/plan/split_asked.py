"""The split that the task file asks for, if it is possible."""

from collections.abc import Sequence

import polars as pl

from labwright.errors import SplitError
from labwright.plan.entities import entities
from labwright.plan.moments import MOMENTS, moments, untimed_rows
from labwright.plan.say import count, line, names
from labwright.plan.split_case import FILE, Case, SplitChoice
from labwright.task.model import Split

SAID = "the task file says so"
FEWEST_GROUPS = 3  # one for each part


def asked_split(case: Case, asked: Split) -> SplitChoice:
    """The rule of the task file, with its column found where it names none.

    Raises:
        SplitError: the rule or its column is impossible.
    """
    _check_columns(case, asked)
    if asked.rule == "time":
        return _by_time(case, asked.time_column)
    if asked.rule == "group":
        return _by_group(case, asked.group_column)
    if asked.rule == "official":
        return _official(case)
    if asked.rule == "stratified" and not case.by_class:
        raise _impossible(
            "one class a row for a stratified split",
            f"{names(list(case.targets))} under {case.form}",
            f"Write {line('split', {'rule': 'random'})}.",
            ("random",),
        )
    column = case.targets[0] if asked.rule == "stratified" else None
    return SplitChoice(asked.rule, column, SAID)


def _check_columns(case: Case, asked: Split) -> None:
    known = [column.name for column in case.columns]
    for name in (asked.time_column, asked.group_column):
        if name is not None and name not in known:
            raise _impossible(
                f"the split's column {name!r} beside the target",
                f"{count(len(known), 'column')}: {names(known, 12)}",
                "Correct the name.",
                known[:20],
            )


def _by_time(case: Case, asked: str | None) -> SplitChoice:
    column = asked or next((c.name for c in moments(case.columns)), None)
    if column is None:
        raise _impossible(
            "a column of dates or years for a split by time",
            f"none among {count(len(case.columns), 'column')}",
            f"Name it: {line('split', {'rule': 'time', 'time_column': 'date'})}.",
        )
    times = case.rows[column].alias("time")
    if times.dtype == pl.String:  # as the split reads it
        times = times.cast(pl.Float64, strict=False)
    untimed = times.null_count()
    if untimed == len(times):
        raise _impossible(
            f"dates or numbers in `{column}` for a split by time",
            "neither in any row",
            "Name another column.",
            [each.name for each in moments(case.columns)],
        )
    distinct = times.n_unique()
    if distinct < MOMENTS:
        raise _impossible(
            f"at least {MOMENTS} distinct times in `{column}` for a split by time",
            count(distinct, "distinct time"),
            "Name another column, or another rule.",
        )
    found = "" if asked else f", and `{column}` holds times"
    return SplitChoice(
        "time", column, f"{SAID}{found}", None, untimed_rows(column, untimed)
    )


def _by_group(case: Case, asked: str | None) -> SplitChoice:
    column = asked or next((c.name for c in entities(case.columns)), None)
    if column is None:
        coded = [c.name for c in case.columns if c.kind in ("category", "identifier")]
        raise _impossible(
            "a column that names the groups",
            f"none among {count(len(case.columns), 'column')} that names an entity "
            "with several rows",
            f"Name it: {line('split', {'rule': 'group', 'group_column': 'user'})}.",
            coded[:20],
        )
    groups = case.rows[column].n_unique()
    if groups < FEWEST_GROUPS:
        raise _impossible(
            f"at least {FEWEST_GROUPS} groups in `{column}`, one for each part",
            count(groups, "group"),
            "Name another column, or another rule.",
        )
    found = "" if asked else f", and `{column}` names an entity"
    return SplitChoice("group", column, f"{SAID}{found}: {count(groups, 'group')}")


def _official(case: Case) -> SplitChoice:
    if len(case.parts) < 2:
        raise _impossible(
            "an official split, in files of several parts",
            count(len(case.parts), "official part"),
            f"Leave `split` out, or write {line('split', {'rule': case.by_chance})}.",
        )
    return SplitChoice("official", FILE, f"{SAID}: {', '.join(case.parts)}")


def _impossible(
    expected: str, found: str, fix: str, candidates: Sequence[str] = ()
) -> SplitError:
    return SplitError(expected, found, fix, key="split", candidates=candidates)
