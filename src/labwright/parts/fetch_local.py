"""Fetch from the disk: files are copied, large ones are linked."""

import os
import shutil
from pathlib import Path

from labwright.parts.hashing import refuse_change, sha256_of

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
