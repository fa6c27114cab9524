"""One module for each kind of source: what is there, pinned, before it is fetched.

Clients are imported where they are used: they take up to a second, and a task needs one
of them or none.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from labwright.acquire.failures import shown_url, status_of
from labwright.acquire.located import Located
from labwright.acquire.reuse import identity, recalled
from labwright.errors import DownloadError, LabwrightError
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


@dataclass(frozen=True)
class Place:
    """What one fetch part brings into one folder: the files of one source, or of several.

    Attributes:
        located: What is fetched.
        folder: Where to, below the raw folder; "" is the raw folder itself.
        files: The files of each of its sources, by the source's number in the task.
        parts: What was located of each of them.
    """

    located: Located
    folder: str
    files: dict[int, tuple[str, ...]]
    parts: dict[int, Located]

    @property
    def first(self) -> int:
        """Number of its first source."""
        return min(self.files)

    def below_raw(self, name: str) -> str:
        """A file's path below the raw folder."""
        return f"{self.folder}/{name}" if self.folder else name


def locate_all(sources: Sequence[Source], folder: Path, workspace: Path) -> list[Place]:
    """Every source, those together that one fetch part reaches at one place.

    Files of the disk are one place, and so are URLs below one address. The first of the
    list fetches into the raw folder, others into folders of their own in it.

    Raises:
        SourceError: as `locate`.
    """
    located = []
    for number, source in enumerate(sources):
        with about_source(number):
            located.append(locate_or_recall(source, folder, workspace))
    groups: dict[object, list[int]] = {}
    for number, source in enumerate(sources):
        groups.setdefault(place_of(source, number, located[number]), []).append(number)
    places = [
        together({number: located[number] for number in numbers}, workspace)
        for numbers in groups.values()
    ]
    places.sort(key=lambda place: (place.located.fetch != "fetch_local", place.first))
    return [
        replace(place, folder=f"source_{place.first + 1}" if i else "")
        for i, place in enumerate(places)
    ]


def locate_or_recall(source: Source, folder: Path, workspace: Path) -> Located:
    """What is at a source, or what was the last time where it is not reached."""
    if source.type == "local":
        return locate(source, folder, workspace)
    called = shown_url(source.identifier)
    known = recalled(identity(source), called, folder, workspace)
    return found_or_known(lambda: locate(source, folder, workspace), known)


def found_or_known(find: Callable[[], Located], known: Located | None) -> Located:
    """What `find` finds, or what is known of it where the source is not reached.

    Where its files are here, two tries without an answer are enough; a server that
    answers, if only that it is busy, is asked as often as any.
    """
    if known is None:
        return find()
    for tries in (2, None):
        try:
            with at_most(tries):
                return find()
        except DownloadError as error:
            if error.__cause__ and status_of(error.__cause__) is None:
                break
    return known


@contextmanager
def at_most(tries: int | None) -> Iterator[None]:
    """Limit how often a request is tried; None leaves it as it is."""
    from labwright.parts.files import retry

    before = retry.WAITS
    retry.WAITS = before[: tries and tries - 1]
    try:
        yield
    finally:
        retry.WAITS = before


def place_of(source: Source, number: int, located: Located) -> object:
    """Equal for sources that are fetched together."""
    if source.type == "local":
        return "local"
    if source.type == "url" and "?" not in located.source:
        return urlsplit(located.source)[:2]
    return number


def together(located: dict[int, Located], workspace: Path) -> Place:
    """Sources of one place as one."""
    if len(located) == 1:
        ((number, one),) = located.items()
        return Place(one, "", {number: one.files}, located)
    every = list(located.values())
    if every[0].fetch == "fetch_local":
        from labwright.acquire.sources.local import join_local, names_below

        joined = join_local(every, workspace)
        names = [names_below(joined, one, workspace) for one in every]
    else:
        from labwright.acquire.sources.url import join_urls

        whole = join_urls(every)
        assert whole is not None  # they are of one server, and no address has a query
        joined = whole
        names = [(unquote(one.source.removeprefix(joined.source)),) for one in every]
    return Place(joined, "", dict(zip(located, names, strict=True)), located)


@contextmanager
def about_source(number: int) -> Iterator[None]:
    """Errors about the source of that number; each is raised as if it were the first."""
    try:
        yield
    except LabwrightError as error:
        error.source = number
        if error.key and number:
            first, this = "data_sources[0]", f"data_sources[{number}]"
            error.key = error.key.replace(first, this)
        raise


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
