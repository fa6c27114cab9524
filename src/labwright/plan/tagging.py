"""Which columns are words and their tags, and which text has what comes next.

Words and tags are two columns of lists that are equally long in every row, the words with
more different values. Where several columns tag the same words, the task's words say
which one is meant.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from labwright.acquire.acquired import Acquired, Metadata
from labwright.errors import NoTargetError, SeveralTargetsError, TargetError
from labwright.parts.lists import text_lists
from labwright.plan.recipe import RecipeChoice
from labwright.plan.say import line, names
from labwright.plan.target import Target, find_target
from labwright.plan.words import split_name
from labwright.profile.facts import Column, TableProfile
from labwright.task.model import Task

UNEQUAL = 0.01  # share of the rows that may have another number of tags than of words
MOST_TAGS = 2_000  # different ones; more are no tags
WORDS_PER_TAG = 2  # different words at least, for each tag
MANY = 20_000  # rows that are looked at, the first ones
ABBREVIATED = {  # what sources call a column, and how tasks speak of it
    "ner": r"named? entit|entit(?:y|ies)|names of",
    "pos": r"parts? of speech|parts?-of-speech|word class",
    "upos": r"parts? of speech|parts?-of-speech|word class",
    "chunk": r"chunk|phrases|shallow pars",
    "deprel": r"dependenc|syntactic relation",
    "feats": r"morpholog",
}


# ---- the rule


def tags_rule(
    task: Task, table: TableProfile, acquired: Acquired
) -> RecipeChoice | None:
    """Words with tags, or a text alone under `sequence`; None for other tables."""
    if task.task_type in ("classification", "regression"):
        return None
    found = tagged_columns(table)
    for words, tags in found.items():
        if _are_meant(task, table, acquired.metadata, words, tags):
            reason = (
                f"`{words}` and {names(tags)} hold lists that are equally long in every "
                "row: a tag for each word"
            )
            return RecipeChoice("tags", (words,), reason, line("recipe", "table"))
    asked = task.task_type == "sequence" or task.recipe == "tags"
    if not asked or task.horizon or found:
        return None
    text = running_text(task, table)
    if text is None:
        return None
    reason = (
        f"`{text.name}` is text without tags ({text.why}): what comes next is learned"
    )
    return RecipeChoice("next_token", (text.name,), reason, line("recipe", "text"))


def tagged_columns(table: TableProfile) -> dict[str, list[str]]:
    """Columns of words, the one of most different words first, and those that tag them."""
    lists = {
        name: text_lists(table.table[name][:MANY])
        for name, column in table.columns.items()
        if column.kind in ("tokens", "series")
    }
    lengths = {name: column.list.len() for name, column in lists.items()}
    distinct = {name: column.explode().n_unique() for name, column in lists.items()}
    found: dict[str, list[str]] = {}
    for words in sorted(lists, key=lambda name: -distinct[name]):
        if table.columns[words].kind != "tokens" or lengths[words].max() == 1:
            continue
        tags = [
            name
            for name in lists
            if WORDS_PER_TAG * distinct[name] <= distinct[words]
            and 1 < distinct[name] <= MOST_TAGS
            and _equal(lengths[words], lengths[name])
        ]
        if tags:
            found[words] = tags
    return found


def _equal(one: pl.Series, other: pl.Series) -> bool:
    """Whether lists are equally long in nearly all rows that have both."""
    both = (one == other).drop_nulls()
    return len(both) > 0 and int((~both).sum()) <= UNEQUAL * len(both)


def _are_meant(
    task: Task, table: TableProfile, metadata: Metadata, words: str, tags: list[str]
) -> bool:
    """Whether the task is about the tags, and not about another column."""
    if task.target:
        return task.target in (*tags, *((tag,) for tag in tags))
    if task.recipe == "tags" or task.task_type == "sequence":
        return True
    others = {name: column for name, column in table.columns.items() if name != words}
    if not any(c.kind in ("number", "category", "boolean") for c in others.values()):
        return True
    try:
        return find_target(task, replace(table, columns=others), metadata).columns[
            0
        ] in (tags)
    except TargetError:
        return False


def running_text(task: Task, table: TableProfile) -> Column | None:
    """The text that is meant: the one named, or the only one, or the longest."""
    asked = {*(task.inputs or ()), *_asked(task)}
    columns = [c for name, c in table.columns.items() if name not in task.drop]
    texts = [c for c in columns if c.kind == "text"]
    if len(columns) == 1 and columns[0].kind in ("category", "identifier"):
        texts = columns  # lines of one word, or of which some are equal
    named = [column for column in texts if column.name in asked]
    if asked and not named:
        return None
    return max(named or texts, key=lambda c: c.mean_length or 0, default=None)


def _asked(task: Task) -> tuple[str, ...]:
    return (task.target,) if isinstance(task.target, str) else task.target or ()


# ---- the target


def find_tags(
    task: Task, table: TableProfile, metadata: Metadata, words: str
) -> Target:
    """Which of the columns that tag the words is to be predicted.

    Raises:
        NoTargetError: the task names another one.
        SeveralTargetsError: nothing tells which of several.
    """
    tags = tagged_columns(table)[words]
    others = ", ".join(line("target", name) for name in tags)
    if task.target:
        asked = _asked(task)
        if len(asked) != 1 or asked[0] not in tags:
            raise NoTargetError(
                f"one column of tags for the words in `{words}`",
                f"{names(asked)} as the target",
                f"Write {others.replace(', ', ' or ')}.",
                key="target",
                candidates=tags,
            )
        return Target((asked[0],), "the task file says so")
    if len(tags) == 1:
        return Target((tags[0],), f"the only column that tags `{words}`")
    if metadata.target in tags:
        return Target((metadata.target,), "the source's own metadata names it")
    for field in (task.output_description, task.description, task.name):
        said = [name for name in tags if _is_said(name, field)]
        if len(said) == 1:
            rival = next(name for name in tags if name != said[0])
            reason = f"the task's words name it, one of {len(tags)} columns of tags"
            return Target((said[0],), reason, rival)
    usual = [
        name for name in tags if name.lower() in ("tags", "labels", "tag", "label")
    ]
    if len(usual) == 1:
        reason = f"a usual name of a target, one of {len(tags)} columns of tags"
        return Target((usual[0],), reason, next(n for n in tags if n != usual[0]))
    raise SeveralTargetsError(
        f"one column of tags for `{words}` that the task's words name",
        f"{len(tags)}: {names(tags)}",
        f"Add one of these lines to the task file: {others}.",
        key="target",
        candidates=tags,
    )


def _is_said(name: str, text: str) -> bool:
    """Whether a text speaks of a column of tags: ner_tags where it says entities."""
    said = " ".join(split_name(text))
    for word in split_name(name):
        if word in ("tags", "tag", "labels", "label", "ids", "id"):
            continue
        pattern = rf"\b{re.escape(word)}\b|{ABBREVIATED.get(word, '$^')}"
        if re.search(pattern, said) or re.search(pattern, text.lower()):
            return True
    return False


def usual_order(tags: Sequence[str], declared: Sequence[str]) -> tuple[list[str], str]:
    """The tags in code order, and why: as their source has them, by number, or by name."""
    if set(tags) <= set(declared):
        kept = [name for name in declared if name in tags]
        return kept, "in the order of their source"
    if all(re.fullmatch(r"\d+", name) for name in tags):
        return sorted(tags, key=int), "by number"
    return sorted(tags), "by the alphabet"
