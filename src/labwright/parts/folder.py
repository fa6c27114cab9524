"""What a folder holds, without what disks and archives add to it."""

import os
from pathlib import Path, PurePosixPath

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
