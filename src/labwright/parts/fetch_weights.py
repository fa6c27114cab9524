"""Fetch the files of a pretrained encoder: from the disk, or from the Hub."""

from pathlib import Path

from labwright.parts.fetch_local import bring
from labwright.parts.files.hub import download_from_hub
from labwright.parts.hashing import refuse_change, sha256_of


def weights_on_disk(
    name: str, revision: str | None, files: dict[str, str | None], folder: Path
) -> None:
    """Copy or link `files` of a folder, unless they are there.

    Args:
        name: The folder, relative to the workspace or absolute.
        revision: Not used; files on a disk have no versions.
        files: Names and sha256.
        folder: <workspace>/experiments/<name>/data/raw/.pretrained

    Raises:
        FileNotFoundError: a file is no longer there.
        ValueError: a file is not the one this experiment was made from.
    """
    root = folder.absolute().parents[4] / name
    for file, sha256 in files.items():
        path = folder / file
        if not path.exists():
            if not (root / file).is_file():
                raise FileNotFoundError(
                    f"expected {root / file}, found no file there. Put it back, or name "
                    f"its new place in PRETRAINED."
                )
            bring(root / file, path)
        if sha256:
            refuse_change(path, sha256, sha256_of(path))


def weights_of_hub(
    name: str, revision: str | None, files: dict[str, str | None], folder: Path
) -> None:
    """Download `files` of the repository `name` at a commit, unless they are there.

    Raises:
        OSError, HUB_BROKEN: the Hub was not reached, or refused.
        ValueError: a file is not the one this experiment was made from.
    """
    places = {file: folder / file for file in files}
    download_from_hub(name, "model", revision, places, None)
    for file, sha256 in files.items():
        if sha256:
            refuse_change(folder / file, sha256, sha256_of(folder / file))
