"""Fetch files of a data set on the Hugging Face Hub as they are."""

from pathlib import Path

from labwright.parts.files.hub import download_from_hub
from labwright.parts.hashing import refuse_change, sha256_of


def fetch_hub_files(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Download `files` of a data set's repository into `folder` unless they are there.

    Args:
        source: owner/name.
        revision: The commit, which settles every byte of the set.
        files: Path in the repository and below `folder`, and the sha256 that is
            expected.
        folder: data/raw of the experiment.
        max_bytes: Most that is downloaded, all files together.

    Raises:
        OSError, HUB_BROKEN: the Hub was not reached, or refused.
        ValueError: more than `max_bytes`, or not the file this was made from.
    """
    places = {name: folder / name for name in files}
    download_from_hub(source, "dataset", revision, places, max_bytes)
    for name, sha256 in files.items():
        if sha256:
            refuse_change(folder / name, sha256, sha256_of(folder / name))
