"""From a task's sources to whole, fingerprinted files and the tables in them."""

import contextlib
import io
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from labwright.acquire.acquired import Acquired, Further, Metadata, TableFile
from labwright.acquire.failures import shown_url
from labwright.acquire.fingerprints import bytes_of
from labwright.acquire.folders import FEWEST_FILES
from labwright.acquire.limits import KEY, check_size, size_cap
from labwright.acquire.located import Located, matches, not_found
from labwright.acquire.official import official_parts
from labwright.acquire.pretrained import acquire_pretrained
from labwright.acquire.reuse import identity, note_origin, take_again
from labwright.acquire.sources import Place, about_source, fetch, locate_all
from labwright.acquire.tables import Tables, find_tables
from labwright.errors import AccessError, ChangedError, ReadError, SourceError
from labwright.parts.hashing import sha256_of
from labwright.task.model import Source, Task


def acquire(
    task: Task,
    folder: Path,
    workspace: Path,
    max_bytes: int | None = None,
    progress: bool = True,
) -> Acquired:
    """Fetch the task's sources into `folder` and find the tables in it.

    Where a source fails, its alternatives are tried in turn; a note says which is used.
    Each try has a folder of its own, `folder`-1 and so on, which takes what other tries
    have fetched; so nothing is fetched twice, in this call and in the next.

    Args:
        task: Its sources are fetched: files of the disk, and one place on the web, into
            the raw folder itself, others into folders of their own in it.
        folder: The raw folder, data/raw of an experiment or of a staging folder.
        workspace: Folder that holds `experiments`; local paths are relative to it.
        max_bytes: Size cap of a download; None takes the source's `max_size`, else 1 GiB.
        progress: Show a bar for what takes longer than a second.

    Raises:
        SourceError: it is not there, not allowed, too large, changed or not reachable.
        ReadError: there is no table in it.
    """
    sources = list(task.data_sources)
    notes: list[str] = []
    while True:
        try:
            told = task.model_copy(update={"data_sources": tuple(sources)})
            raw = folder.with_name(f"{folder.name}-{len(notes)}") if notes else folder
            found = acquire_all(told, raw, workspace, max_bytes, progress)
            return replace(found, notes=(*notes, *found.notes))
        except (SourceError, ReadError) as error:
            number = error.source
            if number is None or not sources[number].alternatives:
                raise
            failed, (used, *others) = sources[number], sources[number].alternatives
            sources[number] = used.model_copy(update={"alternatives": tuple(others)})
            notes.append(
                f"{shown_url(used.identifier)} is used in the place of "
                f"{shown_url(failed.identifier)}, of which was found: {error.found}."
            )


def acquire_all(
    task: Task, folder: Path, workspace: Path, max_bytes: int | None, progress: bool
) -> Acquired:
    """As `acquire`, of the sources themselves."""
    sources = task.data_sources
    with shown(progress), disk_errors():
        places = locate_all(sources, folder, workspace)
        caps = [cap_of(place, sources, max_bytes) for place in places]
        files: dict[str, str | None] = {}
        for place, cap in zip(places, caps, strict=True):
            with about_source(place.first):
                files |= fetched(place, cap, sources, folder, workspace)
    found: list[TableFile] = []
    notes: list[str] = []
    metadata = Metadata()
    unpackers: dict[str, None] = {}
    for number, source in enumerate(sources):
        place = next(place for place in places if number in place.files)
        own = own_files(places, place, number, files)
        with about_source(number):
            if source.sha256:
                key = f"{KEY}.sha256"
                check_sha256(source.sha256, meant(source, own), own, folder, key)
            tables = find_tables(folder, own, source.format)
            picked = chosen(tables, source)
        found += [replace(table, source=number) for table in picked]
        notes += notes_on(tables, picked)
        metadata = merged(metadata, completed(place.located, tables))
        unpackers[tables.unpacked] = None
    first, further = places[0], places[1:]
    packed = [name for name in unpackers if name != "keep_files"]
    splits = {
        place.below_raw(name): part
        for place in places
        for name, part in place.located.splits.items()
    }
    with shown(progress), disk_errors():
        weights = acquire_pretrained(task, folder / ".pretrained", workspace, max_bytes)
    return Acquired(
        fetch=first.located.fetch,
        source=first.located.source,
        revision=first.located.revision,
        files=files,
        unpacked=packed[0] if packed else "keep_files",
        tables=tuple(found),
        official=official_parts(table.path for table in found) | splits,
        metadata=metadata,
        folder=folder,
        size=bytes_of(folder, files),
        max_bytes=caps[0],
        notes=(
            *(note for place in places for note in place.located.notes),
            *(weights.notes if weights else ()),
            *notes,
        ),
        further=tuple(
            Further(
                p.folder, p.located.fetch, p.located.source, p.located.revision, cap
            )
            for p, cap in zip(further, caps[1:], strict=True)
        ),
        unpackers=tuple(packed),
        joined=tuple(n for n, source in enumerate(sources) if source.join),
        pretrained=weights,
        identifiers=tuple(source.identifier for source in sources),
    )


def cap_of(
    place: Place, sources: Sequence[Source], max_bytes: int | None
) -> int | None:
    """The size cap of a place, that of its first source; files on the disk have none."""
    if place.located.fetch == "fetch_local":
        return None
    return size_cap(sources[place.first], max_bytes)


def fetched(
    place: Place,
    cap: int | None,
    sources: Sequence[Source],
    folder: Path,
    workspace: Path,
) -> dict[str, str | None]:
    """The files of a place, by their paths below the raw folder, with their sha256."""
    inside = folder / place.folder
    size = place.located.size if cap else 0
    check_size(size, cap, folder, sources[place.first].identifier)
    inside.mkdir(parents=True, exist_ok=True)
    take_again(inside, place.located, folder.parent, workspace)
    asked = [(identity(sources[n]), located) for n, located in place.parts.items()]
    if versions := place.located.versions:
        note_origin(inside, asked, versions, is_whole=False)
    files = fetch(place.located, inside, workspace, cap)
    if versions:
        note_origin(inside, asked, versions, is_whole=True)
    return {place.below_raw(name): sha256 for name, sha256 in files.items()}


def own_files(
    places: Sequence[Place], place: Place, number: int, files: Iterable[str]
) -> list[str]:
    """The files of one source, by their paths below the raw folder.

    What came for the only source of a place is its own, whatever it was called there.
    """
    if len(place.files) > 1:
        return [place.below_raw(name) for name in place.files[number]]
    others = [f"{other.folder}/" for other in places if other.folder != place.folder]
    apart = tuple(folder for folder in others if folder != "/")
    return [
        name
        for name in files
        if name.startswith(f"{place.folder}/" if place.folder else "")
        and not name.startswith(apart)
    ]


def merged(one: Metadata, other: Metadata) -> Metadata:
    """What two sources say of their columns; of one name the first is believed."""
    return Metadata(
        target=one.target or other.target,
        class_names=other.class_names | one.class_names,
        ignored=tuple(dict.fromkeys((*one.ignored, *other.ignored))),
        row_ids=tuple(dict.fromkeys((*one.row_ids, *other.row_ids))),
        categories=tuple(dict.fromkeys((*one.categories, *other.categories))),
    )


@contextlib.contextmanager
def shown(progress: bool) -> Iterator[None]:
    """Progress bars of the clients, which all write to stderr, or nothing."""
    if progress:
        yield
    else:
        with contextlib.redirect_stderr(io.StringIO()):
            yield


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """What the disk refuses, as a SourceError."""
    try:
        yield
    except OSError as error:
        kind = AccessError if isinstance(error, PermissionError) else SourceError
        raise kind(
            "files that can be read, and room to keep them",
            str(error),
            "Check permissions and free space.",
            key=f"{KEY}.identifier",
        ) from error


def meant(source: Source, files: Iterable[str]) -> list[str]:
    """The files whose sha256 the source gives: those that `file`, else `identifier` names.

    All of them where neither names any: of a data set, a folder, a member of an archive.
    """
    names = list(files)
    if source.file is None:
        path = source.identifier
        if source.type == "url":
            path = unquote(urlsplit(path).path)
        shared = {name: shared_end(name, path) for name in names}
        if most := max(shared.values(), default=0):
            return [name for name in names if shared[name] == most]
        glob = path.rsplit("/", 1)[-1]
        return [name for name in names if matches(name, glob)] or names
    parts = source.file.strip("/").split("/")
    for end in range(len(parts), 0, -1):  # the last ones: the workbook or archive
        pattern = "/".join(parts[:end])
        if picked := [name for name in names if matches(name, pattern)]:
            return picked
    return names


def shared_end(name: str, path: str) -> int:
    """How many last parts of a file's name are those of a path."""
    pairs = zip(reversed(name.split("/")), reversed(path.split("/")), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def check_sha256(
    expected: str,
    picked: Iterable[str],
    files: Iterable[str],
    folder: Path,
    key: str,
) -> None:
    """Refuse, and remove, files that are not the ones the task names.

    Raises:
        ChangedError: with both fingerprints, where no picked file has the expected one.
    """
    sha256s = {name: sha256_of(folder / name) for name in files}
    found = {name: sha256s[name] for name in picked}
    if expected in found.values():
        return
    for name in files:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    listed = ", ".join(f"{sha256} ({name})" for name, sha256 in found.items())
    if others := [name for name, sha256 in sha256s.items() if sha256 == expected]:
        listed += f"; the expected one is that of {', '.join(others)}"
    raise ChangedError(
        f"a file with sha256 {expected}",
        listed,
        "If the new file is right, take its sha256 into the task, or leave `sha256` out.",
        key=key,
        candidates=tuple(found.values()),
    )


def chosen(tables: Tables, source: Source) -> list[TableFile]:
    """The tables that `file` picks, or all of them.

    Raises:
        NotFoundError: `file` picks none; lists what there is.
        ReadError: there is no table at all.
    """
    if not tables.found:
        if tables.unreadable:
            raise next(iter(tables.unreadable.values()))
        kinds = ", ".join(f"{count} x {kind}" for kind, count in tables.ignored.items())
        raise ReadError(
            "a table (CSV, Parquet, JSON, Excel, ARFF, SQLite, CoNLL …), or a folder of "
            f"at least {FEWEST_FILES} images, sounds or texts",
            kinds or "no files",
            "Name a source that holds one.",
            key=f"{KEY}.identifier",
        )
    if source.file is None:
        return tables.found
    picked = [table for table in tables.found if picks(source.file, table.path)]
    if not picked:
        names = [table.path for table in tables.found]
        raise not_found("a file", source.file, names, f"{KEY}.file", source.identifier)
    return picked


def picks(pattern: str, path: str) -> bool:
    """Whether `file` names a table, or the workbook, database or archive it is in."""
    parts = path.split("/")
    return any(matches("/".join(parts[:i]), pattern) for i in range(len(parts), 0, -1))


def completed(located: Located, tables: Tables) -> Metadata:
    """The source's metadata with what its files say themselves.

    The Hub's class labels are the columns of an exported split with a fixed set of
    values; a single one is the target. Images, sounds and texts in folders say by these
    what they are.
    """
    metadata = located.metadata
    names = tables.class_names | metadata.class_names
    target = metadata.target or tables.target
    if located.fetch == "fetch_huggingface" and len(tables.class_names) == 1:
        target = next(iter(tables.class_names))
    categories = dict.fromkeys((*metadata.categories, *names))
    if any("folder" in table.columns for table in folders_of(tables.found)):
        target = target or "folder"
    return replace(
        metadata, target=target, class_names=names, categories=tuple(categories)
    )


def folders_of(tables: Iterable[TableFile]) -> list[TableFile]:
    """Those that are folders of files."""
    return [table for table in tables if table.reader == "read_folder"]


def notes_on(tables: Tables, found: list[TableFile]) -> list[str]:
    """What was left aside, for the person who reads the plan."""
    notes = tables.notes + [
        f"Left aside: {count} x {kind}."
        for kind, count in sorted(tables.ignored.items())
    ]
    notes += [
        f"Could not read {name}: {error}" for name, error in tables.unreadable.items()
    ]
    if left := len(tables.found) - len(found):
        notes.append(f"`file` leaves out {left} of {len(tables.found)} tables.")
    return notes
