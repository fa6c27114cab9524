"""Every table in the fetched files: where it is, how it is read, what its columns are."""

import lzma
import shutil
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from labwright.acquire.acquired import TableFile
from labwright.acquire.folders import HEAD, find_folders
from labwright.acquire.headers import header_of
from labwright.acquire.limits import check_size
from labwright.acquire.members import members_of, parts_of, refuse_packed_bomb
from labwright.acquire.not_data import LONGEST, refuse_message
from labwright.acquire.sniff import (
    ARCHIVES,
    READERS,
    SAMPLE_BYTES,
    format_of,
    marked_format,
)
from labwright.errors import DataError, ReadError
from labwright.parts import unpack
from labwright.parts.folder import files_below

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
MARKERS = ("_SUCCESS", "_metadata", "_common_metadata")
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
    notes: list[str] = field(default_factory=list)


def find_tables(folder: Path, files: Iterable[str], format_: str | None) -> Tables:
    """Look into each file, folder and archive below `folder`, in the order of names.

    Args:
        folder: The raw folder.
        files: Paths below it; a whole folder ends with a slash.
        format_: What the task says they are; None to judge by their content.
    """
    tables = Tables()
    plain = {name: folder / name for name in every_file(folder, files)}
    kinds = {name: file_format(path, format_) for name, path in plain.items()}
    archives = {a: [n for n, kind in kinds.items() if kind == a] for a in ARCHIVES}
    archives = {kind: names for kind, names in archives.items() if names}
    roots = {"": {n: path for n, path in plain.items() if kinds[n] not in ARCHIVES}}
    if archives:
        kind = max(archives, key=lambda kind: len(archives[kind]))
        tables.unpacked = UNPACKERS[kind]
        roots |= {name: unpacked(tables, folder, name, kind) for name in archives[kind]}
        for other in archives.keys() - {kind}:
            tables.ignored[f"{other} archive beside {kind} archives"] += 1
    folders = find_folders(roots)
    tables.notes += folders.notes
    for name, path in chain.from_iterable(map(dict.items, roots.values())):
        if name not in folders.files:
            kind = kinds.get(name) or file_format(path, format_)
            add_tables(tables, name, path, kind)
    tables.found += folders.tables
    leave_prose(tables)
    return tables


def every_file(folder: Path, files: Iterable[str]) -> list[str]:
    """The files, and those in the folders among them; without Spark's markers."""
    found: list[str] = []
    for name in sorted(files):
        if not name.endswith("/"):
            found.append(name)
            continue
        inside = [f"{name}{inner}" for inner in files_below(folder / name)]
        found += [path for path in inside if not path.endswith(MARKERS)]
    return found


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
        head = file.read(HEAD)
        if marked_format(head) is None:
            head += file.read(SAMPLE_BYTES - HEAD)
    found = format_of(path, head)
    return format_ if format_ and found in OPEN_FORMATS else found


def add_tables(tables: Tables, name: str, path: Path, kind: str) -> None:
    """Add the table that a file is, or those that a workbook or database has."""
    try:
        refuse_message(name, start_of(path))
    except ReadError as error:
        tables.ignored["error message or pointer"] += 1
        tables.unreadable[name] = error
        return
    if kind not in READERS:
        if kind == "HTML page":
            tables.unreadable[name] = page_instead_of_data(name)
        elif kind in ARCHIVES or kind.endswith(("archive", "compressed file")):
            tables.unreadable[name] = packed_again(name, kind)
        tables.ignored[kind] += 1
        return
    try:
        if kind in ("excel", "npz"):
            refuse_packed_bomb(path)
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


def start_of(path: Path) -> bytes:
    """The first bytes of a file, and one more than a message may have."""
    with path.open("rb") as file:
        return file.read(LONGEST + 1)


def unpacked(tables: Tables, folder: Path, archive: str, kind: str) -> dict[str, Path]:
    """Unpack those members of an archive that may be tables, or files of a folder.

    Raises:
        ReadError: the archive is a trap; see `members_of`.
    """
    try:
        members = members_of(folder / archive, kind)
        check_size(members.size, None, folder, f"what is in {archive}")
        names = [f"{archive}/{member}" for member in members.candidates]
        wanted = [] if members.folder is None else [f"{archive}/{members.folder}"]
        paths = getattr(unpack, UNPACKERS[kind])(folder, names + wanted)
    except UNPACK_FAILURES as error:
        shutil.rmtree(folder / "unpacked" / archive, ignore_errors=True)
        tables.unreadable[archive] = ReadError(
            f"a whole {kind} archive without a password in {archive}",
            str(error),
            "Unpack it yourself and name the file in it.",
            key=archive,
        )
        return {}
    tables.ignored.update(members.ignored)
    found = dict(zip(names, paths, strict=False))
    for name, path in zip(wanted, paths[len(names) :], strict=True):
        found |= {f"{name}{inner}": path / inner for inner in files_below(path)}
    return found


def page_instead_of_data(name: str) -> ReadError:
    """The error for a login page or a preview in place of the file."""
    return ReadError(
        f"a table in {name}",
        "an HTML page, as a login or a preview shows it",
        "Name the address of the file itself (on GitHub: the `raw` one).",
        key=name,
    )


def packed_again(name: str, kind: str) -> ReadError:
    """The error for an archive inside an archive, or packed in a way that none reads."""
    return ReadError(
        f"a file, or a zip, tar or gz archive of files, in {name}",
        f"an archive inside an archive ({kind})" if kind in ARCHIVES else f"a {kind}",
        "Unpack it yourself and name the file in it.",
        key=name,
    )
