"""Where the readable file of each table is, once its archive is unpacked.

A table is named by its path below data/raw: `train.csv`, or, inside an archive,
`archive.zip/inner/train.csv`. The part of a workbook or database that is meant is
named the same way, `book.xlsx/Sheet2` or `shop.sqlite/orders`, and left to its reader.
A whole folder ends with a slash: `archive.zip/train/`, or `archive.zip/` for all in it.
"""

import gzip
import os
import shutil
import tarfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO

from tqdm import tqdm

from labwright.parts.folder import is_content

WHOLE = ".whole"  # marks a folder of which every file is unpacked


def keep_files(folder: Path, tables: list[str]) -> list[Path]:
    """Nothing is packed: the tables lie in `folder` as they are."""
    return [folder / table for table in tables]


def unpack_zip(folder: Path, tables: list[str]) -> list[Path]:
    """The tables inside ZIP archives, unpacked once into `folder`/unpacked."""
    for archive, inside in packed_tables(folder, tables).items():
        if not zipfile.is_zipfile(archive):
            continue
        with zipfile.ZipFile(archive) as members:
            for name in tqdm(members.namelist(), "unpack", unit="files", delay=1):
                path = unpacked_path(folder, archive, name)
                if is_wanted(name, inside) and not path.exists():
                    with members.open(name) as stream:
                        write_whole(stream, path)
        mark_whole(folder, archive, inside)
    return readable_paths(folder, tables)


def unpack_tar(folder: Path, tables: list[str]) -> list[Path]:
    """The tables inside TAR archives, compressed or not, unpacked once."""
    for archive, inside in packed_tables(folder, tables).items():
        if not tarfile.is_tarfile(archive):
            continue
        with tarfile.open(archive) as members:
            for member in tqdm(members, "unpack", unit="files", delay=1):
                path = unpacked_path(folder, archive, member.name)
                wanted = member.isfile() and is_wanted(member.name, inside)
                if wanted and not path.exists():
                    write_whole(members.extractfile(member), path)
        mark_whole(folder, archive, inside)
    return readable_paths(folder, tables)


def unpack_gz(folder: Path, tables: list[str]) -> list[Path]:
    """Tables that are gzipped one by one (`train.csv.gz/train.csv`), unpacked once."""
    for archive, inside in packed_tables(folder, tables).items():
        name = Path(archive.name).stem
        if is_gzip(archive) and is_wanted(name, inside):
            with gzip.open(archive) as stream:
                write_whole(stream, unpacked_path(folder, archive, name))
    return readable_paths(folder, tables)


def is_gzip(path: Path) -> bool:
    """By its first bytes, whatever it is called."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def packed_tables(folder: Path, tables: list[str]) -> dict[Path, set[str]]:
    """Each archive with the tables inside it that are not unpacked yet.

    A part of a workbook brings the name of the workbook too.
    """
    packed: dict[Path, set[str]] = {}
    for table in tables:
        parts = table.split("/")
        for i in range(1, len(parts)):
            archive = folder.joinpath(*parts[:i])
            if archive.is_file() and not exists_above(folder / "unpacked" / table):
                inside = "/".join(parts[i:])
                above = map(str, PurePosixPath(inside).parents)
                packed.setdefault(archive, set()).update((inside, *above))
    return packed


def exists_above(path: Path) -> bool:
    """Whether `path`, or the workbook or database that it is a part of, is whole."""
    return path.is_file() or path.parent.is_file() or (path / WHOLE).is_file()


def is_wanted(member: str, tables: set[str]) -> bool:
    """Whether a member is among `tables`, or in a folder that is; never one outside."""
    name = PurePosixPath(member)  # without a leading ./
    if not member or member.endswith("/") or not is_content(name):
        return False
    folders = {f"{above}/" for above in name.parents} | {""}
    return str(name) in tables or not folders.isdisjoint(tables)


def unpacked_path(folder: Path, archive: Path, member: str) -> Path:
    return folder / "unpacked" / archive.relative_to(folder) / member


def mark_whole(folder: Path, archive: Path, tables: set[str]) -> None:
    """Note of each folder among `tables` that it need not be unpacked again."""
    for table in tables:
        path = unpacked_path(folder, archive, table)
        if (table == "" or table.endswith("/")) and path.is_dir():
            (path / WHOLE).touch()


def readable_paths(folder: Path, tables: list[str]) -> list[Path]:
    """Unpacked where there is an unpacked file, else as it lies in `folder`."""
    unpacked = [folder / "unpacked" / table for table in tables]
    return [
        path if exists_above(path) else folder / table
        for path, table in zip(unpacked, tables, strict=True)
    ]


def write_whole(stream: IO[bytes] | gzip.GzipFile | None, path: Path) -> None:
    """Write a stream to `path`, which never holds half of it."""
    if stream is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        shutil.copyfileobj(stream, file, 1 << 20)
    part.rename(path)
