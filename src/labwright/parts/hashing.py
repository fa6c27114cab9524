"""Fingerprints of files."""

import hashlib
from pathlib import Path

from labwright.parts.folder import files_below


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
