"""Which column is to be predicted.

Explicit answer, the source's metadata, a sibling table that lacks the column, the
task's words (output_description before description before name), a conventional name,
the last column: the first of these that says something decides, unless two columns are
close.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from labwright.acquire.acquired import Metadata
from labwright.errors import NoTargetError, SeveralTargetsError
from labwright.plan.derived import made_of
from labwright.plan.evidence import Evidence, evidence_of_words, suits
from labwright.plan.phrases import read_phrase
from labwright.plan.say import count, line, names
from labwright.plan.words import split_name
from labwright.profile.facts import Column, TableProfile
from labwright.task.model import Task

STRONG = 0.42  # a score from which the words of a field decide
WEAK = 0.2  # from which they decide where nothing else does
CLOSE = 0.8  # of the best score: from there two columns are about as likely
LATER = (0.3, 0.1)  # what the fields behind the deciding one add between close columns
ASIDE = (
    0.4  # what a description counts that predicts nothing, beside another that names
)
CONVENTIONAL = (
    "target",
    "label",
    "labels",
    "class",
    "y",
    "outcome",
    "response",
    "output",
)
NUMBERED = re.compile(r"column_\d+")  # by the readers, where a table has no names
NAMED_APART = 0.7  # a score that outweighs a sibling table's lack of another column


@dataclass(frozen=True)
class Target:
    """The columns to predict, why, and what a person should know about the choice."""

    columns: tuple[str, ...]
    reason: str
    rival: str | None = None  # the next candidate
    warnings: tuple[str, ...] = ()


def find_target(
    task: Task,
    table: TableProfile,
    metadata: Metadata,
    withheld: Sequence[str] = (),
) -> Target:
    """The target of a table, by the order in the module docstring.

    `withheld` are columns that a sibling table lacks which has all others.

    Raises:
        NoTargetError: a column asked for is absent, or nothing names one.
        SeveralTargetsError: two or more columns are about as likely.
    """
    if task.target:
        return _explicit(task, table)
    open_columns = _candidates(task, table)
    if metadata.target in {column.name for column in open_columns}:
        return _from_metadata(task, open_columns, metadata)
    apart = [column for column in open_columns if column.name in withheld]
    if apart:
        return _from_withheld(task, open_columns, apart)
    return (
        _from_words(task, open_columns)
        or _conventional(task, open_columns)
        or _from_weak_words(task, open_columns)
        or _last(task, open_columns)
    )


def names_target(task: Task, table: TableProfile, metadata: Metadata) -> float:
    """How strongly a table holds what the task names, for choosing between tables."""
    if task.target:
        wanted = (task.target,) if isinstance(task.target, str) else task.target
        return float(made_of(task.derive, wanted) <= set(table.columns))
    if metadata.target in table.columns:
        return 1.0
    columns = _candidates(task, table)
    found = _field_evidence(task, columns)
    best = max((e[0].score for _, e in found if e), default=0.0)
    if best < STRONG and _conventional_names(task, columns):
        return STRONG
    return best if best >= STRONG else 0.0


# ---- what was said outright


def _explicit(task: Task, table: TableProfile) -> Target:
    wanted = (task.target,) if isinstance(task.target, str) else task.target or ()
    if absent := [name for name in wanted if name not in table.columns]:
        near = nearest(absent[0], list(table.columns))
        fix = (
            f"Did you mean {line('target', near[0])}?" if near else "Correct the name."
        )
        if all(NUMBERED.fullmatch(name) for name in table.columns):
            fix = "Columns without names are numbered: take one, or add a row of names."
        raise NoTargetError(
            f"the target {names(absent)} among the columns",
            f"{count(len(table.columns), 'column')}: {names(list(table.columns), 12)}",
            fix,
            key="target",
            candidates=near,
        )
    return Target(tuple(dict.fromkeys(wanted)), "the task file says so")


def nearest(name: str, columns: Sequence[str]) -> list[str]:
    """Columns whose names are like `name`, the likest first."""
    plain = {"".join(split_name(column)): column for column in reversed(columns)}
    close = difflib.get_close_matches("".join(split_name(name)), plain, n=5, cutoff=0.5)
    return [plain[match] for match in close]


def _candidates(task: Task, table: TableProfile) -> list[Column]:
    inputs = {*task.drop, *(task.inputs or ())}
    return [column for name, column in table.columns.items() if name not in inputs]


# ---- what the source says


def _from_metadata(task: Task, columns: list[Column], metadata: Metadata) -> Target:
    chosen = str(metadata.target)
    warnings = []
    rival = _strongest_other(task, columns, chosen)
    if rival and rival.score >= NAMED_APART:
        warnings.append(
            f"The source names `{chosen}` as its target, but {rival.says} of the task: "
            f"{line('target', rival.column)} takes that."
        )
    return Target(
        (chosen,),
        "the source's own metadata names it as the target",
        rival.column if rival else None,
        tuple(warnings),
    )


def _from_withheld(task: Task, columns: list[Column], apart: list[Column]) -> Target:
    alone = apart[0].name
    why = "a table with all the other columns has none of it"
    if len(apart) > 1:
        chosen = (
            _from_words(task, apart)
            or _conventional(task, apart)
            or _from_weak_words(task, apart)
            or _last(task, apart[-1:])
        )
        says = f"{chosen.reason}, and {why}"
        return Target(chosen.columns, says, chosen.rival, chosen.warnings)
    rival = _strongest_other(task, columns, alone)
    own = max((e[0].score for _, e in _field_evidence(task, apart) if e), default=0.0)
    if rival and rival.score >= NAMED_APART and own < WEAK:
        raise _close([Evidence(alone, rival.score, f"`{alone}`: {why}"), rival])
    return Target((alone,), why, rival.column if rival else None)


def _strongest_other(task: Task, columns: list[Column], chosen: str) -> Evidence | None:
    others = [column for column in columns if column.name != chosen]
    for _, evidence in _field_evidence(task, others):
        if evidence and evidence[0].score >= STRONG:
            return evidence[0]
    return None


# ---- what the task's words say


def _field_evidence(
    task: Task, columns: list[Column]
) -> list[tuple[str, list[Evidence]]]:
    """Evidence from each field of the task, in the order in which they decide."""
    found: list[tuple[str, list[Evidence]]] = []
    fields = {
        "output_description": task.output_description,
        "description": task.description,
        "name": " ".join(split_name(task.name)),
    }
    for field, text in fields.items():
        phrase = read_phrase(text)
        evidence = evidence_of_words(columns, phrase, task.task_type)
        if found and not phrase.predicts:  # it tells of the rows, not of the target
            evidence = [replace(e, score=ASIDE * e.score) for e in evidence]
        if phrase.words:
            found.append((field, evidence))
    return found


def _from_words(task: Task, columns: list[Column]) -> Target | None:
    found = _field_evidence(task, columns)
    for i, (field, evidence) in enumerate(found):
        strong = [e for e in evidence if e.score >= STRONG]
        if strong:
            later = [e for _, e in found[i + 1 :]]
            return _settle(strong, later, field, len(evidence))
    return None


def _from_weak_words(task: Task, columns: list[Column]) -> Target | None:
    for field, evidence in _field_evidence(task, columns):
        weak = [e for e in evidence if e.score >= WEAK]
        if weak:
            target = _settle(weak, [], field, len(evidence))
            doubt = (
                f"The task's words match `{target.columns[0]}` only in part: check "
                "that it is the target."
            )
            return Target(target.columns, target.reason, target.rival, (doubt,))
    return None


def _settle(
    strong: list[Evidence], later: list[list[Evidence]], field: str, total: int
) -> Target:
    """The best of several; between close ones the fields that follow decide."""
    scores = {e.column: e.score for e in strong if e.score >= CLOSE * strong[0].score}
    for evidence, weight in zip(later, LATER, strict=False):
        for e in evidence:
            if e.column in scores:
                scores[e.column] += weight * e.score
    limit = CLOSE * max(scores.values())
    close = [e for e in strong if scores.get(e.column, 0) >= limit]
    if len(close) > 1:
        raise _close(close)
    rivals = [e.column for e in strong if e is not close[0]]
    others = total - 1
    aside = f"; {count(others, 'other column')} matched less" if others else ""
    says = f"{close[0].says} in {field}{aside}"
    return Target((close[0].column,), says, rivals[0] if rivals else None)


def _close(evidence: list[Evidence]) -> SeveralTargetsError:
    shown = [f"{e.says} (evidence {e.score:.2f})" for e in evidence[:5]]
    best = evidence[0].column
    both = line("target", [e.column for e in evidence[:2]])
    return SeveralTargetsError(
        "one column that the task's words name",
        f"{count(len(evidence), 'candidate')}: {'; '.join(shown)}",
        f"Add the line {line('target', best)} to the task file, or {both} to predict "
        "several at once.",
        key="target",
        candidates=[e.column for e in evidence],
    )


# ---- where no words help


def _conventional_names(task: Task, columns: list[Column]) -> list[Column]:
    named = {"".join(split_name(column.name)): column for column in columns}
    if {"x", "y", "z"} <= named.keys():
        named.pop("y")  # a coordinate
    found = [named[name] for name in CONVENTIONAL if name in named]
    suited = [column for column in found if suits(column, task.task_type) == 1]
    return suited or found


def _conventional(task: Task, columns: list[Column]) -> Target | None:
    found = _conventional_names(task, columns)
    if len(found) > 1:
        usual = "`{}` is a usual name of a target"
        raise _close([Evidence(c.name, STRONG, usual.format(c.name)) for c in found])
    if not found:
        return None
    reason = "no column matches the task's words, and this is a usual name of a target"
    return Target((found[0].name,), reason)


def _last(task: Task, columns: list[Column]) -> Target:
    last = columns[-1] if columns else None
    if last is None or suits(last, task.task_type) < 1:
        likely = [c.name for c in reversed(columns) if suits(c, task.task_type) == 1]
        raise NoTargetError(
            "a column that the task's words name",
            f"none among {count(len(columns), 'column')}: "
            f"{names([c.name for c in columns], 12)}"
            if columns
            else "no column that could be one",
            f"Add the line {line('target', (likely or ['species'])[0])} with the "
            "column to predict.",
            key="target",
            candidates=likely[:8],
        )
    doubt = (
        f"No column matches the task's words; the last one, `{last.name}`, is taken as "
        f"the target: check it, {line('target', last.name)} confirms it."
    )
    return Target(
        (last.name,),
        f"no column matches the task's words, and the last of {len(columns)} suits",
        None,
        (doubt,),
    )
