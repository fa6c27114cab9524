"""Files that a table names: by path, by name, or by name without the ending."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from labwright.parts.folder import files_below


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
