"""What an archive, a workbook or a database has inside."""

import sqlite3
import tarfile
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from labwright.acquire.folders import FEWEST_FILES, HOLDS, SUFFIXES, shared_levels
from labwright.errors import ReadError
from labwright.parts.folder import is_content
from labwright.parts.read_sqlite import tables_in

# Names that are certainly no tables; everything else is looked into.
OTHER_NAMES = {
    **dict.fromkeys(
        (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"), "image"
    ),
    **dict.fromkeys((".wav", ".mp3", ".flac", ".ogg", ".m4a"), "sound"),
    **dict.fromkeys((".mp4", ".avi", ".mkv", ".mov"), "film"),
    **dict.fromkeys(
        (".md", ".html", ".htm", ".pdf", ".py", ".ipynb", ".docx"), "text for people"
    ),
}


@dataclass(frozen=True)
class Members:
    """Of an archive: those that may be tables, their bytes, and what the others are.

    `folder` is the one below which its images, sounds or texts lie, with a slash at its
    end, where there are enough to be a table; all that is in it is then among the bytes
    and not among the candidates, but for what may be a table.
    """

    candidates: list[str]
    size: int  # bytes of the candidates once unpacked; 0 where the archive does not say
    ignored: Counter[str]
    folder: str | None = None


def members_of(archive: Path, kind: str) -> Members:
    """The members of a zip, tar or gz archive, by name; nothing is unpacked."""
    if kind == "zip":
        with zipfile.ZipFile(archive) as zipped:
            listed = [
                (one.filename, one.file_size)
                for one in zipped.infolist()
                if not one.is_dir()
            ]
    elif kind == "tar":
        with tarfile.open(archive) as tarred:
            listed = [(one.name, one.size) for one in tarred if one.isfile()]
    else:
        listed = [(Path(archive.name).stem, 0)]
    named = {PurePosixPath(name): size for name, size in listed}
    sizes = {path: size for path, size in sorted(named.items()) if is_content(path)}
    folder, inside = folder_in(sizes)
    others = {path: OTHER_NAMES.get(path.suffix.lower()) for path in sizes}
    candidates = [path for path in sizes if others[path] is None and path not in inside]
    unpacked = {*candidates, *below(sizes, folder)}
    return Members(
        [path.as_posix() for path in candidates],
        sum(sizes[path] for path in unpacked),
        Counter(other for path in {*sizes} - inside if (other := others[path])),
        folder,
    )


def folder_in(
    paths: Collection[PurePosixPath],
) -> tuple[str | None, set[PurePosixPath]]:
    """The folder of those files of an archive that may be a table together, and these.

    Texts lie in several folders, or they are tables of their own.
    """
    inside: set[PurePosixPath] = set()
    for kind in HOLDS:
        alike = [path for path in paths if SUFFIXES.get(path.suffix.lower()) == kind]
        apart = kind != "text" or len({path.parent for path in alike}) > 1
        if len(alike) >= FEWEST_FILES and apart:
            inside.update(alike)
    if not inside:
        return None, inside
    common = shared_levels(path.parts[:-1] for path in inside)
    return "".join(f"{name}/" for name in common), inside


def below(paths: Iterable[PurePosixPath], folder: str | None) -> list[PurePosixPath]:
    """Those in a folder; none without one."""
    return [
        path for path in paths if folder is not None and str(path).startswith(folder)
    ]


def parts_of(path: Path, kind: str) -> list[str]:
    """Sheets of a workbook, tables of a database; one nameless part for other files.

    Raises:
        ReadError: the file is damaged, or there is nothing in it.
    """
    if kind not in ("excel", "sqlite"):
        return [""]
    try:
        parts = sheets_of(path) if kind == "excel" else tables_in(path)
    except (ValueError, OSError, sqlite3.Error) as error:
        raise ReadError(
            f"{path.name} to be a whole {kind} file",
            str(error).splitlines()[0],
            "Open it in its own program and save it anew.",
            key=path.name,
        ) from error
    if not parts:
        raise ReadError(
            f"a table in {path.name}", "none", "Name another file.", key=path.name
        )
    return parts


def sheets_of(path: Path) -> list[str]:
    """The sheets that have cells, in their order."""
    import fastexcel

    from labwright.parts.read_excel import filled_sheets

    try:
        return filled_sheets(path)
    except fastexcel.FastExcelError as error:
        raise ValueError(str(error)) from error
