"""Fingerprints of the fetched files, with a bar where they are large."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from labwright.parts.folder import files_below
from labwright.parts.hashing import sha256_of

SHOW_FROM = 2**29  # bytes, about a second


def bytes_of(folder: Path, names: Iterable[str]) -> int:
    """Bytes of the files below `folder`, and of those in the folders among them."""
    paths = [folder / name for name in names]
    files = [
        path / name
        for path in paths
        for name in (files_below(path) if path.is_dir() else [""])
    ]
    return sum(file.stat().st_size for file in files)


def fingerprints(folder: Path, names: Iterable[str]) -> dict[str, str | None]:
    """sha256 of each file below `folder`, by its path."""
    paths = {name: folder / name for name in names}
    size = bytes_of(folder, paths)
    if size < SHOW_FROM:
        return {name: sha256_of(path) for name, path in paths.items()}
    from tqdm import tqdm

    found: dict[str, str | None] = {}
    with tqdm(
        desc="fingerprint", total=size, unit="B", unit_scale=True, delay=1
    ) as bar:
        for name, path in paths.items():
            if path.is_dir():
                found[name] = sha256_of(path)
                bar.update(bytes_of(folder, [name]))
                continue
            digest = hashlib.sha256()
            with path.open("rb") as file:
                while block := file.read(1 << 22):
                    digest.update(block)
                    bar.update(len(block))
            found[name] = digest.hexdigest()
    return found
