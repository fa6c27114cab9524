"""The one table that everything is decided on: sources joined, columns made, rows chosen.

Each step is measured on the rows as they were read, by the parts that the experiment
calls, so that what is planned on is what it will load.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any

from labwright.acquire.acquired import Acquired
from labwright.errors import TaskError
from labwright.plan.building import started
from labwright.plan.decisions import Decision, PartName, Plan, Value
from labwright.plan.joined import join_constants, join_sides
from labwright.plan.joining import path_of, source_of
from labwright.plan.made_columns import make_columns
from labwright.plan.say import count, names
from labwright.plan.tables import Choice, is_form
from labwright.profile.facts import Profile, TableProfile
from labwright.task.model import Task


@dataclass(frozen=True)
class Made:
    """The table, and what an experiment needs beyond one table of one place.

    Attributes:
        table: Facts of it; its files are those of the table that holds the target.
        joined: Its columns that came from other tables.
        decisions: About sources, joins, columns made and rows chosen.
        constants: Of the files in `folders`.
        replaced: Names of parts that those files do not call.
        folders: Of recipes whose files take the place of others.
        copies: As in `Plan`.
    """

    table: TableProfile
    joined: frozenset[str] = frozenset()
    decisions: tuple[Decision, ...] = ()
    warnings: tuple[str, ...] = ()
    constants: dict[str, Value] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()
    folders: tuple[str, ...] = ()
    copies: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)


def make_table(task: Task, profile: Profile, choice: Choice) -> Made:
    """The table that holds the target, with all that the task's other words add to it.

    Raises:
        JoinError: a source has no clear key to it.
        TaskError: `join`, `derive` or `where` is impossible on these data.
    """
    acquired = profile.acquired
    sides = sides_of(task, profile, choice)
    about = tuple(about_sources(profile, choice, sides, task))
    again = tuple(about_headers([choice.table, *sides]))
    if not (sides or task.derive or task.where):
        constants = place_constants(acquired)
        return made(choice.table, about, again, constants, acquired)
    building = started(acquired, choice.table)
    building.decisions += about
    building.warnings += again
    if sides:
        join_sides(task, building, sides, acquired)
    constants = place_constants(acquired)
    if task.derive or task.where:
        constants |= make_columns(task, building)
    constants |= join_constants(building)
    decisions, warnings = building.decisions, building.warnings
    found = made(building.facts, decisions, warnings, constants, acquired)
    joined = (name for join in building.joins for name in join["columns"].values())
    return replace(found, joined=frozenset(joined))


def made(
    table: TableProfile,
    decisions: Iterable[Decision],
    warnings: Iterable[str],
    constants: dict[str, Value],
    acquired: Acquired,
) -> Made:
    """The table, with the folders of recipes that its constants are for."""
    return Made(
        table=table,
        decisions=tuple(decisions),
        warnings=tuple(warnings),
        constants=constants,
        replaced=frozenset(replaced(constants)),
        folders=tuple(folders(constants)),
        copies=copies(acquired),
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
        folders=(*plan.folders, *made.folders),
        copies=made.copies,
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


def about_sources(
    profile: Profile, choice: Choice, sides: Sequence[TableProfile], task: Task
) -> Iterator[Decision]:
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
        listed = list(profile.acquired.identifiers)
        holds = " and ".join(f"`{listed[n]}`" for n in sorted(base))
        says.insert(0, f"{holds} {'hold' if len(base) > 1 else 'holds'} the target")
        joined = dict.fromkeys(listed[source_of(side)] for side in sides)
        says[1:1] = [f"`{name}` is joined to it" for name in joined]
        yield Decision("sources", listed, "; ".join(says))


def about_headers(tables: Iterable[TableProfile]) -> Iterator[str]:
    """What was in the files and is no row: headers that come again."""
    for table in tables:
        if table.headers:
            files = names([file.path for file in table.files])
            lines = count(table.headers, "line")
            one = table.headers == 1
            says, are = ("says", "is no row") if one else ("say", "are no rows")
            yield f"{lines} of {files} {says} what the header says, and {are}."


# ---- what the experiment needs for it


def place_constants(acquired: Acquired) -> dict[str, Value]:
    """Constants of fetch.py where data come from several places, or are packed in
    several ways; else none.
    """
    if not acquired.further and len(acquired.unpackers) < 2:
        return {}
    unpackers = acquired.unpackers or ("keep_files",)
    places: dict[str, Any] = {
        place.folder: {
            "fetch": file_of(place.fetch),
            "source": place.source,
            "revision": place.revision,
            "max_bytes": place.max_bytes,
        }
        for place in acquired.further
    }
    return {
        "FETCH": file_of(acquired.fetch),
        "SOURCES": places,
        "UNPACKERS": {name: PartName(name) for name in unpackers},
    }


def file_of(fetch: str) -> str:
    """The file of an experiment that calls a fetch part: from_kaggle for fetch_kaggle."""
    return fetch.replace("fetch_", "from_")


def copies(acquired: Acquired) -> dict[str, dict[str, dict[str, str]]]:
    """A file for each kind of place."""
    if not place_constants(acquired):
        return {}
    parts = dict.fromkeys(fetch for fetch, _, _ in acquired.places)
    return {"place": {file_of(part): {"fetch_local": part} for part in parts}}


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
