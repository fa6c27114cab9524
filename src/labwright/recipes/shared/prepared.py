"""Data are prepared once for each version of code and raw files, and never half.

Called by dataloader.py; nothing here needs editing.
"""

import hashlib
import inspect
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from labwright.parts.hashing import sha256_of
from labwright.recipes.shared.whole import one_at_a_time, sync

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
