"""Which of several tables is the one to learn from, and which one predict.py is for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from labwright.acquire.acquired import Metadata
from labwright.errors import NoTargetError, SeveralTablesError
from labwright.plan.say import count, line, names
from labwright.plan.target import names_target
from labwright.profile.facts import TableProfile
from labwright.task.model import Task

_SUBMISSION = re.compile(r"sample.?sub|submission|sample.?solution", re.IGNORECASE)
_NEW_ROWS = re.compile(r"test|eval|score|predict|new|unlabel", re.IGNORECASE)
MOST_WITHHELD = 5  # columns that a table of new rows lacks


@dataclass(frozen=True)
class Choice:
    """The table to learn from.

    Attributes:
        table: The table.
        reason: Why this one.
        withheld: Its columns that the tables of new rows lack: what they ask for.
        predicts: Paths of the tables of new rows.
        joined: Columns that came from other tables: about what a row belongs to.
    """

    table: TableProfile
    reason: str
    withheld: tuple[str, ...] = ()
    predicts: tuple[str, ...] = ()
    joined: frozenset[str] = frozenset()


def choose_table(
    task: Task, tables: Sequence[TableProfile], metadata: Metadata
) -> Choice:
    """The table that holds the target; a table like it without the target is for later.

    Raises:
        SeveralTablesError: more than one may be meant.
        NoTargetError: a target was asked for that no table has.
    """
    if len(tables) == 1:
        return Choice(tables[0], _only(tables[0]))
    submissions = [t for t in tables if is_form(t)]
    real = [t for t in tables if t not in submissions] or list(tables)
    pairs = [(t, new) for t in real for new in real if withheld_from(t, new)]
    learned = {id(t): t for t, _ in pairs}
    asked = _asked_for(submissions, real)
    candidates = list(learned.values()) or real
    if len(candidates) > 1:
        candidates = _with_target(task, candidates, metadata)
    if len(candidates) > 1:
        raise _several(tables, len(task.data_sources))
    chosen = candidates[0]
    new = [n for t, n in pairs if t is chosen]
    lacking = [set(withheld_from(chosen, n)) for n in new]
    withheld = set.intersection(*lacking) if lacking else set()
    if asked & withheld:
        withheld = asked & withheld
    return Choice(
        chosen,
        _reason(chosen, tables, new, submissions),
        tuple(name for name in chosen.columns if name in withheld),
        tuple(path_of(table) for table in new),
    )


def path_of(table: TableProfile) -> str:
    """The path of a table's first file, relative to the raw folder."""
    return table.files[0].path


def is_form(table: TableProfile) -> bool:
    """Whether a table is a form to fill in: a sample submission."""
    return bool(_SUBMISSION.search(path_of(table)))


def withheld_from(table: TableProfile, new: TableProfile) -> tuple[str, ...]:
    """The few columns of `table` that `new` lacks, where it has all others."""
    if new is table or not set(new.columns) < set(table.columns):
        return ()
    lacking = tuple(name for name in table.columns if name not in new.columns)
    few = len(lacking) <= MOST_WITHHELD and len(new.columns) > len(lacking)
    named = len(lacking) == 1 or bool(_NEW_ROWS.search(path_of(new)))
    return lacking if few and named else ()


def _asked_for(submissions: list[TableProfile], real: list[TableProfile]) -> set[str]:
    """Columns of a sample submission that not every other table has: the targets."""
    asked = {name for table in submissions for name in table.columns}
    everywhere = set.intersection(*(set(table.columns) for table in real))
    return asked - everywhere


def _with_target(
    task: Task, tables: list[TableProfile], metadata: Metadata
) -> list[TableProfile]:
    """Those that hold what the task names, most strongly."""
    scores = [names_target(task, table, metadata) for table in tables]
    if not any(scores) and task.target:
        wanted = [task.target] if isinstance(task.target, str) else list(task.target)
        raise NoTargetError(
            f"the target {names(wanted)} in one of {count(len(tables), 'table')}",
            "none that has it: " + _listed(tables),
            "Correct the name.",
            key="target",
        )
    best = max(scores)
    return [t for t, s in zip(tables, scores, strict=True) if s >= 0.8 * best]


def _several(tables: Sequence[TableProfile], sources: int) -> SeveralTablesError:
    paths = [path_of(table) for table in tables]
    if sources > 1:
        last = list(tables[0].columns)[-1]
        return SeveralTablesError(
            "one table that holds what the task names",
            f"{count(len(tables), 'table')}: {_listed(tables)}",
            f"Add the line {line('target', last)} with the column to predict: the other "
            "sources are joined to its table.",
            key="target",
            candidates=paths,
        )
    return SeveralTablesError(
        "one table, or several of which one holds what the task names",
        f"{count(len(tables), 'table')}: {_listed(tables)}",
        f"Add the line {line('file', paths[0])} with the one to learn from to the data "
        "source.",
        key="data_sources.file",
        candidates=paths,
    )


def _listed(tables: Sequence[TableProfile]) -> str:
    shown = [f"{path_of(t)} ({names(list(t.columns), 12)})" for t in tables[:8]]
    more = f"; and {len(tables) - 8} more" if len(tables) > 8 else ""
    return "; ".join(shown) + more


def _only(table: TableProfile) -> str:
    files = len(table.files)
    stacked = f", {files} files of equal columns stacked" if files > 1 else ""
    return (
        f"the only table: {count(table.rows, 'row')}, "
        f"{count(len(table.columns), 'column')}{stacked}"
    )


def _reason(
    chosen: TableProfile,
    tables: Sequence[TableProfile],
    new: list[TableProfile],
    submissions: list[TableProfile],
) -> str:
    says = [f"it holds the target, one of {len(tables)} tables"]
    if new:
        says.append(
            f"{', '.join(path_of(t) for t in new)} has the same columns without it and "
            "is what predict.py is for"
        )
    if submissions:
        says.append(f"{', '.join(path_of(t) for t in submissions)} is only a form")
    return "; ".join(says)
