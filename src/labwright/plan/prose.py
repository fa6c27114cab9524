"""When a table is texts to be read, and which columns those are."""

from dataclasses import dataclass

import polars as pl

from labwright.acquire.acquired import Acquired
from labwright.errors import TaskError
from labwright.plan.recipe import RecipeChoice
from labwright.plan.say import count, line, names
from labwright.plan.words import split_name, stem, word_set
from labwright.profile.facts import Column, TableProfile
from labwright.task.model import Task

LOOKED_AT = 2_000  # rows whose words are counted
WORDS = 3.0  # on average, from which a text says something
LETTERS = 12.0  # on average, where a language writes no blanks
FEW_BESIDE = 2  # useful columns beside the texts, of which one may be the target
MANY_BESIDE = (
    8  # those up to which a long text still outweighs them, if the task says so
)
LONG = 100.0  # characters on average of a text that does
SAID = word_set(
    "text review comment message tweet article sentence document post abstract headline "
    "essay letter email mail note book story question answer news plot caption lyric "
    "transcript title complaint feedback say write read word language sentiment tone "
    "topic spam toxic"
)


@dataclass(frozen=True)
class Prose:
    """A column of texts: words of one on average, and what was measured of it."""

    name: str
    words: float
    letters: float


def prose_of(table: TableProfile, column: Column) -> Prose | None:
    """The column as texts; None for codes, names of files and single words."""
    cells = table.table[column.name].alias("text").drop_nulls()
    if not isinstance(cells.dtype, pl.String):
        return None
    cells = cells.gather_every(max(1, len(cells) // LOOKED_AT))
    found = cells.to_frame().select(
        pl.col("text").str.count_matches(r"\S+").mean().alias("words"),
        pl.col("text").str.len_chars().mean().alias("letters"),
        pl.col("text").str.count_matches(r"\p{Lo}").mean().alias("unspaced"),
    )
    words, letters, unspaced = (float(each or 0) for each in found.row(0))
    spoken = words >= WORDS or (letters >= LETTERS and unspaced >= letters / 2)
    return Prose(column.name, words, letters) if spoken else None


def proses_of(task: Task, table: TableProfile) -> list[Prose]:
    """The columns of free text that may be read, in the order of the table."""
    targets = (task.target,) if isinstance(task.target, str) else task.target or ()
    asked = task.inputs if task.recipe == "text" else None
    found = []
    for name, column in table.columns.items():
        is_text = name in asked if asked is not None else column.kind == "text"
        is_open = task.inputs is None or name in task.inputs
        if is_text and is_open and name not in {*targets, *task.drop}:
            found.append(prose_of(table, column))
    if any(file.reader == "read_folder" for file in table.files):
        return [prose for prose in found if prose and prose.name == "text"]
    return [prose for prose in found if prose]


def useful_beside(task: Task, table: TableProfile, proses: list[Prose]) -> list[str]:
    """Columns beside the texts that a table would read, the target perhaps among them."""
    read = {prose.name for prose in proses} | set(task.drop)
    return [
        name
        for name, column in table.columns.items()
        if column.kind in ("number", "category", "boolean", "date")
        and name not in read
        and (task.inputs is None or name in task.inputs or name == task.target)
    ]


def said_stems(task: Task) -> dict[str, str]:
    """The words of the task's descriptions, by their stems."""
    described = (task.description, task.input_description, task.output_description)
    return {stem(word): word for field in described for word in split_name(field)}


def speaks_of_others(task: Task, beside: list[str]) -> bool:
    """Whether the task names a column beside the texts; one of them is the target."""
    said = said_stems(task).keys()
    named = [
        name for name in beside if {stem(word) for word in split_name(name)} <= said
    ]
    targets = (task.target,) if isinstance(task.target, str) else task.target or ()
    return len(set(named) - set(targets)) > (not targets)


def speaks_of_text(task: Task, proses: list[Prose]) -> str:
    """A word of the task that means its texts, or the name of their column; or ""."""
    stems = said_stems(task)
    wanted = {stem(word) for word in SAID}
    for prose in proses:
        wanted |= {stem(word) for word in split_name(prose.name) if len(word) > 3}
    found = sorted(wanted & stems.keys())
    return stems[found[0]] if found else ""


def text_rule(
    task: Task, table: TableProfile, acquired: Acquired
) -> RecipeChoice | None:
    """Texts, where they are most of what a row says; a table's columns otherwise.

    That is: they are asked for; or hardly a column is useful beside them; or they are
    long and the task speaks of them and of no other column.

    Raises:
        TaskError: a pretrained text encoder is asked for and there are no texts.
    """
    proses = proses_of(task, table)
    if not proses:
        if task.pretrained:
            raise TaskError(
                "a column of texts for the pretrained encoder to read",
                f"none among {count(len(table.columns), 'column')}",
                f"Take {line('pretrained', task.pretrained)} out of the task file.",
                key="pretrained",
            )
        return None
    columns = tuple(prose.name for prose in proses)
    longest = max(proses, key=lambda prose: prose.letters)
    each = (
        f"`{longest.name}` has {longest.words:.1f} words on average"
        if longest.words >= WORDS
        else f"`{longest.name}` has {longest.letters:.0f} characters on average"
    )
    change = line("recipe", "table")
    if task.recipe == "text":
        return RecipeChoice("text", columns, f"the task file says so; {each}", change)
    if task.pretrained:
        reason = f"the task names a pretrained text encoder; {each}"
        return RecipeChoice("text", columns, reason, change)
    beside = useful_beside(task, table, proses)
    shown = names(beside, 4) if beside else "none"
    if len(beside) <= FEW_BESIDE:
        reason = (
            f"{each}, and {count(len(beside), 'column')} of numbers, categories or "
            f"dates stand beside, the target among them: {shown}"
        )
        return RecipeChoice("text", columns, reason, change)
    word = speaks_of_text(task, [longest])
    outweighs = len(beside) <= MANY_BESIDE and longest.letters >= LONG
    if outweighs and word and not speaks_of_others(task, beside):
        reason = (
            f"{each}, and the task speaks of it ({word!r}) and of none of the "
            f"{len(beside)} columns beside: {shown}"
        )
        return RecipeChoice("text", columns, reason, change)
    return None
