"""Folders of images, sounds and texts as tables, by what their files are.

    pictures/train/cat/1.png      two tables of equal columns, pictures/train/ and
    pictures/test/cat/2.png       pictures/test/, official parts; `folder` is "cat"
    pictures/new/3.png            a third without `folder`: pictures to be judged

Folders that hold everything (`pictures`) become part of the table's path, and levels
that do not vary become no columns.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import Any

from labwright.acquire.acquired import TableFile
from labwright.acquire.sniff import SAMPLE_BYTES, marked_format, text_format
from labwright.acquire.sniff_csv import sniff_csv
from labwright.errors import DataError
from labwright.parts.official import part_of

FEWEST_FILES = 20  # that make a folder a table beside other tables
HEAD = 512  # bytes by which images and sounds are known
SAMPLE = 20  # texts that are looked into
HOLDS = {"image": "images", "sound": "sounds", "text": "texts"}
SUFFIXES = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"), "image"),
    **dict.fromkeys((".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm"), "image"),
    **dict.fromkeys((".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus"), "sound"),
    **dict.fromkeys((".aif", ".aiff"), "sound"),
    **dict.fromkeys((".txt", ".text", ""), "text"),
}


@dataclass(frozen=True)
class Folder:
    """Files of one kind below one path.

    Attributes:
        prefix: Names of the folders above, the archive's too.
        files: The parts of each file's path below `prefix`, its own name last.
    """

    prefix: tuple[str, ...]
    files: list[tuple[str, ...]]

    @property
    def depth(self) -> int:
        """In how many folders most files lie."""
        return Counter(map(len, self.files)).most_common(1)[0][0] - 1

    @property
    def shared(self) -> int:
        """Levels from the top on that are the same for every file."""
        return len(shared_levels(file[:-1] for file in self.files))

    def below(self, levels: int) -> "Folder":
        """The same files, with the first levels, the same for all, as part of the path."""
        above = self.files[0][:levels]
        return Folder(self.prefix + above, [file[levels:] for file in self.files])

    def named(self) -> dict[str, list[tuple[str, ...]]]:
        """The files by the first folder in which they differ, "" for those in none."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for file in self.files:
            name = file[self.shared] if self.shared < len(file) - 1 else ""
            found.setdefault(name, []).append(file)
        return found


def shared_levels(places: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The folders, from the top on, that all places lie in."""
    known = {*places}
    pairs = zip(min(known), max(known), strict=False)  # all others lie between them
    return tuple(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


@dataclass
class Folders:
    """The tables, the files that are in them, and what was left aside."""

    tables: list[TableFile] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def find_folders(
    roots: Mapping[str, Mapping[str, Path]], fewest: int = FEWEST_FILES
) -> Folders:
    """Tables of the images, sounds and texts among files.

    Args:
        roots: For each archive, and "" for what lies plain, its files: path below the
            raw folder and where it can be read.
        fewest: Files of one kind from which they are a table.
    """
    found = Folders()
    kinds = {root: by_kind(files) for root, files in roots.items()}
    for kind in HOLDS:
        named = {root: names[kind] for root, names in kinds.items() if names[kind]}
        if sum(map(len, named.values())) < fewest:
            continue
        folders = [
            part
            for root, names in named.items()
            for part in by_part(folder_of(root, names), found.notes)
        ]
        if kind == "text":
            folders = [as_deep(folder) for folder in folders]
            paths = {n: roots[root][n] for root, names in named.items() for n in names}
            if not any(map(varies, folders)) or are_tables(paths):
                continue
        found.tables += tables_of(folders, kind)
        found.files |= {name for names in named.values() for name in names}
    return found


def by_kind(files: Mapping[str, Path]) -> dict[str, list[str]]:
    """The names of images, of sounds and of what may be texts.

    A damaged image is one by its name, for whoever reads it to say so.
    """
    found: dict[str, list[str]] = {kind: [] for kind in HOLDS}
    for name, path in files.items():
        with path.open("rb") as file:
            marked = marked_format(file.read(HEAD))
        kind = marked or SUFFIXES.get(PurePosixPath(name).suffix.lower())
        if kind in found:
            found[kind].append(name)
    return found


def folder_of(root: str, names: Sequence[str]) -> Folder:
    """The files of one root."""
    prefix = PurePosixPath(root).parts
    return Folder(prefix, [PurePosixPath(n).parts[len(prefix) :] for n in names])


def by_part(folder: Folder, notes: list[str]) -> list[Folder]:
    """Train, val and test apart, where the first folders that differ are called so.

    What lies beside them is a table of its own, but few files, or a copy, are left aside.
    """
    named = folder.named()
    parts = {name: part_of(name) for name in named}
    if "train" not in parts.values() or len({*parts.values()} - {None}) < 2:
        return [folder]
    level = folder.shared
    official = {file[level:] for name in named if parts[name] for file in named[name]}
    found = []
    for name, files in sorted(named.items()):
        copy = {file[level + 1 :] for file in files} <= official
        if parts[name] or (name and len(files) >= FEWEST_FILES and not copy):
            found.append(Folder(folder.prefix, files))
        else:
            why = "the same files again" if copy else "beside train and test"
            above = "/".join((*folder.prefix, *files[0][:level], name))
            notes.append(f"Left aside: {len(files)} files in {above}, {why}.")
    return found


def as_deep(folder: Folder) -> Folder:
    """Without texts about the others, which lie less deep or deeper."""
    files = [file for file in folder.files if len(file) == folder.depth + 1]
    return Folder(folder.prefix, files)


def varies(folder: Folder) -> bool:
    """Whether there is a level by which the files differ."""
    return len({file[:-1] for file in folder.files}) > 1


def are_tables(paths: Mapping[str, Path]) -> bool:
    """Whether files with a text's suffix are tables: no prose, and with equal columns."""
    names = sorted(paths)
    sample = names[:: max(1, len(names) // SAMPLE)]
    headers = Counter(header_of_text(name, paths[name]) for name in sample)
    columns, count = headers.most_common(1)[0]
    return len(columns) > 1 and count > len(sample) / 2


def header_of_text(name: str, path: Path) -> tuple[str, ...]:
    """The columns that a text has if it is read as a table; one for prose."""
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    if (kind := text_format(path, head)) not in ("csv", "tsv", "text for people"):
        return (kind, kind)
    try:
        return tuple(sniff_csv(head, len(head) < SAMPLE_BYTES, name)[1])
    except DataError:
        return ("",)


def tables_of(folders: Iterable[Folder], kind: str) -> list[TableFile]:
    """A table for each folder; those that go equally deep have equal columns."""
    stripped = [
        folder.below(min(one.shared for one in group))
        for group in alike(folders)
        for folder in group
    ]
    found = []
    for group in alike(stripped):
        files = [PurePosixPath(*file) for folder in group for file in folder.files]
        reading: dict[str, Any] = {
            "holds": HOLDS[kind],
            "suffixes": sorted({file.suffix.lower() for file in files}),
            "levels": varying_levels(file.parts[:-1] for file in files),
        }
        if kind == "text":
            reading["depth"] = group[0].depth
        found += [table_of(folder, reading) for folder in group]
    return sorted(found, key=lambda table: table.path)


def alike(folders: Iterable[Folder]) -> list[list[Folder]]:
    """Folders by the depth in which their files lie."""
    found: dict[int, list[Folder]] = {}
    for folder in folders:
        found.setdefault(folder.depth, []).append(folder)
    return list(found.values())


def varying_levels(places: Iterable[tuple[str, ...]]) -> list[int]:
    """Positions of the levels in which files in these folders differ."""
    known = {*places}
    levels = range(max(map(len, known)))
    return [i for i in levels if len({place[i : i + 1] for place in known}) > 1]


def table_of(folder: Folder, reading: dict[str, Any]) -> TableFile:
    """The table that `read_folder` makes of a folder."""
    numbers = range(1, len(reading["levels"]) + 1)
    levels = ["folder" if i == 1 else f"folder_{i}" for i in numbers]
    holds = "text" if reading["holds"] == "texts" else "sha256"
    path = "/".join((*folder.prefix, "")) or "./"
    return TableFile(path, "read_folder", reading, ("file", *levels, holds))
