"""Where the data come from: fetched once into data/raw, verified, and unpacked.

The first place stands in dataloader.py, and so do the files of all of them; the other
places stand here.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from labwright.parts.unpack import keep_files

# The file here that fetches from the first place.
FETCH: str = "place"
# Folders below data/raw, which file here fetches theirs, and from where.
SOURCES: dict[str, dict[str, Any]] = {}

# ---- from the sources to readable files ----------------------------------------------


def fetch(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Bring `files` below `folder`, unless they are there, and verify each sha256."""
    own = {n: sha for n, sha in files.items() if n.partition("/")[0] not in SOURCES}
    import_module(FETCH).fetch_files(source, revision, own, folder, max_bytes)
    for name, place in SOURCES.items():
        inside = {
            file.removeprefix(f"{name}/"): sha256
            for file, sha256 in files.items()
            if file.startswith(f"{name}/")
        }
        import_module(place["fetch"]).fetch_files(
            place["source"],
            place["revision"],
            inside,
            folder / name,
            place["max_bytes"],
        )


def readable(folder: Path, tables: list[str]) -> list[Path]:
    """The file of each table, taken out of its archive where it is in one."""
    for unpack in UNPACKERS.values():
        paths = unpack(folder, tables)
    return paths


Unpacker = Callable[[Path, list[str]], list[Path]]
UNPACKERS: dict[str, Unpacker] = {"keep_files": keep_files}
