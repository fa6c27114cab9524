"""One kind of place that files are fetched from; fetch.py says which files."""

from pathlib import Path

from labwright.parts.fetch_local import fetch_local

# ---- from the source to data/raw -----------------------------------------------------


def fetch_files(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Bring `files` below `folder`, unless they are there, and verify each sha256."""
    fetch_local(source, revision, files, folder, max_bytes)
