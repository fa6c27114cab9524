"""Fetch from a web server: resumed, retried, capped, whole or not at all."""

import hashlib
from pathlib import Path
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from tqdm import tqdm
from urllib3.util import Retry

from labwright.parts.hashing import refuse_change, sha256_of

TRIES = 5  # of a request that fails, and of a download that breaks off


def fetch_url(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Download `files` into `folder` unless they are there.

    Args:
        source: URL of the one file, or, ending in /, of the folder that holds them.
        revision: Not used; a web server has no versions.
        files: Path below `folder`, and the sha256 that is expected.
        folder: data/raw of the experiment.
        max_bytes: Most that is downloaded, all files together.

    Raises:
        requests.RequestException: the server was not reached, or refused, five times.
        ValueError: more than `max_bytes`, or not the file this was made from.
    """
    for name, sha256 in files.items():
        path = folder / name
        if not path.exists():
            url = source + quote(name) if source.endswith("/") else source
            max_bytes = download(url, path, max_bytes)
        if sha256:
            refuse_change(path, sha256, sha256_of(path))


def download(url: str, path: Path, max_bytes: int | None) -> int | None:
    """Download `url` to `path`, going on where a try broke off.

    Returns what is left of `max_bytes`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with retrying_session() as session:
        for left in reversed(range(TRIES)):
            try:
                part = download_rest(session, url, path, max_bytes)
                break
            except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
                if not left:
                    raise
    part.rename(path)  # never a half-written file under the final name
    return max_bytes and max_bytes - path.stat().st_size


def retrying_session() -> requests.Session:
    """A session that asks a busy server again, waiting 1, 2, 4 … seconds."""
    busy = (429, 500, 502, 503, 504)
    retry = Retry(TRIES, connect=2, backoff_factor=0.5, status_forcelist=busy)
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    return session


def download_rest(
    session: requests.Session, url: str, path: Path, max_bytes: int | None
) -> Path:
    """What is missing of the file, appended to its part on the disk: <name>.<tag>.part.

    The tag is made from the server's ETag, so that two versions are never mixed.
    """
    headers = {"Accept-Encoding": "identity"}  # the file as it is, of known length
    with session.get(url, headers=headers, stream=True, timeout=30) as answer:
        answer.raise_for_status()
        etag = answer.headers.get("ETag", "")
        tag = hashlib.sha256(etag.encode()).hexdigest()[:8]
        part = path.with_name(f"{path.name}.{tag}.part")
        have = part.stat().st_size if etag and part.exists() else 0
        size = int(answer.headers.get("Content-Length", 0))
        refuse_excess(url, size, max_bytes)
        if not have:
            append_body(answer, part, "wb", size, max_bytes)
    if 0 < have != size:
        headers |= {"Range": f"bytes={have}-", "If-Range": etag}
        with session.get(url, headers=headers, stream=True, timeout=30) as answer:
            answer.raise_for_status()
            resumed = answer.status_code == requests.codes.partial_content
            append_body(answer, part, "ab" if resumed else "wb", size, max_bytes)
    return part


def append_body(
    answer: requests.Response, part: Path, mode: str, size: int, max_bytes: int | None
) -> None:
    """Write the body to `part`, with a bar once it takes longer than a second."""
    with part.open(mode) as file:
        have = file.tell()
        with tqdm(
            desc=part.name.rsplit(".", 2)[0],
            total=size or None,
            initial=have,
            unit="B",
            unit_scale=True,
            delay=1,
        ) as bar:
            for block in answer.iter_content(1 << 18):
                have += len(block)
                refuse_excess(answer.url, have, max_bytes)
                bar.update(file.write(block))


def refuse_excess(url: str, size: int, max_bytes: int | None) -> None:
    if max_bytes is not None and size > max_bytes:
        raise ValueError(
            f"expected at most {max_bytes:,} bytes from {url}, found {size:,} or more. "
            f"Raise MAX_BYTES to take them."
        )
