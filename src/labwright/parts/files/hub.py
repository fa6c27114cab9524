"""What the Hugging Face Hub's data sets and models have in common."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import huggingface_hub
import requests
from huggingface_hub import constants
from huggingface_hub.errors import HfHubHTTPError

from labwright.parts.files.download import DamageError, download
from labwright.parts.files.retry import with_retries

# What the client raises where the Hub is not reached: its HTTP library's, or Python's.
HUB_BROKEN = (HfHubHTTPError.__bases__[0], ConnectionError)


def download_from_hub(
    name: str,
    kind: str,
    revision: str | None,
    places: Mapping[str, Path],
    max_bytes: int | None,
) -> None:
    """Download files of a repository unless they are there, as who has logged in.

    Args:
        name: owner/name.
        kind: "dataset" or "model".
        revision: The commit.
        places: Where each file of the repository is put.
        max_bytes: Most that is downloaded, all files together.

    Raises:
        PermissionError: the Hub lets nobody in without a login, or not this one.
        requests.RequestException, HUB_BROKEN: it was not reached, or refused.
        DamageError: a file is not the one that the Hub describes.
    """
    places = {file: path for file, path in places.items() if not path.exists()}
    if not places:
        return
    urls = {
        path: huggingface_hub.hf_hub_url(name, file, repo_type=kind, revision=revision)
        for file, path in places.items()
    }
    token = huggingface_hub.get_token()  # of HF_TOKEN or `hf auth login`
    login = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        download(urls, max_bytes, login)
    except requests.HTTPError as error:
        status = error.response.status_code if error.response is not None else None
        if status not in (401, 403):
            raise
        found = "one that is not" if token else "none"
        raise PermissionError(
            f"expected a login that is let in to {page_of(name, kind)}, found "
            f"{found} ({status}). Accept the conditions there, then "
            f"set HF_TOKEN or run `hf auth login`."
        ) from error
    entries = with_retries(
        lambda: huggingface_hub.HfApi().get_paths_info(
            name, [*places], revision=revision, repo_type=kind
        ),
        *HUB_BROKEN,
    )
    for entry in entries:
        refuse_damaged(places[entry.path], entry)


def page_of(name: str, kind: str) -> str:
    """Where a person reads about a repository, and accepts its conditions."""
    folder = "datasets/" if kind == "dataset" else ""
    return f"{constants.ENDPOINT}/{folder}{name}"


def refuse_damaged(path: Path, entry: Any) -> None:
    """Remove a file that is not the one that the Hub's `entry` of it describes."""
    if entry.lfs:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        expected = entry.lfs.sha256
    else:
        content = path.read_bytes()  # small, for git keeps it
        found = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        expected = entry.blob_id
    if found != expected:
        size = path.stat().st_size
        path.unlink()
        raise DamageError(
            f"expected {path.name} with the Hub's hash {expected} and {entry.size:,} "
            f"bytes, found {found} and {size:,} bytes. Try again."
        )
