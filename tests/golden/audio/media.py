"""The images or sounds of a table: where they are, and which of them are broken.

Which column holds them stands in dataloader.py.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

import polars as pl

# isort: split
from fetch import readable

NAMED = 5  # files that cannot be read, in a message

# ---- media ---------------------------------------------------------------------------

Media: TypeAlias = Path | bytes  # a file, or what is in one


def media_of(cell: Any, base: Path) -> Media:
    """What a cell of a table means: a path, or bytes with a path as the Hub stores them.

    Args:
        cell: A text, or a dict with `bytes` and `path`.
        base: The table: a folder, below which paths are, or a file, beside which they are.
    """
    if isinstance(cell, dict):
        if cell["bytes"] is not None:
            return bytes(cell["bytes"])
        cell = cell["path"]
    return (base if base.is_dir() else base.parent) / str(cell)


# ---- folder --------------------------------------------------------------------------

JUNK = {"__macosx", "thumbs.db", "desktop.ini", "@eadir"}  # beside hidden files


def is_content(path: PurePosixPath) -> bool:
    """Whether a path below a folder stays in it and is no system's leftover."""
    odd = any(part.startswith(".") or part.lower() in JUNK for part in path.parts)
    return not odd and not path.is_absolute()


def files_below(folder: Path) -> list[str]:
    """Paths of the files below `folder`, relative to it, written with / and sorted."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if is_content(PurePosixPath(name))]
        inside = PurePosixPath(Path(place).relative_to(folder).as_posix())
        found += [str(inside / n) for n in names if is_content(PurePosixPath(n))]
    return sorted(found)


# ---- named files ---------------------------------------------------------------------


def files_by_name(folders: Iterable[Path]) -> dict[str, Path | None]:
    """The files below folders by their paths, names and names without an ending.

    None where two files have the name: such a name means none of them.
    """
    found: dict[str, Path | None] = {}
    for folder in folders:
        for inside in files_below(folder):
            path = folder / inside
            name = PurePosixPath(inside)
            for key in {inside, str(name.with_suffix("")), name.name, name.stem}:
                found[key] = path if found.get(key, path) == path else None
    return found


def with_files(cells: Iterable[Any], files: dict[str, Path | None]) -> list[Path]:
    """The file that each cell names; where there is none, a path that leads nowhere."""
    return [file_named(str(cell), files) or Path(str(cell)) for cell in cells]


def file_named(cell: str, files: dict[str, Path | None]) -> Path | None:
    """The file by as much of its path, from the end on, as is known."""
    parts = PurePosixPath(cell.replace("\\", "/")).parts
    for i in range(len(parts)):
        if file := files.get("/".join(parts[i:])):
            return file
    return None


# ---- from cells to files -------------------------------------------------------------


def media_of_rows(
    table: pl.DataFrame,
    column: str,
    folder: Path,
    tables: list[str],
    folders: list[str],
) -> list[Media]:
    """What the column of each row names or holds: a file, or its bytes.

    A file lies below or beside the row's table, or in one of `folders`, which hold the
    files that a table names.
    """
    bases = dict(zip(tables, readable(folder, tables), strict=True))
    of_rows = [bases[name] for name in table["(file)"]]
    return media_of_cells(table[column].to_list(), of_rows, readable(folder, folders))


def media_of_cells(
    cells: Sequence[Any], bases: Sequence[Path], folders: Sequence[Path]
) -> list[Media]:
    """What each cell means: anywhere in `folders` if there are any, else by its base."""
    if folders:
        return [*with_files(cells, files_by_name(folders))]
    return [media_of(cell, base) for cell, base in zip(cells, bases, strict=True)]


# ---- what cannot be read -------------------------------------------------------------


def name_of(each: Media) -> str:
    """How a message names an image or a sound."""
    return each.name if isinstance(each, Path) else f"one of {len(each):,} bytes"


def refuse_many(broken: list[str], count: int, what: str, most: float) -> str:
    """What is to be said of those that cannot be read.

    Args:
        broken: Name and fault of each.
        count: How many there are in all.
        what: "images" or "sounds".
        most: Share of all that may be broken.

    Raises:
        ValueError: they are more.
    """
    shown = ", ".join(broken[:NAMED]) + (" …" if len(broken) > NAMED else "")
    said = f"{len(broken):,} of {count:,} {what} cannot be read: {shown}"
    if len(broken) > most * count:
        raise ValueError(
            f"expected {what} that can be read but for {most:.1%} of them, found that "
            f"{said}. Mend or remove these, or raise MAX_BROKEN in dataloader.py."
        )
    return said
