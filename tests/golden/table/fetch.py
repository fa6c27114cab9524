"""Where the data come from: fetched once into data/raw, verified, and unpacked.

What is fetched stands in dataloader.py; here is only how.
"""

import hashlib
import os
import shutil
from pathlib import Path

# ---- hashing -------------------------------------------------------------------------


def sha256_of(path: Path) -> str:
    """sha256 of the file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse_change(path: Path, expected: str | None, found: str) -> None:
    """Stop before a file is opened that is not the one the experiment was made from.

    Raises:
        ValueError: the two fingerprints differ; `expected` None accepts any file.
    """
    if expected is not None and found != expected:
        raise ValueError(
            f"{path} is not the file this experiment was made from: expected sha256 "
            f"{expected[:12]}…, found {found[:12]}…. Delete the file to fetch it again; "
            f"SHA256/FILES value None accepts the new file."
        )


# ---- fetch local ---------------------------------------------------------------------

LINK_FROM = 64 * 2**20  # bytes: a file this large is linked, not copied


def fetch_local(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Bring `files` from `source` into `folder` unless they are there.

    Args:
        source: File, folder or glob, relative to the workspace: the folder that holds
            `experiments`. An absolute path is taken as it is.
        revision: Not used; files on a disk have no versions.
        files: Path below the source's folder, which it keeps below `folder`, and sha256.
        folder: data/raw of the experiment: <workspace>/experiments/<name>/data/raw.
        max_bytes: Not used; what is on the disk already is not limited.

    Raises:
        FileNotFoundError: a file is no longer where the experiment found it.
        ValueError: a file is not the one this experiment was made from.
    """
    root = folder.absolute().parents[3] / source
    while not root.is_dir():  # of a file or a glob: the last folder without a pattern
        root = root.parent
    for name, sha256 in files.items():
        path = folder / name
        if not path.exists():
            if not (root / name).is_file():
                raise FileNotFoundError(
                    f"expected {root / name}, found no file there. Put it back, or name "
                    f"its new place in SOURCE."
                )
            copy_or_link(root / name, path)
        if sha256:
            refuse_change(path, sha256, sha256_of(path))


def copy_or_link(origin: Path, path: Path) -> None:
    """A copy of `origin` at `path`; a link where a copy would cost time and space."""
    path.parent.mkdir(parents=True, exist_ok=True)
    origin = origin.resolve()  # the file itself, should `origin` be a link to it
    if origin.stat().st_size >= LINK_FROM:
        for link in (os.link, os.symlink):  # a hard link cannot leave its disk
            try:
                link(origin, path)
                return
            except OSError:
                continue
    part = path.with_name(path.name + ".part")
    shutil.copyfile(origin, part)
    part.rename(path)  # never a half-written file under the final name


# ---- unpack --------------------------------------------------------------------------


def keep_files(folder: Path, tables: list[str]) -> list[Path]:
    """Nothing is packed: the tables lie in `folder` as they are."""
    return [folder / table for table in tables]


# ---- from the source to readable files -----------------------------------------------


def fetch(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Bring `files` below `folder`, unless they are there, and verify each sha256."""
    fetch_local(source, revision, files, folder, max_bytes)


def readable(folder: Path, tables: list[str]) -> list[Path]:
    """The file of each table, taken out of its archive where it is in one."""
    return keep_files(folder, tables)
