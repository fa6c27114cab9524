"""Fetch from Kaggle: its own client says where a file is stored."""

import logging
import shutil
import zipfile
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from kagglehub.clients import build_kaggle_client
from kagglesdk.competitions.types.competition_api_service import (
    ApiDownloadDataFileRequest,
    ApiDownloadDataFilesRequest,
)
from kagglesdk.datasets.types.dataset_api_service import ApiDownloadDatasetRequest
from requests.adapters import HTTPAdapter

from labwright.parts.files.download import (
    SILENCE,
    DamageError,
    ExcessError,
    download,
)
from labwright.parts.files.retry import with_retries
from labwright.parts.hashing import refuse_change, sha256_of


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
    logging.getLogger("kagglehub").setLevel(logging.WARNING)  # it talks to stdout
    urls = {
        name: with_retries(partial(stored_at, source, revision, name))
        for name in files
        if not (folder / name).exists()
    }
    stored = {name: cache / name.rstrip("/") for name in urls}
    download({stored[name]: url for name, url in urls.items()}, max_bytes)
    for name, url in urls.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        taken_out(stored[name], url, name, max_bytes).rename(folder / name)
    shutil.rmtree(cache, ignore_errors=True)
    for name, sha256 in files.items():
        if sha256:
            refuse_change(folder / name, sha256, sha256_of(folder / name))


def stored_at(source: str, revision: str | None, name: str) -> str:
    """The signed address of a file, or of an archive with all of them."""
    owner, slug = source.split("/")
    is_all = name.endswith("/")
    request: Any
    with build_kaggle_client() as client:
        limit_silence(client)
        if owner != "competition":
            request = ApiDownloadDatasetRequest()
            request.owner_slug, request.dataset_slug = owner, slug
            request.dataset_version_number = int(revision or 0)
            request.file_name = None if is_all else name
            call = client.datasets.dataset_api_client.download_dataset
        elif is_all:
            request = ApiDownloadDataFilesRequest()
            request.competition_name = slug
            call = client.competitions.competition_api_client.download_data_files
        else:
            request = ApiDownloadDataFileRequest()
            request.competition_name, request.file_name = slug, name
            call = client.competitions.competition_api_client.download_data_file
        with call(request) as answer:  # it has followed a redirect, and read nothing
            return str(answer.url)


def limit_silence(client: Any) -> None:
    """Let the client's requests end after SILENCE; it would wait for ever."""

    class Limited(HTTPAdapter):
        def send(self, *given: Any, **options: Any) -> requests.Response:
            options["timeout"] = options.get("timeout") or SILENCE
            return super().send(*given, **options)

    session = client.http_client()._init_session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, Limited())


def taken_out(stored: Path, url: str, name: str, max_bytes: int | None) -> Path:
    """What was asked for, out of the archive that Kaggle may have made of it.

    Raises:
        ValueError: it is no archive, or it holds more than `max_bytes`.
    """
    is_all, last = name.endswith("/"), Path(name).name
    if not is_all and not unquote(urlsplit(url).path).endswith(f"/{last}.zip"):
        return stored
    if not zipfile.is_zipfile(stored):
        stored.unlink()
        raise DamageError(f"expected a ZIP archive of {name} from Kaggle, found none.")
    out = stored.with_name(f"{stored.name}.out")
    with zipfile.ZipFile(stored) as archive:
        size = sum(member.file_size for member in archive.infolist())
        if max_bytes is not None and size > max_bytes:
            raise ExcessError(
                f"expected at most {max_bytes:,} bytes, found {size:,} in {name}. "
                f"Raise MAX_BYTES to take them."
            )
        archive.extractall(out)
    return out if is_all else out / last
