"""Downloads over HTTP: tried again, gone on with, limited, whole or not at all.

What is tried again, and when, stands in retry.py; a try that brought a megabyte is the
first one again. Called by fetch.py; nothing needs editing.
"""

import base64
import hashlib
import ipaddress
import shutil
import socket
import threading
import time
from collections.abc import Collection, Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from tqdm import tqdm

from labwright.parts.files.retry import next_pause, pauses

SILENCE = 30  # seconds without an answer, or between two pieces of it
LEAST_SPEED = 1000  # bytes a second, over MEASURED seconds
MEASURED = 60
LONGEST = 6 * 3600  # seconds for one file, all tries together
MOST_REDIRECTS = 10
AT_ONCE = 4  # files that are downloaded side by side
KEPT_FREE = 64 * 2**20  # bytes of the disk that are never filled
PROGRESS = 2**20  # bytes that make a try the first one again
TAIL = len(".12345678.part")  # of the name of what is not whole, with its version

# ---- sessions ------------------------------------------------------------------------


class GuardedSession(requests.Session):
    """Follows MOST_REDIRECTS, none of them from the open net into a local one.

    What `requests` does itself: no redirect leaves http and https, and what lets one in
    at a host is not sent on to another.
    """

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.max_redirects = MOST_REDIRECTS
        self.headers.update(headers or {})

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where an answer leads; raises InvalidURL for a way into a local network."""
        place: str | None = super().get_redirect_target(resp)
        if place:
            here, there = urlsplit(resp.url), urlsplit(urljoin(resp.url, place))
            if is_local(there.hostname) and not is_local(here.hostname):
                raise requests.exceptions.InvalidURL(
                    f"expected a public address, found that {here.hostname} redirects "
                    f"to {there.hostname}, which is in a local network."
                )
        return place


def is_local(host: str | None) -> bool:
    """Whether a name stands for this machine or one of a private network."""
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError:  # behind a proxy names need not be known
        return False
    return any(not ipaddress.ip_address(address).is_global for address in found)


# ---- files ---------------------------------------------------------------------------


class ExcessError(ValueError):
    """More bytes than are allowed, or than the disk has room for."""


class DamageError(ValueError):
    """A file is not the one that its source describes."""


class StoppedError(Exception):
    """Another file has failed."""


def download(
    urls: Mapping[Path, str],
    max_bytes: int | None,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Download what is not there yet, AT_ONCE files side by side.

    Args:
        urls: Where each file comes from.
        max_bytes: Most that is downloaded, all files together.
        headers: Sent with each request: a login.

    Raises:
        requests.RequestException: a server was not reached, or refused.
        ExcessError: more than `max_bytes`, or than the disk has room for.
    """
    urls = {path: url for path, url in urls.items() if not path.exists()}
    what = next(iter(urls)).name if len(urls) == 1 else f"{len(urls)} files"
    with (
        tqdm(desc=what, total=0, unit="B", unit_scale=True, delay=1) as bar,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        tally = Tally(max_bytes, bar)
        files = [Download(path, url, tally) for path, url in urls.items()]
        begun = [pool.submit(file.run, headers) for file in files]
        try:
            wait(begun, return_when=FIRST_EXCEPTION)
        finally:
            tally.stopped.set()  # of what goes on where one has failed
            pool.shutdown(cancel_futures=True)
    errors = [file.exception() for file in begun if not file.cancelled()]
    if not any(errors) or any(isinstance(error, ExcessError) for error in errors):
        remove_parts(urls.keys())
    for error in errors:
        if error and not isinstance(error, StoppedError):
            raise error


def remove_parts(paths: Collection[Path]) -> None:
    """Remove what is left of older versions, or of files that are too large."""
    parts = [part for f in {path.parent for path in paths} for part in f.glob("*.part")]
    for part in parts:
        if part.parent / part.name[:-TAIL] in paths:
            part.unlink()


class Tally:
    """What the downloads of a call share: the cap, the bar, and the word to stop."""

    def __init__(self, most: int | None, bar: Any) -> None:
        self.most, self.bar, self.lock = most, bar, threading.Lock()
        self.sizes: dict[Path, tuple[int, int]] = {}
        self.total, self.stopped = 0, threading.Event()

    def count(self, path: Path, have: int, size: int) -> None:
        """Note that there are `have` bytes of a file, of `size` or more.

        Raises:
            ExcessError: that is too much, for the cap or for the disk.
        """
        size = max(have, size)
        with self.lock:
            old_have, old_size = self.sizes.get(path, (0, 0))
            self.sizes[path] = have, size
            self.total += size - old_size
            self.bar.total = self.total
            self.bar.update(have - old_have)
        if self.most is not None and self.total > self.most:
            raise ExcessError(
                f"expected at most {self.most:,} bytes in all, found {self.total:,} or "
                f"more. Raise MAX_BYTES to take them."
            )
        free = shutil.disk_usage(path.parent).free
        if size - have > free - KEPT_FREE:
            raise ExcessError(
                f"expected room for {size - have:,} bytes of {path.name} on the disk, "
                f"found {free:,} free; {KEPT_FREE:,} are kept. Free some space."
            )


@dataclass
class Download:
    """One file on its way; `path` is not there before it is whole."""

    path: Path
    url: str
    tally: Tally
    have: int = 0  # bytes
    size: int = 0  # as the server tells it; 0 where it does not
    end: float = 0  # when it is given up

    def run(self, headers: Mapping[str, str] | None) -> None:
        """Try until it is whole, or another try would not help."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.end = time.monotonic() + LONGEST
        waits = pauses()
        with GuardedSession(headers) as session:
            while True:
                before = self.have
                try:
                    part = self.fetch(session)
                    break
                except requests.RequestException as error:
                    if self.have >= before + PROGRESS:
                        waits = pauses()
                    seconds = next_pause(error, waits)
                    if seconds is None or time.monotonic() > self.end:
                        raise
                    if self.tally.stopped.wait(seconds):
                        raise StoppedError from error
        part.rename(self.path)

    def fetch(self, session: requests.Session) -> Path:
        """Append what is missing to the part of the version that the server has.

        The tag is made from the ETag or the date, so that versions are never mixed.
        """
        ask = partial(session.get, self.url, stream=True, timeout=SILENCE)
        plain = {"Accept-Encoding": "identity"}  # the file as it is, of known length
        with ask(headers=plain) as told:
            told.raise_for_status()
            version = told.headers.get("ETag") or told.headers.get("Last-Modified", "")
            tag = hashlib.sha256(version.encode()).hexdigest()[:8]
            part = self.path.with_name(f"{self.path.name}.{tag}.part")
            if "Content-Encoding" not in told.headers:
                self.size = int(told.headers.get("Content-Length", 0))
            have = part.stat().st_size if version and part.exists() else 0
            self.have = have = have if have < self.size else 0
            self.tally.count(self.path, have, self.size)
            if not have:
                self.append(told, part, "wb")
        if have:
            span = {"Range": f"bytes={have}-", "If-Range": version}
            with ask(headers=plain | span) as rest:
                rest.raise_for_status()
                sent = rest.headers.get("Content-Range", "")
                goes_on = sent.startswith(f"bytes {have}-")
                self.append(rest, part, "ab" if goes_on else "wb")
        if self.have != self.size > 0:
            raise requests.ConnectionError(
                f"expected {self.size} bytes of {self.path.name}, found {self.have}.",
                request=told.request,
            )
        refuse_other_md5(part, told.headers.get("x-goog-hash", ""))
        return part

    def append(self, answer: requests.Response, part: Path, mode: str) -> None:
        """Write the body to `part`, unless it comes too slowly or breaks off."""
        with part.open(mode) as file:
            self.have = before = file.tell()
            since = time.monotonic()
            try:
                while block := answer.raw.read1(1 << 18, decode_content=True):
                    self.have += file.write(block)
                    self.tally.count(self.path, self.have, self.size)
                    now = time.monotonic()
                    if self.tally.stopped.is_set():
                        raise StoppedError
                    if now - since > MEASURED:
                        speed = (self.have - before) / (now - since)
                        if speed < LEAST_SPEED or now > self.end:
                            raise requests.Timeout(
                                f"expected {LEAST_SPEED} bytes a second, and all in "
                                f"{LONGEST} seconds, found {speed:.0f} a second.",
                                request=answer.request,
                            )
                        since, before = now, self.have
            except urllib3.exceptions.HTTPError as error:
                raise requests.ConnectionError(
                    f"expected {self.size or 'more'} bytes of {self.path.name}, found "
                    f"{self.have}: {error.args[0]}",
                    request=answer.request,
                ) from error


def refuse_other_md5(part: Path, told: str) -> None:
    """Remove a part that has not the md5 that a server tells, as Google's storage does."""
    for entry in (entry.strip() for entry in told.split(",") if "md5=" in entry):
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "md5").digest()
        if entry != (found := f"md5={base64.b64encode(digest).decode()}"):
            part.unlink()
            raise requests.ConnectionError(
                f"expected {part.name} with the server's {entry}, found {found}."
            )
