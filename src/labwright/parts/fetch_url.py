"""Fetch from a web server."""

from pathlib import Path
from urllib.parse import quote

from labwright.parts.files.download import download
from labwright.parts.hashing import refuse_change, sha256_of


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
        requests.RequestException: the server was not reached, or refused.
        ValueError: more than `max_bytes`, or not the file this was made from.
    """
    is_folder = source.endswith("/")
    urls = {
        folder / name: source + quote(name) if is_folder else source for name in files
    }
    download(urls, max_bytes)
    for name, sha256 in files.items():
        if sha256:
            refuse_change(folder / name, sha256, sha256_of(folder / name))
