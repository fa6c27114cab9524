"""A data set or a competition of Kaggle."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

import requests
from kagglehub.clients import build_kaggle_client
from kagglehub.exceptions import UnauthenticatedError
from kagglesdk.competitions.types.competition_api_service import ApiListDataFilesRequest
from kagglesdk.datasets.types.dataset_api_service import (
    ApiGetDatasetRequest,
    ApiListDatasetFilesRequest,
)

from labwright.acquire.failures import IDENTIFIER, explained, failure, tried
from labwright.acquire.fingerprints import fingerprints
from labwright.acquire.folders import FEWEST_FILES, SUFFIXES
from labwright.acquire.limits import KEY
from labwright.acquire.located import Located, matches, not_found
from labwright.acquire.members import OTHER_NAMES
from labwright.errors import AccessError, NotFoundError, SourceError
from labwright.parts.fetch_kaggle import fetch_kaggle, limit_silence
from labwright.task.model import Source

CREDENTIALS = "Set KAGGLE_USERNAME and KAGGLE_KEY, or KAGGLE_API_TOKEN (kaggle.com, Settings, API)"
PAGE_SIZE = 200


def locate_kaggle(source: Source) -> Located:
    """The files of a set, in a pinned version, or of a competition.

    Raises:
        SourceError: there is no such set, version or file, one is not let in, or no
            answer.
    """
    handle = source.identifier.removeprefix("kaggle://").strip("/")
    owner, _, slug = handle.partition("/")
    if owner in ("competition", "competitions", "c") or not slug:
        slug = slug or owner
        handle, revision = f"competition/{slug}", None
        sizes = asked(lambda: competition_files(slug), handle)
    else:
        if source.revision:
            revision = version_number(source.revision)
        else:
            revision = str(asked(lambda: newest_version(owner, slug), handle))
        try:
            sizes = asked(lambda: dataset_files(owner, slug, int(revision)), handle)
        except NotFoundError:
            refuse_version(owner, slug, revision)
            raise
    if source.file is None and holds_media(sizes):  # one download, one fingerprint
        name = f"{handle.rsplit('/', 1)[-1]}/"
        size = sum(sizes.values())
        versions = {name: f"kaggle {handle} {revision} {size}"}
        return Located(
            "fetch_kaggle", handle, revision, (name,), size, versions=versions
        )
    files = wanted_files(source, sizes, handle)
    left = len(sizes) - len(files)
    return Located(
        fetch="fetch_kaggle",
        source=handle,
        revision=revision,
        files=tuple(files),
        size=sum(sizes[name] for name in files),
        versions={name: f"kaggle {handle} {revision} {sizes[name]}" for name in files},
        notes=(f"Left at Kaggle: {left} of {len(sizes)} files.",) if left else (),
    )


def holds_media(names: Iterable[str]) -> bool:
    """Whether there are enough images or sounds to be a table, by their names."""
    kinds = Counter(SUFFIXES.get(PurePosixPath(n).suffix.lower()) for n in names)
    return max(kinds["image"], kinds["sound"]) >= FEWEST_FILES


def version_number(revision: str) -> str:
    """The revision, where it can be one: Kaggle counts the versions of a set from 1.

    Raises:
        NotFoundError: it is no such number.
    """
    if not re.fullmatch(r"[1-9][0-9]{0,8}", revision):
        raise NotFoundError(
            "a version number of a Kaggle data set",
            repr(revision),
            'Write "revision": "3", or leave it out for the newest.',
            key=f"{KEY}.revision",
        )
    return revision


def refuse_version(owner: str, slug: str, revision: str) -> None:
    """Raise NotFoundError if a set has no such version, with those that it has."""
    handle = f"{owner}/{slug}"
    newest = asked(lambda: newest_version(owner, slug), handle)
    if int(revision) > newest:
        versions = [str(number) for number in range(newest, 0, -1)]
        raise not_found("version", revision, versions, f"{KEY}.revision", handle)


def asked(call: Callable[[], Any], handle: str) -> Any:
    """An answer of Kaggle's interface."""
    try:
        return tried(call, (requests.RequestException,))
    except (requests.RequestException, UnauthenticatedError) as error:
        raise refusal(error, handle) from error


def refusal(error: Exception, handle: str) -> SourceError:
    """The error, and what to do about it: log in, or accept a competition's rules."""
    if handle.startswith("competition/"):
        rules = f"https://www.kaggle.com/competitions/{handle.split('/')[1]}/rules"
        login = f"{CREDENTIALS}, and accept the rules at {rules}."
    else:
        login = f"Check the spelling; a set that does not exist looks the same. {CREDENTIALS}."
    if isinstance(error, UnauthenticatedError):
        return AccessError(f"a login for {handle}", str(error), login, key=IDENTIFIER)
    return failure(error, f"Kaggle's {handle}", login)


def newest_version(owner: str, slug: str) -> int:
    request = ApiGetDatasetRequest()
    request.owner_slug, request.dataset_slug = owner, slug
    with build_kaggle_client() as client:
        limit_silence(client)
        answer = client.datasets.dataset_api_client.get_dataset(request)
    return int(answer.current_version_number)


def dataset_files(owner: str, slug: str, version: int) -> dict[str, int]:
    """Bytes of each file."""
    request = ApiListDatasetFilesRequest()
    request.owner_slug, request.dataset_slug = owner, slug
    request.dataset_version_number = version
    with build_kaggle_client() as client:
        limit_silence(client)
        return listed(request, client.datasets.dataset_api_client.list_dataset_files)


def competition_files(slug: str) -> dict[str, int]:
    """Bytes of each file."""
    request = ApiListDataFilesRequest()
    request.competition_name = slug
    with build_kaggle_client() as client:
        limit_silence(client)
        return listed(
            request, client.competitions.competition_api_client.list_data_files
        )


def listed(request: Any, call: Callable[[Any], Any]) -> dict[str, int]:
    """All pages of a list of files."""
    request.page_size = PAGE_SIZE
    sizes: dict[str, int] = {}
    while True:
        answer = call(request)
        files = getattr(answer, "dataset_files", None) or answer.files
        sizes |= {file.name: int(file.total_bytes) for file in files or []}
        if not answer.next_page_token:
            return sizes
        request.page_token = answer.next_page_token


def wanted_files(source: Source, sizes: dict[str, int], handle: str) -> list[str]:
    """Those that `file` picks, or that may hold a table; archives may hold either."""
    if source.file is None:
        files = [
            name
            for name in sizes
            if PurePosixPath(name).suffix.lower() not in OTHER_NAMES
        ]
        if not files:
            raise NotFoundError(
                f"a file that may be a table in {handle}",
                ", ".join(sorted(sizes)[:20]) or "no files",
                "Name another set.",
                key=IDENTIFIER,
            )
        return sorted(files)
    pattern = source.file
    files = [
        name
        for name in sizes
        if matches(name, pattern) or pattern.startswith(f"{name}/")
    ]
    if not files:  # it may be inside one of the archives
        files = [
            name for name in sizes if name.lower().endswith((".zip", ".tar", ".gz"))
        ]
    if not files:
        raise not_found("a file", pattern, sizes, f"{KEY}.file", handle)
    return sorted(files)


def fetch_from_kaggle(
    located: Located, folder: Path, max_bytes: int | None
) -> dict[str, str | None]:
    """Download the files and fingerprint them."""
    files: dict[str, str | None] = dict.fromkeys(located.files)
    try:
        with explained(f"Kaggle's {located.source}"):
            fetch_kaggle(located.source, located.revision, files, folder, max_bytes)
    except (requests.RequestException, UnauthenticatedError) as error:
        raise refusal(error, located.source) from error
    return fingerprints(folder, located.files)
