"""Columns that name whom or what several rows are about."""

from collections.abc import Iterable

from labwright.plan.say import count
from labwright.plan.words import split_name, stem, word_set
from labwright.profile.facts import Column

PERSONS = word_set(
    "person subject patient participant respondent user customer client student pupil "
    "player speaker author worker employee driver member donor voter child infant "
    "mother family household couple twin litter animal individual owner device "
    "machine engine session account rater reviewer"
)
PLACES = word_set(
    "store shop station location place product item article category region city "
    "country zone department route line channel brand vendor type class genre state "
    "warehouse plant county district area market sector industry team club airline "
    "carrier campaign course"
)
FEWEST = 5  # values of an entity
ROWS_OF_PLACE = 20  # on average: a place or product met that often will be met again
REPEATED = 0.02  # of the rows have a value that an earlier row has


def entities(columns: Iterable[Column]) -> list[Column]:
    """Columns that name an entity with several rows a value, the likeliest group first.

    An identifier that repeats, or a column called after a person or the like. Persons
    before things; of two the one with fewer values, since it holds the other's rows
    together too.
    """
    found = [column for column in columns if is_entity(column)]
    return sorted(found, key=lambda c: (not _is_person(c), c.distinct))


def is_entity(column: Column) -> bool:
    """Whether a column names an entity and several rows share a value."""
    known = column.rows - column.missing
    if column.distinct < FEWEST or is_place(column):
        return False
    if column.kind == "identifier":
        return known - column.distinct >= max(1, REPEATED * known)
    named = _is_person(column) and split_name(column.name)[-1:] != ("type",)
    codes = column.kind == "category" or bool(column.whole)
    return named and codes and known >= 2 * column.distinct


def is_place(column: Column) -> bool:
    """Whether a column is the code of a place or a thing that rows meet again."""
    known = column.rows - column.missing
    named = bool(PLACES & set(split_name(column.name)))
    return named and known >= ROWS_OF_PLACE * column.distinct


def rows_each(column: Column) -> str:
    """How many values a column has, and rows a value, in words."""
    known = column.rows - column.missing
    values = count(column.distinct, "value")
    return f"{values} in {count(known, 'row')}, {known / column.distinct:.3g} rows each"


def is_called(column: Column, words: Iterable[str]) -> bool:
    """Whether a column's name has one of the words, in any form."""
    stems = {stem(word) for word in words}
    return any(stem(token) in stems for token in split_name(column.name))


def _is_person(column: Column) -> bool:
    """Whether the name is a person's or the like, alone or as an identifier of one."""
    tokens = [t for t in split_name(column.name) if t not in ("id", "ids", "no", "nr")]
    return len(tokens) == 1 and any(
        token in PERSONS or token.removesuffix("id") in PERSONS for token in tokens
    )
