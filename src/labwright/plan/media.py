"""Whether a table is about images or sounds, and in which column they are."""

from collections.abc import Set as AbstractSet
from pathlib import Path

from labwright.acquire.acquired import Acquired
from labwright.acquire.sniff import marked_format
from labwright.plan.recipe import RecipeChoice
from labwright.plan.say import count, line, percent
from labwright.plan.words import split_name
from labwright.profile.facts import Column, TableProfile
from labwright.profile.kinds import stored_content
from labwright.task.model import Task

FEW_BESIDE = 3  # columns of numbers and categories, the target among them
NAMED = 0.9  # share of a column's cells that name a file
SAMPLE = 2_000  # cells of it that are looked up
HEAD = 512  # bytes by which a file is known


def find_media(
    task: Task,
    table: TableProfile,
    acquired: Acquired,
    content: str,
    recipe: str,
    words: AbstractSet[str],
) -> RecipeChoice | None:
    """A folder of media, a column of such files, or one that names them.

    Args:
        task: Its words count where other columns stand beside the media.
        table: The table that is predicted from.
        acquired: With the folders that a table may name files of.
        content: "image" or "sound".
        recipe: That reads them.
        words: That say that a task is about them.
    """
    change = line("recipe", "table")
    file = table.files[0]
    if file.reader == "read_folder":
        if file.reading["holds"] != f"{content}s":
            return None
        suffixes = ", ".join(file.reading["suffixes"])
        reason = f"{count(table.rows, content)} ({suffixes}), a row for each file"
        return RecipeChoice(recipe, ("file",), reason, change, equal_in=("sha256",))
    if task.recipe != recipe and not is_about(task, table, words):
        return None
    for name, column in table.columns.items():
        if column.kind == "media" and stored_content(table.table[name]) == content:
            reason = f"`{name}` holds {count(column.rows - column.missing, content)}"
            equal_in = (f"{name}.sha256",)
            return RecipeChoice(recipe, (name,), reason, change, equal_in=equal_in)
    for name, column in table.columns.items():
        if share := named_media(table, column, acquired, content):
            reason = f"{percent(share)} of `{name}` name {content}s that are there"
            return RecipeChoice(recipe, (name,), reason, change)
    return None


def is_about(task: Task, table: TableProfile, words: AbstractSet[str]) -> bool:
    """Whether little stands beside the media, or the task's words are of them."""
    usual = ("number", "category", "boolean", "date")
    beside = [column for column in table.columns.values() if column.kind in usual]
    return len(beside) <= FEW_BESIDE or bool(words_of(task) & words)


def words_of(task: Task) -> set[str]:
    """The words of a task's name and descriptions, in lower case."""
    said = (task.name, task.description, task.input_description)
    return {
        word for text in (*said, task.output_description) for word in split_name(text)
    }


def media_folders(acquired: Acquired, content: str) -> list[str]:
    """Paths of the acquired folders of images or of sounds."""
    return [
        table.path
        for table in acquired.tables
        if table.reader == "read_folder" and table.reading["holds"] == f"{content}s"
    ]


def named_media(
    table: TableProfile, column: Column, acquired: Acquired, content: str
) -> float:
    """Share of a column's cells that name a file; 0 where they are not nearly all."""
    from labwright.parts import unpack
    from labwright.parts.media import media_of
    from labwright.parts.named_files import file_named, files_by_name

    if column.kind not in ("path", "identifier", "text", "category"):
        return 0.0
    if column.distinct < column.rows / 2:
        return 0.0
    cells = [str(c) for c in table.table[column.name].drop_nulls().head(SAMPLE)]
    unpacked = getattr(unpack, acquired.unpacked)
    if folders := media_folders(acquired, content):
        files = files_by_name(unpacked(acquired.folder, folders))
        found = [file_named(cell, files) is not None for cell in cells]
    else:
        (base,) = unpacked(acquired.folder, [table.files[0].path])
        beside = [media_of(cell, base) for cell in cells]
        kinds = [content_of(path) for path in beside if isinstance(path, Path)]
        found = [kind == content for kind in kinds]
    share = sum(found) / max(1, len(cells))
    return share if share >= NAMED else 0.0


def content_of(path: Path) -> str | None:
    """What a file is by its first bytes, "image", "sound" …; None where there is none."""
    try:
        with path.open("rb") as file:
            return marked_format(file.read(HEAD))
    except (OSError, ValueError):  # no file, or a text that can be no path
        return None
