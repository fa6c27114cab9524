"""Every table in the fetched files: where it is, how it is read, what its columns are."""

import lzma
import shutil
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from labwright.acquire.acquired import TableFile
from labwright.acquire.headers import header_of
from labwright.acquire.limits import check_size
from labwright.acquire.members import members_of, parts_of
from labwright.acquire.sniff import ARCHIVES, READERS, SAMPLE_BYTES, format_of
from labwright.errors import DataError, ReadError
from labwright.parts import unpack

UNPACK_FAILURES = (
    OSError,  # gzip.BadGzipFile too
    EOFError,
    RuntimeError,  # a password; NotImplementedError, an unknown compression
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
)
# What text is, and bytes that nothing marks, may be a matter of opinion.
OPEN_FORMATS = {
    "csv",
    "tsv",
    "json",
    "jsonl",
    "arff",
    "conll",
    "text for people",
    "binary file",
}
UNPACKERS = {"zip": "unpack_zip", "tar": "unpack_tar", "gz": "unpack_gz"}


@dataclass
class Tables:
    """The tables found, the part that unpacks them, and what was left aside and why."""

    found: list[TableFile] = field(default_factory=list)
    unpacked: str = "keep_files"
    ignored: Counter[str] = field(default_factory=Counter)
    unreadable: dict[str, DataError] = field(default_factory=dict)
    class_names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    target: str | None = None  # that a file names itself


def find_tables(folder: Path, files: Iterable[str], format_: str | None) -> Tables:
    """Look into each file and archive below `folder`, in the order of their names.

    Args:
        folder: The raw folder.
        files: Paths below it.
        format_: What the task says they are; None to judge by their content.
    """
    tables = Tables()
    packed: dict[str, list[str]] = {}
    for name in sorted(files):
        kind = file_format(folder / name, format_)
        if kind in ARCHIVES:
            packed.setdefault(kind, []).append(name)
        else:
            add_tables(tables, name, folder / name, kind)
    if packed:
        kind = max(packed, key=lambda kind: len(packed[kind]))
        tables.unpacked = UNPACKERS[kind]
        for name in packed.pop(kind):
            add_members(tables, folder, name, kind, format_)
        for other in packed:
            tables.ignored[f"{other} archive beside {kind} archives"] += 1
    leave_prose(tables)
    return tables


def leave_prose(tables: Tables) -> None:
    """Text of one column that does not call itself a table is prose beside real ones."""
    prose = [
        table
        for table in tables.found
        if table.reader == "read_csv"
        and len(table.columns) == 1
        and not table.path.lower().endswith((".csv", ".tsv"))
    ]
    if len(prose) < len(tables.found):
        tables.found = [table for table in tables.found if table not in prose]
        tables.ignored.update(["text for people"] * len(prose))


def file_format(path: Path, format_: str | None) -> str:
    """The format by content; the task's word counts where the content leaves it open."""
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    found = format_of(path, head)
    return format_ if format_ and found in OPEN_FORMATS else found


def add_tables(tables: Tables, name: str, path: Path, kind: str) -> None:
    """Add the table that a file is, or those that a workbook or database has."""
    if kind not in READERS:
        tables.ignored[kind] += 1
        if kind == "HTML page":
            tables.unreadable[name] = page_instead_of_data(name)
        return
    try:
        for part in parts_of(path, kind):
            inside = f"/{part}" if part else ""
            whole = path / part if part else path
            header = header_of(whole, kind, name + inside)
            columns, reading = tuple(header.columns), header.reading
            tables.found.append(
                TableFile(name + inside, READERS[kind], reading, columns)
            )
            tables.class_names |= header.class_names
            tables.target = tables.target or header.target
    except DataError as error:
        tables.unreadable[name] = error


def add_members(
    tables: Tables, folder: Path, archive: str, kind: str, format_: str | None
) -> None:
    """Unpack those members of an archive that may be tables, and add them."""
    try:
        members = members_of(folder / archive, kind)
        check_size(members.size, None, folder, f"what is in {archive}")
        names = [f"{archive}/{member}" for member in members.candidates]
        paths = getattr(unpack, UNPACKERS[kind])(folder, names)
    except UNPACK_FAILURES as error:
        shutil.rmtree(folder / "unpacked" / archive, ignore_errors=True)
        tables.unreadable[archive] = ReadError(
            f"a whole {kind} archive without a password in {archive}",
            str(error),
            "Unpack it yourself and name the file in it.",
            key=archive,
        )
        return
    tables.ignored.update(members.ignored)
    for name, path in zip(names, paths, strict=True):
        inner = file_format(path, format_)
        if inner in ARCHIVES:
            tables.ignored["archive inside an archive"] += 1
        else:
            add_tables(tables, name, path, inner)


def page_instead_of_data(name: str) -> ReadError:
    """The error for a login page or a preview in place of the file."""
    return ReadError(
        f"a table in {name}",
        "an HTML page, as a login or a preview shows it",
        "Name the address of the file itself (on GitHub: the `raw` one).",
        key=name,
    )
