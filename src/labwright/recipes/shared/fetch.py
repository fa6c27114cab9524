"""Where the data come from: fetched once into data/raw, verified, and unpacked.

What is fetched stands in dataloader.py; here is only how.
"""

from pathlib import Path

from labwright.parts.fetch_local import fetch_local
from labwright.parts.unpack import keep_files

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
    return keep_files(folder, tables)
