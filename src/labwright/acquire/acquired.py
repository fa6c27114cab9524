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
        source: Number of the task's data source that it belongs to, from 0.
    """

    path: str
    reader: str
    reading: dict[str, Any]
    columns: tuple[str, ...]
    source: int = 0


@dataclass(frozen=True)
class Further:
    """A place that files come from beside the first one.

    Attributes:
        folder: Below the raw folder, where its files are fetched to.
        fetch: As in `Acquired`; and so are `source`, `revision` and `max_bytes`.
    """

    folder: str
    fetch: str
    source: str
    revision: str | None
    max_bytes: int | None


@dataclass(frozen=True)
class Pretrained:
    """A pretrained encoder: its files lie in `.pretrained` below the raw folder.

    Attributes:
        name: What its fetch part is told: owner/name, or a folder.
        revision: The commit; None for a folder.
        fetch: Name of the fetch part.
        files: Names and sha256.
        notes: For the person who reads the plan.
    """

    name: str
    revision: str | None
    fetch: str
    files: dict[str, str | None]
    notes: tuple[str, ...] = ()


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
    """The files of a task's sources, whole, below `folder`.

    `fetch`, `source`, `revision` and `max_bytes` are those of the first place; as a rule
    there is no other.

    Attributes:
        fetch: Name of the fetch part that the experiment calls, for example `fetch_url`.
        source: What that part is told: URL, owner/name, id, path relative to the workspace.
        revision: Pinned version: commit, version number; None where there is none.
        files: Fetched file, relative to the raw folder, and its sha256; for a split of the
            Hub the sha256 of its rows, see `fetch_huggingface`.
        unpacked: Name of the part that unpacks them (`keep_files` where nothing is packed).
        unpackers: All such parts, where sources are packed in several ways.
        tables: Every table found in them.
        official: Part (train, val, test) that the source itself gives each table's path.
        size: Bytes of all files.
        max_bytes: The size cap that was in force; None for local data.
        further: The other places.
        joined: Numbers of the sources that the task says how to join: their tables are
            stacked with no other.
        pretrained: The encoder that the task names.
        identifiers: Of the sources, in the task's order, as they were used: an
            alternative's where it took a source's place.
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
    further: tuple[Further, ...] = ()
    unpackers: tuple[str, ...] = ()
    joined: tuple[int, ...] = ()
    pretrained: Pretrained | None = None
    identifiers: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[tuple[str, str, str | None], ...]:
        """Fetch part, source and revision of every place, the first one first."""
        first = (self.fetch, self.source, self.revision)
        return (first, *((p.fetch, p.source, p.revision) for p in self.further))

    @property
    def fingerprint(self) -> str:
        """sha256 over the names and contents of all files: the data's identity."""
        import hashlib

        lines = [f"{name} {sha256}" for name, sha256 in sorted(self.files.items())]
        known = [
            word for fetch, _, revision in self.places for word in (fetch, revision)
        ]
        text = "\n".join([*(word or "" for word in known), *lines])
        return hashlib.sha256(text.encode()).hexdigest()
