"""The data as their source has them: the tables in data/raw, read and stacked.

What is read stands in dataloader.py; here is only how.
"""

import hashlib
import os
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl
from tqdm import tqdm

# isort: split
from fetch import readable

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


# ---- hashing -------------------------------------------------------------------------


def sha256_of(path: Path) -> str:
    """sha256 of a file's bytes, or of a folder's names and files, as 64 digits."""
    if path.is_dir():
        lines = [f"{name} {sha256_of(path / name)}\n" for name in files_below(path)]
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---- read folder ---------------------------------------------------------------------


def read_folder(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """What lies below a folder, in the order of the names.

    Columns: `file`, the path below the folder; `folder`, `folder_2` … the folders that
    the file lies in, null where it lies less deep; then `text`, or for images and sounds
    the `sha256` of the file.

    Args:
        path: Of the folder.
        reading: "holds" ("images", "sounds" or "texts"); "suffixes" of the files, in
            lower case; "levels", the positions of the folders that become columns, 0 for
            those right below `path`; "depth", in how many folders a file must lie,
            optional.
    """
    names = [name for name in files_below(path) if is_listed(name, reading)]
    folders = [PurePosixPath(name).parts[:-1] for name in names]
    columns = {"file": pl.Series(names, dtype=pl.String)}
    for number, level in enumerate(reading["levels"], start=1):
        values = [parts[level] if level < len(parts) else None for parts in folders]
        column = "folder" if number == 1 else f"folder_{number}"
        columns[column] = pl.Series(values, dtype=pl.String)
    read, holds = sha256_of, "sha256"
    if reading["holds"] == "texts":
        read, holds = text_of, "text"
    bar = tqdm(names, desc=f"read {path.name}", unit="files", delay=1)
    columns[holds] = pl.Series([read(path / name) for name in bar], dtype=pl.String)
    return pl.DataFrame(columns)


def is_listed(name: str, reading: dict[str, Any]) -> bool:
    """Whether a file has one of the suffixes and lies as deep as is asked for."""
    file = PurePosixPath(name)
    depth = len(file.parts) - 1
    as_deep = depth == reading.get("depth", depth)
    return as_deep and file.suffix.lower() in reading["suffixes"]


def text_of(path: Path) -> str:
    """A file's text: UTF-8, UTF-16 where it says so, else one byte a character."""
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


# ---- stack ---------------------------------------------------------------------------


def stack(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """Tables one below the other, in the column order of the first.

    A column that is numbers in one file and something else in another becomes text.
    """
    names = tables[0].columns
    schemas = [table.schema for table in tables]
    types = {name: {schema[name] for schema in schemas} for name in names}
    mixed = [
        name
        for name in names
        if len(types[name]) > 1 and not all(t.is_numeric() for t in types[name])
    ]
    columns = [
        {n: t[n].cast(pl.String) if n in mixed else t[n] for n in names} for t in tables
    ]
    return pl.concat([pl.DataFrame(c) for c in columns], how="vertical_relaxed")


# ---- from files to a table -----------------------------------------------------------


def read_file(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """One table as its file has it."""
    return read_folder(path, reading)


def read_new(folder: Path, path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """New rows of a file, which may be a member of an archive in data/raw."""
    if path.resolve().is_relative_to(folder):
        name = path.resolve().relative_to(folder).as_posix()
        (path,) = readable(folder, [name])
    return read_file(path, reading)


def read(folder: Path, tables: list[str], reading: dict[str, Any]) -> pl.DataFrame:
    """The tables one below the other; "(file)" says which of them a row came from."""
    paths = readable(folder, tables)
    parts = [
        read_file(path, reading).with_columns(pl.lit(name).alias("(file)"))
        for name, path in zip(tables, paths, strict=True)
    ]
    return stack(parts)
