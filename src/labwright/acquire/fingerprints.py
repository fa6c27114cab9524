"""Fingerprints of the fetched files, with a bar where they are large."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from labwright.parts.hashing import sha256_of

SHOW_FROM = 2**29  # bytes, about a second


def fingerprints(folder: Path, names: Iterable[str]) -> dict[str, str | None]:
    """sha256 of each file below `folder`, by its path."""
    paths = {name: folder / name for name in names}
    size = sum(path.stat().st_size for path in paths.values())
    if size < SHOW_FROM:
        return {name: sha256_of(path) for name, path in paths.items()}
    from tqdm import tqdm

    found: dict[str, str | None] = {}
    with tqdm(
        desc="fingerprint", total=size, unit="B", unit_scale=True, delay=1
    ) as bar:
        for name, path in paths.items():
            digest = hashlib.sha256()
            with path.open("rb") as file:
                while block := file.read(1 << 22):
                    digest.update(block)
                    bar.update(len(block))
            found[name] = digest.hexdigest()
    return found
