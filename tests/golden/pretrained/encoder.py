"""The pretrained encoder: which one it is, and where its files are.

They are fetched once, verified by sha256, and kept in data/raw.
"""

import hashlib
import os
import shutil
from functools import cache
from pathlib import Path, PurePosixPath

# A folder of the workspace or owner/name on the Hub, the commit there, and the files with
# their sha256; None instead of one accepts a new file knowingly.
PRETRAINED: str = "encoder"
PRETRAINED_REVISION: str | None = None
PRETRAINED_FILES: dict[str, str | None] = {
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}

# ---- folder --------------------------------------------------------------------------

JUNK = {"__macosx", "thumbs.db", "desktop.ini", "@eadir"}  # beside hidden files


def is_content(path: PurePosixPath) -> bool:
    """Whether a path below a folder stays in it and is no system's leftover."""
    odd = any(part.startswith(".") or part.lower() in JUNK for part in path.parts)
    return not odd and not path.is_absolute()


def files_below(folder: Path) -> list[str]:
    """Paths of the files below `folder`, relative to it, written with / and sorted."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if is_content(PurePosixPath(name))]
        inside = PurePosixPath(Path(place).relative_to(folder).as_posix())
        found += [str(inside / n) for n in names if is_content(PurePosixPath(n))]
    return sorted(found)


# ---- fetch local ---------------------------------------------------------------------

LINK_FROM = 64 * 2**20  # bytes: a file or folder this large is linked, not copied


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


# ---- hashing -------------------------------------------------------------------------


def sha256_of(path: Path) -> str:
    """sha256 of a file's bytes, or of a folder's names and files, as 64 digits."""
    if path.is_dir():
        lines = [f"{name} {sha256_of(path / name)}\n" for name in files_below(path)]
        return hashlib.sha256("".join(lines).encode()).hexdigest()
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


# ---- fetch weights -------------------------------------------------------------------


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


# ---- encoder -------------------------------------------------------------------------


@cache
def encoder() -> Path:
    """The folder of the encoder's files, fetched if they are not there, and verified."""
    folder = Path(__file__).resolve().parent / "data" / "raw" / ".pretrained"
    weights_on_disk(PRETRAINED, PRETRAINED_REVISION, PRETRAINED_FILES, folder)
    return folder
