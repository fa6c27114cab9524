"""The images or sounds of a table: where they are, and which of them are broken.

Which column holds them stands in dataloader.py.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from labwright.parts.media import Media, media_of
from labwright.parts.named_files import files_by_name, with_files
from labwright.recipes.shared.fetch import readable

NAMED = 5  # files that cannot be read, in a message

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
