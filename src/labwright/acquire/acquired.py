"""What acquiring a task's sources yields: whole, fingerprinted files and what their source says of them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class TableFile:
    """A table that was found: one file, or one member of an archive or database.

    Attributes:
        path: Of the file, relative to the raw folder. A member of an archive is
            `archive.zip/inner/train.csv`, a sheet `book.xlsx/Sheet2`, a table of a
            database `shop.sqlite/orders`.
        reader: Name of the part that reads it, for example `read_csv`.
        reading: Options of that reader, plain data: separator, encoding …
        columns: Their names, in order.
    """

    path: str
    reader: str
    reading: dict[str, Any]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Metadata:
    """What a source itself says of its columns. Evidence for the plan, not a decision."""

    target: str | None = None  # OpenML's default target, a Hugging Face ClassLabel
    class_names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()  # OpenML is_ignore
    row_ids: tuple[str, ...] = ()  # OpenML is_row_identifier
    categories: tuple[str, ...] = ()  # columns that the source declares nominal


@dataclass(frozen=True)
class Acquired:
    """The files of a task's source, whole, below `folder`.

    Attributes:
        fetch: Name of the fetch part that the experiment calls, for example `fetch_url`.
        source: What that part is told: URL, owner/name, id, path relative to the workspace.
        revision: Pinned version: commit, version number; None where there is none.
        files: Fetched file, relative to the raw folder, and its sha256; for a split of the
            Hub the sha256 of its rows, see `fetch_huggingface`.
        unpacked: Name of the part that unpacks them (`keep_files` where nothing is packed).
        tables: Every table found in them.
        official: Part (train, val, test) that the source itself gives each table's path.
        size: Bytes of all files.
        max_bytes: The size cap that was in force; None for local data.
    """

    fetch: str
    source: str
    revision: str | None
    files: dict[str, str | None]
    unpacked: str
    tables: tuple[TableFile, ...]
    official: dict[str, str]
    metadata: Metadata
    folder: Path
    size: int
    max_bytes: int | None
    notes: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """sha256 over the names and contents of all files: the data's identity."""
        import hashlib

        lines = [f"{name} {sha256}" for name, sha256 in sorted(self.files.items())]
        text = "\n".join([self.fetch, self.revision or "", *lines])
        return hashlib.sha256(text.encode()).hexdigest()
