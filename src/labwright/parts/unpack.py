"""Where the readable file of each table is, once its archive is unpacked.

A table is named by its path below data/raw: `train.csv`, or, inside an archive,
`archive.zip/inner/train.csv`. The part of a workbook or database that is meant is
named the same way, `book.xlsx/Sheet2` or `shop.sqlite/orders`, and left to its reader.
"""

import gzip
import os
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import IO


def keep_files(folder: Path, tables: list[str]) -> list[Path]:
    """Nothing is packed: the tables lie in `folder` as they are."""
    return [folder / table for table in tables]


def unpack_zip(folder: Path, tables: list[str]) -> list[Path]:
    """The tables inside ZIP archives, unpacked once into `folder`/unpacked."""
    for archive, inside in packed_tables(folder, tables).items():
        if not zipfile.is_zipfile(archive):
            continue
        with zipfile.ZipFile(archive) as members:
            for name in members.namelist():
                if is_wanted(name, inside):
                    with members.open(name) as stream:
                        write_whole(stream, unpacked_path(folder, archive, name))
    return readable_paths(folder, tables)


def unpack_tar(folder: Path, tables: list[str]) -> list[Path]:
    """The tables inside TAR archives, compressed or not, unpacked once."""
    for archive, inside in packed_tables(folder, tables).items():
        if not tarfile.is_tarfile(archive):
            continue
        with tarfile.open(archive) as members:
            for member in members:
                if member.isfile() and is_wanted(member.name, inside):
                    stream = members.extractfile(member)
                    write_whole(stream, unpacked_path(folder, archive, member.name))
    return readable_paths(folder, tables)


def unpack_gz(folder: Path, tables: list[str]) -> list[Path]:
    """Tables that are gzipped one by one (`train.csv.gz/train.csv`), unpacked once."""
    for archive, inside in packed_tables(folder, tables).items():
        name = Path(archive.name).stem
        if archive.suffix.lower() == ".gz" and is_wanted(name, inside):
            with gzip.open(archive) as stream:
                write_whole(stream, unpacked_path(folder, archive, name))
    return readable_paths(folder, tables)


def packed_tables(folder: Path, tables: list[str]) -> dict[Path, list[str]]:
    """Each archive with the tables inside it that are not unpacked yet."""
    packed: dict[Path, list[str]] = {}
    for table in tables:
        parts = Path(table).parts
        for i in range(1, len(parts)):
            archive = folder.joinpath(*parts[:i])
            if archive.is_file() and not exists_above(folder / "unpacked" / table):
                packed.setdefault(archive, []).append("/".join(parts[i:]))
    return packed


def exists_above(path: Path) -> bool:
    """Whether `path`, or the workbook or database that it is a part of, is a file."""
    return path.is_file() or path.parent.is_file()


def is_wanted(member: str, tables: list[str]) -> bool:
    """Whether a member of an archive is one of `tables`, or a workbook that holds one."""
    name = Path(member).as_posix()  # without a leading ./
    return any(table == name or table.startswith(name + "/") for table in tables)


def unpacked_path(folder: Path, archive: Path, member: str) -> Path:
    return folder / "unpacked" / archive.relative_to(folder) / member


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
