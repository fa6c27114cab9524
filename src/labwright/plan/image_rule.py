"""Whether a table is about images, and in which column they are."""

from labwright.acquire.acquired import Acquired
from labwright.plan.recipe import RecipeChoice
from labwright.plan.say import count, line, percent
from labwright.plan.words import split_name
from labwright.profile.facts import Column, TableProfile
from labwright.profile.kinds import stored_content
from labwright.task.model import Task

FEW_BESIDE = 3  # columns of numbers and categories, the target among them
NAMED = 0.9  # share of a column's cells that name a file
SAMPLE = 2_000  # cells of it that are looked up
WORDS = {
    "image", "images", "photo", "photos", "photograph", "photographs", "picture",
    "pictures", "drawing", "drawings", "scan", "scans", "xray", "painting", "paintings",
    "microscopy", "satellite", "aerial", "handwritten", "pixels",
}  # fmt: skip


def find_images(
    task: Task, table: TableProfile, acquired: Acquired
) -> RecipeChoice | None:
    """A folder of images, a column of image files, or one that names image files."""
    change = line("recipe", "table")
    file = table.files[0]
    if file.reader == "read_folder":
        if file.reading["holds"] != "images":
            return None
        suffixes = ", ".join(file.reading["suffixes"])
        reason = f"{count(table.rows, 'image')} ({suffixes}), a row for each file"
        return RecipeChoice("image", ("file",), reason, change, equal_in=("sha256",))
    if task.recipe != "image" and not is_about_images(task, table):
        return None
    for name, column in table.columns.items():
        if column.kind == "media" and stored_content(table.table[name]) == "image":
            reason = f"`{name}` holds {count(column.rows - column.missing, 'image')}"
            equal_in = (f"{name}.sha256",)
            return RecipeChoice("image", (name,), reason, change, equal_in=equal_in)
    for name, column in table.columns.items():
        if share := named_images(table, column, acquired):
            reason = f"{percent(share)} of `{name}` name images that are there"
            return RecipeChoice("image", (name,), reason, change)
    return None


def is_about_images(task: Task, table: TableProfile) -> bool:
    """Whether little stands beside the images, or the words are of images."""
    usual = ("number", "category", "boolean", "date")
    beside = [column for column in table.columns.values() if column.kind in usual]
    return len(beside) <= FEW_BESIDE or bool(words_of(task) & WORDS)


def words_of(task: Task) -> set[str]:
    """The words of a task's name and descriptions, in lower case."""
    said = (task.name, task.description, task.input_description)
    return {
        word for text in (*said, task.output_description) for word in split_name(text)
    }


def image_folders(acquired: Acquired) -> list[str]:
    """Paths of the acquired folders of images."""
    return [
        table.path
        for table in acquired.tables
        if table.reader == "read_folder" and table.reading["holds"] == "images"
    ]


def named_images(table: TableProfile, column: Column, acquired: Acquired) -> float:
    """Share of a column's cells that name an image; 0 where they are not nearly all."""
    from labwright.parts import unpack
    from labwright.parts.named_files import file_named, files_by_name

    if column.kind not in ("path", "identifier", "text", "category"):
        return 0.0
    folders = image_folders(acquired)
    if not folders or column.distinct < column.rows / 2:
        return 0.0
    paths = getattr(unpack, acquired.unpacked)(acquired.folder, folders)
    files = files_by_name(paths)
    cells = table.table[column.name].drop_nulls().head(SAMPLE)
    found = sum(file_named(str(cell), files) is not None for cell in cells)
    share = found / max(1, len(cells))
    return share if share >= NAMED else 0.0
