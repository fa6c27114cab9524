"""Files that are never half of themselves, and work that one process does at a time.

Used by what writes into runs/ and data/prepared; nothing here needs editing.
"""

import fcntl
import json
import math
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

# ---- one after another ---------------------------------------------------------------


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[bool]:
    """A block that other processes wait for; the system ends the wait if this one dies.

    False where others cannot be made to wait: some network disks have no locks.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        alone = False
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
            alone = True
        yield alone


# ---- whole files ---------------------------------------------------------------------


@contextmanager
def whole(path: Path, writer: str = "unfinished") -> Iterator[Path]:
    """A path beside `path` to write to; it becomes `path` when the block has ended well.

    The last step is a rename within a folder, of bytes that lie on the disk: neither a
    kill nor a power cut leaves half of a file. `writer` tells two processes apart.
    """
    unfinished = path.with_name(f".{path.name}.{writer}")
    try:
        yield unfinished
        sync(unfinished)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def whole_files(folder: Path) -> Iterator[Path]:
    """A folder to write to; its files get into `folder` when the block has ended well."""
    unfinished = folder / ".unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)  # of a process that was killed
    unfinished.mkdir()
    try:
        yield unfinished
        for path in sorted(unfinished.iterdir()):
            sync(path)
            path.replace(folder / path.name)
    finally:
        shutil.rmtree(unfinished)


def sync(path: Path) -> None:
    """Wait until the disk has the file."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


# ---- JSON ----------------------------------------------------------------------------


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file; empty where there is none."""
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content


def write_json(path: Path, content: dict[str, Any], writer: str = "unfinished") -> None:
    """Write a file that is at no moment half of one."""
    with whole(path, writer) as unfinished:
        unfinished.write_text(json.dumps(plain(content), indent=2) + "\n")


def plain(value: Any) -> Any:
    """As JSON has it: numbers of NumPy as Python's, and null for what is no number."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
