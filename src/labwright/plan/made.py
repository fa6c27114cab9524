"""The one table that everything is decided on: sources joined, columns made, rows chosen.

Each step is measured on the rows as they were read, by the parts that the experiment
calls, so that what is planned on is what it will load.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any

import polars as pl

from labwright.acquire.acquired import Acquired
from labwright.errors import TaskError
from labwright.parts.join import beside
from labwright.plan.decisions import Decision, PartName, Plan, Value
from labwright.plan.derived import columns_of
from labwright.plan.expressions import checked
from labwright.plan.joining import (
    Joining,
    choose_joining,
    not_clear,
    path_of,
    source_of,
)
from labwright.plan.keys import REPEATED, Pair
from labwright.plan.say import count, line, names, percent
from labwright.plan.tables import Choice, is_form
from labwright.profile.facts import Column, Profile, TableProfile
from labwright.profile.measure import measure
from labwright.profile.tables import read_again
from labwright.task.model import Join, Task

UNREADABLE = 0.01  # share of a column's cells that may not parse in later data
MATCHED = 0.9  # of the share of rows that match now, at least, in later data
FINDERS = {
    "left": "find_equal",
    "inner": "find_equal",
    "nearest_earlier": "find_earlier",
}


@dataclass(frozen=True)
class Made:
    """The table, and what an experiment needs beyond one table of one place.

    Attributes:
        table: Facts of it; its files are those of the table that holds the target.
        decisions: About sources, joins, columns made and rows chosen.
        constants: Of the files in `folders`.
        replaced: Names of parts that those files do not call.
        folders: Of recipes whose files take the place of others.
    """

    table: TableProfile
    decisions: tuple[Decision, ...] = ()
    warnings: tuple[str, ...] = ()
    constants: dict[str, Value] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()
    folders: tuple[str, ...] = ()


@dataclass
class Building:
    """The rows while they are put together.

    Attributes:
        raw: As they were read.
        facts: Of `raw`.
        files: For each row the number of the file it came from.
    """

    raw: pl.DataFrame
    facts: TableProfile
    files: pl.Series
    joins: list[dict[str, Value]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def keep(self, rows: pl.Series) -> None:
        """Leave out the rows where `rows` is False."""
        self.raw, self.files = self.raw.filter(rows), self.files.filter(rows)


def make_table(task: Task, profile: Profile, choice: Choice) -> Made:
    """The table that holds the target, with all that the task's other words add to it.

    Raises:
        JoinError: a source has no clear key to it.
        TaskError: `join`, `derive` or `where` is impossible on these data.
    """
    acquired = profile.acquired
    sides = sides_of(task, profile, choice)
    wanted = bool(sides or task.derive or task.where)
    building = started(acquired, choice.table, wanted)
    building.decisions += about_sources(profile, choice, task)
    if sides:
        join_sides(task, building, sides, acquired)
    constants: dict[str, Value] = {}
    if task.derive or task.where:
        constants |= make_columns(task, building)
    constants |= join_constants(building, choice) | place_constants(acquired)
    return Made(
        table=building.facts,
        decisions=tuple(building.decisions),
        warnings=tuple(building.warnings),
        constants=constants,
        replaced=frozenset(replaced(constants)),
        folders=tuple(folders(constants)),
    )


def started(acquired: Acquired, table: TableProfile, wanted: bool) -> Building:
    """The rows of the table with the target; they are read again only where needed."""
    raw = read_again(acquired, table.files) if wanted else table.table
    numbers = [[i] * rows for i, rows in enumerate(table.file_rows)]
    files = pl.Series([i for same in numbers for i in same], dtype=pl.UInt32)
    return Building(raw, table, files)


def remeasured(building: Building, kept: pl.Series | None = None) -> TableProfile:
    """Facts of the rows as they are now; of those `kept`, where not all are."""
    before = building.facts
    facts = measure(building.raw, before.files, kept)
    files = building.files if kept is None else building.files.filter(kept)
    rows = tuple(int((files == i).sum()) for i in range(len(before.files)))
    return replace(
        facts, file_rows=rows, repeats=before.repeats, mirrors=before.mirrors
    )


def with_made(plan: Plan, made: Made) -> Plan:
    """The plan of a recipe, with what its table needs.

    Raises:
        TaskError: the recipe reads its data in a way of its own.
    """
    recipe = resources.files("labwright.recipes").joinpath(plan.recipe)
    own = [name for name in ("raw.py", "fetch.py") if recipe.joinpath(name).is_file()]
    if made.folders and own:
        raise TaskError(
            f"one table of one place for the recipe {plan.recipe}",
            "sources to join, or columns to make",
            'Leave out `derive`, `where` and the other sources, or write "recipe": '
            '"table".',
            key="recipe",
        )
    first = [d for d in plan.decisions if d.subject in ("recipe", "table")]
    rest = [d for d in plan.decisions if d.subject not in ("recipe", "table")]
    return replace(
        plan,
        decisions=(*first, *made.decisions, *rest),
        constants=plan.constants | made.constants,
        names={k: v for k, v in plan.names.items() if k not in made.replaced},
        warnings=(*made.warnings, *plan.warnings),
        folders=made.folders,
    )


# ---- sources


def sides_of(task: Task, profile: Profile, choice: Choice) -> list[TableProfile]:
    """Tables of other sources, which are neither new rows nor forms to fill in."""
    if len(task.data_sources) == 1:
        return []
    base = {file.source for file in choice.table.files}
    return [
        table
        for table in profile.tables
        if not base & {file.source for file in table.files}
        and path_of(table) not in choice.predicts
        and table.files[0].reader != "read_folder"
        and not is_form(table)
    ]


def about_sources(profile: Profile, choice: Choice, task: Task) -> Iterator[Decision]:
    """What the sources are to each other, where there is more than one file of a kind."""
    says = []
    for table in profile.tables:
        stacked = [file.path for file in table.files]
        if table.repeats:
            rows = count(table.repeats, "row")
            says.append(f"{rows} of {names(stacked)} repeat rows of an earlier file")
        for mirror, kept in table.mirrors:
            says.append(f"`{mirror}` has the rows of `{kept}`: a mirror, not stacked")
    if len(task.data_sources) > 1 or says:
        base = {file.source for file in choice.table.files}
        listed = [source.identifier for source in task.data_sources]
        holds = " and ".join(f"`{listed[n]}`" for n in sorted(base))
        says.insert(0, f"{holds} {'hold' if len(base) > 1 else 'holds'} the target")
        yield Decision("sources", listed, "; ".join(says))


# ---- joins


def join_sides(
    task: Task, building: Building, sides: Sequence[TableProfile], acquired: Acquired
) -> None:
    """Join one table after the other; one may need the columns of another.

    Raises:
        JoinError: no table of a source has a clear key.
    """
    pending, done = list(sides), set[int]()
    while pending:
        for side in pending:
            asked = asked_of(task, side, building.facts, len({*map(source_of, sides)}))
            joining = choose_joining(task, building.facts, side, asked)
            if joining:
                join_side(building, side, joining, acquired)
                pending.remove(side)
                done.add(source_of(side))
                break
        else:
            lost = [side for side in pending if source_of(side) not in done]
            if lost:
                number = source_of(lost[0])
                of_source = [side for side in lost if source_of(side) == number]
                raise not_clear(task, building.facts, of_source)
            return  # other tables of sources that were joined


def asked_of(
    task: Task, side: TableProfile, base: TableProfile, sources: int
) -> Join | None:
    """The join that the task gives for a source, or gives the base for its only other."""
    own = task.data_sources[source_of(side)].join
    if own is None and sources == 1:
        return task.data_sources[source_of(base)].join
    return own


def join_side(
    building: Building, side: TableProfile, joining: Joining, acquired: Acquired
) -> None:
    """Put the columns of a table beside the rows."""
    key, left = joining.key, building.facts
    taken, left_out = columns_taken(left, side, joining)
    other = read_again(acquired, side.files)
    building.joins.append(
        {
            "tables": [file.path for file in side.files],
            "reader": side.files[0].reader,
            "reading": dict(side.files[0].reading),
            "how": joining.how,
            "on": [written(left, side, pair) for pair in key.pairs],
            "columns": taken,
            "missing": {"left": spelled(left), "right": spelled(side)},
            "matched": math.floor(100 * MATCHED * key.matched) / 100,
            "repeated": allowed(key.repeated + key.equal, key.right_rows, joining),
        }
    )
    building.raw = beside(building.raw, other, key.rows, taken)
    reason = joining.reason
    if key.equal:
        rows = count(key.equal, "row")
        reason += f"; {rows} that equal an earlier one whole are left out"
    if joining.how == "inner":
        found = key.rows.is_not_null()
        building.keep(found)
        reason += f"; {count(int((~found).sum()), 'row')} without a match left out"
    if left_out:
        reason += f"; {names(left_out)} are the same in both"
    on = " and ".join(map(str, key.pairs))
    before = "the latest before " if joining.how == "nearest_earlier" else ""
    building.decisions.append(
        Decision("join", f"{path_of(side)} by {before}{on}", reason, joining.change)
    )
    building.warnings += joining.warnings
    building.facts = remeasured(building)


def columns_taken(
    left: TableProfile, side: TableProfile, joining: Joining
) -> tuple[dict[str, str], list[str]]:
    """The columns that come beside the rows under their new names; those that are equal."""
    key = joining.key
    keys = {pair.right for pair in key.pairs}
    found = key.rows.is_not_null()
    taken: dict[str, str] = {}
    same: list[str] = []
    for name in side.columns:
        if name in keys:
            continue
        new = name
        if name in left.columns:
            mine, other = left.table[name], side.table[name].gather(key.rows)
            if mine.dtype == other.dtype and mine.eq_missing(other).filter(found).all():
                same.append(name)
                continue
            new = f"{name}_{source_of(side) + 1}"
        while new in left.columns or new in taken.values():
            new += "_"
        taken[name] = new
    return taken, same


def written(left: TableProfile, side: TableProfile, pair: Pair) -> dict[str, Value]:
    """A column of a key as joins.py has it."""

    def form(column: Column) -> str:
        if pair.type == "date":
            return column.date_format or ""
        return (column.decimal or "") if pair.type == "number" else ""

    return {
        "left": pair.left,
        "right": pair.right,
        "type": pair.type,
        "grain": pair.grain,
        "written": {
            "left": form(left.columns[pair.left]),
            "right": form(side.columns[pair.right]),
        },
    }


def spelled(table: TableProfile) -> list[str]:
    """How a table spells a missing value."""
    return list(dict.fromkeys(["", *table.missing_spellings]))


def allowed(repeated: int, rows: int, joining: Joining) -> float:
    """The share of rows with an earlier key that later data may have."""
    if joining.how == "nearest_earlier":
        return 1.0
    return max(REPEATED, math.ceil(1_100 * repeated / max(1, rows)) / 1_000)


# ---- columns made, rows chosen


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
        yield Decision("derive", text, reason, about=name)
    if kept is not None:
        rows = int(kept.sum())
        share = percent(rows / len(kept))
        reason = f"the task file says so; {rows:,} of {len(kept):,} rows, {share}"
        yield Decision("where", task.where, reason, line("where", None))


# ---- what the experiment needs for it


def join_constants(building: Building, choice: Choice) -> dict[str, Value]:
    """Constants of joins.py, tables.py and raw.py; none where nothing is joined."""
    if not building.joins:
        return {}
    reader = choice.table.files[0].reader
    readers = dict.fromkeys([reader, *(join["reader"] for join in building.joins)])
    ways = dict.fromkeys(join["how"] for join in building.joins)
    return {
        "JOINS": building.joins,
        "READER": reader,
        "READERS": {name: PartName(name) for name in readers},
        "FINDERS": {how: PartName(FINDERS[how]) for how in ways},
    }


def place_constants(acquired: Acquired) -> dict[str, Value]:
    """Constants of fetch.py where data come from several places, or are packed in
    several ways; else none.
    """
    if not acquired.further and len(acquired.unpackers) < 2:
        return {}
    fetchers = dict.fromkeys([acquired.fetch, *(p.fetch for p in acquired.further)])
    unpackers = acquired.unpackers or ("keep_files",)
    places: dict[str, Any] = {
        place.folder: {
            "fetch": place.fetch,
            "source": place.source,
            "revision": place.revision,
            "max_bytes": place.max_bytes,
        }
        for place in acquired.further
    }
    return {
        "FETCH": acquired.fetch,
        "SOURCES": places,
        "FETCHERS": {name: PartName(name) for name in fetchers},
        "UNPACKERS": {name: PartName(name) for name in unpackers},
    }


def replaced(constants: dict[str, Value]) -> Iterator[str]:
    """Parts that shared files call and the files of `folders` do not."""
    if "JOINS" in constants:
        yield "read_csv"
    if "SOURCES" in constants:
        yield from ("fetch_local", "keep_files")


def folders(constants: dict[str, Value]) -> Iterator[str]:
    """Folders of recipes whose files take the place of others, in this order."""
    if "DERIVE" in constants:
        yield "made"
    if "JOINS" in constants:
        yield "joined"
        if "DERIVE" in constants:
            yield "joined_made"
    if "SOURCES" in constants:
        yield "several"
