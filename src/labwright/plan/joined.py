"""Tables of other sources, joined one after the other to the rows of the table with the
target, and the constants by which an experiment does the same.
"""

import math
from collections.abc import Sequence

from labwright.acquire.acquired import Acquired
from labwright.parts.join import beside
from labwright.plan.building import Building, remeasured, spelled
from labwright.plan.decisions import Decision, PartName, Value
from labwright.plan.joining import (
    Joining,
    choose_joining,
    not_clear,
    path_of,
    source_of,
)
from labwright.plan.keys import REPEATED, Pair
from labwright.plan.say import count, names
from labwright.profile.facts import Column, TableProfile
from labwright.profile.tables import read_again
from labwright.task.model import Join, Task

MATCHED = 0.9  # of the share of rows that match now, at least, in later data
FINDERS = {
    "left": "find_equal",
    "inner": "find_equal",
    "nearest_earlier": "find_earlier",
}


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


def allowed(repeated: int, rows: int, joining: Joining) -> float:
    """The share of rows with an earlier key that later data may have."""
    if joining.how == "nearest_earlier":
        return 1.0
    return max(REPEATED, math.ceil(1_100 * repeated / max(1, rows)) / 1_000)


def join_constants(building: Building) -> dict[str, Value]:
    """Constants of joins.py, tables.py and raw.py; none where nothing is joined."""
    if not building.joins:
        return {}
    reader = building.facts.files[0].reader
    readers = dict.fromkeys([reader, *(join["reader"] for join in building.joins)])
    ways = dict.fromkeys(join["how"] for join in building.joins)
    return {
        "JOINS": building.joins,
        "READER": reader,
        "READERS": {name: PartName(name) for name in readers},
        "FINDERS": {how: PartName(FINDERS[how]) for how in ways},
    }
