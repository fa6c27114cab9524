"""New images or sounds, as predict.py is given them, and what is said of them."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import polars as pl

# isort: split
from dataloader import CLASSES, DATA, FOLDERS, IDENTIFIERS, READING, TARGETS
from fetch import readable
from media import media_of_cells
from raw import read_file

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


# ---- columns -------------------------------------------------------------------------


def columns_of_classes(
    decoded: np.ndarray, targets: list[str], classes: list[str]
) -> pl.DataFrame:
    """The likeliest class of each row, and the probability of every class."""
    likeliest = [classes[i] for i in decoded.argmax(axis=1)]
    each = {f"p_{name}": decoded[:, i] for i, name in enumerate(classes)}
    return pl.DataFrame({"prediction": likeliest} | each)


# ---- files ---------------------------------------------------------------------------


def new_media(
    path: Path, column: str, suffixes: tuple[str, ...]
) -> Iterator[tuple[dict[str, Any], Path | bytes]]:
    """Each image or sound, and what names it.

    Args:
        path: Such a file, a folder, a zip archive, or a table of the training data's form.
        column: Of such a table, that names or holds them.
        suffixes: Of such files, in small letters.

    Raises:
        ValueError: a table lacks the column.
    """
    raw = DATA / "raw"
    if path.resolve().is_relative_to(raw):  # in an archive, perhaps
        (path,) = readable(raw, [path.resolve().relative_to(raw).as_posix()])
    if path.is_dir():
        for name in files_below(path):
            if name.lower().endswith(suffixes):
                yield {"file": name}, path / name
    elif path.suffix.lower() in suffixes:
        yield {"file": path.name}, path
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.lower().endswith(suffixes) and is_content(PurePosixPath(name)):
                    yield {"file": name}, archive.read(name)
    else:
        yield from media_of_table(path, column)


def media_of_table(
    path: Path, column: str
) -> Iterator[tuple[dict[str, Any], Path | bytes]]:
    """What the rows of a table name or hold, and the row's number and identifiers."""
    table = read_file(path, READING)
    if column not in table.columns:
        raise ValueError(
            f"expected a column {column!r} of files in {path.name}, found "
            f"{table.columns}. Is it a table of the form of the training data?"
        )
    folders = [path.parent] if FOLDERS else []  # they lie anywhere below
    cells = table[column].to_list()
    found = media_of_cells(cells, [path] * len(cells), folders)
    for number, row in enumerate(table.iter_rows(named=True)):
        names = {name: row.get(name) for name in IDENTIFIERS}
        yield {"row": number} | names, found[number]


# ---- what is written -----------------------------------------------------------------


def table_of_media(
    names: list[dict[str, Any]], read: list[int], decoded: np.ndarray
) -> pl.DataFrame:
    """A row for each: what names it, and what is predicted, null of what is broken.

    Args:
        names: What names each.
        read: Numbers of those that can be read.
        decoded: What is predicted of these.
    """
    predicted = columns_of_classes(decoded, TARGETS, CLASSES)
    predicted = predicted.insert_column(0, pl.Series("(number)", read, pl.UInt32))
    known = pl.DataFrame(names, infer_schema_length=None)
    known = known.select(pl.exclude(predicted.columns)).with_row_index("(number)")
    joined = known.join(predicted, on="(number)", how="left", maintain_order="left")
    return joined.drop("(number)")
