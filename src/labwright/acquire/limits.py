"""How much may be fetched and read: the size cap, and what disk and memory hold."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from labwright.errors import TooLargeError
from labwright.task.model import Source

DEFAULT_MAX_BYTES = 2**30
KEY = "data_sources[0]"


def show_size(size: float) -> str:
    """Bytes as a person reads them: 1.5 GiB."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"


def size_cap(source: Source, max_bytes: int | None) -> int:
    """The cap in force: the caller's, else the task's, else 1 GiB."""
    if max_bytes is not None:
        return max_bytes
    if source.max_size is not None:
        return source.max_size
    return DEFAULT_MAX_BYTES


def check_size(size: int, cap: int | None, folder: Path, what: str) -> None:
    """Stop before a download that is over the cap or would not fit on the disk.

    Raises:
        TooLargeError: with both sizes.
    """
    if cap is not None and size > cap:
        raise too_large(show_size(size), cap, what)
    free = free_bytes(folder)
    if size > free:
        raise TooLargeError(
            f"{what} to fit on the disk of {folder}, which has {show_size(free)} free",
            show_size(size),
            "Free some space, or name a part of the data by `file`, `config` or `split`.",
            key=f"{KEY}.identifier",
        )


def too_large(found: str, cap: int, what: str) -> TooLargeError:
    """The error for data over the cap."""
    return TooLargeError(
        f"at most {show_size(cap)} from {what}",
        found,
        "Allow more by `--max-size` or the source's `max_size`, or name a part of the "
        "data by `file`, `config` or `split`.",
        key=f"{KEY}.max_size",
    )


def free_bytes(folder: Path) -> int:
    """Bytes that are free on the disk where `folder` is or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def check_memory(paths: Iterable[Path], what: str) -> None:
    """Stop before tables are read that this machine cannot hold.

    Tables are read whole. The system ends a process that asks for more than there is,
    and nobody is told why.

    Raises:
        TooLargeError: their files alone are larger than the memory.
    """
    check_held(sum(path.stat().st_size for path in paths if path.is_file()), what)


def check_held(size: int, what: str) -> None:
    """As `check_memory`, of a table whose size in memory is known.

    Raises:
        TooLargeError: it is larger than the memory.
    """
    if size > (held := memory_bytes()):
        raise TooLargeError(
            f"{what} to fit into memory, of which this machine has {show_size(held)}",
            show_size(size),
            "Name a part of the data by `file`, `config` or `split`, or write the rows "
            "and columns that are needed into a file of their own.",
            key=f"{KEY}.identifier",
        )


def memory_bytes() -> int:
    """Bytes of memory that the machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
