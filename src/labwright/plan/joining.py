"""By which key the table of another source is joined, and what a person should know of it.

The task's own answer always decides. Else one clear key does; of several, the one whose
columns the hints name, or the only one whose columns have equal names. Nothing else is
guessed: the error shows the candidates and the line that decides.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from labwright.errors import JoinError, TaskError
from labwright.plan.keys import (
    COINCIDE,
    GRAINS,
    SPANS,
    Key,
    Pair,
    candidates,
    coarser,
    grain_of,
    measured,
    type_of,
)
from labwright.plan.say import count, names
from labwright.plan.target import nearest
from labwright.plan.words import split_name
from labwright.profile.facts import TableProfile
from labwright.task.model import Join, JoinHow, Task

SHOWN = 5  # candidates in an error
JOINING = re.compile(
    r"\b(join|merge|match|link|key|keyed|lookup|look up)\w*", re.IGNORECASE
)


@dataclass(frozen=True)
class Joining:
    """A key that is taken, why, and the line of the task file that decides otherwise."""

    key: Key
    how: JoinHow
    reason: str
    change: str
    warnings: tuple[str, ...] = ()


def path_of(table: TableProfile) -> str:
    """The path of a table's first file."""
    return table.files[0].path


def source_of(table: TableProfile) -> int:
    """The number of the source that a table is of."""
    return table.files[0].source


def choose_joining(
    task: Task, left: TableProfile, right: TableProfile, asked: Join | None
) -> Joining | None:
    """How a table is joined; None where no key is clear.

    Raises:
        TaskError: the join that the task asks for is impossible.
    """
    if asked is not None:
        return asked_joining(left, right, asked)
    apart = [task.target] if isinstance(task.target, str) else list(task.target or ())
    found = candidates(left, right, apart)
    clear = [key for key in found if key.is_clear and key.how == "left"]
    hinted = [
        key for key in found if key.is_single and key.matched and hints_name(task, key)
    ]
    equal = [key for key in hinted if key.how == "left"] or hinted
    if len(equal) == 1:
        return taken(left, right, equal[0], found, "the hints name its columns")
    named = [key for key in clear if key.alike == 1.0]
    if len(clear) == 1 or len(named) == 1:
        key = (named if len(named) == 1 else clear)[0]
        only = "the only clear key" if len(clear) == 1 else "the key of equal names"
        return taken(left, right, key, found, only)
    coincide = any(key.how == "left" and is_time(key, found) for key in found)
    earlier = [key for key in found if key.how == "nearest_earlier" and key.is_clear]
    if not clear and len(earlier) == 1 and not coincide:
        says = "moments do not coincide, so each row gets what was last known before"
        return taken(left, right, earlier[0], found, says)
    return None


def is_time(key: Key, found: Sequence[Key]) -> bool:
    """Whether times of both tables coincide by a key of equal values."""
    dated = any(pair.type == "date" for pair in key.pairs)
    return dated and key.matched > COINCIDE


def hints_name(task: Task, key: Key) -> bool:
    """Whether a sentence of the hints is about joining and names all columns of a key."""
    hints = task.preprocessing_hints
    texts = [hints] if isinstance(hints, str) else list(hints)
    texts += [source.description for source in task.data_sources]
    sentences = [s for text in texts for s in re.split(r"[.;\n](?:\s|$)", text)]
    for sentence in filter(JOINING.search, sentences):
        said = " ".join(split_name(sentence))
        if all(
            re.search(rf"\b{re.escape(' '.join(split_name(name)))}\b", said)
            for name in key.left
        ):
            return True
    return False


def taken(
    left: TableProfile, right: TableProfile, key: Key, found: Sequence[Key], why: str
) -> Joining:
    """A key of the candidates, with the next best one."""
    others = [other for other in found if other is not key]
    reason = f"{key.figures}; {why}"
    if others:
        reason += f"; next best: {others[0]}"
    rival = others[0] if others else None
    change = join_line(rival) if rival else join_line(key, "inner")
    return Joining(key, key.how, reason, change, warnings_on(left, right, key))


def join_line(key: Key, how: str | None = None) -> str:
    """The line of a data source that takes a key."""
    same = all(pair.left == pair.right for pair in key.pairs)
    on: object = {pair.left: pair.right for pair in key.pairs}
    if same:
        on = key.left if len(key.pairs) > 1 else key.left[0]
    value = {"on": on, "how": how or key.how}
    return f'"join": {json.dumps(value, ensure_ascii=False)}'


def not_clear(
    task: Task, left: TableProfile, sides: Sequence[TableProfile]
) -> JoinError:
    """The error for a source of which no table has a clear key."""
    apart = [task.target] if isinstance(task.target, str) else list(task.target or ())
    found = [key for side in sides for key in candidates(left, side, apart)]
    shown = [str(key) for key in found[:SHOWN]]
    number = source_of(sides[0])
    none = "no columns whose values agree"
    example = join_line(found[0]) if found else '"join": {"on": "date", "how": "left"}'
    return JoinError(
        f"one clear key between {path_of(left)} and {path_of(sides[0])}: no row found "
        "twice, at least 80 % of the rows with a match, and no other key that is as clear",
        f"{count(len(found), 'candidate')}: {'; '.join(shown)}" if found else none,
        f"Add the line {example} with the right key to data_sources[{number}], or take "
        "that source out.",
        key=f"data_sources[{number}].join",
        candidates=[join_line(key) for key in found[:SHOWN]],
    )


# ---- what the task says outright


def asked_joining(left: TableProfile, right: TableProfile, asked: Join) -> Joining:
    """The join of the task file, whose columns must be there and be comparable."""
    key = f"data_sources[{source_of(right)}].join.on"
    others = asked.other or asked.on
    absent_here = [name for name in asked.on if name not in left.columns]
    if absent_here and asked.other and all(n in left.columns for n in others):
        return asked_joining(
            left, right, replace_join(asked, on=others, other=asked.on)
        )  # said from the other table's side
    for table, wanted in ((left, asked.on), (right, others)):
        if absent := [name for name in wanted if name not in table.columns]:
            near = nearest(absent[0], list(table.columns))
            raise TaskError(
                f"the columns to join on in {path_of(table)}",
                f"no {names(absent)} among {names(list(table.columns), 12)}",
                f"Did you mean {near[0]!r}?" if near else "Correct the names.",
                key=key,
                candidates=near,
            )
    pairs = [
        asked_pair(left, right, a, b, asked.how, key)
        for a, b in zip(asked.on, others, strict=True)
    ]
    if asked.how == "nearest_earlier" and pairs[-1].type != "date":
        raise TaskError(
            "a date as the last column of a join by nearest_earlier",
            f"`{asked.on[-1]}`, which is none",
            "Put the column with the time last.",
            key=key,
        )
    found = measured(left, right, pairs, asked.how)
    if not found.matched:
        raise TaskError(
            f"rows of {path_of(right)} that match on {names(list(asked.on))}",
            f"none of {count(found.right_rows, 'row')}",
            "Name other columns, or mend how their values are written.",
            key=key,
        )
    reason = f"{found.figures}; the task file says so"
    change = join_line(found, "inner" if asked.how == "left" else "left")
    return Joining(found, asked.how, reason, change, warnings_on(left, right, found))


def replace_join(asked: Join, on: tuple[str, ...], other: tuple[str, ...]) -> Join:
    """The same join with its columns named from the other side."""
    return asked.model_copy(update={"on": on, "other": other})


def asked_pair(
    left: TableProfile, right: TableProfile, a: str, b: str, how: JoinHow, key: str
) -> Pair:
    """A pair of columns that the task names."""
    kind = type_of(left, right, left.columns[a], right.columns[b])
    if kind is None:
        raise TaskError(
            f"columns of one type to join on, `{a}` and `{b}`",
            f"{left.columns[a].kind} ({left.columns[a].why}) and "
            f"{right.columns[b].kind} ({right.columns[b].why})",
            "Name other columns, or mend how their values are written.",
            key=key,
        )
    grain = None
    if kind == "date":
        grains = grain_of(left.table[a]), grain_of(right.table[b])
        grain = grains[1] if how == "nearest_earlier" else coarser(*grains)
    return Pair(a, b, kind, grain, 1.0)


# ---- what a person should know


def warnings_on(left: TableProfile, right: TableProfile, key: Key) -> tuple[str, ...]:
    """Rows that repeat a key, and periods that are not over when a row is."""
    found = []
    place = path_of(right)
    if key.how != "nearest_earlier" and key.repeated:
        columns = names([pair.right for pair in key.pairs])
        found.append(
            f"{count(key.repeated, 'row')} of {place} "
            f"{'repeats' if key.repeated == 1 else 'repeat'} a value of {columns} with "
            "other contents; the first row of each value is used."
        )
    for pair in key.pairs:
        if pair.type != "date" or key.how == "nearest_earlier":
            continue
        grain = grain_of(right.table[pair.right])
        if pair.grain and grain == pair.grain and later_within(left, pair):
            span = SPANS[pair.grain]
            line = join_line(replace(key, how="nearest_earlier"))
            found.append(
                f"A row of {place} is about a whole {span}, which is not over at "
                f"`{pair.left}`: what is known only at its end must go; {line} takes "
                f"the {span} before."
            )
    return tuple(found)


def later_within(left: TableProfile, pair: Pair) -> bool:
    """Whether the left table's moments are finer than the grain of the pair."""
    grain = grain_of(left.table[pair.left])
    order = [*GRAINS, None]
    return order.index(grain) > order.index(pair.grain)
