"""One module for each kind of source: what is there, pinned, before it is fetched.

Clients are imported where they are used: they take up to a second, and a task needs one
of them or none.
"""

from pathlib import Path

from labwright.acquire.located import Located
from labwright.task.model import Source


def locate(source: Source, folder: Path, workspace: Path) -> Located:
    """Find the source and pin its version.

    Raises:
        SourceError: it is not there, not allowed or not reachable.
    """
    match source.type:
        case "local":
            from labwright.acquire.sources.local import locate_local

            return locate_local(source, workspace)
        case "url":
            from labwright.acquire.sources.url import locate_url

            return locate_url(source)
        case "openml":
            from labwright.acquire.sources.openml import locate_openml

            return locate_openml(source)
        case "kaggle":
            from labwright.acquire.sources.kaggle import locate_kaggle

            return locate_kaggle(source)
        case "huggingface":
            from labwright.acquire.sources.huggingface import locate_huggingface

            return locate_huggingface(source, folder)


def fetch(
    located: Located, folder: Path, workspace: Path, max_bytes: int | None
) -> dict[str, str | None]:
    """Fetch what was located; each file below `folder` with its sha256.

    Raises:
        SourceError: the network fails, or more arrives than `max_bytes`.
    """
    match located.fetch:
        case "fetch_local":
            from labwright.acquire.sources.local import fetch_from_disk

            return fetch_from_disk(located, folder, workspace)
        case "fetch_url":
            from labwright.acquire.sources.url import fetch_from_web

            return fetch_from_web(located, folder, max_bytes)
        case "fetch_openml":
            from labwright.acquire.sources.openml import fetch_from_openml

            return fetch_from_openml(located, folder, max_bytes)
        case "fetch_kaggle":
            from labwright.acquire.sources.kaggle import fetch_from_kaggle

            return fetch_from_kaggle(located, folder, max_bytes)
    from labwright.acquire.sources.huggingface import fetch_from_hub

    return fetch_from_hub(located, folder, max_bytes)
