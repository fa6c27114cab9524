"""One module for each kind of source: what is there, pinned, before it is fetched.

Clients are imported where they are used: they take up to a second, and most tasks need
one of them or none.
"""

from pathlib import Path

from labwright.acquire.located import Located
from labwright.acquire.sources.local import fetch_from_disk, locate_local
from labwright.task.model import Source


def locate(source: Source, workspace: Path) -> Located:
    """Find the source and pin its version; raises SourceError."""
    return locate_local(source, workspace)


def fetch(
    located: Located, folder: Path, workspace: Path, max_bytes: int | None
) -> dict[str, str | None]:
    """Call the located source's fetch part; each file with its sha256."""
    return fetch_from_disk(located, folder, workspace)
