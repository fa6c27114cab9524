"""What was fetched before is not fetched again: from staging, or a sibling experiment.

Beside what a place yields lies a note, `.origin.json`: what was asked for, what was found
there, and of each file what identified its version at the source and its sha256. A file
is taken again where the source still has that version and the file still that sha256; it
is hard-linked, or copied where it lies on another disk. Where the source is not reached,
what was found the last time holds.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from labwright.acquire.acquired import Metadata
from labwright.acquire.located import Located
from labwright.parts.folder import files_below
from labwright.parts.hashing import sha256_of
from labwright.task.model import Source

NOTE = ".origin.json"
# What a source's description says that changes nothing of what is fetched.
ASIDE = {"description", "format", "max_size", "join", "alternatives", "sha256"}


def note_origin(
    folder: Path,
    asked: Iterable[tuple[dict[str, Any], Located]],
    versions: dict[str, str],
    is_whole: bool,
) -> None:
    """Write down where the files in `folder` come from.

    Args:
        folder: Of one place.
        asked: What was asked for, and what was found of each.
        versions: What identifies each file at its source.
        is_whole: Every file is there; before that, those that are have no sha256 yet.
    """
    note = {
        "sources": [
            {"asked": identity, "found": asdict(located)} for identity, located in asked
        ],
        "files": {
            name: {
                "version": version,
                "sha256": sha256_of(folder / name) if is_whole else None,
            }
            for name, version in versions.items()
        },
    }
    (folder / NOTE).write_text(json.dumps(note), encoding="utf-8")


def identity(source: Source) -> dict[str, Any]:
    """What a source asks for, as plain data."""
    return source.model_dump(mode="json", exclude=ASIDE)


def take_again(folder: Path, located: Located, staged: Path, workspace: Path) -> None:
    """Put files into `folder` that were fetched before, and remove outdated ones.

    Args:
        folder: Of one place; files of an earlier try may lie in it.
        located: What the source has now.
        staged: Holds the raw folders of this call's tries; `folder` is in one of them.
        workspace: Its experiments are looked through.
    """
    notes = [*notes_of(folder)]
    if located.versions:
        notes += [*notes_of(staged), *notes_of(workspace / "experiments")]
    for name in located.files:
        version = located.versions.get(name)
        same = (
            origin / name
            for origin, note in notes
            if version and is_same(origin, staged, name, note["files"], version)
        )
        path, found = folder / name, next(same, None)
        if found != path:
            remove(path)
            if found:
                link(found, path)


def is_same(
    origin: Path, staged: Path, name: str, files: dict[str, Any], version: str
) -> bool:
    """Whether a file has this version, and is whole."""
    known = files.get(name, {})
    if known.get("version") != version or not (origin / name).exists():
        return False
    if known["sha256"] is None:  # a name that is not temporary says that it is whole
        return origin.is_relative_to(staged)
    return bool(sha256_of(origin / name) == known["sha256"])


def recalled(
    asked: dict[str, Any], called: str, folder: Path, workspace: Path
) -> Located | None:
    """What was found the last time, where its files are still there.

    Args:
        asked: What is asked for, such as a source's identity.
        called: Its name, for the note.
        folder: A raw folder; those of other tries lie beside it.
        workspace: Its experiments are looked through.
    """
    for origin, note in (
        *notes_of(folder.parent),
        *notes_of(workspace / "experiments"),
    ):
        for told in note["sources"]:
            found = told["found"]
            if told["asked"] == asked and all(
                (origin / name).exists() for name in note["files"]
            ):
                said = f"{called} was not reached: what was fetched before is used."
                notes = [*found["notes"], said]
                plain: dict[str, Any] = found | {
                    "files": tuple(found["files"]),
                    "metadata": metadata_of(found["metadata"]),
                    "notes": tuple(dict.fromkeys(notes)),
                }
                return Located(**plain)
    return None


def metadata_of(told: dict[str, Any]) -> Metadata:
    """Metadata of their plain form, in which tuples have become lists."""
    plain: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in told.items()
    }
    names = {name: tuple(values) for name, values in told["class_names"].items()}
    return Metadata(**plain | {"class_names": names})


def notes_of(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The notes in a place's folder, in raw folders, or in those of all experiments."""
    below = (NOTE, f"*/{NOTE}")
    patterns = [f"{raw}{name}" for raw in ("raw*/", "*/data/raw/") for name in below]
    for pattern in (NOTE, *patterns):
        for path in sorted(folder.glob(pattern), reverse=True):  # the newest first
            with contextlib.suppress(OSError, ValueError):  # half of a note is none
                note = json.loads(path.read_text(encoding="utf-8"))
                yield path.parent, note


def link(found: Path, path: Path) -> None:
    """`found`, a file or a folder, at `path` too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if found.is_dir():
        for name in files_below(found):
            link(found / name, path / name)
        return
    try:
        os.link(found, path)
    except OSError:  # on another disk, or on one without links
        shutil.copyfile(found, path)


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
