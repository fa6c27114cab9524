"""What each column is used as: number, category, date, text, identifier, or not at all.

First by the facts of all rows, then by what training rows say: columns that say nothing
there, or that are the target in another form, are dropped.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from labwright.acquire.acquired import Metadata
from labwright.errors import TaskError
from labwright.parts.leaks import give_aways, is_recoding
from labwright.plan.derived import give_aways_by_making
from labwright.plan.entities import is_place
from labwright.plan.say import count, line, names, percent
from labwright.plan.target import nearest
from labwright.plan.text_columns import say_nothing
from labwright.profile.facts import LISTS, Column
from labwright.task.model import Task

Use = Literal["number", "category", "date", "text", "identifier", "dropped"]
FEWEST_KNOWN = 5  # training rows with a value, below which a column says nothing
KNOWN = 0.01  # and share of them
SAME_HEAD = 32  # cells by which columns that may be equal are found
REPEATS = 0.1  # of a category's training rows have a value that enough of them share


@dataclass(frozen=True)
class Role:
    """What a column is used as, and why."""

    name: str
    use: Use
    reason: str
    warning: str | None = None

    @property
    def is_input(self) -> bool:
        """Whether the model sees it."""
        return self.use in ("number", "category", "date", "text")


def roles_by_facts(
    task: Task,
    columns: Mapping[str, Column],
    targets: Collection[str],
    metadata: Metadata,
    withheld: Collection[str],
    group: str | None,
) -> list[Role]:
    """The role of every column but the targets, by the facts of all rows.

    `withheld` are columns that the table of new rows lacks, `group` is the one by which
    rows are split into groups.

    Raises:
        TaskError: `inputs` or `drop` name a column that is absent or of no use.
    """
    _check_named(task, columns, targets)
    made = give_aways_by_making(task.derive, targets)
    return [
        _made_role(column, made[name])
        if name in made and task.inputs is None and name not in task.drop
        else _role(task, column, metadata, withheld, group)
        for name, column in columns.items()
        if name not in targets
    ]


def _made_role(column: Column, why: str) -> Role:
    """A column that is no input since the target is made of it, or it of the target."""
    use: Use = "identifier" if column.kind == "identifier" else "dropped"
    return Role(column.name, use, why)


def _check_named(
    task: Task, columns: Mapping[str, Column], targets: Collection[str]
) -> None:
    for key, asked in (("inputs", task.inputs or ()), ("drop", task.drop)):
        absent = [name for name in asked if name not in columns]
        if absent:
            near = nearest(absent[0], list(columns))
            raise TaskError(
                f"columns of the table in `{key}`",
                f"{names(absent)}, not among {count(len(columns), 'column')} to read from",
                f"Did you mean {near[0]!r}?" if near else "Correct the names.",
                key=key,
                candidates=near,
            )
        if both := [name for name in asked if name in targets]:
            raise TaskError(
                f"columns other than the target in `{key}`",
                f"{names(both)}, which is to be predicted",
                f"Take it out of `{key}`.",
                key=key,
            )


def _role(
    task: Task,
    column: Column,
    metadata: Metadata,
    withheld: Collection[str],
    group: str | None,
) -> Role:
    name = column.name
    if name in task.drop:
        return Role(name, "dropped", "the task file says so")
    if name == group:
        return Role(name, "identifier", "rows are split by it")
    if task.inputs is not None:
        return _asked(column, metadata) if name in task.inputs else _not_asked(column)
    if name in withheld:
        return Role(name, "dropped", "the table of new rows has none of it")
    if name in metadata.ignored:
        return Role(name, "dropped", "its source says to ignore it")
    if name in metadata.row_ids:
        return Role(name, "identifier", "its source says that it only numbers rows")
    if column.kind == "identifier" and not is_place(column):
        return Role(name, "identifier", column.why or "it only names rows")
    if column.kind == "constant":
        return Role(name, "dropped", column.why or "it has one value")
    if column.kind in ("path", *LISTS):
        reason = f"a {column.kind} ({column.why}) is no input of this recipe"
        return Role(name, "dropped", reason)
    return _used(column, metadata)


def _not_asked(column: Column) -> Role:
    use: Use = "identifier" if column.kind == "identifier" else "dropped"
    return Role(column.name, use, "it is not among `inputs`")


def _asked(column: Column, metadata: Metadata) -> Role:
    if column.kind in ("path", *LISTS):
        raise TaskError(
            "numbers, categories or dates in `inputs`",
            f"`{column.name}`, a {column.kind}",
            "Take it out of `inputs`.",
            key="inputs",
        )
    return _used(column, metadata)


def _used(column: Column, metadata: Metadata) -> Role:
    """An input, as what its cells are."""
    if column.kind == "date":
        doubt = None
        if column.ambiguous_date:
            doubt = (
                f"Day and month could be swapped in every cell of `{column.name}`; it "
                f"is read as {column.date_format}: correct DATES in dataloader.py if "
                "not."
            )
        return Role(column.name, "date", column.why, doubt)
    if column.kind == "text":
        return Role(column.name, "text", column.why)
    if column.whole is None:
        return Role(column.name, "category", column.why)
    if column.name in metadata.categories and column.kind != "boolean":
        return Role(column.name, "category", "its source declares it nominal")
    return Role(column.name, "number", column.why)


# ---- by training rows


def roles_by_rows(
    task: Task,
    roles: Sequence[Role],
    train: pl.DataFrame,
    targets: Sequence[str],
    min_rows: int,
) -> tuple[list[Role], list[dict[str, str | float]]]:
    """Roles again, by training rows, and columns that nearly give a target away.

    `train` are the training rows of all columns, classes as text; `min_rows` of them
    give a category's value a code of its own.
    """
    if task.inputs is not None:
        kept = [role.name for role in roles if role.is_input]
        roles = [
            replace(role, use="category")
            if role.use == "text" and say_nothing(train[role.name], min_rows)
            else role
            for role in roles
        ]
        return list(roles), give_aways(_only(train, [*kept, *targets]), list(targets))
    useless = _useless(roles, train, min_rows)
    open_names = [
        role.name for role in roles if role.is_input and role.name not in useless
    ]
    found = give_aways(_only(train, [*open_names, *targets]), list(targets))
    for finding in found:
        if is_recoding(finding):
            useless[str(finding["column"])] = _recoded(finding, targets)
    near = [finding for finding in found if not is_recoding(finding)]
    changed = [
        Role(role.name, "dropped", useless[role.name]) if role.name in useless else role
        for role in roles
    ]
    return changed, near


def _only(table: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Some columns by name, which is never a pattern."""
    return pl.DataFrame({name: table[name] for name in columns})


def _recoded(finding: dict[str, str | float], targets: Sequence[str]) -> str:
    target = names(list(targets))
    if finding["measure"] == "one-to-one":
        return f"it is {target} under other names: one-to-one on the training rows"
    return (
        f"it is {target} in another form: {finding['measure']} {finding['figure']:.4g}"
    )


def _useless(
    roles: Sequence[Role], train: pl.DataFrame, min_rows: int
) -> dict[str, str]:
    """Columns that say nothing on training rows, and why."""
    used = {r.name: r.use for r in roles if r.is_input}
    known = {name: len(train) - train[name].null_count() for name in used}
    fewest = max(FEWEST_KNOWN, KNOWN * len(train))
    useless = {}
    for name, use in used.items():
        if known[name] < fewest:
            share = percent(known[name] / max(1, len(train)))
            useless[name] = f"only {share} of the training rows have a value"
        elif known[name] == len(train) and _is_constant(train[name]):
            useless[name] = f"one value in all {len(train):,} training rows"
        elif use in RARITIES and (why := RARITIES[use](train[name], min_rows)):
            useless[name] = why
    kept = [name for name in used if name not in useless]
    return useless | _duplicates(train, kept, known)


def _is_constant(column: pl.Series) -> bool:
    return bool((column == column[0]).all())


def _rarely_repeats(column: pl.Series, min_rows: int) -> str:
    """Why a category's values are too rare to be learned, or ""."""
    rows = column.drop_nulls().unique_counts()
    share = int(rows.filter(rows >= min_rows).sum()) / int(rows.sum())
    if share >= REPEATS:
        return ""
    return (
        f"{count(len(rows), 'distinct value')}, of which those with {min_rows} "
        f"training rows or more cover {percent(share)}: too few repeats to learn from"
    )


# Why the values of a column are too rare to be learned, or "".
RARITIES = {"category": _rarely_repeats, "text": say_nothing}


def _duplicates(
    train: pl.DataFrame, columns: Sequence[str], known: Mapping[str, int]
) -> dict[str, str]:
    """Columns whose cells equal those of an earlier column."""
    first: dict[tuple[object, ...], list[str]] = {}
    found = {}
    for name in columns:
        column = train[name]
        key = (column.dtype, known[name], *column.head(SAME_HEAD))
        same = first.setdefault(key, [])
        equal = (other for other in same if column.equals(train[other]))
        if other := next(equal, None):
            found[name] = f"every cell equals that of `{other}`"
        else:
            same.append(name)
    return found


# ---- features


def calendar_of(
    dates: Sequence[str], train: pl.DataFrame, by_time: bool
) -> dict[str, list[str]]:
    """What of each date varies on training rows, as features of the part `calendar`.

    The days elapsed come last; they are left out where the year says the same. Under a
    split by time it is the year that goes: no year of the test rows is seen in
    training, while days beyond all that were seen still mean "late".
    """
    wanted = {}
    for name in dates:
        date = pl.col("date").dt
        moments = train[name].drop_nulls().unique().alias("date").to_frame()
        varies = moments.select(
            date.year().n_unique().alias("year"),
            date.month().n_unique().alias("month"),
            date.day().n_unique().alias("day"),
            date.weekday().n_unique().alias("weekday"),
            date.hour().n_unique().alias("hour"),
            date.minute().n_unique().alias("minute"),
        ).to_dicts()[0]
        features = [part for part, distinct in varies.items() if distinct > 1]
        if by_time:
            features = [part for part in features if part != "year"]
        if len(moments) > 1 and (by_time or len(moments) > varies["year"]):
            features.append("elapsed")
        taken = {f for f in features if f"{name}.{f}" in train.columns}
        wanted[name] = [feature for feature in features if feature not in taken]
    return wanted


def without_still_dates(
    roles: Sequence[Role], calendar: Mapping[str, list[str]]
) -> list[Role]:
    """Roles in which a date is dropped whose calendar has no feature that varies."""
    still = "nothing of its calendar varies on the training rows"
    return [
        Role(role.name, "dropped", still)
        if role.use == "date" and not calendar[role.name]
        else role
        for role in roles
    ]


def keep_line(role: Role, inputs: Sequence[str]) -> str | None:
    """The line of the task file that keeps a dropped column, where it is short."""
    if role.use != "dropped" or len(inputs) > 12 or "task file" in role.reason:
        return None
    return line("inputs", [*inputs, role.name])
