"""What an archive, a workbook or a database has inside."""

import sqlite3
import tarfile
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from labwright.errors import ReadError
from labwright.parts.read_sqlite import tables_in

# Names that are certainly no tables; everything else is looked into.
OTHER_NAMES = {
    **dict.fromkeys(
        (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"), "image"
    ),
    **dict.fromkeys((".wav", ".mp3", ".flac", ".ogg", ".mp4", ".avi", ".m4a"), "media"),
    **dict.fromkeys(
        (".md", ".html", ".htm", ".pdf", ".py", ".ipynb", ".docx"), "text for people"
    ),
}


@dataclass(frozen=True)
class Members:
    """Of an archive: those that may be tables, their bytes, and what the others are."""

    candidates: list[str]
    size: int  # bytes of the candidates once unpacked; 0 where the archive does not say
    ignored: Counter[str]


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
    sizes = {PurePosixPath(name): size for name, size in listed}
    safe = sorted(path for path in sizes if is_safe(path))
    others = {path: OTHER_NAMES.get(path.suffix.lower()) for path in safe}
    candidates = [path for path in safe if others[path] is None]
    return Members(
        [path.as_posix() for path in candidates],
        sum(sizes[path] for path in candidates),
        Counter(other for other in others.values() if other),
    )


def is_safe(path: PurePosixPath) -> bool:
    """Inside the folder it is unpacked to, and neither hidden nor macOS's shadow of one."""
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not path.is_absolute() and not hidden


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
