"""Fetch from Kaggle by its own client."""

import logging
import os
import shutil
import time
from pathlib import Path

import kagglehub
import requests

from labwright.parts.folder import files_below
from labwright.parts.hashing import refuse_change, sha256_of

KAGGLE_WAITS = (1, 2, 4, 8)  # seconds between the tries


def fetch_kaggle(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Download files of a data set or a competition into `folder` unless they are there.

    Args:
        source: owner/name of a set, or competition/name.
        revision: Version of the set; competitions have none.
        files: Path in the set and below `folder`, and the sha256 that is expected; a
            name that ends with a slash is that of a folder for all of the set.
        folder: data/raw of the experiment.
        max_bytes: Most that is downloaded, all files together.

    Raises:
        requests.RequestException: Kaggle was not reached, or refused: 401 and 403 ask
            for a login (KAGGLE_USERNAME, KAGGLE_KEY) and for accepted rules.
        ValueError: more than `max_bytes`, or not the file this was made from.
    """
    cache = folder / ".cache"  # unfinished downloads; the next try goes on with them
    os.environ["KAGGLEHUB_CACHE"] = str(cache.absolute())
    logging.getLogger("kagglehub").setLevel(logging.WARNING)  # it talks to stdout
    for name, sha256 in files.items():
        path = folder / name
        if not path.exists():
            fetched = download_kaggle(source, revision, name)
            inside = files_below(fetched) if fetched.is_dir() else [""]
            size = sum((fetched / name).stat().st_size for name in inside)
            if max_bytes is not None and size > max_bytes:
                shutil.rmtree(cache)
                raise ValueError(
                    f"expected at most {max_bytes:,} bytes, found {size:,} in {name}. "
                    f"Raise MAX_BYTES to take them."
                )
            max_bytes = max_bytes and max_bytes - size
            path.parent.mkdir(parents=True, exist_ok=True)
            fetched.rename(path)
        if sha256:
            refuse_change(path, sha256, sha256_of(path))
    shutil.rmtree(cache, ignore_errors=True)


def download_kaggle(source: str, revision: str | None, name: str) -> Path:
    """One file, or all, below KAGGLEHUB_CACHE; the client itself tries only once."""
    owner, slug = source.split("/")
    only = None if name.endswith("/") else name
    for wait in (*KAGGLE_WAITS, None):
        try:
            if owner == "competition":
                return Path(kagglehub.competition_download(slug, path=only))
            version = f"/versions/{revision}" if revision else ""
            return Path(kagglehub.dataset_download(source + version, path=only))
        except requests.RequestException as error:
            status = getattr(error.response, "status_code", 503)
            if wait is None or (status < 500 and status != 429):
                raise
            time.sleep(wait)
    raise AssertionError("the last try returns or raises")
