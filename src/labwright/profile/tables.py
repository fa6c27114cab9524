"""The acquired files, to one table for each set of equal columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import polars as pl

from labwright.acquire.acquired import Acquired, TableFile
from labwright.acquire.headers import read_errors
from labwright.acquire.limits import check_memory
from labwright.errors import ReadError
from labwright.parts import unpack
from labwright.parts.read_csv import csv_lines, csv_rows, headers_again
from labwright.parts.stack import stack
from labwright.profile.mirrors import Read, repeated_rows, without_mirrors


@dataclass(frozen=True)
class Stacked:
    """Files of equal columns as one table.

    Attributes:
        files: Those that are stacked, in their order.
        rows: Of each of them.
        table: All rows, as they were read.
        repeats: Rows that equal one of an earlier file.
        mirrors: Path of a file that is left out, and of the file that has its rows.
        headers: Lines that repeat the header of their file, and are no rows.
    """

    files: tuple[TableFile, ...]
    rows: tuple[int, ...]
    table: pl.DataFrame
    repeats: int = 0
    mirrors: tuple[tuple[str, str], ...] = ()
    headers: int = 0


def stacked(acquired: Acquired) -> list[Stacked]:
    """Every table, those of equal columns as one, in the column order of the first.

    A source that the task says how to join is stacked with no other.

    Raises:
        ReadError: a file cannot be read in its format.
    """
    groups: dict[object, list[Read]] = {}
    for read in read_all(acquired, acquired.tables):
        source = read.file.source
        apart = source if source in acquired.joined else None
        key = (frozenset(read.table.columns), apart)
        groups.setdefault(key, []).append(read)
    return [as_one(group, acquired) for group in groups.values()]


def as_one(group: Sequence[Read], acquired: Acquired) -> Stacked:
    """Tables of equal columns below each other, without those that are mirrors."""
    if len(group) == 1:
        (read,) = group
        rows = (len(read.table),)
        return Stacked((read.file,), rows, read.table, headers=read.headers)
    kept, mirrors = without_mirrors(group, acquired.official)
    if len({read.file.reader for read in kept}) > 1:
        raise several_formats([read.file for read in kept])
    return Stacked(
        files=tuple(read.file for read in kept),
        rows=tuple(len(read.table) for read in kept),
        table=stack([read.table for read in kept]),
        repeats=repeated_rows(kept),
        mirrors=mirrors,
        headers=sum(read.headers for read in kept),
    )


def several_formats(files: Sequence[TableFile]) -> ReadError:
    """The error for parts of one set that no single reader reads."""
    listed = ", ".join(
        f"{file.path} ({file.reader.removeprefix('read_')})" for file in files
    )
    return ReadError(
        "files of equal columns in one format, to be stacked",
        listed,
        "Convert them to one format, or leave one out by `file` or data_sources.",
        key=f"data_sources[{files[-1].source}]",
    )


def read_again(acquired: Acquired, files: Sequence[TableFile]) -> pl.DataFrame:
    """The table of some files as it was read, before any cell was cleaned."""
    return stack([read.table for read in read_all(acquired, files)])


def read_together(acquired: Acquired, files: Sequence[TableFile]) -> Stacked:
    """Some files of equal columns, as one table."""
    return as_one(read_all(acquired, files), acquired)


def read_all(acquired: Acquired, files: Sequence[TableFile]) -> list[Read]:
    """What the readers make of files.

    Raises:
        ReadError: one cannot be read in its format.
        TooLargeError: together they are larger than the memory.
    """
    paths = readable(acquired, [file.path for file in files])
    check_memory(set(paths), " and ".join(file.path for file in files[:2]))
    return [read_one(file, path) for file, path in zip(files, paths, strict=True)]


def readable(acquired: Acquired, names: list[str]) -> list[Path]:
    """The readable file of each table, out of whatever archive it is in."""
    for unpacker in acquired.unpackers[1:]:
        getattr(unpack, unpacker)(acquired.folder, names)
    paths: list[Path] = getattr(unpack, acquired.unpacked)(acquired.folder, names)
    return paths


def read_one(file: TableFile, path: Path) -> Read:
    """What a reader makes of one file."""
    reader = getattr(import_module(f"labwright.parts.{file.reader}"), file.reader)
    expected = f"a table that {file.reader} reads in {file.path}"
    with read_errors(expected, file.path, path):
        if file.reader != "read_csv":
            return Read(file, reader(path, file.reading))
        lines = csv_lines(path, file.reading)
        again = int(headers_again(lines).sum())
        return Read(file, csv_rows(lines, path, file.reading), again)
