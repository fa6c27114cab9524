"""One module for each kind of source: what is there, pinned, before it is fetched.

Clients are imported where they are used: they take up to a second, and a task needs one
of them or none.
"""

from collections.abc import Sequence
from pathlib import Path

from labwright.acquire.located import Located
from labwright.errors import SourceError
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


def locate_all(sources: Sequence[Source], folder: Path, workspace: Path) -> Located:
    """One source, or several that one fetch part reaches: local files, or URLs of a site.

    Raises:
        SourceError: as `locate`; or several sources that are not of one kind, place and
            format.
    """
    if len(sources) == 1:
        return locate(sources[0], folder, workspace)
    kinds = {source.type for source in sources}
    plain = not any(source.file for source in sources)
    joined: Located | None = None
    if plain and kinds in ({"local"}, {"url"}):
        refuse_formats(sources)
        located = [locate(source, folder, workspace) for source in sources]
        if kinds == {"local"}:
            from labwright.acquire.sources.local import join_local

            joined = join_local(located, workspace)
        else:
            from labwright.acquire.sources.url import join_urls

            joined = join_urls(located)
    if joined is None:
        raise SourceError(
            "one source, or several files of one disk or one site",
            f"{len(sources)} sources ({', '.join(sorted(kinds))}), which are not joined",
            "Keep one source, or put the joined table into one file.",
            key="data_sources[1]",
        )
    return joined


def refuse_formats(sources: Sequence[Source]) -> None:
    """Joined sources are read alike.

    Raises:
        SourceError: their `format` differs, or only some of them give one.
    """
    first = sources[0].format
    for number, source in enumerate(sources):
        if source.format != first:
            listed = ", ".join(one.format or "none" for one in sources)
            raise SourceError(
                "one `format` for all sources that are joined",
                f"{len(sources)} sources of `format` {listed}, which are not joined",
                "Give every source the same `format`, or leave it out for all of them.",
                key=f"data_sources[{number}].format",
            )


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
