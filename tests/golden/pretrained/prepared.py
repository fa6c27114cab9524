"""Data are prepared once for each version of code and raw files, and never half.

Called by dataloader.py; nothing here needs editing.
"""

import hashlib
import inspect
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from whole import one_at_a_time, sync

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


# ---- identity ------------------------------------------------------------------------


def identity(
    code: Iterable[Callable[..., Any]], files: Mapping[str, str | None], raw: Path
) -> str:
    """Names what is prepared: by the files that define `code`, those beside them whose
    functions these use, and the raw files.
    """
    known = hashlib.sha256()
    for path in dict.fromkeys(file for one in code for file in files_behind(one)):
        known.update(path.read_bytes())
    for name, sha256 in files.items():
        path = raw / name
        known.update((sha256 or (sha256_of(path) if path.exists() else "")).encode())
    return known.hexdigest()[:12]


def files_behind(function: Callable[..., Any]) -> list[Path]:
    """The file that defines a function, and those that it takes functions from."""
    files = [Path(inspect.getfile(function))]
    for other in vars(inspect.getmodule(function)).values():
        if inspect.isfunction(other):
            path = Path(inspect.getfile(other))
            if path.parent == files[0].parent and path not in files:
                files.append(path)
    return files


# ---- once, and whole -----------------------------------------------------------------


def prepared_once(
    data: Path,
    version: Callable[[], str],
    fetch: Callable[[], None],
    build: Callable[[Path], None],
) -> Path:
    """The folder data/prepared/<version>, fetched and built if it is not there yet.

    `build` fills the folder that it is given, which gets its name when it is whole.
    """
    folder = data / "prepared" / version()
    if folder.exists():
        return folder
    with one_at_a_time(data / ".lock") as alone:
        for left in (data / "prepared").glob("*.*") if alone else ():
            shutil.rmtree(left)  # by a process that was killed
        fetch()
        folder = data / "prepared" / version()
        if not folder.exists():
            build_whole(folder, build)
    return folder


def build_whole(folder: Path, build: Callable[[Path], None]) -> None:
    """Build a folder that gets its name when all of its files lie on the disk."""
    building = folder.with_name(f"{folder.name}.{os.getpid()}")
    building.mkdir(parents=True, exist_ok=True)
    try:
        build(building)
        for path in filter(Path.is_file, building.rglob("*")):
            sync(path)
    except BaseException:
        shutil.rmtree(building)
        raise
    try:
        building.rename(folder)
    except OSError:  # without locks another process was faster, with the same data
        shutil.rmtree(building)
