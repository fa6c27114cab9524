"""Where the data come from: fetched once into data/raw, verified, and unpacked.

What is fetched stands in dataloader.py; here is only how.
"""

import gzip
import hashlib
import os
import shutil
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO

from tqdm import tqdm

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


def refuse_change(path: Path, expected: str | None, found: str) -> None:
    """Stop before a file is opened that is not the one the experiment was made from.

    Raises:
        ValueError: the two fingerprints differ; `expected` None accepts any file.
    """
    if expected is not None and found != expected:
        raise ValueError(
            f"{path} is not the file this experiment was made from: expected sha256 "
            f"{expected[:12]}…, found {found[:12]}…. Delete the file to fetch it again; "
            f"SHA256/FILES value None accepts the new file."
        )


# ---- fetch local ---------------------------------------------------------------------

LINK_FROM = 64 * 2**20  # bytes: a file or folder this large is linked, not copied


def fetch_local(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Bring `files` from `source` into `folder` unless they are there.

    Args:
        source: File, folder or glob, relative to the workspace: the folder that holds
            `experiments`. An absolute path is taken as it is.
        revision: Not used; files on a disk have no versions.
        files: Path below the source's folder, which it keeps below `folder`, and sha256;
            a whole folder ends with a slash.
        folder: data/raw of the experiment: <workspace>/experiments/<name>/data/raw.
        max_bytes: Not used; what is on the disk already is not limited.

    Raises:
        FileNotFoundError: a file is no longer where the experiment found it.
        ValueError: a file is not the one this experiment was made from.
    """
    root = folder.absolute().parents[3] / source
    while not root.is_dir():  # of a file or a glob: the last folder without a pattern
        root = root.parent
    for name, sha256 in files.items():
        path = folder / name
        if not path.exists():
            origin = root / name
            if not (origin.is_dir() if name.endswith("/") else origin.is_file()):
                what = "folder" if name.endswith("/") else "file"
                raise FileNotFoundError(
                    f"expected {origin}, found no {what} there. Put it back, or name "
                    f"its new place in SOURCE."
                )
            bring(origin, path)
        if sha256:
            refuse_change(path, sha256, sha256_of(path))


def bring(origin: Path, path: Path) -> None:
    """The file or folder `origin` at `path`, which never holds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    if not origin.is_dir():
        copy_or_link(origin, part, origin.stat().st_size >= LINK_FROM)
    else:
        shutil.rmtree(part, ignore_errors=True)  # of a try that was broken off
        names = files_below(origin)
        size = sum((origin / name).stat().st_size for name in names)
        for name in names:
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            copy_or_link(origin / name, part / name, size >= LINK_FROM)
    part.rename(path)


def copy_or_link(origin: Path, path: Path, large: bool) -> None:
    """A copy of `origin` at `path`; a link where a copy would cost time and space."""
    origin = origin.resolve()  # the file itself, should `origin` be a link to it
    path.unlink(missing_ok=True)
    for link in (os.link, os.symlink) if large else ():
        try:
            link(origin, path)  # a hard link cannot leave its disk
            return
        except OSError:
            continue
    shutil.copyfile(origin, path)


# ---- unpack --------------------------------------------------------------------------

WHOLE = ".whole"  # marks a folder of which every file is unpacked


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


# ---- from the source to readable files -----------------------------------------------


def fetch(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Bring `files` below `folder`, unless they are there, and verify each sha256."""
    fetch_local(source, revision, files, folder, max_bytes)


def readable(folder: Path, tables: list[str]) -> list[Path]:
    """The file of each table, taken out of its archive where it is in one."""
    return unpack_zip(folder, tables)
