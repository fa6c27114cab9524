"""Fetch from the disk: files and folders are copied, large ones are linked."""

import os
import shutil
from pathlib import Path

from labwright.parts.folder import files_below
from labwright.parts.hashing import refuse_change, sha256_of

LINK_FROM = 64 * 2**20  # bytes: a file or folder this large is linked, not copied


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
        files: Path below the source's folder, which it keeps below `folder`, and sha256;
            a whole folder ends with a slash.
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
            origin = root / name
            if not (origin.is_dir() if name.endswith("/") else origin.is_file()):
                what = "folder" if name.endswith("/") else "file"
                raise FileNotFoundError(
                    f"expected {origin}, found no {what} there. Put it back, or name "
                    f"its new place in SOURCE."
                )
            bring(origin, path)
        if sha256:
            refuse_change(path, sha256, sha256_of(path))


def bring(origin: Path, path: Path) -> None:
    """The file or folder `origin` at `path`, which never holds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    if not origin.is_dir():
        copy_or_link(origin, part, origin.stat().st_size >= LINK_FROM)
    else:
        shutil.rmtree(part, ignore_errors=True)  # of a try that was broken off
        names = files_below(origin)
        size = sum((origin / name).stat().st_size for name in names)
        for name in names:
            (part / name).parent.mkdir(parents=True, exist_ok=True)
            copy_or_link(origin / name, part / name, size >= LINK_FROM)
    part.rename(path)


def copy_or_link(origin: Path, path: Path, large: bool) -> None:
    """A copy of `origin` at `path`; a link where a copy would cost time and space."""
    origin = origin.resolve()  # the file itself, should `origin` be a link to it
    path.unlink(missing_ok=True)
    for link in (os.link, os.symlink) if large else ():
        try:
            link(origin, path)  # a hard link cannot leave its disk
            return
        except OSError:
            continue
    shutil.copyfile(origin, path)
