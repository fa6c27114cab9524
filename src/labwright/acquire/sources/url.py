"""A file on a web server."""

import os
import re
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests

from labwright.acquire.failures import IDENTIFIER, explained, failure, shown_url
from labwright.acquire.fingerprints import fingerprints
from labwright.acquire.located import Located
from labwright.errors import AccessError, NotFoundError
from labwright.parts.fetch_url import fetch_url
from labwright.parts.files.download import SILENCE, GuardedSession
from labwright.parts.files.retry import with_retries
from labwright.task.model import Source

LOGIN = (
    "Put a login into ~/.netrc, or download it with your browser and name the file as a "
    "local source."
)
GITHUB_PAGE = re.compile(r"https?://github\.com/([^/]+/[^/]+)/(?:blob|raw)/(.+)")


@dataclass(frozen=True)
class Answer:
    """What a server says of a file before it is downloaded."""

    size: int  # bytes; 0 where it does not say
    name: str
    version: str  # its ETag or date; empty where it does not say


def locate_url(source: Source) -> Located:
    """Ask the server for the file's name and size.

    Raises:
        SourceError: there is no such file, or no answer.
    """
    url = GITHUB_PAGE.sub(r"https://raw.githubusercontent.com/\1/\2", source.identifier)
    refuse_password(url)
    answer = ask(url)
    version = f"{url} {answer.version} {answer.size}"
    versions = {answer.name: version} if answer.version else {}
    return Located(
        "fetch_url", url, None, (answer.name,), answer.size, versions=versions
    )


def join_urls(located: list[Located]) -> Located | None:
    """Several URLs as one: files below the folder that holds them all, if one does."""
    if len({urlsplit(one.source)[:2] for one in located}) > 1:
        return None  # of several servers
    if any("?" in one.source for one in located):
        return None
    common = os.path.commonpath([one.source.rpartition("/")[0] for one in located])
    common = common.replace(":/", "://", 1) + "/"
    names = [unquote(one.source.removeprefix(common)) for one in located]
    size = sum(one.size for one in located)
    versions = {
        name: version
        for name, one in zip(names, located, strict=True)
        for version in one.versions.values()
    }
    files = tuple(dict.fromkeys(names))
    return Located("fetch_url", common, None, files, size, versions=versions)


def refuse_password(url: str) -> None:
    """Raise AccessError for an address with a login: it would stand in every file."""
    if "@" in (parts := urlsplit(url)).netloc:
        raise AccessError(
            "an address without a password: it would stand in dataloader.py",
            f"one for {shown_url(url)}",
            "Leave the part before the @ out, and write it into ~/.netrc: machine "
            f"{parts.hostname} login … password …",
            key=IDENTIFIER,
        )


def ask(url: str, login: str = LOGIN) -> Answer:
    """Name and size by a GET that is broken off: many servers refuse HEAD.

    Raises:
        SourceError: `login` says what helps where one is not let in.
    """
    try:
        host = urlsplit(url).hostname
    except ValueError:  # https://[
        host = None
    if not host:
        raise NotFoundError(
            "a URL that begins with https:// and a host",
            shown_url(url),
            "Correct it.",
            key=IDENTIFIER,
        )

    def asked() -> Answer:
        plain = {"Accept-Encoding": "identity"}
        with (
            GuardedSession() as session,
            session.get(url, headers=plain, stream=True, timeout=SILENCE) as answer,
        ):
            answer.raise_for_status()
            size = int(answer.headers.get("Content-Length", 0))
            said = answer.headers.get("Content-Disposition", "")
            etag, date = (answer.headers.get(n, "") for n in ("ETag", "Last-Modified"))
            return Answer(size, file_name(said, answer.url), etag or date)

    try:
        return with_retries(asked)
    except requests.RequestException as error:
        raise failure(error, shown_url(url), login) from error


def file_name(disposition: str, url: str) -> str:
    """A plain file name, as the server or else the URL gives it."""
    message = Message()
    message["Content-Disposition"] = disposition
    said = message.get_filename() or unquote(urlsplit(url).path.rsplit("/", 1)[-1])
    name = re.sub(r"[^\w.() =+,@-]", "_", Path(said).name).strip(" .")
    return name[-120:] or "data"


def fetch_from_web(
    located: Located, folder: Path, max_bytes: int | None
) -> dict[str, str | None]:
    """Download the files and fingerprint them."""
    files: dict[str, str | None] = dict.fromkeys(located.files)
    where = shown_url(located.source)
    try:
        with explained(where):
            fetch_url(located.source, located.revision, files, folder, max_bytes)
    except requests.RequestException as error:
        raise failure(error, where, LOGIN) from error
    return fingerprints(folder, located.files)
