"""Fetch from OpenML by its REST interface."""

import hashlib
import os
from pathlib import Path
from typing import Any

from labwright.parts.files.download import (
    SILENCE,
    DamageError,
    GuardedSession,
    download,
)
from labwright.parts.files.retry import with_retries
from labwright.parts.hashing import refuse_change, sha256_of


def fetch_openml(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Download a data set into `folder` unless it is there.

    Args:
        source: The set's id. What an id stands for is never changed.
        revision: The set's version, for the reader; the id says it already.
        files: The one file and its sha256: .pq for the Parquet file, else the ARFF one.
        folder: data/raw of the experiment.
        max_bytes: Most that is downloaded.

    Raises:
        requests.RequestException: the server was not reached, or refused.
        ValueError: more than `max_bytes`, or not the file this was made from.
    """
    for name, sha256 in files.items():
        path = folder / name
        if not path.exists():
            about = ask_openml(f"data/{source}")["data_set_description"]
            if name.endswith(".pq"):
                download({path: about["parquet_url"]}, max_bytes)
            else:
                download({path: about["url"]}, max_bytes)
                refuse_damage(path, about.get("md5_checksum"))
        if sha256:
            refuse_change(path, sha256, sha256_of(path))


def ask_openml(path: str) -> Any:
    """An answer of api/v1; OPENML_SERVER may name another server."""
    server = os.environ.get("OPENML_SERVER", "https://www.openml.org")
    url = f"{server.partition('/api/')[0].rstrip('/')}/api/v1/json/{path}"

    def answer() -> Any:
        with GuardedSession() as session, session.get(url, timeout=SILENCE) as told:
            told.raise_for_status()  # 412: there is no such set
            return told.json()

    return with_retries(answer)


def refuse_damage(path: Path, md5: str | None) -> None:
    """Remove a file that is not the one that OpenML itself describes."""
    found = hashlib.md5(path.read_bytes()).hexdigest()
    if md5 and found != md5:
        path.unlink()
        raise DamageError(
            f"expected {path.name} with OpenML's md5 {md5}, found {found}. Try again."
        )
